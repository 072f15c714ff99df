import { base1 } from '../../base/units';
import type { Draft, Frame } from './frame';
import { kindOfPath } from './frameKind';
import type { StackText } from './language';

/** The line of code that Node.js prints above an error: for a `SyntaxError` the only mention of the user's file. */
export interface SourceExcerpt {
  readonly frame: Draft<Frame>;
}

/**
 * Separates `file:line`, the line of code, carets and a blank line from the header below them. `header` is the index of the
 * header's first line.
 */
export function splitSourceExcerpt(
  text: StackText,
  from: number,
  to: number,
): { readonly header: number; readonly excerpt: SourceExcerpt | undefined } {
  const carets = findCarets(text.lines, from, to);
  if (carets === undefined) {
    return { header: from, excerpt: undefined };
  }
  const header = text.lines[carets + 1]?.trim() === '' ? carets + 2 : carets + 1;
  const place = text.lines[carets - 2]!;
  const colon = place.lastIndexOf(':');
  const lineNumber = Number(place.slice(colon + 1));
  if (colon < 1 || !Number.isSafeInteger(lineNumber) || lineNumber < 1) {
    return { header: from, excerpt: undefined };
  }
  const file = place.slice(0, colon);
  const kind = kindOfPath(file);
  const caretLine = text.lines[carets]!;
  const frame: Draft<Frame> = {
    raw: place,
    rawLine: text.numbers[carets - 2]!,
    file,
    lineBase1: base1(lineNumber),
    columnBase1: base1(caretLine.indexOf('^') + 1),
    kind,
    inApp: kind === 'app',
    sourceText: text.lines[carets - 1]!.trim(),
  };
  return { header, excerpt: { frame } };
}

function findCarets(lines: readonly string[], from: number, to: number): number | undefined {
  for (let i = from + 2; i < to; i++) {
    const trimmed = lines[i]!.trim();
    if (trimmed.startsWith('^') && trimmed.length < 10_000 && /^\^+$/.test(trimmed)) {
      return i;
    }
  }
  return undefined;
}
