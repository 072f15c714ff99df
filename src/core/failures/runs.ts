import { SpanKind } from '../model/spanTable';
import type { FailureSpans } from './failureSpans';

/** A run before its failures are known. */
export interface RunRows {
  /** The entry span, or what stands for one that did not arrive. */
  readonly entry: number;
  readonly failed: boolean;
}

/** The runs of a trace, and for each row the index of the run it is counted to. */
export interface TraceRuns {
  readonly runs: readonly RunRows[];
  /** Row of the parent, where spans without theirs hang below the entry of their run: -1 for entries only. */
  readonly parent: Int32Array;
  readonly runOf: Int32Array;
}

/**
 * Every root is a run; spans whose parent did not arrive belong to the run that was under way. Where no root arrived, spans that
 * name the same missing parent are one run: its entry is their first SERVER or CONSUMER span, else the CLIENT or PRODUCER span that called it.
 */
export function findRuns(spans: FailureSpans): TraceRuns {
  const roots: number[] = [];
  const orphans: number[] = [];
  for (let row = 0; row < spans.count; row++) {
    if (spans.parent[row] === -1) {
      (spans.parentSpanId(row) === undefined ? roots : orphans).push(row);
    }
  }
  const byStart = (a: number, b: number): number =>
    spans.startNs[a]! - spans.startNs[b]! || (spans.spanId(a) < spans.spanId(b) ? -1 : 1);
  roots.sort(byStart);
  orphans.sort(byStart);
  if (roots.length > 0) {
    const runs = roots.map((entry) => ({ entry, failed: spans.isError(entry) }));
    return { runs, ...assign(spans, runs, runUnderWay(spans, runs)) };
  }
  const { runs, runOfOrphan } = fragments(spans, orphans);
  return { runs, ...assign(spans, runs, (row) => runOfOrphan.get(row)!) };
}

/** One run for the fragments that name the same missing parent. */
function fragments(
  spans: FailureSpans,
  orphans: readonly number[],
): { readonly runs: readonly RunRows[]; readonly runOfOrphan: ReadonlyMap<number, number> } {
  const byParent = new Map<string, number[]>();
  for (const row of orphans) {
    const parentId = spans.parentSpanId(row)!;
    const siblings = byParent.get(parentId);
    if (siblings) {
      siblings.push(row);
    } else {
      byParent.set(parentId, [row]);
    }
  }
  const representative = representatives(spans);
  const runOfOrphan = new Map<number, number>();
  const runs = [...byParent.values()].map((rows, index) => {
    for (const row of rows) {
      runOfOrphan.set(row, index);
    }
    const stands = rows.map(representative);
    const entries = stands.filter((row) => isEntry(spans.kind(row)));
    const candidates = entries.length > 0 ? entries : stands;
    const failed = candidates.find((row) => spans.isError(row));
    return { entry: failed ?? candidates[0]!, failed: failed !== undefined };
  });
  return { runs, runOfOrphan };
}

function isEntry(kind: number): boolean {
  return kind === SpanKind.server || kind === SpanKind.consumer;
}

/** For a fragment's root the span that stands for its entry: itself, or the first span below that crosses a process. */
function representatives(spans: FailureSpans): (root: number) => number {
  const found = new Map<number, number>();
  const rootOf = new Int32Array(spans.count);
  for (let row = 0; row < spans.count; row++) {
    const root = spans.parent[row] === -1 ? row : rootOf[spans.parent[row]!]!;
    rootOf[row] = root;
    if (!found.has(root) && spans.kind(row) > SpanKind.internal) {
      found.set(root, row);
    }
  }
  return (root) => found.get(root) ?? root;
}

function assign(
  spans: FailureSpans,
  runs: readonly RunRows[],
  runOfOrphan: (row: number) => number,
): { readonly parent: Int32Array; readonly runOf: Int32Array } {
  const parent = new Int32Array(spans.parent);
  const runOf = new Int32Array(spans.count).fill(-1);
  runs.forEach((run, index) => {
    runOf[run.entry] = index;
    // An entry may stand below the root of its fragment, which then hangs below it like the rest of the fragment.
    parent[run.entry] = -1;
  });
  for (let row = 0; row < spans.count; row++) {
    if (runOf[row] === -1) {
      const above = spans.parent[row]!;
      const run = above === -1 ? runOfOrphan(row) : runOf[above]!;
      runOf[row] = run;
      if (above === -1) {
        parent[row] = runs[run]!.entry;
      }
    }
  }
  return { parent, runOf };
}

/** Finds for a row the latest run that had begun and not ended when the row began, else the first one. */
function runUnderWay(spans: FailureSpans, runs: readonly RunRows[]): (row: number) => number {
  const byStart = runs
    .map((run, index) => ({
      index,
      startNs: spans.startNs[run.entry]!,
      endNs: spans.startNs[run.entry]! + spans.durationNs[run.entry]!,
    }))
    .sort((a, b) => a.startNs - b.startNs);
  return (row) => {
    const atNs = spans.startNs[row]!;
    let low = 0;
    let high = byStart.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (byStart[middle]!.startNs <= atNs) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    // Runs of one trace overlap rarely: a few steps back suffice, and bound the time of a hostile trace.
    for (let i = low - 1; i >= Math.max(0, low - 16); i--) {
      if (atNs <= byStart[i]!.endNs) {
        return byStart[i]!.index;
      }
    }
    return byStart[0]!.index;
  };
}
