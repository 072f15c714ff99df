import type { Draft, Frame, ParsedException, StackLanguageId } from './frame';
import { kindOfSource, languageOfFile, languageOfSdk } from './frameLanguage';
import { frameFrom, hintFor, lastFilledLine, rootException } from './frameParts';
import type { SectionInput, StackHint, StackLanguage } from './language';
import { lineNumberFrom } from './lineNumber';

/**
 * Stacks of any language that came through AWS X-Ray and OpenTelemetry's receiver for it: `\tat label(path: 12)`, with a blank before the
 * line and without a column. The language is that of the SDK, else what the files' names tell. Those of Java read as Java's own.
 */
export const xray: StackLanguage = {
  id: 'javascript',
  firsts: 'a',
  words: [': '],
  detect(line) {
    return parseXrayFrame(line)?.file !== undefined;
  },
  parse(input) {
    const { text, at, hint } = input;
    const found: XrayFrame[] = [];
    let line = at;
    for (; line < text.lines.length && !input.isMessage(line); line++) {
      const frame = parseXrayFrame(text.lines[line]!);
      if (!frame) {
        break;
      }
      found.push(frame);
    }
    const language = languageOf(found, hint);
    const frames = found.map((frame, index) =>
      xrayFrame(language, text.lines[at + index]!, text.numbers[at + index]!, frame),
    );
    return { exceptions: [rootException(language, frames, headerOf(input), hintFor(input, 0))], next: line };
  },
};

/** A frame as X-Ray keeps it; what it does not know is absent. */
export interface XrayFrame {
  readonly label?: string | undefined;
  readonly file?: string | undefined;
  readonly line?: number | undefined;
}

const UNKNOWN = '<unknown>';

function parseXrayFrame(raw: string): XrayFrame | undefined {
  const text = raw.trim();
  const open = text.startsWith('at ') && text.endsWith(')') ? text.indexOf('(') : -1;
  const colon = text.lastIndexOf(': ');
  if (open < 4 || colon < open) {
    return undefined;
  }
  const label = text.slice(3, open);
  const file = text.slice(open + 1, colon);
  const line = lineNumberFrom(text, colon + 2, text.length - 1);
  if (line === undefined && !/^(?:0|<unknown>)$/.test(text.slice(colon + 2, -1))) {
    return undefined;
  }
  const isFile = languageOfFile(file) !== undefined;
  return isFile || file === UNKNOWN
    ? { label: label === UNKNOWN ? undefined : label, file: isFile ? file : undefined, line }
    : undefined;
}

/** The language of an exception of X-Ray: that of the SDK, else of the first file. */
export function languageOf(frames: readonly XrayFrame[], hint: StackHint): StackLanguageId {
  const file = frames.find((frame) => frame.file !== undefined)?.file;
  return languageOfSdk(hint.language) ?? languageOfFile(file ?? '') ?? 'javascript';
}

/** A frame of X-Ray as one of its language. */
export function xrayFrame(
  language: StackLanguageId,
  raw: string,
  rawLine: number,
  { label, file, line }: XrayFrame,
): Draft<Frame> {
  const dot = label?.lastIndexOf('.') ?? -1;
  return frameFrom(raw, rawLine, {
    function: label,
    className: dot < 1 ? undefined : label?.slice(0, dot),
    file,
    lineBase1: line === undefined ? undefined : lineNumberFrom(String(line), 0, String(line).length),
    kind: file === undefined ? 'unknown' : kindOfSource(language, file),
  });
}

function headerOf({ text, headerFrom, at }: SectionInput): Pick<ParsedException, 'type' | 'message'> {
  const last = lastFilledLine(text.lines, headerFrom, at);
  const header = last === undefined ? '' : text.lines[last]!.trim();
  const colon = header.indexOf(': ');
  const type = header.slice(0, colon === -1 ? undefined : colon);
  return /^[\p{L}_$][\p{L}\d_$.\\:]{0,300}$/u.test(type)
    ? { type, ...(colon === -1 ? {} : { message: header.slice(colon + 2) }) }
    : { message: header };
}
