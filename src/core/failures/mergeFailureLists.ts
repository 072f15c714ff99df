import type { TraceId } from '../model/ids';
import { byWeight, countedGroups, MAX_TRACE_IDS } from './countedGroups';
import type { FailureGroup, FailureList, GroupState, ListedRun, TimeWindow } from './failureGroup';
import { newestOf } from './groups';
import { NEW_FOR_MS } from './groupState';

/** What merging may ask besides the lists. */
export interface MergeOptions {
  /** Moment that states are told for, in milliseconds since the Unix epoch; the window's end where absent. */
  readonly nowMs?: number;
  /** Traces that the source of the one list without named runs knows, of those that the other lists name. */
  readonly known?: ReadonlySet<TraceId>;
}

/** Traces of lists that name their runs: what `MergeOptions.known` is to be asked for. Empty where the lists merge without it. */
export function tracesToAskFor(lists: readonly FailureList[]): readonly TraceId[] {
  const counted = lists.filter(({ listedRuns }) => listedRuns === undefined);
  return counted.length !== 1 || lists.length === 1
    ? []
    : [...new Set(lists.flatMap(({ listedRuns }) => (listedRuns ?? []).map(({ traceId }) => traceId)))];
}

/**
 * Failures of several connections as one list in which a trace counts once. Exact where every list names its runs, or all but one whose
 * known traces are given; else, where two lists may know the same traces, the largest count stands and the merged list is not complete.
 */
export function mergeFailureLists(
  lists: readonly FailureList[],
  window: TimeWindow,
  { nowMs = window.toMs, known }: MergeOptions = {},
): FailureList {
  const complete = lists.every((list) => list.complete);
  const [only] = lists;
  if (only && lists.length === 1) {
    return only;
  }
  const counted = lists.filter(({ listedRuns }) => listedRuns === undefined);
  if (counted.length === 0) {
    return mergeRuns(lists, window, nowMs, complete);
  }
  if (counted.length === 1 && known) {
    const named = lists.filter(({ listedRuns }) => listedRuns !== undefined);
    const rest = mergeRuns(
      named.map((list) => without(list, known)),
      window,
      nowMs,
      complete,
    );
    return addRuns(counted[0]!, rest, window, nowMs, complete);
  }
  return mergeCounts(lists, window, nowMs, complete);
}

function without(list: FailureList, known: ReadonlySet<TraceId>): FailureList {
  return { ...list, listedRuns: list.listedRuns!.filter(({ traceId }) => !known.has(traceId)) };
}

/** Adds runs of other traces to counts. */
function addRuns(
  counted: FailureList,
  rest: FailureList,
  window: TimeWindow,
  nowMs: number,
  complete: boolean,
): FailureList {
  const groups = [...new Set([counted, rest].flatMap((list) => list.groups.map(({ id }) => id)))].map(
    (id): FailureGroup => {
      const both = groupsOf([counted, rest], id);
      const newest = newestGroup(both);
      const base = counted.groups.find(
        (group) => group.entryService === newest.entryService && group.operation === newest.operation,
      );
      const more = rest.listedRuns!.filter(
        (run) => run.entryService === newest.entryService && run.operation === newest.operation,
      ).length;
      return {
        ...newest,
        failing: sum(both.map(({ failing }) => failing)),
        runs: (base?.runs ?? 0) + more,
        recovered: sum(both.map(({ recovered }) => recovered)),
        state: mergedState(both, nowMs),
        firstSeenMs: Math.min(...both.map(({ firstSeenMs }) => firstSeenMs)),
        lastSeenMs: newest.lastSeenMs,
        traceIds: [...new Set([newest, ...both].flatMap(({ traceIds }) => traceIds))].slice(0, MAX_TRACE_IDS),
        // Runs of an operation in which nothing failed are not counted in a list of groups.
        ...(isOperationUncounted(counted, newest) && { isLowerBound: true }),
      };
    },
  );
  const newest = [counted.newest, rest.newest]
    .filter((run) => run !== undefined)
    .sort((a, b) => b.startMs - a.startMs)[0];
  return {
    window,
    complete: complete && !groups.some(({ isLowerBound }) => isLowerBound),
    groups: groups.sort(byWeight),
    traces: counted.traces + rest.traces,
    ...(newest && { newest }),
  };
}

/** Whether the list may hold runs of the group's operation but does not say how many. */
function isOperationUncounted(counted: FailureList, group: FailureGroup): boolean {
  return (
    counted.traces > 0 &&
    !counted.groups.some(
      ({ entryService, operation }) => entryService === group.entryService && operation === group.operation,
    )
  );
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}

