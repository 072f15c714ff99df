import type { Base1 } from '../../../base/units';
import type { Draft, Frame, FrameKind } from '../frame';
import { frameFrom, hintFor, mayLackStart, rootException } from '../frameParts';
import type { Section, SectionInput, StackLanguage, StackText } from '../language';
import { lineNumberFrom } from '../lineNumber';

/**
 * Stacks of Carp and Devel::StackTrace. Each line tells where a function was called from, so frames pair a place with the
 * function that the next line names.
 */
export const perl: StackLanguage<Begin | true> = {
  id: 'perl',
  words: [' line '],
  detect(line) {
    return parseBegin(line) ?? parseCall(line) !== undefined;
  },
  parse,
};

interface Place {
  readonly file: string;
  readonly lineBase1: Base1;
}

/** The line that a stack begins with: its title, or the message. */
interface Begin {
  readonly place: Place;
  readonly isTrace: boolean;
}

interface Line {
  readonly raw: string;
  readonly rawLine: number;
}

/** A line with a place. */
interface Placed extends Line {
  readonly place: Place;
}

interface Call extends Placed {
  /** Absent for what is no function: `eval`, `require`. */
  readonly function?: string;
  readonly isFileScope: boolean;
  readonly isStringEval: boolean;
}

function parse(input: SectionInput, found: Begin | true): Section {
  const { text, headerFrom, at } = input;
  const begin = found === true ? undefined : found;
  if (begin && !begin.isTrace && isInsideMessage(input)) {
    return { exceptions: [], next: at + 1, headerFrom };
  }
  const first = begin ? at : at > headerFrom ? at - 1 : undefined;
  const start = begin ? begin.place : first === undefined ? undefined : placeAtEnd(text.lines[first]!);
  const calls: Call[] = [];
  const later: Placed[] = [];
  let line = begin ? at + 1 : at;
  while (line < text.lines.length && !input.isMessage(line)) {
    const call = callAt(text, line);
    const place = !call && calls.length === 0 ? abortedAt(text.lines[line]!) : undefined;
    if (call) {
      calls.push(call);
      line = call.next;
    } else if (place) {
      later.push({ raw: text.lines[line]!, rawLine: text.numbers[line]!, place });
      line++;
    } else {
      break;
    }
  }
  const origins = evalOrigins(calls);
  const above: Line | undefined =
    first === undefined ? undefined : { raw: text.lines[first]!, rawLine: text.numbers[first]! };
  const frames = start && above ? [frameAt(above, start, enclosing(calls, 0), origins[0])] : [];
  calls.forEach((call, index) => {
    frames.push(frameAt(call, call.place, enclosing(calls, index + 1), origins[index + 1]));
  });
  if (line === text.lines.length && calls.at(-1)?.isStringEval === true) {
    // Digits of the place that all code of this `eval` is given may be missing.
    frames.filter((frame) => frame.kind === 'eval').forEach((frame) => (frame.cut = true));
  }
  const opening = frames[0];
  if (opening?.rawLine === 0 && !beginsStack(opening, begin !== undefined, input)) {
    opening.cut = true;
  }
  for (const own of later) {
    frames.push(frameAt(own, own.place, NO_NAME, undefined));
  }
  const message = messageOf(text.lines, headerFrom, first, begin?.isTrace === true);
  return { exceptions: [rootException('perl', frames, { message }, hintFor(input, 0))], next: line };
}

/** A stack begins with the message, whose place ends with a stop. Only a capital, not of a class, tells that nothing is missing before it. */
function beginsStack(opening: Frame, isBegin: boolean, input: SectionInput): boolean {
  const { raw } = opening;
  const isMessage = (isBegin || raw.trimEnd().endsWith('.')) && !/^\s*at /.test(raw);
  return isMessage && (/^\p{Lu}(?!\S{0,200}::)/u.test(raw) || !mayLackStart(input, opening));
}

