import type { Draft, Frame, ParsedException } from '../frame';
import { exceptionFrom } from '../frameParts';
import { goFrame, parseCutGoFunction, parseGoFunction, parseGoPlace, type GoPlace } from './goFrame';
import { parseGoPanics, type GoPanic } from './goPanic';
import { NO_HINT, type Section, type SectionInput, type StackLanguage } from '../language';

/** Dumps of goroutines as Go's runtime prints them, and the stacks of `github.com/pkg/errors`. */
export const go: StackLanguage = {
  id: 'go',
  words: ['goroutine ', '.go:'],
  detect(line) {
    return goroutineName(line) !== undefined || isTellingPlace(line);
  },
  parse(input) {
    return new Reader(input).read();
  },
};

/** A goroutine, or one error of a chain, whose frames are being read. */
interface Open {
  readonly thread: string | undefined;
  readonly header: readonly string[];
  readonly frames: Draft<Frame>[];
  truncated: boolean;
}

class Reader {
  private readonly input: SectionInput;
  private readonly exceptions: Draft<ParsedException>[] = [];
  private open: Open | undefined;
  /** Lines that may be the header of what comes next. */
  private header: string[] = [];
  /** A chain of wrapped errors prints the innermost first, each with its own stack. */
  private wrapped: number | undefined;
  /** The two lines whose places were read last, and those places. */
  private readonly placeLines = [-1, -1];
  private readonly places: (GoPlace | undefined)[] = [undefined, undefined];

  constructor(input: SectionInput) {
    this.input = input;
  }

  read(): Section {
    const { text, headerFrom, at } = this.input;
    let line = headerFrom;
    while (line < text.lines.length) {
      if (line > at && !this.isOwn(line) && this.input.otherAt(line)) {
        break;
      }
      line += this.take(line, text.lines[line]!);
    }
    this.close();
    return {
      exceptions: this.exceptions,
      next: Math.max(line, at + 1),
      headerFrom: line - this.header.length,
    };
  }

  private isOwn(line: number): boolean {
    return this.placeAt(line) !== undefined || this.placeAt(line + 1) !== undefined;
  }

  /** Each line is asked for several times, as its place may belong to the line above. */
  private placeAt(line: number): GoPlace | undefined {
    const slot = line % 2;
    if (this.placeLines[slot] !== line) {
      const content = this.input.text.lines[line];
      this.placeLines[slot] = line;
      this.places[slot] =
        content === undefined || this.input.isMessage(line) ? undefined : parseGoPlace(content);
    }
    return this.places[slot];
  }

  /** Takes a line, and the one below where both are one frame; how many it took. */
  private take(line: number, raw: string): number {
    const { text } = this.input;
    if (this.input.isMessage(line)) {
      this.takeHeader(raw);
      return 1;
    }
    const below = this.placeAt(line + 1);
    const called = below === undefined ? undefined : parseGoFunction(raw);
    if (called) {
      const isBare = !raw.trimEnd().endsWith(')') && !called.createdBy;
      this.push(isBare, goFrame(raw, text.numbers[line]!, called, below));
      this.markCut(line + 1, below!);
      return 2;
    }
    const place = this.placeAt(line);
    if (place) {
      this.push(false, goFrame(raw, text.numbers[line]!, undefined, place));
      this.markCut(line, place);
      return 1;
    }
    this.takeOther(line, raw);
    return 1;
  }

  private takeOther(line: number, raw: string): void {
    const thread = goroutineName(raw);
    const trimmed = raw.trim();
    if (thread !== undefined) {
      this.beginGoroutine(thread);
    } else if (trimmed === 'runtime stack:') {
      // The runtime's own stack of what the next goroutine did.
      this.beginGoroutine(undefined);
    } else if (this.open && trimmed.startsWith('...') && trimmed.includes('frames elided')) {
      const last = this.open.frames.at(-1);
      if (last) {
        last.elided = (last.elided ?? 0) + Number(/\d{1,9}/.exec(trimmed)?.[0] ?? 1);
      }
    } else if (this.open && line === this.input.text.lines.length - 1 && trimmed !== '') {
      this.takeCut(line, raw);
    } else {
      this.takeHeader(raw);
    }
  }

  private takeHeader(raw: string): void {
    if (this.header.length === 0) {
      this.header = [raw];
    } else {
      this.header.push(raw);
    }
  }

  private beginGoroutine(thread: string | undefined): void {
    if (this.open && this.open.thread === undefined && this.open.header.length > 0 && thread !== undefined) {
      this.open = { ...this.open, thread };
      return;
    }
    this.close();
    this.open = { thread, header: this.header, frames: [], truncated: false };
    this.header = [];
  }

