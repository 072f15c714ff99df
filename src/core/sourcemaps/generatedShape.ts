import type { Slices } from './jsonBytes';
import type { GeneratedShape } from './mappings';

/** Characters that are read between two pauses: about a millisecond. */
const SLICE = 1 << 20;

/** The lengths of a text's lines, with pauses: a bundle has megabytes. */
export function* generatedShape(text: string): Slices<GeneratedShape> {
  const lineLengths: number[] = [];
  let start = 0;
  let pauseAt = SLICE;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === 0x0a || code === 0x0d) {
      lineLengths.push(at - start);
      at += code === 0x0d && text.charCodeAt(at + 1) === 0x0a ? 1 : 0;
      start = at + 1;
    }
    if (at >= pauseAt) {
      pauseAt += SLICE;
      yield;
    }
  }
  lineLengths.push(text.length - start);
  return { lineLengths };
}