/** Messages of several lines hold places too; the place of the error itself is in the last line, with the calls below. */
function isInsideMessage({ text, at, hint }: SectionInput): boolean {
  const raw = text.lines[at]!;
  const known = hint.message?.trimEnd();
  if (known?.includes('\n') === true && !known.endsWith(raw) && known.includes(raw)) {
    return true;
  }
  const below = text.lines[at + 1] ?? '';
  const isAbove = parseCall(text.lines[at + 2] ?? '') !== undefined && placeAtEnd(below) !== undefined;
  return isAbove && abortedAt(below) === undefined;
}

/** The place at which a file that did not compile was asked for. */
function abortedAt(line: string): Place | undefined {
  return line.startsWith('Compilation failed in require') || line.startsWith('BEGIN failed--')
    ? placeAtEnd(line)
    : undefined;
}

/** The frame of a place, in the function that the next line calls; blocks of `eval` are in the function around them. */
function frameAt({ raw, rawLine }: Line, place: Place, name: Name, origin: Place | undefined): Draft<Frame> {
  const isCode = isEval(place);
  const from = isCode ? origin : place;
  return frameFrom(raw, rawLine, {
    function: name.function,
    className: name.className,
    file: from?.file,
    lineBase1: from?.lineBase1,
    kind: isCode ? 'eval' : kindOfFile(place.file),
  });
}

function isEval(place: Place): boolean {
  return place.file.startsWith('(eval ') && /^\(eval \d{1,9}\)$/.test(place.file);
}

/** For each call, the place in a file that passed the code around it to `eval`: the next such call, which can be in such code itself. */
function evalOrigins(calls: readonly Call[]): readonly (Place | undefined)[] {
  if (calls.length === 0 || !calls.some(({ isStringEval }) => isStringEval)) {
    return NO_ORIGINS;
  }
  const origins = new Array<Place | undefined>(calls.length + 1).fill(undefined);
  for (let index = calls.length - 1; index >= 0; index--) {
    const { isStringEval, place } = calls[index]!;
    origins[index] = isStringEval && !isEval(place) ? place : origins[index + 1];
  }
  return origins;
}

const NO_ORIGINS: readonly undefined[] = [];

interface Name {
  readonly function?: string;
  readonly className?: string;
}

const NO_NAME: Name = {};

function enclosing(calls: readonly Call[], next: number): Name {
  let index = next;
  while (
    index < calls.length &&
    calls[index]!.function === undefined &&
    !calls[index]!.isFileScope &&
    index - next < 8
  ) {
    index++;
  }
  const name = calls[index]?.function;
  const colons = name?.lastIndexOf('::') ?? -1;
  if (name === undefined) {
    return NO_NAME;
  }
  return colons < 1 ? { function: name } : { function: name, className: name.slice(0, colons) };
}

