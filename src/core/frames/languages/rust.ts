import type { Draft, Frame, ParsedException } from '../frame';
import { exceptionFrom, withItem } from '../frameParts';
import { indentOf, isDigit } from '../lineNumber';
import { NO_HINT, type Section, type SectionInput, type StackHint, type StackLanguage } from '../language';
import {
  isRustName,
  parseRustDebug,
  parseRustFunction,
  parseRustPlace,
  parseRustPlaceLine,
  rustFrame,
  type RustPlace,
} from './rustFrame';

const PANICKED = ' panicked at ';
const DEBUG_BACKTRACE = 'Backtrace [{ fn: "';

/** Panics and backtraces of Rust's standard library, and the chains of `anyhow`. */
export const rust: StackLanguage = {
  id: 'rust',
  words: ['::', '.rs:', PANICKED, DEBUG_BACKTRACE],
  detect(line) {
    return (
      parsePanicLine(line) !== undefined ||
      isDebugBacktrace(line) ||
      (line.includes('.rs:') && parseRustPlaceLine(line) !== undefined) ||
      (line.includes('::') && parseRustFunction(line) !== undefined)
    );
  },
  parse(input) {
    return new Reader(input).read();
  },
};

/** `thread 'main' (28789) panicked at src/order.rs:3:68:`, before Rust 1.73 `thread 'main' panicked at 'message', src/order.rs:3:68`. */
interface PanicLine {
  readonly thread: string;
  readonly message?: string;
  /** Absent while the message goes on over further lines. */
  readonly place?: RustPlace;
}

interface Open {
  readonly thread?: string;
  readonly place?: RustPlace;
  readonly raw: string;
  readonly rawLine: number;
  readonly message: string[];
  readonly isPanic: boolean;
  frames: Draft<Frame>[];
  hasBacktrace: boolean;
}

class Reader {
  private readonly input: SectionInput;
  private exceptions: Draft<ParsedException>[] = [];
  private open: Open | undefined;
  private header: string[] = [];
  /** Lines of a message, after its first, that were read last. */
  private messageLines = 0;

  constructor(input: SectionInput) {
    this.input = input;
  }

  read(): Section {
    const { text, headerFrom, at } = this.input;
    this.header = text.lines.slice(headerFrom, at);
    let line = at;
    while (line < text.lines.length) {
      const taken = this.take(line);
      if (taken === 0) {
        break;
      }
      line += taken;
    }
    this.close();
    // A message of a panic without backtrace has no end of its own.
    const unsure = this.header.length > 0 ? this.header.length : this.messageLines;
    return { exceptions: this.exceptions, next: Math.max(line, at + 1), headerFrom: line - unsure };
  }

  /** How many lines belong together from this one on; none where another language begins. */
  private take(line: number): number {
    const { text } = this.input;
    const raw = text.lines[line]!;
    const rawLine = text.numbers[line]!;
    const isMessage = this.input.isMessage(line) || this.isBeforeBacktrace();
    const panic = this.input.isMessage(line) ? undefined : parsePanicLine(raw);
    if (panic) {
      this.beginPanic(panic, raw, rawLine);
      return 1;
    }
    if (isMessage && this.open && !isBacktraceStart(raw)) {
      if (!this.input.isMessage(line) && this.input.otherAt(line)) {
        return 0;
      }
      this.takeMessage(raw);
      return 1;
    }
    if (isDebugBacktrace(raw)) {
      const { frames } = this.current(raw, rawLine);
      for (const frame of parseRustDebug(raw, rawLine)) {
        frames.push(frame);
      }
      return 1;
    }
    const taken = this.takeFrame(line, raw, rawLine);
    if (taken > 0) {
      return taken;
    }
    if (this.input.otherAt(line)) {
      return 0;
    }
    this.takeOther(raw);
    return 1;
  }

