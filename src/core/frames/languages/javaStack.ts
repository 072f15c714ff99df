import type { Draft, ExceptionRelation, Frame, ParsedException, StackLanguageId } from '../frame';
import { findJvmHeader, isJvmHeader, parseJvmHeader } from './jvmHeader';
import { withItem } from '../frameParts';
import type { Section, SectionInput } from '../language';
import { indentOf } from '../lineNumber';

/** A language whose stacks look as `printStackTrace` writes them. */
export interface JavaDialect {
  readonly language: StackLanguageId;
  readonly parseFrame: (raw: string, rawLine: number) => Draft<Frame> | undefined;
  /** Reads the last line of a text that was cut inside a frame. */
  readonly parseCutFrame: (raw: string, rawLine: number) => Draft<Frame> | undefined;
}

/** Reads exceptions with their causes and suppressed ones, until a line of another language. */
export function readJavaStack(input: SectionInput, first: Draft<Frame>, dialect: JavaDialect): Section {
  return new Reader(input, dialect).read(first);
}

/** An exception whose frames are being read. */
interface Open {
  readonly exception: Draft<ParsedException>;
  frames: Draft<Frame>[];
  /** Indent of its header: suppressed exceptions stand further right than the one they belong to. */
  readonly indent: number;
  /** Lines of its header and message, `Caused by: ` cut off. */
  readonly header: string[];
  /** Begun by a line between calls that looks like a header; it counts once a call follows. */
  readonly isGuess: boolean;
}

const CAPTIONS = [
  ['Caused by: ', 'cause'],
  ['Suppressed: ', 'suppressed'],
  ['Wrapped by: ', 'root'],
] as const;

function captionOf(trimmed: string): (typeof CAPTIONS)[number] | undefined {
  for (const caption of CAPTIONS) {
    if (trimmed.startsWith(caption[0])) {
      return caption;
    }
  }
  return undefined;
}

class Reader {
  private readonly input: SectionInput;
  private readonly dialect: JavaDialect;
  private open: Open[] = [];
  /** Last line that is surely of this section: a call, or the caption of a chain. */
  private lastOwn = 0;

  constructor(input: SectionInput, dialect: JavaDialect) {
    this.input = input;
    this.dialect = dialect;
  }

  read(first: Draft<Frame>): Section {
    const { text, headerFrom, at } = this.input;
    const { line: header, content, isCause } = findJvmHeader(text.lines, headerFrom, at);
    const indent = header === undefined ? 0 : indentOf(text.lines[header]!);
    if (isCause === true && this.input.firstIndex > 0) {
      // The exception before is of another language.
      this.begin('cause', -1, indent, content);
    } else {
      this.begin('root', undefined, indent, content);
    }
    for (let line = (header ?? at) + 1; line < at; line++) {
      this.takeOther(line);
    }
    first.rawLine = text.numbers[at]!;
    this.takeFrame(first, at);
    let line = at + 1;
    for (; line < text.lines.length; line++) {
      if (!this.take(line)) {
        break;
      }
    }
    if (this.open.length > 1 && this.last().isGuess && !this.hasCalls(this.last())) {
      this.open.pop();
    }
    const exceptions = this.open.map((open, index) => this.finish(open, index));
    return { exceptions, next: line, headerFrom: this.lastOwn + 1 };
  }

  /** Whether the line belongs to this section. */
  private take(line: number): boolean {
    const { text } = this.input;
    const raw = text.lines[line]!;
    const frame = this.input.isMessage(line) ? undefined : this.dialect.parseFrame(raw, text.numbers[line]!);
    if (frame) {
      this.takeFrame(frame, line);
      return true;
    }
    if (this.input.otherAt(line)) {
      return false;
    }
    if (line === text.lines.length - 1 && raw.trimStart().startsWith('at ')) {
      this.takeCut(raw, text.numbers[line]!);
      return true;
    }
    this.takeOther(line);
    return true;
  }

  private takeFrame(frame: Draft<Frame>, line: number): void {
    const open = this.last();
    open.frames = withItem(open.frames, frame);
    this.lastOwn = line;
  }

