import type { Draft, ExceptionRelation, Frame, ParsedException } from '../frame';
import { exceptionFrom } from '../frameParts';
import type { Section, SectionInput, StackHint, StackLanguage } from '../language';
import { parsePhpCall, parsePhpPlace, phpFrame, type PhpCall, type PhpPlace } from './phpFrame';

/**
 * PHP's own stacks: the place of the throw is in the header, and each line tells where a function was called from. Frames pair
 * each place with the function it is in, which the next line names. Causes come first, then `Next`.
 */
export const php: StackLanguage = {
  id: 'php',
  firsts: '#',
  words: ['#'],
  detect(line) {
    return parsePhpCall(line) ?? false;
  },
  parse(input) {
    return new Reader(input).read();
  },
};

interface Line {
  readonly raw: string;
  readonly number: number;
}

interface CallLine extends PhpCall, Line {}

interface Header {
  readonly type?: string;
  readonly message?: string;
  readonly place?: PhpPlace;
  readonly line?: Line;
  readonly follows: 'cause' | 'wrapper' | undefined;
  /** The lines stand in a JSON string: backslashes are doubled. */
  readonly isEscaped?: boolean;
  /** The text begins inside the message: the beginning is missing. */
  readonly isCut?: boolean;
}

class Reader {
  private readonly input: SectionInput;
  private readonly exceptions: Draft<ParsedException>[] = [];
  private header: Line[] = [];
  private calls: CallLine[] | undefined;
  private opened: Line[] = [];

  constructor(input: SectionInput) {
    this.input = input;
  }

  read(): Section {
    const { text, headerFrom, at } = this.input;
    let line = headerFrom;
    for (; line < text.lines.length; line++) {
      const own: Line = { raw: text.lines[line]!, number: text.numbers[line]! };
      const call = line < at || this.input.isMessage(line) ? undefined : parsePhpCall(own.raw);
      if (call) {
        this.takeCall({ raw: own.raw, number: own.number, place: call.place, function: call.function });
      } else if (line > at && this.input.otherAt(line)) {
        break;
      } else {
        this.header.push(own);
      }
    }
    this.close(line === text.lines.length);
    return { exceptions: this.exceptions, next: line, headerFrom: line - this.header.length };
  }

  private takeCall(call: CallLine): void {
    if (!this.calls || call.raw.trimStart().startsWith('#0 ')) {
      this.close(false);
      this.opened = this.header;
      this.calls = [];
    }
    this.header = [];
    this.calls.push(call);
  }

  private close(isEnd: boolean): void {
    const calls = this.calls;
    if (!calls) {
      return;
    }
    this.calls = undefined;
    const isFirst = this.exceptions.length === 0 && this.input.firstIndex === 0;
    const header = parseHeader(this.opened, isFirst ? this.input.hint : {});
    const index = this.exceptions.length;
    const { relation, parent } = this.relate(header.follows, index);
    const isCut =
      isEnd && calls.at(-1)?.place !== 'main' && this.header.some(({ raw }) => raw.startsWith('#'));
    const frames = alignedFrames(header, header.isEscaped ? calls.map(unescaped) : calls);
    const exception = exceptionFrom('php', header.type, header.message, frames);
    exception.relation = relation;
    if (parent !== undefined) {
      exception.parent = parent;
    }
    if (isCut) {
      exception.truncated = true;
    }
    this.exceptions.push(exception);
  }

  private relate(
    follows: Header['follows'],
    index: number,
  ): { relation: ExceptionRelation; parent?: number } {
    const before = this.exceptions[index - 1];
    if (before && follows === 'wrapper') {
      before.relation = 'cause';
      before.parent = this.input.firstIndex + index;
    }
    return before && follows === 'cause'
      ? { relation: 'cause', parent: this.input.firstIndex + index - 1 }
      : { relation: 'root' };
  }
}

