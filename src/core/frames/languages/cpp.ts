import { parseCppFrame } from './cppFrame';
import type { Draft, Frame, ParsedException } from '../frame';
import { hintFor, lastFilledLine, markOpenEnd, rootException } from '../frameParts';
import type { Section, SectionInput, StackHint, StackLanguage } from '../language';
import { indentOf } from '../lineNumber';

/** Stacks of C and C++ as debuggers, sanitizers and libraries print them. */
export const cpp: StackLanguage = {
  id: 'cpp',
  words: ['#', '0x'],
  detect(line) {
    return MARKS.test(line) && parseCppFrame(line, 0) !== undefined;
  },
  parse,
};

/** Every form has one of these. */
const MARKS = /#\d|\d#|@ {1,20}0x|\[0x/;

function parse(input: SectionInput): Section {
  const { text, headerFrom, at } = input;
  const exceptions: Draft<ParsedException>[] = [];
  const isOldestFirst = text.lines[Math.max(headerFrom, at - 1)]!.trim().startsWith(OLDEST_FIRST);
  const first: Draft<Frame>[] = [];
  exceptions.push(rootException('cpp', first, headerOf(text.lines, headerFrom, at), hintFor(input, 0)));
  let frames = first;
  let caption: string | undefined;
  let end = at;
  for (let line = at; line < text.lines.length && !input.isMessage(line); line++) {
    const raw = text.lines[line]!;
    const found = parseCppFrame(raw, text.numbers[line]!);
    if (found && line > at && found.startsStack && caption === undefined && !isOldestFirst) {
      break;
    }
    if (found) {
      if (caption !== undefined) {
        frames = [];
        exceptions.push({
          ...rootException('cpp', frames, { message: caption.replace(/ here:$/, '') }),
          relation: 'context',
          parent: input.firstIndex,
        });
      }
      caption = undefined;
      frames.push(found.frame);
      markOpenEnd(found.frame, line === text.lines.length - 1);
      end = line + 1;
    } else if (!takeBetween(raw, frames.at(-1))) {
      caption = raw.trim();
      if (!CAPTION.test(caption.slice(0, 200)) && !isBeforeCaption(text.lines, line)) {
        break;
      }
    }
  }
  markCutNumber(first);
  if (isOldestFirst) {
    first.reverse();
  }
  return { exceptions, next: end };
}

/** The numbers of Boost.Stacktrace have nothing before them: where the first of a text and the next do not follow one another, digits are missing. */
function markCutNumber([first, second]: readonly Draft<Frame>[]): void {
  const number = first?.rawLine === 0 ? numberOf(first) : undefined;
  if (number !== undefined && (second ? numberOf(second) !== number + 1 : number > 0)) {
    first!.cut = true;
  }
}

function numberOf({ raw }: Frame): number | undefined {
  const number = /^\s{0,8}(\d{1,6})# /.exec(raw.slice(0, 20));
  return number ? Number(number[1]) : undefined;
}

const OLDEST_FIRST = 'Stack trace (most recent call last)';
/** A sanitizer prints further stacks of the same failure below captions. */
const CAPTION =
  /^(?:freed by|previously allocated by|allocated by|Thread T\d{1,6} created by|Previous (?:read|write)|As if synchronized)\b/;

/** One or two lines can stand between two stacks of a sanitizer. */
function isBeforeCaption(lines: readonly string[], line: number): boolean {
  return [1, 2].some((step) => CAPTION.test((lines[line + step] ?? '').trim().slice(0, 200)));
}

/** Code that a library shows below a call, the values that gdb shows, and blank lines. */
function takeBetween(raw: string, last: Draft<Frame> | undefined): boolean {
  const shown = /^\s{4,20}(>?)\s{0,20}(\d{1,9}): ?/.exec(raw.slice(0, 60));
  if (shown) {
    if (last && shown[1] === '>' && shown[2] === String(last.lineBase1)) {
      last.sourceText = raw.slice(shown[0].length).trim();
    }
    return true;
  }
  return (
    raw.trim() === '' ||
    indentOf(raw) >= 8 ||
    /^No (?:locals|symbol table info available)\.$/.test(raw.trim())
  );
}

/** What a crash printed above its stack. */
function headerOf(lines: readonly string[], from: number, to: number): StackHint {
  for (let line = from; line < to; line++) {
    const text = lines[line]!.trim().slice(0, 4_000);
    const sanitizer = /ERROR: ((?:Address|Leak|Thread|Memory|HWAddress)Sanitizer): ([\w-]+)/.exec(text);
    const thrown = /^terminate called after throwing an instance of '([^']{1,500})'$/.exec(text);
    const signal = /^(?:\*\*\* )?(?:Program received signal )?(SIG[A-Z]{2,8})\b/.exec(text);
    const undefinedBehaviour = text.indexOf(': runtime error: ');
    if (sanitizer) {
      return { type: sanitizer[2]!, message: text.slice(text.indexOf(sanitizer[0]) + 7) };
    }
    if (thrown) {
      const what = lines
        .slice(line + 1, Math.min(to, line + 3))
        .find((next) => next.trim().startsWith('what():'));
      return { type: thrown[1]!, ...(what === undefined ? {} : { message: what.trim().slice(7).trim() }) };
    }
    if (signal) {
      return { type: signal[1]!, message: text.replace(/^\*\*\* | \*\*\*$/g, '') };
    }
    if (undefinedBehaviour > 0) {
      return { type: 'runtime error', message: text.slice(undefinedBehaviour + 17) };
    }
  }
  const last = lastFilledLine(lines, from, to);
  const text = last === undefined || lines[last]!.trim().startsWith(OLDEST_FIRST) ? '' : lines[last]!.trim();
  return text === '' ? {} : { message: text };
}
