import type { Base1 } from '../../../base/units';
import type { Draft, Frame, FrameKind, ParsedException } from '../frame';
import { frameFrom, hintFor, mayLackStart } from '../frameParts';
import type { Section, SectionInput, StackHint, StackLanguage } from '../language';
import { lineNumberFrom } from '../lineNumber';

/**
 * Backtraces of Ruby in either order of calls, with their causes. The first line of an exception holds its message and its newest
 * call; nothing separates a cause from what it led to.
 */
export const ruby: StackLanguage = {
  id: 'ruby',
  words: [':in `', ":in '", 'Traceback (most'],
  detect(line, next) {
    return line.startsWith('Traceback (most')
      ? next !== undefined && parseRubyLine(next)?.isNumbered === true
      : parseRubyLine(line) !== undefined;
  },
  parse(input) {
    return new Reader(input).read();
  },
};

interface RubyLine {
  readonly place: RubyPlace;
  readonly label: string;
  /** `from …`: a caller. */
  readonly isFrom: boolean;
  /** `3: from …`: the oldest call comes first. */
  readonly isNumbered: boolean;
  /** What follows the call: the message. */
  readonly message?: string;
}

interface RubyPlace {
  readonly file?: string;
  readonly lineBase1?: Base1;
  readonly isEval: boolean;
}

interface Open {
  readonly message: string[];
  readonly frames: Draft<Frame>[];
  readonly labels: string[];
  hasHeader: boolean;
}

const IS_TOP = /<(?:main|top \(required\))>$/;
const LEVELS = /^\s{1,8}\.\.\. (\d{1,9}) levels\.\.\./;

/** Lines like headers that one message is read over; they are read again where no callers follow. */
const MOST_LOOK_ALIKES = 8;

class Reader {
  private readonly input: SectionInput;
  private readonly found: Open[] = [];
  private isOldestFirst = false;
  private line: number;

  constructor(input: SectionInput) {
    this.input = input;
    this.line = input.at;
  }

  read(): Section {
    const { lines } = this.input.text;
    let waiting: string[] = [];
    let end = this.line;
    let lookAlikes = 0;
    for (; this.line < lines.length; this.line++) {
      const raw = lines[this.line]!;
      const isMessage = this.input.isMessage(this.line);
      const own = isMessage ? undefined : parseRubyLine(raw);
      const levels = raw.includes(' levels...') ? LEVELS.exec(raw.slice(0, 60)) : null;
      if (own && !(this.canHaveMoreMessage() && this.isInMessage(own))) {
        for (const line of waiting) {
          this.found.at(-1)?.message.push(line);
        }
        waiting = [];
        this.take(own, raw);
        end = this.line + 1;
      } else if (levels && waiting.length === 0) {
        this.elide(Number(levels[1]));
        end = this.line + 1;
      } else if (raw.startsWith('Traceback (most') && this.line === this.input.at) {
        this.isOldestFirst = true;
        end = this.line + 1;
      } else if (
        (own === undefined || lookAlikes++ < MOST_LOOK_ALIKES) &&
        this.canHaveMoreMessage() &&
        !(own === undefined && !isMessage && this.input.otherAt(this.line))
      ) {
        waiting.push(raw);
        // What was no exception of its own is none when no callers follow either.
        end = own === undefined ? end : this.line + 1;
      } else {
        break;
      }
    }
    if (this.isOldestFirst && waiting.length > 0) {
      end += this.snippetLines(waiting);
    }
    return { exceptions: this.finish(), next: Math.max(end, this.input.at + 1) };
  }

  /** Lines between the first line of an exception and its callers are its message, or code that it shows. */
  private canHaveMoreMessage(): boolean {
    const last = this.found.at(-1);
    return last?.hasHeader === true && (this.isOldestFirst || last.frames.length === 1);
  }

  /** What is raised in a method has callers: a line like a header before them belongs to the message. */
  private isInMessage(line: RubyLine): boolean {
    const last = this.found.at(-1);
    return !line.isFrom && !this.isOldestFirst && !IS_TOP.test(last?.labels[0] ?? '');
  }

  private take(line: RubyLine, raw: string): void {
    this.isOldestFirst ||= line.isNumbered;
    const last = this.found.at(-1);
    const isHeader = line.message !== undefined;
    const begins = this.isOldestFirst ? last === undefined || last.hasHeader : isHeader || last === undefined;
    const isMessageLine = isHeader && !begins && last?.hasHeader === true;
    const open = begins ? this.open() : last!;
    if (isMessageLine) {
      open.message.push(raw);
      return;
    }
    if (isHeader) {
      open.hasHeader = true;
      open.message.push(line.message);
    }
    const { file, lineBase1, isEval } = line.place;
    const kind: FrameKind = isEval ? 'eval' : kindOfFile(file);
    open.frames.push(
      frameFrom(raw, this.input.text.numbers[this.line]!, {
        function: /^<(?:main|top \(required\))>$/.test(line.label) ? undefined : line.label,
        className: classOf(line.label),
        file,
        lineBase1,
        kind,
      }),
    );
    open.labels.push(line.label);
  }

