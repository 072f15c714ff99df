import type { FailureGroup, GroupState } from './failureGroup';

/** How long a group is new after it was first seen. */
export const NEW_FOR_MS = 15 * 60_000;
/** How long no run may fail before a group can count as resolved. */
export const QUIET_FOR_MS = 10 * 60_000;
/** How many runs must have ended well since. */
export const GOOD_RUNS_TO_RESOLVE = 20;

/** What the state of a group depends on; times in milliseconds since the Unix epoch. */
export interface GroupFacts {
  readonly nowMs: number;
  readonly firstSeenMs: number;
  /** Start of the last failing run; absent where the failure was only recovered from. */
  readonly lastFailingMs?: number | undefined;
  /** Runs of the entry service and operation that ended well and started after the last failing one; all of them where none failed. */
  readonly goodRunsSince: number;
  readonly markedRead: boolean;
}

/** A group with what is remembered of it beyond the window that its list was made of. */
export function withMemory<Group extends Pick<FailureGroup, 'firstSeenMs' | 'state'>>(
  group: Group,
  memory: { readonly firstSeenMs: number; readonly read: boolean } | undefined,
  nowMs: number,
): Group {
  if (!memory) {
    return group;
  }
  const firstSeenMs = Math.min(group.firstSeenMs, memory.firstSeenMs);
  const isNew = group.state === 'new' && !memory.read && nowMs - firstSeenMs < NEW_FOR_MS;
  return { ...group, firstSeenMs, state: group.state === 'new' && !isNew ? 'ongoing' : group.state };
}

/** Tests resolved, then new; what is neither is ongoing. What was always recovered from failed nobody, and so is no new failure. */
export function groupState(facts: GroupFacts): GroupState {
  const quiet = facts.lastFailingMs === undefined || facts.nowMs - facts.lastFailingMs >= QUIET_FOR_MS;
  if (quiet && facts.goodRunsSince >= GOOD_RUNS_TO_RESOLVE) {
    return 'resolved';
  }
  const hasFailed = facts.lastFailingMs !== undefined;
  return hasFailed && !facts.markedRead && facts.nowMs - facts.firstSeenMs < NEW_FOR_MS ? 'new' : 'ongoing';
}
