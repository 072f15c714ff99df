import type { LineHunk } from './lineHunk';
import { slideHunks } from './slideHunks';

/** Lines that differ at most within a stretch that is compared line by line; past that, the stretch counts as rewritten. */
const MAX_DIFFERENCES = 600;

/** A stretch of both texts; ends are not part of it. */
interface Stretch {
  readonly oldFrom: number;
  readonly oldTo: number;
  readonly newFrom: number;
  readonly newTo: number;
}

/**
 * What changed between two texts, as ascending hunks. Lines that either text has only once hold the rest in place (patience), what
 * lies between is compared with fewest changes (Myers). Takes time in proportion to the lines, times at most 600.
 */
export function linesBetween(oldLines: readonly string[], newLines: readonly string[]): LineHunk[] {
  // Most texts differ in few places: what both begin and end with is not even numbered.
  const whole = { oldFrom: 0, oldTo: oldLines.length, newFrom: 0, newTo: newLines.length };
  const { oldFrom, oldTo, newFrom, newTo } = trimmed(whole, oldLines, newLines);
  const numbers = new Map<string, number>();
  const before = numbered(oldLines.slice(oldFrom, oldTo), numbers);
  const after = numbered(newLines.slice(newFrom, newTo), numbers);
  const hunks = hunksOf(before, after).map(({ oldStart, oldCount, newStart, newCount }) => ({
    oldStart: oldStart + oldFrom,
    oldCount,
    newStart: newStart + newFrom,
    newCount,
  }));
  return slideHunks(hunks, oldLines, newLines);
}

function hunksOf(before: Int32Array, after: Int32Array): LineHunk[] {
  const hunks: LineHunk[] = [];
  // Taken from the end, so that stretches, and with them the hunks, come in order.
  const pending: Stretch[] = [{ oldFrom: 0, oldTo: before.length, newFrom: 0, newTo: after.length }];
  for (let next = pending.pop(); next; next = pending.pop()) {
    const stretch = trimmed(next, before, after);
    if (stretch.oldFrom === stretch.oldTo && stretch.newFrom === stretch.newTo) {
      continue;
    }
    const parts = isOneSided(stretch) ? undefined : aroundUniqueLines(stretch, before, after);
    if (parts) {
      for (const part of parts.reverse()) {
        pending.push(part);
      }
    } else {
      addHunks(hunks, stretch, before, after);
    }
  }
  return hunks;
}

function numbered(lines: readonly string[], numbers: Map<string, number>): Int32Array {
  return Int32Array.from(lines, (line) => {
    const number = numbers.get(line) ?? numbers.size;
    numbers.set(line, number);
    return number;
  });
}

function isOneSided({ oldFrom, oldTo, newFrom, newTo }: Stretch): boolean {
  return oldFrom === oldTo || newFrom === newTo;
}

/** Without the lines that both sides begin and end with. */
function trimmed<T>(stretch: Stretch, before: ArrayLike<T>, after: ArrayLike<T>): Stretch {
  let { oldFrom, oldTo, newFrom, newTo } = stretch;
  while (oldFrom < oldTo && newFrom < newTo && before[oldFrom] === after[newFrom]) {
    oldFrom++;
    newFrom++;
  }
  while (oldFrom < oldTo && newFrom < newTo && before[oldTo - 1] === after[newTo - 1]) {
    oldTo--;
    newTo--;
  }
  return { oldFrom, oldTo, newFrom, newTo };
}

/** The stretches between the lines that stand once on either side, as many of those as keep their order; `undefined` without any. */
function aroundUniqueLines(stretch: Stretch, before: Int32Array, after: Int32Array): Stretch[] | undefined {
  const anchors = inOrder(uniquePairs(stretch, before, after));
  if (anchors.length === 0) {
    return undefined;
  }
  const parts: Stretch[] = [];
  let { oldFrom, newFrom } = stretch;
  for (const { oldLine, newLine } of anchors) {
    parts.push({ oldFrom, oldTo: oldLine, newFrom, newTo: newLine });
    oldFrom = oldLine + 1;
    newFrom = newLine + 1;
  }
  parts.push({ oldFrom, oldTo: stretch.oldTo, newFrom, newTo: stretch.newTo });
  return parts;
}

interface Pair {
  readonly oldLine: number;
  readonly newLine: number;
}