function alignedFrames(header: Header, calls: readonly CallLine[]): Draft<Frame>[] {
  const frames: Draft<Frame>[] = [];
  const first = calls[0]!;
  if (header.place && header.line && !isBuiltin(header.place, first)) {
    const frame = phpFrame(header.line.raw, header.line.number, header.place, enclosing(first));
    frames.push(header.isCut === true ? { ...frame, cut: true } : frame);
  } else if (first.function !== undefined) {
    // A function of the interpreter threw, or the place of the throw was not printed.
    const kind = header.place ? 'runtime' : 'unknown';
    frames.push({ raw: first.raw, rawLine: first.number, function: first.function, kind, inApp: false });
  }
  calls.forEach((call, index) => {
    if (call.place !== 'main') {
      frames.push(phpFrame(call.raw, call.number, call.place, enclosing(calls[index + 1])));
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
function parseHeader(lines: readonly Line[], hint: StackHint): Header {
  const last = lines.findLastIndex(({ raw }) => isHeaderEnd(raw.trim()));
  if (last === -1) {
    return {
      ...(hint.type === undefined ? {} : { type: hint.type }),
      ...messageOf(hint.message),
      follows: undefined,
    };
  }
  const line = lines[last]!;
  const monolog = MONOLOG.exec(line.raw);
  if (monolog) {
    return monologHeader(line, monolog);
  }
  const own = lines.slice(0, last + 1).map(({ raw }) => raw);
  const start = own.findIndex((raw) => isHeaderStart(raw));
  const text = own.slice(start === -1 ? last : start).join('\n');
  const { before, place } = splitPlace(text.trimEnd(), ' in ');
  const match = HEADER_START.exec(`${before}${before.includes(': ') ? '' : ' in x'}`.slice(0, 1_000));
  const type = match?.[1];
  const rest = match && before.length > match[0].length ? before.slice(match[0].length) : match ? '' : before;
  return {
    ...(type === undefined ? {} : { type: type.startsWith('\\') ? type.slice(1) : type }),
    ...messageOf(rest.includes(', called in ') ? rest.replace(/ and defined$/, '') : rest),
    ...(place ? { place, line } : {}),
    isCut: lines[0]?.number === 0 && (start === -1 || (start === 0 && !isBeginTold(text, hint))),
    follows: text.startsWith('Next ') ? 'wrapper' : undefined,
  };
}

/** Whether a header at the beginning of a text is whole: nothing but what came with it, or the word before its class, tells that. */
function isBeginTold(text: string, hint: StackHint): boolean {
  return hint.type !== undefined || hint.message !== undefined || text.includes('Uncaught ');
}

function monologHeader(line: Line, match: RegExpExecArray): Header {
  const text = line.raw.trimEnd();
  const isEscaped = text.includes('"exception":"') || text.includes('[previous exception]');
  const inside = text.slice(match.index + match[0].length, text.endsWith(')') ? -1 : undefined);
  const { before, place } = splitPlace(inside, ' at ');
  return {
    type: isEscaped ? single(match[1]!) : match[1]!,
    ...messageOf(before),
    ...(place ? { place: isEscaped ? unescapedPlace(place) : place, line } : {}),
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

function messageOf(message: string | undefined): { message?: string } {
  return message === undefined || message.trim() === '' ? {} : { message: message.trim() };
}

/** Splits the place off the end of a header; messages hold the same word, so what follows it must be an absolute path. */
function splitPlace(text: string, word: string): { before: string; place?: PhpPlace } {
  for (
    let at = text.lastIndexOf(word), tries = 0;
    at !== -1 && tries < 8;
    at = text.lastIndexOf(word, at - 1), tries++
  ) {
    const printed = text.slice(at + word.length);
    const place = /^(?:\/|[A-Za-z]:[\\/]|[a-z]{2,10}:\/\/|\\\\)/.test(printed)
      ? parsePhpPlace(printed)
      : undefined;
    if (place) {
      return { before: text.slice(0, at), place };
    }
    if (at === 0) {
      break;
    }
  }
  return { before: text };
}
