/** Runs a task once what is in the page now is on screen. */
export function afterPaint(task: () => void): void {
  requestAnimationFrame(() => {
    setTimeout(task);
  });
}
