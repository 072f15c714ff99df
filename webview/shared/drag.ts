/** Follows the pointer from a press on `target` until it is let go; `start` may decline by returning `undefined`. */
export function onDrag(
  target: HTMLElement,
  start: (event: PointerEvent) => ((event: PointerEvent, ended: boolean) => void) | undefined,
): void {
  target.addEventListener('pointerdown', (down) => {
    const move = down.button === 0 ? start(down) : undefined;
    if (!move) {
      return;
    }
    down.preventDefault();
    target.setPointerCapture(down.pointerId);
    const onMove = (event: PointerEvent): void => {
      move(event, false);
    };
    const onEnd = (event: PointerEvent): void => {
      target.removeEventListener('pointermove', onMove);
      target.removeEventListener('pointerup', onEnd);
      target.removeEventListener('pointercancel', onEnd);
      move(event, true);
    };
    target.addEventListener('pointermove', onMove);
    target.addEventListener('pointerup', onEnd);
    target.addEventListener('pointercancel', onEnd);
  });
}