/** Reads a call and the line below it; one of `eval '…'` goes on over the lines of its code, of which at most a hundred are read. */
function callAt({ lines, numbers }: StackText, line: number): (Call & { readonly next: number }) | undefined {
  let last = line;
  let printed = lines[line]!;
  if (!printed.includes(CALLED)) {
    if (!printed.includes('eval ') || !/^\s{0,8}eval ['"]/.test(printed.slice(0, 20))) {
      return undefined;
    }
    const end = Math.min(lines.length, line + 100);
    do {
      last++;
    } while (last < end && !lines[last]!.includes(CALLED));
    if (last >= end) {
      return undefined;
    }
    printed = `eval ''${lines[last]!.slice(lines[last]!.lastIndexOf(CALLED))}`;
  }
  const call = parseCall(printed);
  return call && { ...call, raw: lines[last]!, rawLine: numbers[last]!, next: last + 1 };
}

const CALLED = ' called at ';

/** `Shop::Order::charge("x", 42) called at app.pl line 3`. */
function parseCall(line: string): Omit<Call, keyof Line> | undefined {
  const mark = line.lastIndexOf(CALLED);
  const place = mark < 1 ? undefined : parsePlace(line.slice(mark + CALLED.length));
  if (!place) {
    return undefined;
  }
  const head = line.slice(0, mark).trimStart();
  if (head.startsWith('eval {')) {
    return { place, isFileScope: false, isStringEval: false };
  }
  if (/^eval ['"]/.test(head)) {
    return { place, isFileScope: true, isStringEval: true };
  }
  if (/^require \S+$/.test(head.slice(0, 500))) {
    return { place, isFileScope: true, isStringEval: false };
  }
  const open = head.indexOf('(');
  const name = open === -1 ? head : head.slice(0, open);
  const isCall = open === -1 ? name.includes('::') : head.endsWith(')');
  return isCall && name.length < 400 && /^[\p{L}_][\p{L}\d_]*(?:(?:::|')[\p{L}\d_]+)*$/u.test(name)
    ? { place, function: name, isFileScope: false, isStringEval: false }
    : undefined;
}

/** `Trace begun at app.pl line 3`, or the one line of `die` and `croak`, which only a Perl file's name tells from prose. */
function parseBegin(line: string): Begin | undefined {
  if (line.startsWith('Trace begun at ')) {
    const place = parsePlace(line.slice(15));
    return place && { place, isTrace: true };
  }
  const place = line.endsWith('.') ? placeAtEnd(line) : undefined;
  return place && (PERL_FILE.test(place.file.slice(-20)) || place.file.startsWith('(eval '))
    ? { place, isTrace: false }
    : undefined;
}

const PERL_FILE = /(?:\.(?:p[lmh]|PL|t|cgi|psgi|plx)|^-e)$/;

/** `… at FILE line 3.` at the end of a message. */
function placeAtEnd(line: string): Place | undefined {
  const word = lastWordLine(line);
  const at = word === -1 ? -1 : line.lastIndexOf(' at ', word);
  return at === -1 ? undefined : parsePlace(line.slice(at + 4));
}

/** Index of ` line ` before the number of a place; that of a handle being read can follow. */
function lastWordLine(line: string): number {
  const handle = line.lastIndexOf(', <');
  return line.lastIndexOf(' line ', handle === -1 ? line.length : handle);
}

/** `FILE line 3`, where a handle that was being read can follow: `, <STDIN> line 1.` */
function parsePlace(text: string): Place | undefined {
  const handle = text.lastIndexOf(', <');
  const printed = (handle === -1 ? text : text.slice(0, handle)).trimEnd();
  const end = printed.endsWith('.') ? printed.length - 1 : printed.length;
  const word = printed.lastIndexOf(' line ');
  const lineBase1 = word < 1 ? undefined : lineNumberFrom(printed, word + 6, end);
  const isHandle =
    handle === -1 || /^, <[^<>]{0,100}> (?:line|chunk) \d{1,12}\.?$/.test(text.slice(handle).trimEnd());
  return lineBase1 === undefined || !isHandle ? undefined : { file: printed.slice(0, word), lineBase1 };
}

/** The lines down to the place, from the last blank line on, without the place. */
function messageOf(
  lines: readonly string[],
  from: number,
  end: number | undefined,
  isTrace: boolean,
): string | undefined {
  if (end === undefined || isTrace) {
    return undefined;
  }
  const last = lines[end]!;
  const word = lastWordLine(last);
  const at = word === -1 ? -1 : last.lastIndexOf(' at ', word);
  const own = at === -1 ? last : last.slice(0, at);
  let start = end;
  while (start > from && lines[start - 1]!.trim() !== '') {
    start--;
  }
  return (start === end ? own : [...lines.slice(start, end), own].join('\n')).trim();
}

function kindOfFile(file: string): FrameKind {
  if (!file.includes('/') && !file.includes('\\')) {
    return file === '-e' || file === '-' ? 'eval' : 'app';
  }
  const path = file.replaceAll('\\', '/');
  if (/(?:^|\/)OpenTelemetry\//.test(path)) {
    return 'sdk';
  }
  if (/\/(?:perl5|site_perl|vendor_perl|local\/lib\/perl5|local\/share\/perl)\//.test(path)) {
    return /\/perl5\/5\.\d+(?:\.\d+)?\/(?!.*site_perl)/.test(path) ? 'runtime' : 'dependency';
  }
  return /\/(?:lib|share)\/(?:[\w-]+\/)?perl(?:-base)?\//.test(path) ? 'runtime' : 'app';
}
