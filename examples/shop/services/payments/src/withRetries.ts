import { setTimeout as delay } from 'node:timers/promises';
import { inSpan } from '../../kit/src/inSpan.ts';

const FIRST_PAUSE_MS = 40;

/** Tries `work` up to `attempts` times, each in a span of its own, with doubling pauses after temporary errors. */
export async function withRetries<T>(
  name: string,
  attempts: number,
  isTemporary: (error: unknown) => boolean,
  work: () => Promise<T>,
): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await inSpan(name, { 'retry.attempt': attempt }, work);
    } catch (error) {
      if (attempt === attempts || !isTemporary(error)) {
        throw error;
      }
      await delay(FIRST_PAUSE_MS * 2 ** (attempt - 1));
    }
  }
}