/** In order of the old lines. */
function uniquePairs(
  { oldFrom, oldTo, newFrom, newTo }: Stretch,
  before: Int32Array,
  after: Int32Array,
): Pair[] {
  const places = new Map<number, { oldCount: number; newCount: number; newLine: number }>();
  for (let line = oldFrom; line < oldTo; line++) {
    const place = places.get(before[line]!);
    if (place) {
      place.oldCount++;
    } else {
      places.set(before[line]!, { oldCount: 1, newCount: 0, newLine: -1 });
    }
  }
  for (let line = newFrom; line < newTo; line++) {
    const place = places.get(after[line]!);
    if (place) {
      place.newCount++;
      place.newLine = line;
    }
  }
  const pairs: Pair[] = [];
  for (let oldLine = oldFrom; oldLine < oldTo; oldLine++) {
    const { oldCount, newCount, newLine } = places.get(before[oldLine]!)!;
    if (oldCount === 1 && newCount === 1) {
      pairs.push({ oldLine, newLine });
    }
  }
  return pairs;
}

/** The longest part of the pairs whose new lines ascend as well. */
function inOrder(pairs: readonly Pair[]): readonly Pair[] {
  /** By length less one: the pair with which the best sequence of that length ends. */
  const ends: number[] = [];
  const previous = new Int32Array(pairs.length);
  pairs.forEach((pair, index) => {
    let low = 0;
    let high = ends.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (pairs[ends[middle]!]!.newLine < pair.newLine) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    previous[index] = low === 0 ? -1 : ends[low - 1]!;
    ends[low] = index;
  });
  const chosen: Pair[] = [];
  for (let index = ends.at(-1) ?? -1; index !== -1; index = previous[index]!) {
    chosen.push(pairs[index]!);
  }
  return chosen.reverse();
}

/** The hunks of a stretch without unique lines, by Myers' greedy search; one for all of it where too much differs. */
function addHunks(hunks: LineHunk[], stretch: Stretch, before: Int32Array, after: Int32Array): void {
  const { oldFrom, oldTo, newFrom, newTo } = stretch;
  const kept = isOneSided(stretch) ? [] : (keptPairs(stretch, before, after) ?? []);
  let oldStart = oldFrom;
  let newStart = newFrom;
  const close = (oldLine: number, newLine: number): void => {
    if (oldLine > oldStart || newLine > newStart) {
      hunks.push({ oldStart, oldCount: oldLine - oldStart, newStart, newCount: newLine - newStart });
    }
    oldStart = oldLine + 1;
    newStart = newLine + 1;
  };
  for (const { oldLine, newLine } of kept) {
    close(oldLine, newLine);
  }
  close(oldTo, newTo);
}

function keptPairs(
  { oldFrom, oldTo, newFrom, newTo }: Stretch,
  before: Int32Array,
  after: Int32Array,
): Pair[] | undefined {
  const oldCount = oldTo - oldFrom;
  const newCount = newTo - newFrom;
  const limit = Math.min(oldCount + newCount, MAX_DIFFERENCES);
  // reached[k]: how many old lines the furthest path on diagonal k (old less new lines) has taken.
  let reached = new Map<number, number>([[1, 0]]);
  const rounds: Map<number, number>[] = [];
  for (let round = 0; round <= limit; round++) {
    const furthest = new Map<number, number>();
    for (let k = -round; k <= round; k += 2) {
      let taken = startOn(k, round, reached);
      while (
        taken < oldCount &&
        taken - k < newCount &&
        before[oldFrom + taken] === after[newFrom + taken - k]
      ) {
        taken++;
      }
      furthest.set(k, taken);
      if (taken >= oldCount && taken - k >= newCount) {
        rounds.push(furthest);
        return pathBack(rounds, oldCount, newCount).map(({ oldLine, newLine }) => ({
          oldLine: oldFrom + oldLine,
          newLine: newFrom + newLine,
        }));
      }
    }
    rounds.push(furthest);
    reached = furthest;
  }
  return undefined;
}

/** Where a path on a diagonal continues from the round before: down (a new line), else right (an old line). */
function startOn(k: number, round: number, reached: ReadonlyMap<number, number>): number {
  const above = reached.get(k + 1) ?? -1;
  const left = reached.get(k - 1) ?? -1;
  return k === -round || (k !== round && left < above) ? above : left + 1;
}

function pathBack(
  rounds: readonly ReadonlyMap<number, number>[],
  oldCount: number,
  newCount: number,
): Pair[] {
  const pairs: Pair[] = [];
  let oldLine = oldCount;
  let newLine = newCount;
  for (let round = rounds.length - 1; round >= 0; round--) {
    const k = oldLine - newLine;
    const start = round === 0 ? 0 : startOn(k, round, rounds[round - 1]!);
    while (oldLine > start) {
      oldLine--;
      newLine--;
      pairs.push({ oldLine, newLine });
    }
    if (round > 0) {
      // One step back to the diagonal that this one was reached from.
      const isDown = start === (rounds[round - 1]!.get(k + 1) ?? -1);
      if (isDown) {
        newLine--;
      } else {
        oldLine--;
      }
    }
  }
  return pairs.reverse();
}
