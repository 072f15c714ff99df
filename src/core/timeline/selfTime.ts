import type { Trace } from '../model/trace';

/** When a span ran without any of its children: pairs of start and end in nanoseconds, in order, and their sum. */
export interface SelfTime {
  readonly intervalsNs: Float64Array<ArrayBuffer>;
  readonly totalNs: number;
}

/** The time of a span that no direct child covers; children are cut to the span. */
export function selfTime(trace: Trace, row: number): SelfTime {
  const startNs = trace.startNs[row]!;
  const endNs = startNs + trace.spanDurationNs[row]!;
  const intervals: number[] = [];
  let totalNs = 0;
  let coveredToNs = startNs;
  const add = (toNs: number): void => {
    if (toNs > coveredToNs) {
      intervals.push(coveredToNs, toNs);
      totalNs += toNs - coveredToNs;
    }
  };
  // Siblings stand in order of start, so one pass merges them.
  for (let child = row + 1; child < trace.subtreeEnd[row]!; child = trace.subtreeEnd[child]!) {
    const childStartNs = trace.startNs[child]!;
    if (childStartNs >= endNs) {
      break;
    }
    add(childStartNs);
    coveredToNs = Math.max(coveredToNs, childStartNs + trace.spanDurationNs[child]!);
  }
  add(endNs);
  return { intervalsNs: Float64Array.from(intervals), totalNs };
}
