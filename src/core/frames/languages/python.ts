import { base1 } from '../../../base/units';
import type { Draft, Frame, ParsedException } from '../frame';
import { kindOfPath } from '../frameKind';
import type { Section, SectionInput, StackLanguage } from '../language';

/** CPython tracebacks: chains, exception groups, `SyntaxError`; printed oldest call first. */
export const python: StackLanguage = {
  id: 'python',
  firsts: 'FTE|+',
  words: ['File "', 'Traceback (most recent call last):'],
  detect(line) {
    const content = unmargined(line).content;
    return isTracebackStart(content) || parseFrameLine(content) !== undefined;
  },
  parse(input) {
    return new Reader(input).read();
  },
};

const CAUSE = 'The above exception was the direct cause of the following exception:';
const CONTEXT = 'During handling of the above exception, another exception occurred:';

type Mode = 'frames' | 'message' | 'idle';

/** One level of nested groups: the margin in which its lines are printed, and the group they belong to. */
interface Level {
  readonly margin: number;
  readonly group: number | undefined;
  /** The exception before a separator, whose relation to the next one is known. */
  earlier: { readonly index: number; readonly relation: 'cause' | 'context' } | undefined;
}

class Reader {
  private readonly input: SectionInput;
  private readonly exceptions: Draft<ParsedException>[] = [];
  /** Oldest call first, as printed. */
  private frames: Draft<Frame>[] = [];
  private messages: string[] = [];
  private levels: Level[] = [{ margin: -1, group: undefined, earlier: undefined }];
  private mode: Mode = 'idle';
  private isOpen = false;
  /** Line at which the last message began; what is below it may belong to something else. */
  private messageLine: number | undefined;

  constructor(input: SectionInput) {
    this.input = input;
  }

  read(): Section {
    const { text, at } = this.input;
    let line = at;
    for (; line < text.lines.length; line++) {
      if (this.mode !== 'frames' && this.input.otherAt(line)) {
        break;
      }
      this.take(text.lines[line]!, line);
    }
    const headerFrom = this.messageLine === undefined ? line : this.messageLine + 1;
    const truncated = this.isOpen && this.mode === 'frames';
    this.close();
    const last = this.exceptions.at(-1);
    if (truncated && last) {
      last.truncated = true;
    }
    return { exceptions: this.exceptions, next: line, headerFrom };
  }

  private take(raw: string, line: number): void {
    const { margin, content } = unmargined(raw);
    const ruler = groupRuler(raw);
    if (ruler) {
      this.takeRuler(ruler);
      return;
    }
    if (isTracebackStart(content)) {
      this.close();
      this.enter(margin);
      this.isOpen = true;
      this.mode = 'frames';
      return;
    }
    const trimmed = content.trim();
    if (trimmed === CAUSE || trimmed === CONTEXT) {
      this.close();
      this.enter(margin);
      const index = this.exceptions.length - 1;
      if (index >= 0) {
        this.level().earlier = { index, relation: trimmed === CAUSE ? 'cause' : 'context' };
      }
      return;
    }
    this.takeLine(raw, line, content, trimmed);
  }

  private takeLine(raw: string, line: number, content: string, trimmed: string): void {
    const frame = this.input.isMessage(line) ? undefined : parseFrameLine(content);
    if (frame && this.mode !== 'message') {
      this.isOpen = true;
      this.mode = 'frames';
      const { lines, numbers } = this.input.text;
      const rawLine = numbers[line]!;
      // The margin that the line below has is missing.
      const isCut = rawLine === 0 && content === raw && unmargined(lines[line + 1] ?? '').margin !== -1;
      this.frames.push({ raw, rawLine, ...frame, ...(isCut ? { cut: true } : {}) });
      return;
    }
    if (this.mode === 'frames') {
      this.takeInFrames(content, trimmed, line);
    } else if (this.mode === 'message') {
      this.messages.push(content);
    }
  }

  private takeInFrames(content: string, trimmed: string, line: number): void {
    const last = this.frames.at(-1);
    const repeated = /^\[Previous line repeated (\d{1,9}) more times?\]$/.exec(trimmed);
    if (repeated && last) {
      last.elided = Number(repeated[1]);
    } else if (content.startsWith('    ')) {
      if (last && last.sourceText === undefined && !isCarets(trimmed)) {
        last.sourceText = trimmed;
      }
    } else if (trimmed !== '' && !content.startsWith(' ')) {
      this.mode = 'message';
      this.messageLine = line;
      this.messages.push(content);
    }
  }

  /** A line of hyphens: a member of the group begins, or its list ends. */
  private takeRuler(ruler: GroupRuler): void {
    this.close();
    if (ruler.opensList) {
      this.enter(ruler.margin);
      this.levels.push({ margin: ruler.margin + 2, group: this.lastIndex(), earlier: undefined });
    } else {
      this.enter(ruler.margin);
    }
    if (ruler.member === undefined) {
      if (this.levels.length > 1) {
        this.levels.pop();
      }
      this.mode = 'idle';
    } else {
      const level = this.level();
      level.earlier = undefined;
      // Members may be bare exceptions, without a traceback of their own.
      this.isOpen = true;
      this.mode = 'frames';
    }
  }

