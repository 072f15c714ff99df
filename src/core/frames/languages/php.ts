import type { Draft, Frame, ParsedException } from '../frame';
import { exceptionFrom, frameFrom, withItem } from '../frameParts';
import {
  NO_HINT,
  type LineRange,
  type Section,
  type SectionInput,
  type StackHint,
  type StackLanguage,
  type StackText,
} from '../language';
import { parsePhpCall, parsePhpPlace, phpFrame, type PhpCall, type PhpPlace } from './phpFrame';

/**
 * PHP's own stacks: the place of the throw is in the header, and each line tells where a function was called from. Frames pair
 * each place with the function it is in, which the next line names. Causes come first, then `Next`.
 */
export const php: StackLanguage<PhpCall> = {
  id: 'php',
  firsts: '#',
  words: ['#'],
  detect(line) {
    return parsePhpCall(line) ?? false;
  },
  parse(input, first) {
    return new Reader(input).read(first);
  },
};

interface CallLine extends PhpCall {
  readonly raw: string;
  readonly rawLine: number;
}

interface Header {
  readonly type?: string | undefined;
  readonly message?: string | undefined;
  readonly place?: PhpPlace | undefined;
  readonly line?: Pick<CallLine, 'raw' | 'rawLine'>;
  readonly follows: 'cause' | 'wrapper' | undefined;
  /** The lines stand in a JSON string: backslashes are doubled. */
  readonly isEscaped?: boolean;
  /** The text begins inside the message: the beginning is missing. */
  readonly isCut?: boolean;
}

class Reader {
  private readonly input: SectionInput;
  private exceptions: Draft<ParsedException>[] = [];
  private calls: CallLine[] | undefined;
  /** The lines above those calls. */
  private opened: LineRange = { from: 0, to: 0 };
  /** First line below the last call: a header can begin there. */
  private headerFrom: number;

  constructor(input: SectionInput) {
    this.input = input;
    this.headerFrom = input.headerFrom;
  }

  read(first: PhpCall): Section {
    const { text, at } = this.input;
    this.takeCall(at, first);
    let line = at + 1;
    for (; line < text.lines.length; line++) {
      const call = this.input.isMessage(line) ? undefined : parsePhpCall(text.lines[line]!);
      if (call) {
        this.takeCall(line, call);
      } else if (this.input.otherAt(line)) {
        break;
      }
    }
    this.close(line);
    return { exceptions: this.exceptions, next: line, headerFrom: this.headerFrom };
  }

  private takeCall(line: number, { place, function: name }: PhpCall): void {
    const { lines, numbers } = this.input.text;
    const call: CallLine = { raw: lines[line]!, rawLine: numbers[line]!, place, function: name };
    if (!this.calls || call.raw.trimStart().startsWith('#0 ')) {
      this.close(line);
      this.opened = { from: this.headerFrom, to: line };
      this.calls = [call];
    } else {
      this.calls.push(call);
    }
    this.headerFrom = line + 1;
  }

  /** Ends the calls of an exception at a line that is none of them. */
  private close(end: number): void {
    const calls = this.calls;
    if (!calls) {
      return;
    }
    this.calls = undefined;
    const isFirst = this.exceptions.length === 0 && this.input.firstIndex === 0;
    const header = parseHeader(this.input.text, this.opened, isFirst ? this.input.hint : NO_HINT);
    const frames = alignedFrames(header, header.isEscaped === true ? calls.map(unescaped) : calls);
    const exception = exceptionFrom('php', header.type, header.message, frames);
    this.relate(exception, header.follows);
    if (calls.at(-1)!.place !== 'main' && this.isCutAt(end)) {
      exception.truncated = true;
    }
    this.exceptions = withItem(this.exceptions, exception);
  }

  /** Whether the text ends below what is left of a call. */
  private isCutAt(end: number): boolean {
    const { lines } = this.input.text;
    return end === lines.length && lines.slice(this.headerFrom).some((raw) => raw.startsWith('#'));
  }

  private relate(exception: Draft<ParsedException>, follows: Header['follows']): void {
    const index = this.input.firstIndex + this.exceptions.length;
    const before = this.exceptions.at(-1);
    if (before && follows === 'wrapper') {
      before.relation = 'cause';
      before.parent = index;
    } else if (before && follows === 'cause') {
      exception.relation = 'cause';
      exception.parent = index - 1;
    }
  }
}

function alignedFrames(header: Header, calls: readonly CallLine[]): Draft<Frame>[] {
  const frames: Draft<Frame>[] = [];
  const first = calls[0]!;
  if (header.place && header.line && !isBuiltin(header.place, first)) {
    const frame = phpFrame(header.line.raw, header.line.rawLine, header.place, enclosing(first));
    if (header.isCut === true) {
      frame.cut = true;
    }
    frames.push(frame);
  } else if (first.function !== undefined) {
    // A function of the interpreter threw, or the place of the throw was not printed.
    const kind = header.place ? 'runtime' : 'unknown';
    frames.push(frameFrom(first.raw, first.rawLine, { function: first.function, kind }));
  }
  calls.forEach((call, index) => {
    if (call.place !== 'main') {
      frames.push(phpFrame(call.raw, call.rawLine, call.place, enclosing(calls[index + 1])));
    }
  });
  return frames;
}

