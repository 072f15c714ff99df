import { markBunEval } from './bunEval';
import type { Draft, ExceptionRelation, Frame, ParsedException } from '../frame';
import { exceptionFrom, withItem } from '../frameParts';
import { NO_HINT, type Section, type SectionInput, type StackLanguage } from '../language';
import { splitSourceExcerpt, type SourceExcerpt } from '../sourceExcerpt';
import { parseV8Frame } from './v8Frame';
import { looksLikeErrorHeader, parseErrorHeader } from './v8Header';

/** Stacks as V8 prints them, with the blocks that `util.inspect` adds for causes and grouped errors. */
export const javascript: StackLanguage<Draft<Frame>> = {
  id: 'javascript',
  firsts: 'a',
  words: ['at '],
  detect(line) {
    return parseV8Frame(line, 0) ?? false;
  },
  parse(input, first) {
    return new Reader(input).read(first);
  },
};

/** A header whose first frame has not come yet. */
interface Opening {
  readonly relation: ExceptionRelation;
  readonly parent: number | undefined;
  readonly indent: number;
  readonly lines: string[];
}

/** An error whose frames are being read, and how far its header is indented. */
interface OpenError {
  readonly exception: Draft<ParsedException>;
  readonly frames: Draft<Frame>[];
  readonly indent: number;
}

const CLOSERS = new Set(['}', '},', ']', '],', '})', '}]']);

class Reader {
  private readonly input: SectionInput;
  private errors: OpenError[] = [];
  /** Exceptions whose `[errors]` list is open, and how far its members are indented. */
  private readonly groups: { readonly owner: number; readonly indent: number }[] = [];
  private opening: Opening | undefined;
  private excerpt: SourceExcerpt | undefined;
  /** Line of the last frame. */
  private lastFrame = 0;

  constructor(input: SectionInput) {
    this.input = input;
  }

  read(first: Draft<Frame>): Section {
    const { text, headerFrom, at } = this.input;
    const { header, excerpt } = splitSourceExcerpt(text, headerFrom, at);
    this.excerpt = excerpt;
    this.opening = { relation: 'root', parent: undefined, indent: 0, lines: [] };
    for (let line = header; line < at; line++) {
      this.takeOther(text.lines[line]!);
    }
    first.rawLine = text.numbers[at]!;
    this.takeFrame(first);
    this.lastFrame = at;
    let line = at + 1;
    for (; line < text.lines.length; line++) {
      const frame = this.input.isMessage(line)
        ? undefined
        : parseV8Frame(text.lines[line]!, text.numbers[line]!);
      if (frame) {
        this.takeFrame(frame);
        this.lastFrame = line;
      } else if (this.input.otherAt(line)) {
        break;
      } else {
        this.takeOther(text.lines[line]!);
      }
    }
    if (line === text.lines.length) {
      this.closeWithoutFrames();
    }
    const exceptions = this.errors.map(({ exception, frames }) => {
      markBunEval(frames);
      return exception;
    });
    return { exceptions, next: line, headerFrom: this.lastFrame + 1 };
  }

  private takeFrame(frame: Draft<Frame>): void {
    if (this.opening) {
      this.begin(this.opening, frame);
    } else {
      this.errors.at(-1)?.frames.push(frame);
    }
  }

  private takeOther(line: string): void {
    const trimmed = line.trim();
    const indent = line.length - line.trimStart().length;
    const elided = elidedCalls(trimmed);
    if (elided > 0) {
      this.elide(elided);
    } else if (trimmed.startsWith('[cause]: ')) {
      this.closeWithoutFrames();
      this.announce('cause', this.ownerAt(indent), indent, trimmed.slice(9));
    } else if (trimmed.startsWith('Caused by: ')) {
      this.closeWithoutFrames();
      this.announce('cause', this.errors.length - 1, indent, trimmed.slice(11));
    } else if (trimmed.startsWith('[errors]: [')) {
      this.closeWithoutFrames();
      this.groups.push({ owner: this.ownerAt(indent), indent: indent + 2 });
    } else if (this.opening) {
      this.continueOpening(this.opening, line, trimmed, indent);
    } else {
      this.takeBetweenFrames(trimmed, indent);
    }
  }