  private lastIndex(): number | undefined {
    return this.exceptions.length === 0 ? undefined : this.exceptions.length - 1;
  }

  /** Leaves the levels whose margin is further right. */
  private enter(margin: number): void {
    while (this.levels.length > 1 && this.levels.at(-1)!.margin > Math.max(margin, 0)) {
      this.levels.pop();
    }
    if (this.levels.length === 0) {
      this.levels.push({ margin: -1, group: undefined, earlier: undefined });
    }
  }

  private level(): Level {
    return this.levels.at(-1)!;
  }

  private close(): void {
    const hasContent = this.frames.length > 0 || this.messages.length > 0;
    if (this.isOpen && hasContent) {
      this.push();
    }
    this.frames = [];
    this.messages = [];
    this.isOpen = false;
    this.mode = 'idle';
  }

  private push(): void {
    const level = this.level();
    const index = this.exceptions.length;
    const owner = level.group;
    this.exceptions.push({
      language: 'python',
      ...parseLastLine(this.messages),
      relation: owner === undefined ? 'root' : 'group-member',
      ...(owner === undefined ? {} : { parent: this.input.firstIndex + owner }),
      frames: this.frames.reverse(),
    });
    const earlier = level.earlier;
    if (earlier) {
      level.earlier = undefined;
      const before = this.exceptions[earlier.index]!;
      before.relation = earlier.relation;
      before.parent = this.input.firstIndex + index;
    }
  }
}

interface Margined {
  /** Column of the `|` or `+` that marks a group's lines; -1 outside groups. */
  readonly margin: number;
  readonly content: string;
}

/** Cuts the margin of exception groups off a line. */
function unmargined(line: string): Margined {
  let at = 0;
  while (at < line.length && line.charCodeAt(at) === SPACE) {
    at++;
  }
  const mark = line.charCodeAt(at);
  if ((mark !== BAR && mark !== PLUS) || (at + 1 < line.length && line.charCodeAt(at + 1) !== SPACE)) {
    return { margin: -1, content: line };
  }
  return { margin: at, content: line.slice(at + 2) };
}

const SPACE = 0x20;
const BAR = 0x7c;
const PLUS = 0x2b;

interface GroupRuler {
  readonly margin: number;
  readonly opensList: boolean;
  /** `undefined` at the end of a list. */
  readonly member: string | undefined;
}

/** `+-+---------------- 1 ----------------`, `+---------------- 2 ----------------`, `+--------------------`. */
function groupRuler(line: string): GroupRuler | undefined {
  const trimmed = line.trim();
  if (!trimmed.startsWith('+-') || trimmed.length > 200) {
    return undefined;
  }
  const match = /^\+(-\+)?-{8,}(?: (\d{1,9}|\.\.\.) -{8,})?$/.exec(trimmed);
  if (!match) {
    return undefined;
  }
  return { margin: line.indexOf('+'), opensList: match[1] !== undefined, member: match[2] };
}

function isTracebackStart(content: string): boolean {
  const trimmed = content.trimStart();
  return (
    trimmed.startsWith('Traceback (most recent call last):') ||
    trimmed.startsWith('Exception Group Traceback (most recent call last):')
  );
}

function isCarets(trimmed: string): boolean {
  return trimmed !== '' && /^[\^~ ]+$/.test(trimmed);
}

type FrameParts = Omit<Draft<Frame>, 'raw' | 'rawLine'>;

/** `File "PATH", line N, in NAME`; of a `SyntaxError` without the name. */
function parseFrameLine(content: string): FrameParts | undefined {
  const start = content.length - content.trimStart().length;
  if (!content.startsWith('File "', start)) {
    return undefined;
  }
  const mark = '", line ';
  const quote = content.lastIndexOf(mark);
  if (quote < start + 6) {
    return undefined;
  }
  const match = /^(\d{1,10})(?:, in (.+))?$/.exec(content.slice(quote + mark.length));
  if (!match) {
    return undefined;
  }
  const file = content.slice(start + 6, quote);
  const lineNumber = Number(match[1]);
  const kind = kindOfPath(file);
  return {
    ...(match[2] === undefined ? {} : { function: match[2] }),
    file,
    ...(lineNumber > 0 ? { lineBase1: base1(lineNumber) } : {}),
    kind,
    inApp: kind === 'app',
  };
}

/** `module.Type: message`, with notes and further lines of the message below. */
function parseLastLine(lines: readonly string[]): { type?: string; message?: string } {
  const first = lines[0];
  if (first === undefined) {
    return {};
  }
  const colon = first.indexOf(':');
  const name = colon === -1 ? first.trim() : first.slice(0, colon);
  if (!/^[\p{L}_][\p{L}\d_.<>]{0,300}$/u.test(name)) {
    return { message: lines.join('\n').trimEnd() };
  }
  const message = [colon === -1 ? '' : first.slice(colon + 1).trimStart(), ...lines.slice(1)]
    .join('\n')
    .trim();
  return message === '' ? { type: name } : { type: name, message };
}
