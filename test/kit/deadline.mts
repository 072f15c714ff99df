import { setTimeout as delay } from 'node:timers/promises';

const pollMs = 50;

/**
 * Asks `probe` until it gives a value other than `undefined` and `false`, and gives that value.
 * After `timeoutMs` it throws `what` with the last error that `probe` threw as its cause, if it did;
 * an error that `isFatal` is thrown at once.
 */
export async function waitFor<T>(
  what: string,
  probe: () => Promise<T | undefined | false> | T | undefined | false,
  timeoutMs = 15_000,
  isFatal: (error: unknown) => boolean = () => false,
): Promise<T> {
  const endMs = performance.now() + timeoutMs;
  let lastError: unknown;
  for (;;) {
    try {
      const value = await probe();
      if (value !== undefined && value !== false) return value;
      lastError = undefined;
    } catch (error) {
      if (isFatal(error)) throw error;
      lastError = error;
    }
    if (performance.now() >= endMs) {
      throw new Error(`Waited ${timeoutMs / 1000} s in vain for ${what}.`, { cause: lastError });
    }
    await delay(pollMs);
  }
}