  private takeCut(raw: string, rawLine: number): void {
    const frame = this.dialect.parseCutFrame(raw, rawLine);
    if (frame) {
      this.last().frames.push(frame);
    }
    this.last().exception.truncated = true;
  }

  private takeOther(line: number): void {
    const raw = this.input.text.lines[line]!;
    const trimmed = raw.trim();
    if (this.input.isMessage(line)) {
      this.last().header.push(trimmed);
      return;
    }
    const indent = indentOf(raw);
    const omitted = omittedCalls(trimmed);
    if (omitted > 0) {
      this.omit(omitted);
      this.lastOwn = line;
      return;
    }
    if (trimmed.includes('[CIRCULAR REFERENCE:')) {
      return;
    }
    const caption = captionOf(trimmed);
    if (caption) {
      this.lastOwn = line;
      this.chain(caption[1], indent, trimmed.slice(caption[0].length));
    } else if (!this.hasCalls(this.last())) {
      this.last().header.push(trimmed);
    } else if (isJvmHeader(trimmed)) {
      this.begin('root', undefined, indent, trimmed, true);
    }
  }

  private chain(relation: 'cause' | 'suppressed' | 'root', indent: number, header: string): void {
    if (relation === 'root') {
      // Logback's root-first order: what was printed before led to this one.
      const before = this.last();
      this.begin('root', undefined, indent, header);
      before.exception.relation = 'cause';
      before.exception.parent = this.indexOf(this.open.length - 1);
      return;
    }
    this.begin(relation, this.ownerAt(indent, relation), indent, header);
  }

  /** A cause belongs to the exception before it at its own indent, a suppressed one to that further left. */
  private ownerAt(indent: number, relation: 'cause' | 'suppressed'): number {
    for (let i = this.open.length - 1; i >= 0; i--) {
      const other = this.open[i]!.indent;
      if (relation === 'cause' ? other <= indent : other < indent) {
        return i;
      }
    }
    // The indents were lost on the way.
    const owner = this.open.findLastIndex(({ exception }) => exception.relation !== 'suppressed');
    return Math.max(owner, 0);
  }

  private begin(
    relation: ExceptionRelation,
    owner: number | undefined,
    indent: number,
    header: string | undefined,
    isGuess = false,
  ): void {
    const exception: Draft<ParsedException> = { language: this.dialect.language, relation, frames: [] };
    if (owner !== undefined) {
      exception.parent = this.indexOf(owner);
    }
    this.open = withItem(this.open, {
      exception,
      frames: [],
      indent,
      header: header === undefined ? [] : [header],
      isGuess,
    });
  }

  private indexOf(own: number): number {
    return this.input.firstIndex + own;
  }

  private omit(count: number): void {
    const { exception, frames } = this.last();
    exception.commonWithParent = count;
    const frame = frames.at(-1);
    if (frame) {
      frame.elided = (frame.elided ?? 0) + count;
    }
  }

  private last(): Open {
    return this.open.at(-1)!;
  }

  private hasCalls({ frames, exception }: Open): boolean {
    return frames.length > 0 || exception.commonWithParent !== undefined;
  }

  private finish(open: Open, index: number): Draft<ParsedException> {
    const { exception } = open;
    exception.frames = open.frames;
    // Lines below a header that no call followed are the log's, not the message's.
    const header = this.hasCalls(open) ? open.header : open.header.slice(0, 1);
    const isFirst = index === 0 && this.input.firstIndex === 0;
    const { type, message, thread } = parseJvmHeader(header, isFirst ? this.input.hint : {});
    if (type !== undefined) {
      exception.type = type;
    }
    if (message !== undefined) {
      exception.message = message;
    }
    if (thread !== undefined) {
      exception.thread = thread;
    }
    return exception;
  }
}

/** `... 4 more`, Logback's `... 4 common frames omitted`. */
function omittedCalls(trimmed: string): number {
  if (!trimmed.startsWith('... ')) {
    return 0;
  }
  const match = /^\.\.\. (\d{1,9}) (?:more|common frames? omitted)/.exec(trimmed);
  return match ? Number(match[1]) : 0;
}