function mergeRuns(
  lists: readonly FailureList[],
  window: TimeWindow,
  nowMs: number,
  complete: boolean,
): FailureList {
  const runs = runsOnce(lists);
  const groups = countedGroups(runs, window, nowMs).map((counts): FailureGroup => {
    const known = groupsOf(lists, counts.id);
    const read = known.some((group) => isMarkedRead(group, nowMs));
    const firstSeenMs = Math.min(counts.firstSeenMs, ...known.map((group) => group.firstSeenMs));
    return {
      ...newestGroup(known),
      ...counts,
      firstSeenMs,
      state: counts.state === 'new' && (read || nowMs - firstSeenMs >= NEW_FOR_MS) ? 'ongoing' : counts.state,
    };
  });
  const newest = newestOf(runs);
  return {
    window,
    complete,
    groups: groups.sort(byWeight),
    traces: new Set(runs.map((run) => run.traceId)).size,
    listedRuns: runs,
    ...(newest && { newest }),
  };
}

/** The runs of each trace as the list tells them that saw it begin first: another one may lack its outermost service. */
function runsOnce(lists: readonly FailureList[]): readonly ListedRun[] {
  const best = new Map<TraceId, { readonly list: number; readonly startMs: number }>();
  lists.forEach((list, index) => {
    for (const { traceId, startMs } of list.listedRuns!) {
      const before = best.get(traceId);
      if (!before || startMs < before.startMs) {
        best.set(traceId, { list: index, startMs });
      }
    }
  });
  return lists.flatMap((list, index) =>
    list.listedRuns!.filter(({ traceId }) => best.get(traceId)!.list === index),
  );
}

function mergeCounts(
  lists: readonly FailureList[],
  window: TimeWindow,
  nowMs: number,
  complete: boolean,
): FailureList {
  const ids = new Set(lists.flatMap((list) => list.groups.map((group) => group.id)));
  const groups = [...ids].map((id): FailureGroup => {
    const known = groupsOf(lists, id);
    if (known.length === 1) {
      return { ...known[0]!, ...(runsElsewhere(lists, known[0]!) && { isLowerBound: true }) };
    }
    const traceIds = [...new Set(known.flatMap((group) => group.traceIds))];
    return {
      ...newestGroup(known),
      isLowerBound: true,
      failing: Math.max(...known.map((group) => group.failing)),
      runs: Math.max(...known.map((group) => group.runs)),
      recovered: Math.max(...known.map((group) => group.recovered)),
      state: mergedState(known, nowMs),
      firstSeenMs: Math.min(...known.map((group) => group.firstSeenMs)),
      lastSeenMs: Math.max(...known.map((group) => group.lastSeenMs)),
      traceIds: traceIds.slice(0, MAX_TRACE_IDS),
    };
  });
  const newest = lists.flatMap((list) => list.newest ?? []).sort((a, b) => b.startMs - a.startMs)[0];
  return {
    window,
    complete: complete && !groups.some(({ isLowerBound }) => isLowerBound),
    groups: groups.sort(byWeight),
    traces: Math.max(0, ...lists.map((list) => list.traces)),
    ...(newest && { newest }),
  };
}

/** Whether a list without the group may hold runs of its operation: those would be missing from its count. */
function runsElsewhere(lists: readonly FailureList[], group: FailureGroup): boolean {
  return lists.some(
    (list) =>
      !list.groups.includes(group) &&
      list.traces > 0 &&
      (list.listedRuns === undefined ||
        list.listedRuns.some(
          (run) => run.entryService === group.entryService && run.operation === group.operation,
        )),
  );
}

function groupsOf(lists: readonly FailureList[], id: string): readonly FailureGroup[] {
  return lists.flatMap((list) => list.groups.filter((group) => group.id === id));
}

function newestGroup(groups: readonly FailureGroup[]): FailureGroup {
  return groups.reduce((a, b) =>
    Number(b.failing > 0) - Number(a.failing > 0) > 0 ||
    (b.failing > 0 === a.failing > 0 && b.lastSeenMs > a.lastSeenMs)
      ? b
      : a,
  );
}

/** Young and yet not new: somebody marked it as read. What was only recovered from is never new. */
function isMarkedRead(group: FailureGroup, nowMs: number): boolean {
  return group.failing > 0 && group.state === 'ongoing' && nowMs - group.firstSeenMs < NEW_FOR_MS;
}

function mergedState(groups: readonly FailureGroup[], nowMs: number): GroupState {
  if (groups.every((group) => group.state === 'resolved')) {
    return 'resolved';
  }
  const firstSeenMs = Math.min(...groups.map((group) => group.firstSeenMs));
  const read = groups.some((group) => isMarkedRead(group, nowMs));
  const isNew = groups.some((group) => group.state === 'new');
  return isNew && !read && nowMs - firstSeenMs < NEW_FOR_MS ? 'new' : 'ongoing';
}
