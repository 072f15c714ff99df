/** The outcome of a walk that pauses, without the pauses. */
export function unpaused<T>(walk: Generator<undefined, T>): T {
  for (;;) {
    const next = walk.next();
    if (next.done === true) {
      return next.value;
    }
  }
}