/** The function that a place is in, which the line below it names. */
function enclosing(below: CallLine | undefined): string | undefined {
  return below?.place === 'main' ? '{main}' : below?.function;
}

/** What PHP itself throws has the place of the call. */
function isBuiltin(place: PhpPlace, first: CallLine): boolean {
  return (
    first.place !== 'main' && first.place.file === place.file && first.place.lineBase1 === place.lineBase1
  );
}

const HEADER_START =
  /^(?:.{0,120}?\bUncaught |Next )?([\p{L}_\\][\p{L}\d_\\]{0,300}(?:@anonymous)?)(?:: | in (?=\S))/u;
const MONOLOG = /\(([\p{L}_\\][\p{L}\d_\\]{0,300})\(code: [^()]{1,20}\): /u;

/** Reads `Type: message in FILE:LINE`, where the message may have several lines; Monolog writes `(Type(code: 0): message at FILE:LINE)`. */
function parseHeader({ lines, numbers }: StackText, { from, to }: LineRange, hint: StackHint): Header {
  let last = to - 1;
  while (last >= from && !isHeaderEnd(lines[last]!.trim())) {
    last--;
  }
  if (last < from) {
    return { type: hint.type, message: messageOf(hint.message), follows: undefined };
  }
  const line = { raw: lines[last]!, rawLine: numbers[last]! };
  const monolog = MONOLOG.exec(line.raw);
  if (monolog) {
    return monologHeader(line, monolog);
  }
  let start = from;
  while (start <= last && !isHeaderStart(lines[start]!)) {
    start++;
  }
  const isBegun = start <= last;
  const text = start < last ? lines.slice(start, last + 1).join('\n') : line.raw;
  const { before, place } = splitPlace(text.trimEnd(), ' in ');
  const match = HEADER_START.exec(`${before.slice(0, 1_000)}${before.includes(': ') ? '' : ' in x'}`);
  const type = match?.[1];
  const rest = match && before.length > match[0].length ? before.slice(match[0].length) : match ? '' : before;
  return {
    type: type?.startsWith('\\') === true ? type.slice(1) : type,
    message: messageOf(rest.includes(', called in ') ? rest.replace(/ and defined$/, '') : rest),
    place,
    line,
    isCut: numbers[from] === 0 && (!isBegun || (start === from && !isBeginTold(text, hint))),
    follows: text.startsWith('Next ') ? 'wrapper' : undefined,
  };
}

/** Whether a header at the beginning of a text is whole: nothing but what came with it, or the word before its class, tells that. */
function isBeginTold(text: string, hint: StackHint): boolean {
  return hint.type !== undefined || hint.message !== undefined || text.includes('Uncaught ');
}

function monologHeader(line: Pick<CallLine, 'raw' | 'rawLine'>, match: RegExpExecArray): Header {
  const text = line.raw.trimEnd();
  const isEscaped = text.includes('"exception":"') || text.includes('[previous exception]');
  const inside = text.slice(match.index + match[0].length, text.endsWith(')') ? -1 : undefined);
  const { before, place } = splitPlace(inside, ' at ');
  return {
    type: isEscaped ? single(match[1]!) : match[1]!,
    message: messageOf(before),
    place: place && isEscaped ? unescapedPlace(place) : place,
    line,
    isEscaped,
    follows: text.includes('[previous exception]') ? 'cause' : undefined,
  };
}

function unescaped(call: CallLine): CallLine {
  const place = call.place === 'main' ? call.place : unescapedPlace(call.place);
  return { ...call, place, ...(call.function === undefined ? {} : { function: single(call.function) }) };
}

function unescapedPlace(place: PhpPlace): PhpPlace {
  return place.file === undefined ? place : { ...place, file: single(place.file) };
}

function single(text: string): string {
  return text.replaceAll('\\\\', '\\');
}

function isHeaderEnd(trimmed: string): boolean {
  if (trimmed === '' || trimmed === 'Stack trace:' || trimmed === '[stacktrace]') {
    return false;
  }
  return splitPlace(trimmed, ' in ').place !== undefined || MONOLOG.test(trimmed);
}

function isHeaderStart(raw: string): boolean {
  const type = HEADER_START.exec(raw.slice(0, 1_000))?.[1];
  return (
    type !== undefined &&
    (raw.startsWith('Next ') || raw.includes('Uncaught ') || /\\|Exception$|Error$/.test(type))
  );
}

function messageOf(message: string | undefined): string | undefined {
  return message?.trim();
}

/** Splits the place off the end of a header; messages hold the same word, so what follows it must be an absolute path. */
function splitPlace(text: string, word: string): { before: string; place?: PhpPlace } {
  for (
    let at = text.lastIndexOf(word), tries = 0;
    at !== -1 && tries < 8;
    at = text.lastIndexOf(word, at - 1), tries++
  ) {
    const printed = text.slice(at + word.length);
    const isAbsolute = printed.startsWith('/') || /^(?:[A-Za-z]:[\\/]|[a-z]{2,10}:\/\/|\\\\)/.test(printed);
    const place = isAbsolute ? parsePhpPlace(printed) : undefined;
    if (place) {
      return { before: text.slice(0, at), place };
    }
    if (at === 0) {
      break;
    }
  }
  return { before: text };
}