  private open(): Open {
    const open: Open = { message: [], frames: [], labels: [], hasHeader: false };
    this.found.push(open);
    return open;
  }

  private elide(count: number): void {
    const last = this.found.at(-1)?.frames.at(-1);
    if (last) {
      last.elided = count;
    }
  }

  /** Below the last exception stand a blank line, the line of code and carets, or a suggestion. */
  private snippetLines(waiting: readonly string[]): number {
    const carets = waiting.findIndex((line) => /^\s+\^+$/.test(line.slice(0, 500)));
    return carets === -1 || carets > 3 ? 0 : carets + 1;
  }

  /** The first line of a stack in which callers have `from` holds the message: without it, the beginning of the line is missing. */
  private markCutStart(): void {
    const [first, ...callers] = this.found[0]?.frames ?? [];
    if (first?.rawLine !== 0 || FROM.test(first.raw.trimStart().slice(0, 20))) {
      return;
    }
    const isCaller = this.found[0]?.hasHeader === false && /^\s*from /.test(callers[0]?.raw ?? '');
    if (isCaller || (mayLackStart(this.input, first) && !isRootTold(first, callers))) {
      first.cut = true;
    }
  }

  private finish(): Draft<ParsedException>[] {
    const { firstIndex, text, headerFrom, at } = this.input;
    this.markCutStart();
    return this.found.map((open, index) => {
      const above = index === 0 && !open.hasHeader ? headerAbove(text.lines.slice(headerFrom, at)) : {};
      const header = open.hasHeader ? splitMessage(open.message) : above;
      const isRoot = index === (this.isOldestFirst ? this.found.length - 1 : 0);
      const hint = isRoot && firstIndex === 0 ? hintFor(this.input, 0) : {};
      const parent = this.isOldestFirst ? index + 1 : index - 1;
      const type = header.type ?? hint.type;
      const message = hint.message ?? header.message;
      return {
        language: 'ruby',
        ...(type === undefined ? {} : { type }),
        ...(message === undefined || message === '' ? {} : { message }),
        relation: isRoot ? 'root' : 'cause',
        ...(isRoot ? {} : { parent: firstIndex + parent }),
        frames: withBuiltins(this.isOldestFirst ? open.frames.reverse() : open.frames),
      };
    });
  }
}

/** Methods of the interpreter have the place of their caller; the caller follows, in a method of another name. */
function withBuiltins(frames: Draft<Frame>[]): Draft<Frame>[] {
  frames.forEach((frame, index) => {
    const caller = frames[index + 1];
    const isSame =
      caller !== undefined &&
      frame.file !== undefined &&
      caller.file === frame.file &&
      caller.lineBase1 === frame.lineBase1 &&
      caller.function !== frame.function;
    if (isSame && frame.kind !== 'eval' && !/ in |<|^block /.test(frame.function ?? '<')) {
      frame.kind = 'native';
      frame.inApp = false;
    }
  });
  return frames;
}

/** Reads `FILE:LINE:in 'label'` with what stands around it; `undefined` for other lines. */
function parseRubyLine(raw: string): RubyLine | undefined {
  if (!raw.includes(':in ')) {
    return undefined;
  }
  const trimmed = withoutSign(raw.trimStart());
  const prefix = FROM.exec(trimmed.slice(0, 20));
  const body = prefix ? trimmed.slice(prefix[0].length) : trimmed;
  const mark = callMark(body);
  const place = mark < 1 ? undefined : parsePlace(body.slice(0, mark));
  if (!place) {
    return undefined;
  }
  const start = mark + 5;
  const end = labelEnd(body, start);
  const rest = end === -1 ? '' : body.slice(end + 1).trimEnd();
  if (end === -1 || (rest !== '' && (prefix !== null || !rest.startsWith(': ')))) {
    return undefined;
  }
  return {
    place,
    label: body.slice(start, end),
    isFrom: prefix !== null,
    isNumbered: prefix?.[1] !== undefined,
    ...(rest === '' ? {} : { message: rest.slice(2) }),
  };
}

const FROM = /^(?:(\d{1,9}): )?from /;

/** RSpec prints `# ` before each call. */
function withoutSign(trimmed: string): string {
  return trimmed.startsWith('# ') ? trimmed.slice(2).trimStart() : trimmed;
}

