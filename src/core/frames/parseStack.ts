import { cpp } from './languages/cpp';
import { dart } from './languages/dart';
import { dotnet } from './languages/dotnet';
import { elixir } from './languages/elixir';
import { erlang } from './languages/erlang';
import type { Draft, Frame, ParsedException, ParsedStack, StackLanguageId } from './frame';
import { gecko } from './languages/gecko';
import { go } from './languages/go';
import { javascript } from './languages/javascript';
import { jvm } from './languages/jvm';
import {
  NO_HINT,
  type LineRange,
  type SectionInput,
  type StackHint,
  type StackLanguage,
  type StackText,
} from './language';
import { indentOf, isDigit } from './lineNumber';
import { parseJsonStack } from './jsonStack';
import { lua } from './languages/lua';
import { perl } from './languages/perl';
import { php } from './languages/php';
import { phpSdk } from './languages/phpSdk';
import { python } from './languages/python';
import { ruby } from './languages/ruby';
import { rust } from './languages/rust';
import { swift } from './languages/swift';
import { readStackText } from './stackText';
import { xray } from './xray';

/** Every language that is read, most telling first line first. */
const LANGUAGES: readonly StackLanguage[] = [
  ruby,
  python,
  go,
  phpSdk,
  jvm,
  xray,
  dotnet,
  rust,
  php,
  javascript,
  elixir,
  erlang,
  dart,
  swift,
  cpp,
  lua,
  perl,
  gecko,
];

/** A language with the words of its first lines, and the characters of each as a set. */
interface Candidate {
  readonly language: StackLanguage;
  readonly words: readonly { readonly text: string; readonly chars: number }[];
}

const CANDIDATES: readonly Candidate[] = LANGUAGES.map((language) => ({
  language,
  words: language.words.map((text) => ({ text, chars: charsOf(text) })),
}));

/** By the first character of a line, the languages that it can begin a section of; the last are those of characters beyond ASCII. */
const BY_FIRST: readonly (readonly Candidate[])[] = Array.from({ length: 129 }, (_, code) =>
  CANDIDATES.filter(
    ({ language: { firsts } }) =>
      firsts === undefined || code === 128 || firsts.includes(String.fromCharCode(code)),
  ),
);

/** Characters of a line that are looked at to tell whether it can hold a word. */
const MOST_CHARS = 200;

/** The characters of a text as 32 bits, several characters for each; all of a long one. */
function charsOf(text: string): number {
  if (text.length > MOST_CHARS) {
    return -1;
  }
  let chars = 0;
  for (let i = 0; i < text.length; i++) {
    chars |= 1 << (text.charCodeAt(i) & 31);
  }
  return chars;
}

/** No line that begins a section is shorter. */
const SHORTEST = 7;

/**
 * Reads the frames of a stack text in any of the known languages, section by section, in time linear in its length. `hint`
 * holds the type and message that came with it, and the SDK's language, which decides where languages print alike. Text that is no
 * stack gives no exceptions.
 */
export function parseStack(text: string, hint: StackHint = NO_HINT): ParsedStack {
  const json = parseJsonStack(text, hint);
  if (json) {
    return 'text' in json ? parseText(json.text, json.hint) : { exceptions: json.exceptions, problems: [] };
  }
  return parseText(text, hint);
}

function parseText(text: string, hint: StackHint): ParsedStack {
  const lines = readStackText(text);
  const message = messageLines(lines, hint.message);
  let exceptions = parseSections(lines, hint, message);
  // An SDK may have put the whole stack into the message: then the message is no reason to skip its frames.
  if (message && exceptions.every((exception) => exception.frames.length === 0)) {
    exceptions = parseSections(lines, hint, undefined);
  }
  return { exceptions: markCut(exceptions, lines), problems: lines.problems };
}

/** A text that is being read, as the language of the section sees it; made once, as there can be a section for every line. */
class TextInput implements SectionInput {
  readonly text: StackText;
  readonly hint: StackHint;
  headerFrom = 0;
  at = 0;
  firstIndex = 0;
  language: StackLanguage | undefined;
  private readonly message: LineRange | undefined;
  /** What the last line asked for began; the section ends there, and the next begins. */
  private lastLine = -1;
  private lastLanguage: StackLanguage | undefined;
  /** What that language found on the line. */
  first: unknown = false;

  constructor(text: StackText, hint: StackHint, message: LineRange | undefined) {
    this.text = text;
    this.hint = hint;
    this.message = message;
  }

  isMessage(line: number): boolean {
    return this.message !== undefined && line >= this.message.from && line < this.message.to;
  }

