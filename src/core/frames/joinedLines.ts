import { parseDotnetFrame } from './languages/dotnetFrame';
import { isJvmFrame } from './languages/jvmFrame';
import { parseV8Frame } from './languages/v8Frame';

/** Where a line of a joined stack can begin: a frame, in the words .NET is translated to, a cause, or a separator. */
const STARTS =
  /\s(?=(?:at|ved|bei|en|à|em|vid|в|在|於|場所) {1,3}[\p{L}_<({/]|Caused by: |Suppressed: |---> |--- \S|\.\.\. \d+ (?:more|common )|<---)|(?<=\d)(?=--- \p{L})/gu;

/**
 * Splits a line that holds a whole stack whose line ends were lost on the way, as some log pipelines deliver it. `undefined` for
 * every other line: at least two frames must come out. For lines of which `mayHoldFrames` is true.
 */
export function splitJoinedLine(line: string): string[] | undefined {
  if (isFrame(line)) {
    return undefined;
  }
  const starts = startsIn(line);
  if (starts.length < 2) {
    return undefined;
  }
  const lines = [line.slice(0, starts[0]).trimEnd()];
  let frames = 0;
  for (let i = 0; i < starts.length; i++) {
    const piece = line.slice(starts[i], starts[i + 1]).trimEnd();
    if (STARTS_OTHER.test(piece)) {
      lines.push(blanksBefore(line, starts[i]!) + piece);
    } else if (isFrame(`   ${piece}`)) {
      lines.push(`   ${piece}`);
      frames++;
    } else {
      // The word stood in a message.
      lines.push(`${lines.pop() ?? ''} ${piece}`);
    }
  }
  return frames < 2 ? undefined : lines;
}

/** Indexes at which lines can begin. */
function startsIn(line: string): number[] {
  const starts: number[] = [];
  STARTS.lastIndex = 0;
  // Asked for places only, as the text of each match would be thrown away.
  while (STARTS.test(line)) {
    starts.push(STARTS.lastIndex);
    STARTS.lastIndex++;
  }
  return starts;
}

/** Whether a line may hold a whole stack: two frames need two of their words. Keeps almost every line out without a regular expression. */
export function mayHoldFrames(line: string): boolean {
  if (line.length < 60) {
    return false;
  }
  const first = line.indexOf('at ');
  const hasTwo = first !== -1 && line.includes('at ', first + 3);
  return hasTwo || (line.length > 120 && TRANSLATED.test(line));
}

const TRANSLATED = /\s(?:ved|bei|en|à|em|vid|в|在|於|場所) {1,3}[\p{L}_<]/u;
const STARTS_OTHER = /^(?:Caused by: |Suppressed: |---> |--- |\.\.\. \d|<---)/;

function isFrame(line: string): boolean {
  return (
    line.length < 20_000 &&
    (line.includes(':') || line.includes('(')) &&
    (isJvmFrame(line) || (parseDotnetFrame(line, 0, true) ?? parseV8Frame(line, 0)) !== undefined)
  );
}

/** At most three blanks, as many as stand before the index: what is indented is inside something. */
function blanksBefore(line: string, index: number): string {
  let start = index;
  while (start > Math.max(index - 3, 0) && /\s/.test(line.charAt(start - 1))) {
    start--;
  }
  return ' '.repeat(index - start);
}
