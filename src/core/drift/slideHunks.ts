import type { LineHunk } from './lineHunk';

/** Farthest that a hunk is slid, in lines. */
const MAX_SLIDE = 200;

/**
 * Lines that came or went between equal ones may be counted from several places: `}` and a blank line end every function. Slides such
 * hunks to where a block of the text begins and ends, as people mean them: at little indentation, behind a blank line.
 */
export function slideHunks(
  hunks: readonly LineHunk[],
  oldLines: readonly string[],
  newLines: readonly string[],
): LineHunk[] {
  const slid: LineHunk[] = [];
  hunks.forEach((hunk, i) => {
    const isAdded = hunk.oldCount === 0;
    if (!isAdded && hunk.newCount > 0) {
      slid.push(hunk);
      return;
    }
    const lines = isAdded ? newLines : oldLines;
    const start = isAdded ? hunk.newStart : hunk.oldStart;
    const count = isAdded ? hunk.newCount : hunk.oldCount;
    // Kept lines between this hunk and its neighbours are all that it can slide over.
    const above = slid.at(-1);
    const below = hunks[i + 1];
    const first = above ? hunk.oldStart - above.oldStart - above.oldCount : hunk.oldStart;
    const last = (below ? below.oldStart : oldLines.length) - hunk.oldStart - hunk.oldCount;
    const shift = bestShift(lines, start, count, Math.min(first, MAX_SLIDE), Math.min(last, MAX_SLIDE));
    slid.push({ ...hunk, oldStart: hunk.oldStart + shift, newStart: hunk.newStart + shift });
  });
  return slid;
}

function bestShift(
  lines: readonly string[],
  start: number,
  count: number,
  most: number,
  least: number,
): number {
  let up = 0;
  while (up < most && lines[start - up - 1] === lines[start - up - 1 + count]) {
    up++;
  }
  let down = 0;
  while (down < least && lines[start + down] === lines[start + down + count]) {
    down++;
  }
  let best = 0;
  let lowest = Infinity;
  for (let shift = -up; up + down > 0 && shift <= down; shift++) {
    const cost = costOfCut(lines, start + shift) + costOfCut(lines, start + shift + count);
    if (cost <= lowest) {
      best = shift;
      lowest = cost;
    }
  }
  return best;
}

/** How little a text is cut before a line: between blocks it costs least. */
function costOfCut(lines: readonly string[], at: number): number {
  const line = lines[at];
  if (line === undefined) {
    return 0;
  }
  const isBehindBlank = at === 0 || lines[at - 1]!.trim() === '';
  return line.trim() === '' ? 30 + (isBehindBlank ? 10 : 0) : indentOf(line) * 2 - (isBehindBlank ? 15 : 0);
}

/** In columns; a tab is four. */
function indentOf(line: string): number {
  let columns = 0;
  for (const char of line) {
    if (char !== ' ' && char !== '\t') {
      break;
    }
    columns += char === '\t' ? 4 : 1;
  }
  return columns;
}