  /** A frame. One without arguments comes from a wrapped error, whose message is what stands above. */
  private push(isBare: boolean, frame: Draft<Frame>): void {
    const isNext = isBare && this.header.some((line) => line.trim() !== '');
    if (!this.open || isNext) {
      this.close();
      this.open = { thread: undefined, header: this.header, frames: [frame], truncated: false };
      this.header = [];
      return;
    }
    this.open.frames.push(frame);
    if (this.header.length > 0) {
      this.header = [];
    }
  }

  /** The runtime ends every dump with a line end; without it, digits of the last line may be missing. */
  private markCut(line: number, place: GoPlace): void {
    if (line === this.input.text.lines.length - 1 && !place.hasOffset && this.open) {
      this.open.frames.at(-1)!.cut = true;
    }
  }

  private takeCut(line: number, raw: string): void {
    const open = this.open!;
    const isPlace = raw.startsWith('\t');
    const called = isPlace
      ? parseGoFunction(this.input.text.lines[line - 1] ?? '')
      : raw.endsWith(')')
        ? parseGoFunction(raw)
        : parseCutGoFunction(raw);
    const isDump = open.thread !== undefined && (isPlace || raw.includes('('));
    if (!isDump) {
      this.takeHeader(raw);
      return;
    }
    open.truncated = true;
    if (called) {
      open.frames.push({ ...goFrame(raw, this.input.text.numbers[line]!, called, undefined), cut: true });
    }
  }

  private close(): void {
    const open = this.open;
    this.open = undefined;
    if (!open || (open.frames.length === 0 && open.thread === undefined)) {
      return;
    }
    const isFirst = this.exceptions.length === 0 && this.input.firstIndex === 0;
    const panics = parseGoPanics(open.header, isFirst ? this.input.hint : NO_HINT, open.thread !== undefined);
    if (open.thread === undefined && open.header.length > 0) {
      this.pushWrapped(open, panics);
    } else {
      this.pushGoroutine(open, panics);
    }
  }

  private pushWrapped(open: Open, panics: readonly GoPanic[]): void {
    const index = this.input.firstIndex + this.exceptions.length;
    const before = this.wrapped === undefined ? undefined : this.exceptions[this.wrapped];
    if (before) {
      before.relation = 'cause';
      before.parent = index;
    }
    this.wrapped = this.exceptions.length;
    this.add(open, panics.at(-1), 'root', undefined, open.frames);
  }

  /** The last panic ended the program; those before it were recovered on the way, each by a deferred function that panicked again. */
  private pushGoroutine(open: Open, panics: readonly GoPanic[]): void {
    const throws = panicCalls(open.frames);
    const root = this.input.firstIndex + this.exceptions.length + Math.max(panics.length - 1, 0);
    panics.slice(0, -1).forEach((panic, index) => {
      const own = throws.at(-1 - index);
      const frames = own === undefined ? [] : open.frames.slice(own + 1).map((frame) => ({ ...frame }));
      this.add(open, panic, 'recovered', root, frames);
    });
    const last = panics.at(-1);
    // In a crash the frames begin below the last panic; a dump made while recovering begins above it.
    const site = last?.isRepanic ? throws.at(-1) : panics.length > 1 ? undefined : throws[0];
    open.frames.forEach((frame, index) => {
      if (site !== undefined && index < site) {
        frame.inApp = false;
      }
    });
    this.add(open, last, 'root', undefined, open.frames);
  }

  private add(
    open: Open,
    panic: GoPanic | undefined,
    relation: ParsedException['relation'],
    parent: number | undefined,
    frames: readonly Draft<Frame>[],
  ): void {
    const exception = exceptionFrom('go', panic?.type, panic?.message, frames);
    exception.relation = relation;
    if (parent !== undefined) {
      exception.parent = parent;
    }
    if (open.thread !== undefined) {
      exception.thread = open.thread;
    }
    if (open.truncated) {
      exception.truncated = true;
    }
    this.exceptions.push(exception);
  }
}

/** Indexes of the runtime's `panic`: the call below each is where it was thrown. */
function panicCalls(frames: readonly Frame[]): number[] {
  const calls: number[] = [];
  frames.forEach((frame, index) => {
    const isPanic = frame.function === 'panic' || frame.function === 'runtime.gopanic';
    if (isPanic && frame.file?.endsWith('runtime/panic.go') === true) {
      calls.push(index);
    }
  });
  return calls;
}

/** `goroutine 7 [sleep, 5 minutes, locked to thread]:`, with `gp=0x… m=0` in it at full detail. */
function goroutineName(line: string): string | undefined {
  if (line.length > 300 || !line.includes('goroutine ')) {
    return undefined;
  }
  return /^\s*(goroutine \d{1,19})(?: [a-z]{1,2}=\S{1,20}){0,4} \[[^\]]{1,150}\]:/.exec(line)?.[1];
}

/** A place that no other language prints; sections may begin with it. */
function isTellingPlace(line: string): boolean {
  const place = line.includes('.go:') ? parseGoPlace(line) : undefined;
  return place?.file.endsWith('.go') === true && /[/\\]/.test(place.file);
}
