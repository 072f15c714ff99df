/** A generator of numbers in [0, 1) that is the same for the same seed (mulberry32). */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Deals every card once in random order, then shuffles again: shares hold even in a short run. */
export function shuffledDeck<T>(cards: readonly T[], seed: number): () => T {
  const random = seededRandom(seed);
  let left: T[] = [];
  return () => {
    if (left.length === 0) {
      left = [...cards];
    }
    return left.splice(Math.floor(random() * left.length), 1)[0] as T;
  };
}
