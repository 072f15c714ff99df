import { cpp } from './cpp';
import { dart } from './dart';
import { dotnet } from './dotnet';
import { elixir } from './elixir';
import { erlang } from './erlang';
import type { Draft, Frame, ParsedException, ParsedStack, StackLanguageId } from './frame';
import { gecko } from './gecko';
import { go } from './go';
import { javascript } from './javascript';
import { jvm } from './jvm';
import type { SectionInput, StackHint, StackLanguage } from './language';
import { indentOf } from './lineNumber';
import { lua } from './lua';
import { perl } from './perl';
import { php } from './php';
import { phpSdk } from './phpSdk';
import { python } from './python';
import { ruby } from './ruby';
import { rust } from './rust';
import { swift } from './swift';
import { readStackText, type StackText } from './stackText';

/** Every language that is read, most telling first line first. */
const LANGUAGES: readonly StackLanguage[] = [
  ruby,
  python,
  go,
  jvm,
  phpSdk,
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

/** By the first character of a line, the languages that it can begin a section of; the last are those of characters beyond ASCII. */
const BY_FIRST: readonly (readonly StackLanguage[])[] = Array.from({ length: 129 }, (_, code) =>
  LANGUAGES.filter(
    ({ firsts }) => firsts === undefined || code === 128 || firsts.includes(String.fromCharCode(code)),
  ),
);

/** No line that begins a section is shorter. */
const SHORTEST = 7;

/**
 * Reads the frames of a stack text in any of the known languages, section by section, in time linear in its length. `hint`
 * holds the type and message that came with it; `language`, that of the SDK, is not needed, as the text tells. Text that is
 * no stack gives no exceptions.
 */
export function parseStack(text: string, hint: StackHint = NO_HINT): ParsedStack {
  const lines = readStackText(text);
  const message = messageLines(lines, hint.message);
  let exceptions = parseSections(lines, hint, message);
  // An SDK may have put the whole stack into the message: then the message is no reason to skip its frames.
  if (message && exceptions.every((exception) => exception.frames.length === 0)) {
    exceptions = parseSections(lines, hint, undefined);
  }
  return { exceptions: markCut(exceptions, lines), problems: lines.problems };
}

const NO_HINT: StackHint = {};

interface LineRange {
  readonly from: number;
  readonly to: number;
}

/** A section while its language reads it. */
class SectionLines implements SectionInput {
  readonly text: StackText;
  readonly headerFrom: number;
  readonly at: number;
  readonly firstIndex: number;
  readonly hint: StackHint;
  private readonly message: LineRange | undefined;
  private readonly language: StackLanguage;

  constructor(
    before: Pick<SectionInput, 'text' | 'hint' | 'headerFrom' | 'at' | 'firstIndex'>,
    message: LineRange | undefined,
    language: StackLanguage,
  ) {
    this.text = before.text;
    this.headerFrom = before.headerFrom;
    this.at = before.at;
    this.firstIndex = before.firstIndex;
    this.hint = before.hint;
    this.message = message;
    this.language = language;
  }

  isMessage(line: number): boolean {
    return isIn(this.message, line);
  }

  otherAt(line: number): boolean {
    const other = this.isMessage(line) ? undefined : languageAt(this.text.lines, line);
    return other !== undefined && other !== this.language;
  }
}

function isIn(range: LineRange | undefined, line: number): boolean {
  return range !== undefined && line >= range.from && line < range.to;
}

function parseSections(
  text: StackText,
  hint: StackHint,
  message: LineRange | undefined,
): Draft<ParsedException>[] {
  const exceptions: Draft<ParsedException>[] = [];
  let headerFrom = 0;
  let at = 0;
  while (at < text.lines.length) {
    const language = isIn(message, at) ? undefined : languageAt(text.lines, at);
    if (!language) {
      at++;
      continue;
    }
    const firstIndex = exceptions.length;
    const section = language.parse(
      new SectionLines({ text, hint, headerFrom, at, firstIndex }, message, language),
    );
    for (const exception of section.exceptions) {
      exceptions.push(exception);
    }
    at = Math.max(section.next, at + 1);
    headerFrom = Math.min(section.headerFrom ?? at, at);
  }
  return exceptions;
}

/** The language whose section can begin at a line. */
function languageAt(lines: readonly string[], at: number): StackLanguage | undefined {
  const line = lines[at]!;
  if (line.length < SHORTEST) {
    return undefined;
  }
  const first = line.charCodeAt(Math.min(indentOf(line), line.length - 1));
  for (const language of BY_FIRST[Math.min(first, 128)]!) {
    if (language.detect(line, lines[at + 1])) {
      return language;
    }
  }
  return undefined;
}

/** The lines of a message of several lines, without its first: they may look like frames and are none. */
function messageLines(text: StackText, message: string | undefined): LineRange | undefined {
  if (message?.includes('\n') !== true) {
    return undefined;
  }
  const own = message.split('\n');
  const first = own[0]!;
  let tries = 0;
  for (let line = 0; line + own.length <= text.lines.length && tries < MOST_TRIES; line++) {
    if (text.lines[line]!.endsWith(first)) {
      tries++;
      if (own.every((part, i) => i === 0 || text.lines[line + i]!.startsWith(part))) {
        return { from: line + 1, to: line + own.length };
      }
    }
  }
  return undefined;
}

/** A message whose first line is found more often is not looked for: comparing all of it each time would take too long. */
const MOST_TRIES = 64;

/**
 * Marks the frames at the two ends of the gap in a text that was too long to be read whole, and one on the last line of a text
 * without a line end where that ends in a number: digits may be missing.
 */
function markCut(exceptions: readonly Draft<ParsedException>[], text: StackText): readonly ParsedException[] {
  const { gap, lines, numbers } = text;
  const ends = new Set(gap ? [numbers[gap.before], numbers[gap.after]] : []);
  const last = lines.at(-1) ?? '';
  const isOpen = /\d$/.test(last);
  if (ends.size === 0 && !isOpen) {
    return exceptions;
  }
  const isCut = (frame: Frame, language: StackLanguageId): boolean =>
    ends.has(frame.rawLine) ||
    (isOpen && frame.raw === last && frame.rawLine === numbers.at(-1) && !ENDS_IN_NUMBER.has(language));
  return exceptions.map((exception) => ({
    ...exception,
    frames: exception.frames.map((frame) =>
      isCut(frame, exception.language) ? { ...frame, cut: true } : frame,
    ),
  }));
}

/** Languages whose stacks mostly end in a number, without a line end, though nothing is missing. */
const ENDS_IN_NUMBER: ReadonlySet<StackLanguageId> = new Set<StackLanguageId>(['javascript', 'python']);
