import type { TraceId } from '../model/ids';
import type { FailureGroup, GroupState, ListedRun, TimeWindow } from './failureGroup';
import { groupState } from './groupState';

/** Ids that a group lists at most. */
export const MAX_TRACE_IDS = 100;

/** What is known of a group beyond the window. */
export interface GroupMemory {
  readonly firstSeenMs?: number;
  readonly markedRead?: boolean;
}

/** What counting runs says of one group. */
export interface GroupCounts {
  readonly id: string;
  readonly failing: number;
  readonly runs: number;
  readonly recovered: number;
  readonly state: GroupState;
  readonly firstSeenMs: number;
  readonly lastSeenMs: number;
  readonly traceIds: readonly TraceId[];
}

interface Operation {
  runs: number;
  readonly goodStartsMs: number[];
}

interface Seen {
  readonly operation: Operation;
  readonly failing: ListedRun[];
  readonly recovered: ListedRun[];
}

/** Counts the runs of a window by group; `nowMs` decides states. Runs outside the window are passed over. */
export function countedGroups(
  runs: Iterable<ListedRun>,
  window: TimeWindow,
  nowMs: number,
  memoryOf: (groupId: string) => GroupMemory | undefined = () => undefined,
): readonly GroupCounts[] {
  const operations = new Map<string, Operation>();
  const seen = new Map<string, Seen>();
  for (const run of runs) {
    if (run.startMs < window.fromMs || run.startMs >= window.toMs) {
      continue;
    }
    const operation = operationOf(operations, run);
    operation.runs++;
    if (!run.failed) {
      operation.goodStartsMs.push(run.startMs);
    }
    for (const { id, failedRun } of run.groups) {
      let group = seen.get(id);
      if (!group) {
        group = { operation, failing: [], recovered: [] };
        seen.set(id, group);
      }
      (failedRun ? group.failing : group.recovered).push(run);
    }
  }
  return [...seen].map(([id, group]) => counts(id, group, nowMs, memoryOf(id) ?? {}));
}

function operationOf(operations: Map<string, Operation>, run: ListedRun): Operation {
  const key = `${run.entryService}\u0000${run.operation}`;
  let operation = operations.get(key);
  if (!operation) {
    operation = { runs: 0, goodStartsMs: [] };
    operations.set(key, operation);
  }
  return operation;
}

function counts(id: string, group: Seen, nowMs: number, memory: GroupMemory): GroupCounts {
  const { operation } = group;
  const failing = newestFirst(group.failing);
  const recovered = newestFirst(group.recovered);
  const shown = failing.length > 0 ? failing : recovered;
  const lastFailingMs = failing[0]?.startMs;
  const firstSeenMs = Math.min(shown.at(-1)!.startMs, memory.firstSeenMs ?? Infinity);
  const goodRunsSince =
    lastFailingMs === undefined
      ? operation.goodStartsMs.length
      : operation.goodStartsMs.filter((startMs) => startMs > lastFailingMs).length;
  return {
    id,
    failing: failing.length,
    runs: operation.runs,
    recovered: recovered.length,
    state: groupState({
      nowMs,
      firstSeenMs,
      lastFailingMs,
      goodRunsSince,
      markedRead: memory.markedRead ?? false,
    }),
    firstSeenMs,
    lastSeenMs: shown[0]!.startMs,
    traceIds: traceIdsOf(shown),
  };
}

/** By start, then by trace id, so that the order does not depend on arrival. */
function newestFirst(runs: readonly ListedRun[]): readonly ListedRun[] {
  return [...runs].sort((a, b) => b.startMs - a.startMs || (a.traceId < b.traceId ? -1 : 1));
}

function traceIdsOf(runs: readonly ListedRun[]): readonly TraceId[] {
  const ids = new Set<TraceId>();
  for (const { traceId } of runs) {
    if (ids.size === MAX_TRACE_IDS) {
      break;
    }
    ids.add(traceId);
  }
  return [...ids];
}

/** Most failing first, then the ones seen last; the order of a list that was just loaded. */
export function byWeight(a: FailureGroup, b: FailureGroup): number {
  return b.failing - a.failing || b.lastSeenMs - a.lastSeenMs || (a.id < b.id ? -1 : 1);
}
