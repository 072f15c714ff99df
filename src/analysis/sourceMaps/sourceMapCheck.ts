import { base1, type Base1 } from '../../base/units';
import type { Frame } from '../../core/frames/frame';
import type { Enclosure } from '../../core/locate/functions/writtenName';
import {
  enclosure,
  isScript,
  SourceText,
  verifyLine,
  type LineCheck,
  type LineClaim,
} from '../../core/locate/verifyLine';
import type { ReadFile } from '../files/sourceFiles';

/** Frames of a stack that are compared with a generated file. */
const MAX_COMPARED = 50;
/** Generated files longer than this are not scanned for functions, in UTF-16 units. */
const MAX_SCANNED = 4_000_000;
/** Farthest that a function's name stands before it: `const name = async (`. */
const NAME_DISTANCE = 100;

/**
 * Whether the generated file on disk is the build that ran: it has the functions of the frames where the frames say. One name may
 * agree by chance, as minified names are short, and a nameless frame tells nothing: the stack's other frames in the file count, too.
 */
export function buildThatRan(
  frame: Frame,
  position: { readonly lineBase1: Base1; readonly columnBase1?: Base1 | undefined },
  read: ReadFile,
  frames: readonly Frame[],
): Enclosure {
  const { source } = read;
  if (source.text.length > MAX_SCANNED) {
    return 'unknown';
  }
  const { lineBase1, columnBase1 } = position;
  const own = enclosure(source, { lineBase1, columnBase1, function: frame.function });
  let same = 0;
  let other = 0;
  for (const { file, lineBase1: line, columnBase1: column, function: name } of frames.slice(
    0,
    MAX_COMPARED,
  )) {
    if (file === frame.file && line !== undefined && line <= source.lines.length) {
      const result = enclosure(source, { lineBase1: line, columnBase1: column, function: name });
      same += result === 'same' ? 1 : 0;
      other += result === 'other' ? 1 : 0;
    }
  }
  return other > same ? 'other' : own === 'unknown' && same > 0 ? 'same' : own;
}

/** Compares what the map says with the source as it is on disk. `build`: whether the generated file is the one that ran. */
export function checkSource(
  file: ReadFile,
  claim: LineClaim,
  content: string | undefined,
  build: Enclosure,
): LineCheck {
  const { lineBase1, columnBase1 } = claim;
  const { source } = file;
  if (build === 'other') {
    const exists = source.lines[lineBase1 - 1] !== undefined;
    return exists ? { grade: 'likely', reason: 'functionDiffers', lineBase1 } : { reason: 'lineOutOfRange' };
  }
  if (content === undefined) {
    return notBeyond(verifyLine(source, claim), build);
  }
  if (sameText(content, source.text)) {
    if (build === 'unknown') {
      return { grade: 'likely', reason: 'notVerified', lineBase1 };
    }
    return { grade: 'exact', reason: 'sourcesContentEqual', lineBase1 };
  }
  // The file changed since the build: the line that the map means is followed by its text and function.
  const built = new SourceText(source.path, content);
  const name = plainFunctionName(built, lineBase1, columnBase1);
  const printed = built.lines[lineBase1 - 1]?.trim();
  const followed = verifyLine(source, { lineBase1, columnBase1, function: name, sourceText: printed });
  const differs = 'grade' in followed && followed.reason === 'sourceTextDiffers';
  return notBeyond(differs ? { ...followed, reason: 'sourcesContentDiffers' } : followed, build);
}

/** Without a generated file that fits, a line is no more than likely, however well the source fits the map. */
function notBeyond(check: LineCheck, build: Enclosure): LineCheck {
  return 'grade' in check && check.grade !== 'likely' && build === 'unknown'
    ? { grade: 'likely', reason: 'notVerified', lineBase1: check.lineBase1 }
    : check;
}

/** The function around a position of a script, as V8 would print it; without a column, the one that the line's text begins in. */
export function functionName(
  source: SourceText,
  lineBase1: Base1,
  columnBase1: Base1 | undefined,
): string | undefined {
  const found = functionAround(source, lineBase1, columnBase1);
  if (found?.name === undefined || found.className === undefined) {
    return found?.name;
  }
  return found.name === 'constructor' ? `new ${found.className}` : `${found.className}.${found.name}`;
}

function plainFunctionName(
  source: SourceText,
  lineBase1: Base1,
  columnBase1: Base1 | undefined,
): string | undefined {
  return functionAround(source, lineBase1, columnBase1)?.name;
}

function functionAround(
  source: SourceText,
  lineBase1: Base1,
  columnBase1: Base1 | undefined,
): { readonly name?: string; readonly className?: string; readonly start: number } | undefined {
  if (!isScript(source.path)) {
    return undefined;
  }
  const line = source.lines[lineBase1 - 1] ?? '';
  const column = columnBase1 === undefined ? line.length - line.trimStart().length : columnBase1 - 1;
  const found = source.scriptFunctionAt(lineBase1, column);
  return found === 'unscanned' ? undefined : found;
}

/** Where the name of the function around a position stands in a generated file. */
export function identifierOf(
  source: SourceText,
  lineBase1: Base1,
  columnBase1: Base1 | undefined,
): { readonly lineBase1: Base1; readonly columnBase1: Base1 } | undefined {
  if (source.text.length > MAX_SCANNED) {
    return undefined;
  }
  const found = functionAround(source, lineBase1, columnBase1);
  if (found?.name === undefined) {
    return undefined;
  }
  const { start, name } = found;
  const { text } = source;
  const before = text.slice(Math.max(start - NAME_DISTANCE, 0), start);
  const at = text.startsWith(name, start) ? start : start - before.length + before.lastIndexOf(name);
  if (at < 0 || !text.startsWith(name, at)) {
    return undefined;
  }
  return positionOf(source, at);
}

/** Where the lines of a generated file begin: each frame of a stack asks. */
const lineStarts = new WeakMap<SourceText, readonly number[]>();

function lineStartsOf(source: SourceText): readonly number[] {
  let starts = lineStarts.get(source);
  if (!starts) {
    starts = [0, ...Array.from(source.text.matchAll(/\r\n|\n|\r/g), (end) => end.index + end[0].length)];
    lineStarts.set(source, starts);
  }
  return starts;
}

function positionOf(
  source: SourceText,
  offset: number,
): { readonly lineBase1: Base1; readonly columnBase1: Base1 } {
  const starts = lineStartsOf(source);
  let low = 0;
  let high = starts.length;
  while (high - low > 1) {
    const middle = (low + high) >>> 1;
    if (starts[middle]! <= offset) {
      low = middle;
    } else {
      high = middle;
    }
  }
  return { lineBase1: base1(low + 1), columnBase1: base1(offset - starts[low]! + 1) };
}

/** Line ends and a byte-order mark may differ between what a bundler read and the work tree. */
export function sameText(a: string, b: string): boolean {
  return a === b || plain(a) === plain(b);
}

function plain(text: string): string {
  return text.replace(/^\ufeff/, '').replaceAll('\r\n', '\n');
}
