import { byWeight, countedGroups, type GroupMemory } from './countedGroups';
import type { FailureGroup, FailureList, ListedRun, TimeWindow } from './failureGroup';
import type { FailureOccurrence, TraceAnalysis, TraceRun } from './traceAnalysis';

/** Runs that a list names at most; a longer one merges by its counts. */
export const MAX_LISTED_RUNS = 5000;

/** What grouping needs besides the traces. */
export interface GroupingOptions {
  readonly window: TimeWindow;
  /** No cap was hit, so the counts are exact. */
  readonly complete: boolean;
  /** Moment that states are told for, in milliseconds since the Unix epoch; the window's end where absent. */
  readonly nowMs?: number;
  readonly memoryOf?: (groupId: string) => GroupMemory | undefined;
}

/** The failure groups of analysed traces. Each trace is given once. */
export function failureListFrom(
  analyses: Iterable<TraceAnalysis>,
  { window, complete, nowMs = window.toMs, memoryOf }: GroupingOptions,
): FailureList {
  const runs: ListedRun[] = [];
  const newest = new Map<string, { readonly run: TraceRun; readonly failure: FailureOccurrence }>();
  const traces = new Set<string>();
  for (const { traceId, runs: traceRuns } of analyses) {
    for (const run of traceRuns) {
      if (run.startMs < window.fromMs || run.startMs >= window.toMs) {
        continue;
      }
      traces.add(traceId);
      runs.push(listedRun(traceId, run));
      for (const failure of run.failures) {
        const before = newest.get(failure.groupId);
        if (!before || isNewer({ run, failure }, before)) {
          newest.set(failure.groupId, { run, failure });
        }
      }
    }
  }
  const groups = countedGroups(runs, window, nowMs, memoryOf).map((counts): FailureGroup => {
    const { run, failure } = newest.get(counts.id)!;
    const { origin } = failure;
    return {
      ...counts,
      fingerprint: failure.fingerprint,
      type: failure.type,
      message: failure.message,
      service: origin.service,
      ...(origin.serviceVersion !== undefined && { serviceVersion: origin.serviceVersion }),
      entryService: run.entryService,
      operation: run.operation,
      origin,
    };
  });
  const newestRun = newestOf(runs);
  return {
    window,
    complete,
    groups: groups.sort(byWeight),
    traces: traces.size,
    ...(runs.length <= MAX_LISTED_RUNS && { listedRuns: runs }),
    ...(newestRun && { newest: newestRun }),
  };
}

/** A run as it is counted. */
export function listedRun(traceId: ListedRun['traceId'], run: TraceRun): ListedRun {
  return {
    traceId,
    entryService: run.entryService,
    operation: run.operation,
    startMs: run.startMs,
    failed: run.failed,
    groups: run.failures.map(({ groupId, failedRun }) => ({ id: groupId, failedRun })),
  };
}

/** A failing run speaks for its group before a recovered one; of equals, the one that started last. */
function isNewer(
  a: { readonly run: TraceRun; readonly failure: FailureOccurrence },
  b: { readonly run: TraceRun; readonly failure: FailureOccurrence },
): boolean {
  if (a.failure.failedRun !== b.failure.failedRun) {
    return a.failure.failedRun;
  }
  return a.run.startMs === b.run.startMs
    ? a.failure.origin.traceId < b.failure.origin.traceId
    : a.run.startMs > b.run.startMs;
}

/** The run that started last. */
export function newestOf(runs: readonly ListedRun[]): FailureList['newest'] {
  let newest: ListedRun | undefined;
  for (const run of runs) {
    if (!newest || run.startMs > newest.startMs) {
      newest = run;
    }
  }
  return (
    newest && {
      entryService: newest.entryService,
      operation: newest.operation,
      startMs: newest.startMs,
    }
  );
}
