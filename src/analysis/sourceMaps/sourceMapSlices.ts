import { setImmediate } from 'node:timers/promises';
import type { Slices } from '../../core/sourcemaps/jsonBytes';

/** Longest that a walk keeps other questions waiting, in ms. */
const TURN_MS = 3;

/** Finishes a walk, answering other questions of the worker in its pauses. */
export async function inSlices<T>(walk: Slices<T>): Promise<T> {
  for (;;) {
    const end = performance.now() + TURN_MS;
    do {
      const next = walk.next();
      if (next.done === true) {
        return next.value;
      }
    } while (performance.now() < end);
    await setImmediate();
  }
}

/** Characters of base64 that are decoded between two pauses; four of them are three bytes. */
const BASE64_SLICE = 4 << 20;

/** Decodes base64 with pauses: an inline map may have tens of megabytes. */
export function* bytesFromBase64(text: string): Slices<Uint8Array> {
  const bytes = Buffer.alloc(Math.ceil((text.length * 3) / 4));
  let length = 0;
  for (let at = 0; at < text.length; at += BASE64_SLICE) {
    length += bytes.write(text.slice(at, at + BASE64_SLICE), length, 'base64');
    yield;
  }
  return bytes.subarray(0, length);
}
