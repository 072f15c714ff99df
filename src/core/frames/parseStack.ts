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
import type { StackHint, StackLanguage } from './language';
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

/**
 * Reads the frames of a stack text in any of the known languages, section by section, in time linear in its length. `hint`
 * holds the type and message that came with it; `language`, that of the SDK, is not needed, as the text tells. Text that is
 * no stack gives no exceptions.
 */
export function parseStack(text: string, hint: StackHint = {}): ParsedStack {
  const lines = readStackText(text);
  const message = messageLines(lines, hint.message);
  const exceptions = parseSections(lines, hint, message);
  // An SDK may have put the whole stack into the message: then the message is no reason to skip its frames.
  const isHidden = message !== undefined && exceptions.every((exception) => exception.frames.length === 0);
  const found = isHidden ? parseSections(lines, hint, undefined) : exceptions;
  return { exceptions: markCut(found, lines), problems: lines.problems };
}

interface LineRange {
  readonly from: number;
  readonly to: number;
}

function parseSections(
  text: StackText,
  hint: StackHint,
  message: LineRange | undefined,
): Draft<ParsedException>[] {
  const exceptions: Draft<ParsedException>[] = [];
  const isMessage = (line: number): boolean =>
    message !== undefined && line >= message.from && line < message.to;
  const languageAt = (line: number): StackLanguage | undefined =>
    isMessage(line)
      ? undefined
      : LANGUAGES.find((language) => language.detect(text.lines[line]!, text.lines[line + 1]));
  let headerFrom = 0;
  let at = 0;
  while (at < text.lines.length) {
    const language = languageAt(at);
    if (!language) {
      at++;
      continue;
    }
    const otherAt = (line: number): boolean => {
      const other = languageAt(line);
      return other !== undefined && other !== language;
    };
    const section = language.parse({
      text,
      headerFrom,
      at,
      firstIndex: exceptions.length,
      hint,
      isMessage,
      otherAt,
    });
    exceptions.push(...section.exceptions);
    at = Math.max(section.next, at + 1);
    headerFrom = Math.min(section.headerFrom ?? at, at);
  }
  return exceptions;
}

/** The lines of a message of several lines, without its first: they may look like frames and are none. */
function messageLines(text: StackText, message: string | undefined): LineRange | undefined {
  const own = message?.split('\n') ?? [];
  if (own.length < 2) {
    return undefined;
  }
  const first = own[0]!;
  for (let line = 0; line + own.length <= text.lines.length; line++) {
    if (
      text.lines[line]!.endsWith(first) &&
      own.every((part, i) => i === 0 || text.lines[line + i]!.startsWith(part))
    ) {
      return { from: line + 1, to: line + own.length };
    }
  }
  return undefined;
}

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
