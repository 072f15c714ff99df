/**
 * Calls `stop` once: on a signal or, with EXIT_WITH_PARENT=1, when standard input closes, as it does when the process
 * that holds its other end is gone.
 */
export function stopOnSignals(stop: () => void): void {
  let stopping = false;
  const stopOnce = (): void => {
    if (!stopping) {
      stopping = true;
      stop();
    }
  };
  process.on('SIGTERM', stopOnce);
  if (process.env['EXIT_WITH_PARENT'] === '1') {
    // Ctrl+C reaches the whole process group, but the parent decides when to stop.
    process.on('SIGINT', () => undefined);
    process.stdin.on('end', stopOnce).on('error', stopOnce).resume();
  } else {
    process.on('SIGINT', stopOnce);
  }
}
