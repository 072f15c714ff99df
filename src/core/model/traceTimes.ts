import { epochNs, type EpochNs } from '../../base/units';

/** 2^53 ns, about 104 days: further from the epoch, a column of doubles is not exact. */
const exactRangeNs = 2 ** 53;
const two32 = 2 ** 32;

/** Times of a trace's rows relative to its epoch. */
export interface TraceTimes {
  readonly epochNs: EpochNs;
  readonly durationNs: number;
  readonly startNs: Float64Array<ArrayBuffer>;
  readonly spanDurationNs: Float64Array<ArrayBuffer>;
  /** 1 where start or end is further from the epoch than the columns are exact. */
  readonly clamped: Uint8Array;
}

/** Halves of 64-bit times: `bigint` arithmetic per span costs several times as much. */
function halvesOf(times: BigUint64Array): Uint32Array {
  return new Uint32Array(times.buffer, times.byteOffset, times.length * 2);
}

/**
 * Chooses the epoch of a trace and its columns of times. Clocks that were never set (1970) or overflow (2286) may stand beside
 * good ones: the epoch is the earliest start of the 104 days that hold most spans, and the others are clamped into the trace.
 */
export function traceTimes(startUnixNano: BigUint64Array, endUnixNano: BigUint64Array): TraceTimes {
  const count = startUnixNano.length;
  const starts = halvesOf(startUnixNano);
  const ends = halvesOf(endUnixNano);
  const epochRow = earliestPlausible(starts, count);
  const epochLow = count === 0 ? 0 : starts[2 * epochRow]!;
  const epochHigh = count === 0 ? 0 : starts[2 * epochRow + 1]!;
  // Exact as long as the result is within 2^53.
  const fromEpoch = (halves: Uint32Array, row: number): number =>
    (halves[2 * row + 1]! - epochHigh) * two32 + (halves[2 * row]! - epochLow);

  const startNs = new Float64Array(count);
  const spanDurationNs = new Float64Array(count);
  const clamped = new Uint8Array(count);
  let durationNs = 0;
  for (let row = 0; row < count; row++) {
    const start = fromEpoch(starts, row);
    const isOpen = ends[2 * row] === 0 && ends[2 * row + 1] === 0;
    const end = isOpen ? start : fromEpoch(ends, row);
    startNs[row] = start;
    spanDurationNs[row] = isOpen ? 0 : Math.max(0, difference(starts, ends, row));
    if (start < 0 || start > exactRangeNs || end > exactRangeNs) {
      clamped[row] = 1;
    }
    if (start >= 0 && start <= exactRangeNs) {
      durationNs = Math.max(durationNs, start);
      if (end <= exactRangeNs) {
        durationNs = Math.max(durationNs, end);
      }
    }
  }
  for (let row = 0; row < count; row++) {
    if (clamped[row] === 1) {
      const duration = Math.min(spanDurationNs[row]!, durationNs);
      const start = Math.min(Math.max(startNs[row]!, 0), durationNs);
      // A span of another age keeps its length if it fits; one that only ends too late is cut at the trace's end.
      const isFar = startNs[row]! > exactRangeNs;
      startNs[row] = isFar ? durationNs - duration : start;
      spanDurationNs[row] = isFar ? duration : Math.min(duration, durationNs - start);
    }
  }
  const epoch = (BigInt(epochHigh) << 32n) | BigInt(epochLow);
  return { epochNs: epochNs(epoch), durationNs, startNs, spanDurationNs, clamped };
}

function difference(from: Uint32Array, to: Uint32Array, row: number): number {
  return (to[2 * row + 1]! - from[2 * row + 1]!) * two32 + (to[2 * row]! - from[2 * row]!);
}

function earliestPlausible(starts: Uint32Array, count: number): number {
  const approximate = (row: number): number => starts[2 * row + 1]! * two32 + starts[2 * row]!;
  let first = -1;
  let firstNs = Infinity;
  let lastNs = 0;
  for (let row = 0; row < count; row++) {
    const ns = approximate(row);
    // A start of 0 was not sent.
    if (ns > 0) {
      // Doubles of today's epoch times are 256 ns apart: compare the halves where they tie.
      if (ns < firstNs || (ns === firstNs && isBefore(starts, row, first))) {
        first = row;
        firstNs = ns;
      }
      lastNs = Math.max(lastNs, ns);
    }
  }
  if (lastNs - firstNs < exactRangeNs || first < 0) {
    return Math.max(first, 0);
  }
  const sorted = Float64Array.from({ length: count }, (_, row) => approximate(row))
    .filter((ns) => ns > 0)
    .sort();
  let best = 0;
  let bestCount = 0;
  for (let from = 0, to = 0; from < sorted.length; from++) {
    while (to < sorted.length && sorted[to]! - sorted[from]! < exactRangeNs) {
      to++;
    }
    if (to - from > bestCount) {
      best = from;
      bestCount = to - from;
    }
  }
  let earliest = -1;
  for (let row = 0; row < count; row++) {
    const ns = approximate(row);
    if (ns >= sorted[best]! && (earliest < 0 || isBefore(starts, row, earliest))) {
      earliest = row;
    }
  }
  return earliest;
}

function isBefore(starts: Uint32Array, a: number, b: number): boolean {
  const highs = starts[2 * a + 1]! - starts[2 * b + 1]!;
  return highs < 0 || (highs === 0 && starts[2 * a]! < starts[2 * b]!);
}