  private elide(count: number): void {
    if (this.opening) {
      this.begin(this.opening);
    }
    const last = this.errors.at(-1)?.frames.at(-1);
    if (last) {
      last.elided = (last.elided ?? 0) + count;
    }
  }

  private announce(relation: ExceptionRelation, owner: number, indent: number, header: string): void {
    const parent = owner < 0 ? undefined : owner;
    this.opening = { relation: parent === undefined ? 'root' : relation, parent, indent, lines: [header] };
  }

  /** The exception inside whose braces a line of this indent stands. */
  private ownerAt(indent: number): number {
    let owner = this.errors.length - 1;
    while (owner > 0 && this.errors[owner]!.indent >= indent) {
      const { parent } = this.errors[owner]!.exception;
      owner = parent === undefined ? owner - 1 : parent - this.input.firstIndex;
    }
    return owner;
  }

  private continueOpening(opening: Opening, line: string, trimmed: string, indent: number): void {
    const isOver = opening.parent !== undefined && indent <= opening.indent && CLOSERS.has(trimmed);
    if (isOver) {
      this.closeWithoutFrames();
      this.takeBetweenFrames(trimmed, indent);
      return;
    }
    const hasProperties = opening.lines.length > 0 && opening.lines[0]!.endsWith('] {');
    if (!hasProperties && (trimmed !== '' || opening.lines.length > 0)) {
      const isFirst = opening.lines.length === 0;
      opening.lines.push(isFirst ? trimmed : line.slice(Math.min(opening.indent, indent)));
    }
  }

  /** A property, a brace, the next member of a group, or the header of another error. */
  private takeBetweenFrames(trimmed: string, indent: number): void {
    const group = this.groups.at(-1);
    if (CLOSERS.has(trimmed)) {
      if (indent < (group?.indent ?? 0)) {
        this.groups.pop();
      }
      return;
    }
    if (group?.indent === indent && looksLikeErrorHeader(trimmed)) {
      this.announce('group-member', group.owner, indent, trimmed);
      return;
    }
    const colon = trimmed.indexOf(': ');
    if (indent > 0 && colon > 0 && looksLikeErrorHeader(trimmed.slice(colon + 2)) && !trimmed.endsWith(',')) {
      this.announce('context', this.ownerAt(indent), indent, trimmed.slice(colon + 2));
    } else if (indent === 0 && looksLikeErrorHeader(trimmed)) {
      this.opening = { relation: 'root', parent: undefined, indent, lines: [trimmed] };
    }
  }

  /** Ends an opening that no frame followed. What was announced, or owns what follows, is an exception all the same. */
  private closeWithoutFrames(): void {
    const opening = this.opening;
    if (opening && opening.lines.length > 0 && (opening.parent !== undefined || this.errors.length === 0)) {
      this.begin(opening);
    }
    this.opening = undefined;
  }

  private begin(opening: Opening, first?: Draft<Frame>): void {
    this.opening = undefined;
    const { lines, parent, relation, indent } = opening;
    const isFirst = this.errors.length === 0 && this.input.firstIndex === 0;
    const hint = isFirst ? this.input.hint : NO_HINT;
    const header = lines.length === 0 ? hint : parseErrorHeader(lines, hint);
    const frames = first ? [first] : [];
    if (this.excerpt && header.type === 'SyntaxError') {
      frames.unshift(this.excerpt.frame);
    }
    this.excerpt = undefined;
    const exception = exceptionFrom('javascript', header.type, header.message, frames);
    exception.relation = relation;
    if (parent !== undefined) {
      exception.parent = this.input.firstIndex + parent;
    }
    this.errors = withItem(this.errors, { exception, frames, indent });
  }
}

/** `... 2 lines matching cause stack trace ...`, `... skipping 22 frames`. */
function elidedCalls(trimmed: string): number {
  if (!trimmed.startsWith('... ')) {
    return 0;
  }
  const match = /^\.\.\. (?:skipping )?(\d{1,9}) (?:lines matching|frames|more)/.exec(trimmed);
  return match ? Number(match[1]) : 0;
}