  otherAt(line: number): boolean {
    const other = this.languageAt(line);
    return other !== undefined && other !== this.language;
  }

  /** The language whose section can begin at a line. */
  languageAt(line: number): StackLanguage | undefined {
    if (line !== this.lastLine) {
      this.lastLine = line;
      this.lastLanguage = this.isMessage(line) ? undefined : this.detect(line);
    }
    return this.lastLanguage;
  }

  private detect(at: number): StackLanguage | undefined {
    const { lines } = this.text;
    const line = lines[at]!;
    if (line.length < SHORTEST) {
      return undefined;
    }
    const chars = charsOf(line);
    const first = line.charCodeAt(Math.min(indentOf(line), line.length - 1));
    for (const { language, words } of BY_FIRST[Math.min(first, 128)]!) {
      if (holdsOne(line, chars, words)) {
        this.first = language.detect(line, lines[at + 1], this.hint);
        if (this.first !== false) {
          return language;
        }
      }
    }
    return undefined;
  }
}

/** Looks for a word only where all its characters are there: most languages are ruled out without a search. */
function holdsOne(line: string, chars: number, words: Candidate['words']): boolean {
  for (const word of words) {
    if ((chars & word.chars) === word.chars && line.includes(word.text)) {
      return true;
    }
  }
  return false;
}

function parseSections(
  text: StackText,
  hint: StackHint,
  message: LineRange | undefined,
): Draft<ParsedException>[] {
  const exceptions: Draft<ParsedException>[] = [];
  const input = new TextInput(text, hint, message);
  while (input.at < text.lines.length) {
    input.language = input.languageAt(input.at);
    if (!input.language) {
      input.at++;
      continue;
    }
    input.firstIndex = exceptions.length;
    const section = input.language.parse(input, input.first);
    for (const exception of section.exceptions) {
      exceptions.push(exception);
    }
    input.at = Math.max(section.next, input.at + 1);
    input.headerFrom = Math.min(section.headerFrom ?? input.at, input.at);
  }
  return exceptions;
}

/** The lines of a message of several lines, without its first: they may look like frames and are none. */
function messageLines(text: StackText, message: string | undefined): LineRange | undefined {
  if (message?.includes('\n') !== true) {
    return undefined;
  }
  const own = message.split('\n');
  const first = own[0]!;
  // Lines that equal many others could be compared with each of them: no more than this, which real messages never need.
  let compared = 32 * text.lines.length;
  for (let line = 0; line + own.length <= text.lines.length && compared > 0; line++) {
    if (text.lines[line]!.endsWith(first)) {
      let same = 1;
      while (same < own.length && text.lines[line + same]!.startsWith(own[same]!)) {
        same++;
      }
      if (same === own.length) {
        return { from: line + 1, to: line + own.length };
      }
      compared -= same;
    }
  }
  return undefined;
}

/**
 * Marks the frames at the two ends of the gap in a text that was too long to be read whole, and one on the last line of a text
 * without a line end where that does not end as a complete frame does: digits or letters may be missing.
 */
function markCut(exceptions: readonly Draft<ParsedException>[], text: StackText): readonly ParsedException[] {
  const { gap, lines, numbers } = text;
  const last = lines.at(-1) ?? '';
  if (!gap && last === '') {
    return exceptions;
  }
  const lastNumber = numbers.at(-1);
  for (const { frames, language } of exceptions) {
    if (gap) {
      markAt(frames, numbers[gap.before]!, numbers[gap.after]!);
    }
    // Whatever the order in which a language prints its calls, the last line's is at an end.
    for (const frame of [frames[0], frames.at(-1)] as readonly (Draft<Frame> | undefined)[]) {
      if (frame?.rawLine === lastNumber && frame?.raw === last && !isComplete(last.trimEnd(), language)) {
        frame.cut = true;
      }
    }
  }
  return exceptions;
}

function markAt(frames: readonly Draft<Frame>[], before: number, after: number): void {
  for (const frame of frames) {
    if (frame.rawLine === before || frame.rawLine === after) {
      frame.cut = true;
    }
  }
}

/** How the last line of a stack ends where nothing is missing; in other languages, not in a digit. */
const ENDS: Readonly<Partial<Record<StackLanguageId, RegExp>>> = {
  lua: /(?: '[^']*'|>| \?|main chunk|\))$/,
  php: /[)}]$/,
  // Below its last frame stands the error.
  python: /^$/,
  ruby: /[')]$/,
};

function isComplete(last: string, language: StackLanguageId): boolean {
  return ENDS[language]?.test(last) ?? !isDigit(last.charCodeAt(last.length - 1));
}
