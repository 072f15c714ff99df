import { CharSet } from '../charSet';
import { DOTNET_FIRSTS, parseDotnetFrame } from './dotnetFrame';
import type { Draft, ExceptionRelation, Frame, ParsedException } from '../frame';
import { exceptionFrom, withItem } from '../frameParts';
import { NO_HINT, type Section, type SectionInput, type StackHint, type StackLanguage } from '../language';

/** `Exception.ToString()` of .NET and Mono: outermost header first, innermost frames first. */
export const dotnet: StackLanguage<Draft<Frame>> = {
  id: 'dotnet',
  firsts: DOTNET_FIRSTS,
  words: ['('],
  detect(line) {
    return parseDotnetFrame(line, 0) ?? false;
  },
  parse(input, first) {
    return new Reader(input).read(first);
  },
};

const INNER = ' ---> ';
const MEMBER = /^-{0,2}-> \([^()]{1,60}#\d{1,9}\) /;

interface Header {
  readonly type?: string;
  readonly message?: string;
}

class Reader {
  private readonly input: SectionInput;
  private exceptions: Draft<ParsedException>[] = [];
  /** Of each exception, as they come. */
  private frames: Draft<Frame>[][] = [];
  /** Exceptions whose own frames are still to come, the innermost last. */
  private stack: number[] = [];
  /** How deep the stack was where each open member of an `AggregateException` began; frames of a member printed twice are dropped. */
  private readonly members: { readonly depth: number; readonly isTwice: boolean }[] = [];
  private header: string[] = [];
  private hasFrames = false;

  constructor(input: SectionInput) {
    this.input = input;
  }

  read(first: Draft<Frame>): Section {
    const { text, headerFrom, at } = this.input;
    this.header = headerLines(text.lines, headerFrom, at);
    first.rawLine = text.numbers[at]!;
    this.takeFrame(first, first.raw);
    let line = at + 1;
    for (; line < text.lines.length; line++) {
      const raw = text.lines[line]!;
      const frame = this.input.isMessage(line)
        ? undefined
        : parseDotnetFrame(raw, text.numbers[line]!, this.hasFrames);
      if (frame) {
        this.takeFrame(frame, raw);
      } else if (this.input.otherAt(line)) {
        break;
      } else {
        this.takeOther(raw);
      }
    }
    if (isInnerStart(this.header[0])) {
      this.openHeader();
    }
    return { exceptions: this.finish(), next: line, headerFrom: line - this.header.length };
  }

  private takeFrame(frame: Draft<Frame>, raw: string): void {
    this.openHeader();
    if (this.members.at(-1)?.isTwice !== true) {
      const index = this.stack.at(-1) ?? 0;
      this.frames[index] = withItem(this.frames[index] ?? [], frame);
    }
    this.hasFrames = true;
    if (raw.trimEnd().endsWith('<---')) {
      this.endMember();
    }
  }

  private takeOther(raw: string): void {
    const trimmed = raw.trim();
    if (isSeparator(trimmed)) {
      this.openHeader();
      if (isEndOfInner(raw, trimmed) && this.stack.length > 1 && this.members.at(-1)?.isTwice !== true) {
        this.stack.pop();
      }
    } else if (MEMBER.test(trimmed.slice(0, 100))) {
      this.openHeader();
      this.header = [trimmed];
    } else if (this.header.length > 0) {
      this.header.push(raw);
    } else if (trimmed === '<---') {
      this.endMember();
    } else if (isInnerStart(trimmed) || (this.hasFrames && startsException(raw))) {
      this.header = [raw];
    }
    if (trimmed.endsWith('<---') && this.header.length > 0) {
      this.header[this.header.length - 1] = raw.trimEnd().slice(0, -4);
      this.openHeader();
      this.endMember();
    }
  }

  private endMember(): void {
    const member = this.members.pop();
    if (member) {
      this.stack = this.stack.slice(0, member.depth);
    }
  }

  /** Turns the collected header lines into exceptions, each the inner one of that before. */
  private openHeader(): void {
    const lines = this.header;
    this.header = [];
    const first = lines[0];
    if (first === undefined) {
      if (this.exceptions.length === 0) {
        this.push(this.input.firstIndex === 0 ? this.input.hint : NO_HINT, 'root', undefined);
      }
      return;
    }
    const member = MEMBER.exec(first.trimStart().slice(0, 100));
    let parent: number | undefined;
    let relation: ExceptionRelation = 'root';
    let text = lines.join('\n');
    if (member) {
      parent = this.group();
      relation = 'group-member';
      text = text.trimStart().slice(member[0].length);
      const header = parseHeader(text.split(INNER)[0]!, {});
      const isTwice = this.isKnownMember(parent, header);
      this.members.push({ depth: this.stack.length, isTwice });
      if (isTwice) {
        return;
      }
    } else if (isInnerStart(first)) {
      parent = this.stack.at(-1);
      relation = parent === undefined ? 'root' : this.relationTo(parent);
      text = text.trimStart().slice(INNER.trimStart().length);
    } else {
      this.stack = [];
    }
    for (const part of splitInner(text)) {
      const isFirst = this.exceptions.length === 0 && this.input.firstIndex === 0;
      parent = this.push(parseHeader(part, isFirst ? this.input.hint : NO_HINT), relation, parent);
      relation = this.relationTo(parent);
    }
  }

  private push(header: StackHint, relation: ExceptionRelation, parent: number | undefined): number {
    const index = this.exceptions.length;
    const exception = exceptionFrom('dotnet', header.type, header.message, []);
    exception.relation = relation;
    if (parent !== undefined) {
      exception.parent = parent;
    }
    this.exceptions = withItem(this.exceptions, exception);
    this.frames = withItem(this.frames, []);
    this.stack = withItem(this.stack, index);
    return index;
  }

  private relationTo(parent: number): ExceptionRelation {
    return this.exceptions[parent]!.type?.endsWith('AggregateException') === true ? 'group-member' : 'cause';
  }

  /** The innermost open exception that holds others. */
  private group(): number {
    const open = this.stack.findLast((index) => this.relationTo(index) === 'group-member');
    return open ?? this.stack.at(-1) ?? 0;
  }

  /** The first member is also the inner exception, and older runtimes print it in both places. */
  private isKnownMember(parent: number, header: Header): boolean {
    return (
      this.exceptions.some(
        (other) =>
          other.parent === parent &&
          other.type === header.type &&
          other.message?.trim() === header.message?.trim(),
      ) && this.members.length === 0
    );
  }

  private finish(): Draft<ParsedException>[] {
    this.exceptions.forEach((exception, index) => {
      exception.frames = this.frames[index]!;
      if (exception.parent !== undefined) {
        exception.parent += this.input.firstIndex;
      }
    });
    return this.exceptions;
  }
}

const TYPE = /^(?:[\p{L}_][\p{L}\d_]*[.+])+[\p{L}_][\p{L}\d_`+[\].,]*$/u;

function startsException(line: string): boolean {
  return typeIn(line.trim()) !== undefined;
}

/** The type a header begins with; one without a namespace must be called an exception. */
function typeIn(text: string): string | undefined {
  const end = TYPE_CHARS.endOfAll(text, 0, Math.min(text.length, LONGEST_TYPE));
  const name = end < LONGEST_TYPE && isTypeEnd(text, end) ? text.slice(0, end) : '';
  return TYPE.test(name) || /^[\p{L}_][\p{L}\d_]*Exception$/u.test(name) ? name : undefined;
}

const TYPE_CHARS = new CharSet('_.+`[],');
const LONGEST_TYPE = 400;

/** A type is followed by its message, a code in parentheses, a line end or nothing. */
function isTypeEnd(text: string, end: number): boolean {
  return (
    end === text.length ||
    text.charCodeAt(end) === 0x0a ||
    text.startsWith(': ', end) ||
    text.startsWith(' (0x', end) ||
    (end === text.length - 1 && text.endsWith(':'))
  );
}

/** The lines above the first frame from the one that begins with a type on; all where none does. */
function headerLines(lines: readonly string[], from: number, to: number): string[] {
  if (from === to) {
    return [];
  }
  const own = lines.slice(from, to);
  const plain = own.map((line) =>
    line.replace(/^(?:Unhandled [Ee]xception[.:] ?|\[ERROR\] FATAL UNHANDLED EXCEPTION: )/, ''),
  );
  const start = plain.findIndex(startsException);
  if (start !== -1) {
    return plain.slice(start);
  }
  const last = plain.findLastIndex((line) => line.trim() !== '');
  return last === -1 ? [] : plain.slice(last, last + 1);
}

function parseHeader(text: string, hint: StackHint): Header {
  const type =
    typeIn(text) ?? (hint.type !== undefined && text.startsWith(`${hint.type}: `) ? hint.type : undefined);
  if (type === undefined) {
    return text.trim() === '' ? {} : { message: text.trim() };
  }
  const rest = text.slice(type.length);
  const colon = rest.indexOf(':');
  const message = (colon === -1 ? '' : rest.slice(colon + 1)).trim();
  return message === '' ? { type } : { type, message };
}

/** The headers of a chain: `A: a ---> B: b`, on one line or several. What follows an arrow must be a type, as messages hold arrows too. */
function splitInner(text: string): string[] {
  const parts: string[] = [];
  let start = 0;
  for (let at = text.indexOf('---> '); at !== -1; at = text.indexOf('---> ', at + 5)) {
    const isArrow = at === 0 || /\s/.test(text.charAt(at - 1));
    if (isArrow && typeIn(text.slice(at + 5, at + 505)) !== undefined) {
      parts.push(text.slice(start, at).trim());
      start = at + 5;
    }
  }
  parts.push(text.slice(start).trim());
  return parts;
}

function isInnerStart(line: string | undefined): boolean {
  return (
    line?.includes('---> ') === true &&
    line.trimStart().startsWith('---> ') &&
    typeIn(line.trimStart().slice(5)) !== undefined
  );
}

/** `--- End of inner exception stack trace ---`, in any language. */
function isSeparator(trimmed: string): boolean {
  return trimmed.startsWith('--- ') && trimmed.endsWith(' ---') && trimmed.length < 200;
}

/**
 * The end of an inner exception is indented; that of an earlier part of the same one, where an `await` went on, is not. On a
 * line that held the whole stack only the words tell.
 */
function isEndOfInner(raw: string, trimmed: string): boolean {
  return INNER_WORD.test(trimmed) || (raw.startsWith('   ') && !trimmed.includes('previous location'));
}

const INNER_WORD = /\b(?:inner|intern|indre)|внутрен|wewn|vnit|内部|내부|İç /iu;
