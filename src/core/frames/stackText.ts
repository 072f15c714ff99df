import { mayHoldFrames, splitJoinedLine } from './joinedLines';
import type { StackText } from './language';

/** Longest text that is read whole, in UTF-16 units; of a longer one, the first and the last half of this. */
const WHOLE_CHARS = 1 << 20;

/** Splits a text into lines after undoing JSON quoting, escaped line ends and terminal colours; reads at most 1 Mi characters of it. */
export function readStackText(text: string): StackText {
  if (text.length <= WHOLE_CHARS) {
    return { ...splitJoined(splitLines(normalise(text))), problems: [] };
  }
  const half = WHOLE_CHARS / 2;
  const head = splitLines(stripColours(text.slice(0, half)));
  const tail = splitLines(stripColours(text.slice(-half)));
  const skipped = countLineEnds(text, half, text.length - half);
  const first = head.length - 1 + skipped;
  return {
    lines: [...head, ...tail],
    numbers: [...head.map((_, index) => index), ...tail.map((_, index) => first + index)],
    gap: { before: head.length - 1, after: head.length },
    problems: [{ code: 'stackTooLong', params: { chars: text.length, readChars: WHOLE_CHARS } }],
  };
}

function normalise(text: string): string {
  let plain = text;
  const trimmed = text.trim();
  if (trimmed.length > 1 && trimmed.startsWith('"') && trimmed.endsWith('"') && !trimmed.includes('\n')) {
    plain = unquote(trimmed) ?? text;
  }
  if (!plain.includes('\n') && plain.includes('\\n')) {
    plain = plain
      .replace(/(?:\\{1,2}r)?\\{1,2}n/g, '\n')
      // Elsewhere `\t` may belong to a Windows path.
      .replace(/\n(?:\\{1,2}t)+/g, (tabs) => `\n${'\t'.repeat(tabs.split('t').length - 1)}`)
      .replace(/\\{1,2}t(?=at |\.{3} )/g, '\t');
  }
  return stripColours(plain);
}

function unquote(json: string): string | undefined {
  try {
    const value: unknown = JSON.parse(json);
    return typeof value === 'string' ? value : undefined;
  } catch {
    // Not JSON after all: the text is taken as it is.
    return undefined;
  }
}

function stripColours(text: string): string {
  return text.includes('\u001b[') ? text.replace(/\u001b\[[0-9;]{0,20}m/g, '') : text;
}

function splitLines(text: string): string[] {
  const lines = text.split('\n');
  if (text.includes('\r')) {
    for (let i = 0; i < lines.length; i++) {
      const line = lines[i]!;
      if (line.endsWith('\r')) {
        lines[i] = line.slice(0, -1);
      }
    }
  }
  return lines;
}

/** Splits lines that hold a whole stack; all lines that come out have the number of the one they were. */
function splitJoined(lines: readonly string[]): Pick<StackText, 'lines' | 'numbers'> {
  const numbers = new Array<number>(lines.length);
  let split: string[] | undefined;
  for (let number = 0; number < lines.length; number++) {
    const line = lines[number]!;
    const parts = mayHoldFrames(line) ? splitJoinedLine(line) : undefined;
    if (parts && !split) {
      split = lines.slice(0, number);
      numbers.length = number;
    }
    if (split) {
      for (const part of parts ?? [line]) {
        split.push(part);
        numbers.push(number);
      }
    } else {
      numbers[number] = number;
    }
  }
  return { lines: split ?? lines, numbers };
}

function countLineEnds(text: string, from: number, to: number): number {
  let count = 0;
  for (let at = text.indexOf('\n', from); at !== -1 && at < to; at = text.indexOf('\n', at + 1)) {
    count++;
  }
  return count;
}