/** Index of ``:in ` `` or `:in '`. */
function callMark(body: string): number {
  const old = body.indexOf(':in `');
  const quoted = body.indexOf(":in '");
  return old === -1 || (quoted !== -1 && quoted < old) ? quoted : old;
}

/** The quote that ends a label is followed by the message or by nothing. */
function labelEnd(body: string, start: number): number {
  const colon = body.indexOf("': ", start);
  return colon === -1
    ? body.trimEnd().endsWith("'") && body.trimEnd().length > start
      ? body.trimEnd().length - 1
      : -1
    : colon;
}

function parsePlace(printed: string): RubyPlace | undefined {
  if (printed === '-e' || printed === '(eval)') {
    return { isEval: true };
  }
  const colon = printed.lastIndexOf(':');
  const lineBase1 = colon < 1 ? undefined : lineNumberFrom(printed, colon + 1, printed.length);
  if (lineBase1 === undefined) {
    return /^<internal:[^<>]{1,300}>$/.test(printed) ? { file: printed, isEval: false } : undefined;
  }
  const file = printed.slice(0, colon);
  if (file.startsWith('(eval at ') && file.endsWith(')')) {
    const inner = file.lastIndexOf(':');
    const origin = lineNumberFrom(file, inner + 1, file.length - 1);
    return origin === undefined
      ? { isEval: true }
      : { file: file.slice(9, inner), lineBase1: origin, isEval: true };
  }
  if (file === '(eval)' || file === '(erb)' || file === '(irb)' || file === '-e') {
    return { ...(file === '-e' ? { file, lineBase1 } : {}), isEval: true };
  }
  // Without a file's shape it is prose.
  return /[\\/.]|^<internal:/.test(file) && !/["|]/.test(file)
    ? { file, lineBase1, isEval: false }
    : undefined;
}

/** Ruby 3.4 prints `Shop::Order#charge`, also after `block in`. */
function classOf(label: string): string | undefined {
  const name = label.slice(label.lastIndexOf(' ') + 1);
  const hash = name.indexOf('#');
  const mark = hash === -1 ? name.lastIndexOf('.') : hash;
  return mark < 1 || !/^[A-Z]/.test(name) ? undefined : name.slice(0, mark);
}

const TYPE_AT_END = / \(([A-Z][\w:]{0,200})\)$/;

/** `message (Type)`; the type stands at the end of the first line of a longer message. */
function splitMessage(lines: readonly string[]): StackHint {
  const first = lines[0] ?? '';
  const type = TYPE_AT_END.exec(first.slice(-220));
  const rest = lines.slice(1);
  const message = [type ? first.slice(0, -type[0].length) : first, ...rest].join('\n').trim();
  return { ...(type ? { type: type[1]! } : {}), message };
}

/** `ZeroDivisionError (divided by 0):` of Rails' logs, `message (Type)`, or `Type: message`. */
function headerAbove(lines: readonly string[]): StackHint {
  for (let line = lines.length - 1; line >= 0; line--) {
    const text = lines[line]!.trim();
    const rails = /^([A-Z][\w:]{0,200}) \((.*)\):$/.exec(text.slice(0, 5_000));
    if (rails) {
      return { type: rails[1]!, message: rails[2]! };
    }
    if (TYPE_AT_END.test(text.slice(-220))) {
      return splitMessage([text]);
    }
    const plain = /^([A-Z][\w:]{0,200}(?:Error|Exception)): /.exec(text.slice(0, 300));
    if (plain) {
      return { type: plain[1]!, message: text.slice(plain[0].length) };
    }
  }
  return {};
}

function kindOfFile(file: string | undefined): FrameKind {
  if (file === undefined || file.startsWith('<internal:')) {
    return 'runtime';
  }
  const path = file.replaceAll('\\', '/');
  const gems = path.lastIndexOf('/gems/');
  if (gems !== -1) {
    return /^\/gems\/(?:opentelemetry|sentry|ddtrace|datadog)/.test(path.slice(gems, gems + 30))
      ? 'sdk'
      : 'dependency';
  }
  return /\/(?:lib|rubies|versions)\/(?:.*\/)?ruby\/(?:\d|vendor_ruby|site_ruby)/.test(path)
    ? 'runtime'
    : 'app';
}

/** Whether another frame of the program's own shows that the path of the first is whole, as it begins with the same folder. */
function isRootTold({ file }: Frame, callers: readonly Frame[]): boolean {
  return (
    file === undefined ||
    callers.some(
      (caller) => caller.inApp && caller.file !== undefined && rootOf(caller.file) === rootOf(file),
    )
  );
}

function rootOf(file: string): string | undefined {
  return /^[\\/]{0,2}[^\\/]{0,200}/.exec(file.slice(0, 300))?.[0];
}