  private takeFrame(line: number, raw: string, rawLine: number): number {
    const { text } = this.input;
    const next = text.lines[line + 1];
    const place = next === undefined ? undefined : parseRustPlaceLine(next);
    const open = this.open;
    const isInBacktrace = open?.hasBacktrace === true;
    const numbered = parseRustFunction(raw) ?? (isInBacktrace ? plainNumbered(raw) : undefined);
    const name = numbered ?? (place && isInBacktrace && isRustName(raw.trim()) ? raw.trim() : undefined);
    if (name !== undefined) {
      const frame = rustFrame(raw, rawLine, name, place);
      // Digits may be missing on a last line without a line end.
      if (place && line + 1 === text.lines.length - 1) {
        frame.cut = true;
      }
      const current = this.current(raw, rawLine);
      current.frames = withItem(current.frames, frame);
      return place ? 2 : 1;
    }
    const own = parseRustPlaceLine(raw);
    if (!own) {
      return 0;
    }
    this.current(raw, rawLine).frames.push(rustFrame(raw, rawLine, undefined, own));
    return 1;
  }

  private takeOther(raw: string): void {
    const hidden = raw.includes(' hidden')
      ? /^\s*(?:⋮ )?\[?\.{0,3} ?(\d{1,9}) frames? hidden/.exec(raw)
      : null;
    const last = this.open?.frames.at(-1);
    if (hidden && last) {
      last.elided = (last.elided ?? 0) + Number(hidden[1]);
    } else if (isBacktraceStart(raw) && this.open) {
      this.open.hasBacktrace = true;
    } else {
      this.header.push(raw);
    }
  }

  private takeMessage(raw: string): void {
    const open = this.open!;
    this.messageLines = open.message.length;
    const end = open.place ? undefined : oldPanicEnd(raw);
    if (end) {
      this.open = { ...open, place: end.place, message: [...open.message, end.message] };
    } else if (!raw.startsWith('note: ')) {
      open.message.push(raw);
    } else {
      open.hasBacktrace = true;
    }
  }

  private isBeforeBacktrace(): boolean {
    return this.open?.isPanic === true && !this.open.hasBacktrace;
  }

  private beginPanic(panic: PanicLine, raw: string, rawLine: number): void {
    this.close();
    this.header = [];
    this.open = {
      thread: panic.thread,
      ...(panic.place ? { place: panic.place } : {}),
      raw,
      rawLine,
      message: panic.message === undefined ? [] : [panic.message],
      isPanic: true,
      frames: [],
      hasBacktrace: false,
    };
  }

  /** The exception that frames go to; without a panic's line, what stands above is an error's own text. */
  private current(raw: string, rawLine: number): Open {
    if (!this.open) {
      this.open = {
        raw,
        rawLine,
        message: this.header.filter((line) => !isBacktraceStart(line)),
        isPanic: false,
        frames: [],
        hasBacktrace: true,
      };
      this.header = [];
    }
    return this.open;
  }

  private close(): void {
    const open = this.open;
    this.open = undefined;
    if (!open) {
      return;
    }
    const isFirst = this.exceptions.length === 0 && this.input.firstIndex === 0;
    const hint = isFirst ? this.input.hint : NO_HINT;
    if (open.isPanic) {
      this.add({ type: 'panic', message: open.message.join('\n').trim() }, undefined, open);
      return;
    }
    let parent: number | undefined;
    for (const header of errorChain(open.message, hint)) {
      parent = this.add(header, parent, open);
    }
  }

  /** Adds an exception, the cause of its parent where it has one; its index among all of the text. */
  private add(header: StackHint, parent: number | undefined, open: Open): number {
    const frames = parent === undefined ? framesWithPanic(open) : [];
    const exception = exceptionFrom('rust', header.type, header.message, frames);
    if (parent !== undefined) {
      exception.relation = 'cause';
      exception.parent = parent;
    }
    if (open.thread !== undefined) {
      exception.thread = open.thread;
    }
    this.exceptions = withItem(this.exceptions, exception);
    return this.input.firstIndex + this.exceptions.length - 1;
  }
}

/** The place in the panic's line is a frame of its own where the backtrace, made without debug information, has none for it. */
function framesWithPanic({ place, frames, raw, rawLine }: Open): Draft<Frame>[] {
  if (!place) {
    return frames;
  }
  const isPrinted = frames.some(
    (frame) =>
      frame.lineBase1 === place.lineBase1 && frame.file !== undefined && isSameFile(frame.file, place.file),
  );
  return isPrinted ? frames : [rustFrame(raw, rawLine, undefined, place), ...frames];
}

function isSameFile(printed: string, panic: string): boolean {
  const plain = panic.startsWith('./') ? panic.slice(2) : panic;
  return printed === plain || printed.endsWith(`/${plain}`) || printed.endsWith(`\\${plain}`);
}

function parsePanicLine(line: string): PanicLine | undefined {
  const start = line.indexOf("thread '");
  const mark = start === -1 ? -1 : line.indexOf(PANICKED, start);
  if (mark === -1) {
    return undefined;
  }
  const who = line.slice(start + 8, mark).replace(/ \(\d{1,20}\)$/, '');
  if (!who.endsWith("'")) {
    return undefined;
  }
  const thread = who.slice(0, -1);
  const rest = line.slice(mark + PANICKED.length).trimEnd();
  if (rest.startsWith("'")) {
    const end = oldPanicEnd(rest);
    return end
      ? { thread, message: end.message.slice(1), place: end.place }
      : { thread, message: rest.slice(1) };
  }
  const place = rest.endsWith(':') ? parseRustPlace(rest.slice(0, -1)) : undefined;
  return place?.columnBase1 === undefined ? undefined : { thread, place };
}

/** `message', src/order.rs:3:68` */
function oldPanicEnd(text: string): { message: string; place: RustPlace } | undefined {
  const quote = text.lastIndexOf("', ");
  const place = quote === -1 ? undefined : parseRustPlace(text.slice(quote + 3).trimEnd());
  return place?.columnBase1 === undefined ? undefined : { message: text.slice(0, quote), place };
}

function isBacktraceStart(line: string): boolean {
  return (
    line.length >= 10 &&
    /^\s*(?:stack backtrace:|Stack backtrace:|Backtrace:|BACKTRACE\b.{0,200})\s*$/.test(line.slice(0, 300))
  );
}

function isDebugBacktrace(line: string): boolean {
  return line.includes(DEBUG_BACKTRACE);
}

/** `  14: main`: functions of C in a backtrace have no path. */
function plainNumbered(line: string): string | undefined {
  if (!isDigit(line.charCodeAt(indentOf(line)))) {
    return undefined;
  }
  return /^\s*\d{1,5}: +(<unknown>|[A-Za-z_][\w.@]{0,300})\s*$/.exec(line.slice(0, 330))?.[1];
}

/** What `anyhow` and `eyre` print: the error, and below `Caused by:` each error that led to it. */
function errorChain(lines: readonly string[], hint: StackHint): StackHint[] {
  if (lines.length === 0) {
    return [hint];
  }
  const caused = lines.findIndex((line) => line.trim() === 'Caused by:');
  const text = (caused === -1 ? lines : lines.slice(0, caused)).join('\n').trim();
  const own = text.startsWith('Error: ') ? text.slice(7) : text;
  const chain: StackHint[] = [{ type: hint.type, message: own === '' ? hint.message : own }];
  if (caused === -1) {
    return chain;
  }
  let causes: string[] = [];
  for (const line of [...lines.slice(caused + 1), '']) {
    const isNext = /^ {3,4} ?\d{1,5}: /.test(line) || line.trim() === '';
    if (isNext && causes.length > 0) {
      chain.push({ message: causes.join('\n').trim() });
      causes = [];
    }
    if (line.trim() !== '') {
      causes.push(line.trim().replace(/^\d{1,5}: /, ''));
    }
  }
  return chain;
}
