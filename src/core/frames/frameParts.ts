import type { Base1 } from '../../base/units';
import type { Draft, Frame, FrameKind, ParsedException, StackLanguageId } from './frame';
import { NO_HINT, type SectionInput, type StackHint } from './language';
import { lineNumberFrom } from './lineNumber';

/** Where a frame is and what runs there; what the text does not tell is `undefined`. */
export interface FrameParts {
  readonly function?: string | undefined;
  readonly className?: string | undefined;
  readonly module?: string | undefined;
  readonly file?: string | undefined;
  readonly lineBase1?: Base1 | undefined;
  readonly columnBase1?: Base1 | undefined;
  readonly kind: FrameKind;
}

/** A frame with those of its parts that are known. */
export function frameFrom(raw: string, rawLine: number, parts: FrameParts): Draft<Frame> {
  const { kind, lineBase1, columnBase1 } = parts;
  const name = parts.function === '' ? undefined : parts.function;
  const file = parts.file === '' ? undefined : parts.file;
  const frame = commonFrame(raw, rawLine, kind, name, file, lineBase1);
  if (parts.className !== undefined && parts.className !== '') {
    frame.className = parts.className;
  }
  if (parts.module !== undefined && parts.module !== '') {
    frame.module = parts.module;
  }
  if (columnBase1 !== undefined && file !== undefined) {
    frame.columnBase1 = columnBase1;
  }
  return frame;
}

/** What most frames have, as one literal for each mixture: parts that are added one by one take three times the room. */
function commonFrame(
  raw: string,
  rawLine: number,
  kind: FrameKind,
  name: string | undefined,
  file: string | undefined,
  lineBase1: Base1 | undefined,
): Draft<Frame> {
  const inApp = kind === 'app';
  if (file === undefined) {
    return name === undefined ? { raw, rawLine, kind, inApp } : { raw, rawLine, kind, inApp, function: name };
  }
  if (lineBase1 === undefined) {
    return name === undefined
      ? { raw, rawLine, kind, inApp, file }
      : { raw, rawLine, kind, inApp, file, function: name };
  }
  return name === undefined
    ? { raw, rawLine, kind, inApp, file, lineBase1 }
    : { raw, rawLine, kind, inApp, file, lineBase1, function: name };
}

/** A place in a file; the column is absent where none was printed. */
export interface FilePosition {
  readonly file: string;
  readonly lineBase1: Base1;
  readonly columnBase1?: Base1;
}

/** Reads `FILE:LINE` or `FILE:LINE:COLUMN` from the right; `undefined` where no line is at the end. */
export function filePosition(place: string): FilePosition | undefined {
  const last = place.lastIndexOf(':');
  const lastNumber = last < 1 ? undefined : lineNumberFrom(place, last + 1, place.length);
  if (lastNumber === undefined) {
    return undefined;
  }
  const before = place.lastIndexOf(':', last - 1);
  const lineBase1 = before < 1 ? undefined : lineNumberFrom(place, before + 1, last);
  return lineBase1 === undefined
    ? { file: place.slice(0, last), lineBase1: lastNumber }
    : { file: place.slice(0, before), lineBase1, columnBase1: lastNumber };
}

/** On the last line of a text without a line end, a name at the end may lack letters; a bracket closes it. */
export function markOpenEnd(frame: Draft<Frame>, isLastLine: boolean): void {
  if (isLastLine && !/[)\]]$/.test(frame.raw.trimEnd())) {
    frame.cut = true;
  }
}

/**
 * Whether the line of a frame may lack its beginning: the first of a text without anything beside it, as a person or a log hands over.
 * Programs send the stack of an exception from its first letter on.
 */
export function mayLackStart({ hint }: SectionInput, frame: Frame): boolean {
  return frame.rawLine === 0 && hint.type === undefined && hint.message === undefined;
}

/** Type and message known besides the text, for the first exception of it. */
export function hintFor(input: SectionInput, index: number): StackHint {
  return input.firstIndex + index === 0 ? input.hint : NO_HINT;
}

/** An exception that nothing led to; what came with the text goes before what its header tells. */
export function rootException(
  language: StackLanguageId,
  frames: readonly Frame[],
  header: StackHint,
  hint: StackHint = NO_HINT,
): Draft<ParsedException> {
  return exceptionFrom(language, hint.type ?? header.type, hint.message ?? header.message, frames);
}

/** An exception that nothing led to, with those of its texts that are not empty. */
export function exceptionFrom(
  language: StackLanguageId,
  type: string | undefined,
  message: string | undefined,
  frames: readonly Frame[],
): Draft<ParsedException> {
  const exception: Draft<ParsedException> =
    message === undefined || message === ''
      ? { language, relation: 'root', frames }
      : { language, relation: 'root', frames, message };
  if (type !== undefined && type !== '') {
    exception.type = type;
  }
  return exception;
}

/** A list with one more item, often its only one: a list that was empty when it is pushed to takes room for seventeen. */
export function withItem<T>(list: T[], item: T): T[] {
  if (list.length === 0) {
    return [item];
  }
  list.push(item);
  return list;
}

/** Index of the last line between two that is not blank; `undefined` where all are. */
export function lastFilledLine(lines: readonly string[], from: number, to: number): number | undefined {
  let line = to - 1;
  while (line >= from && lines[line]!.trim() === '') {
    line--;
  }
  return line < from ? undefined : line;
}
