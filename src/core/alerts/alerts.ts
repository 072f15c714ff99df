import type { FailureGroup } from '../failures/failureGroup';
import { isQuiet, type QuietHours } from './quietHours';
import { isSnoozed, type Snooze } from './snooze';

/** What notifications have told so far. Plain data, so that it can be kept over a reload. */
export interface AlertState {
  /** When watching began, in milliseconds since the Unix epoch: groups seen before are no news. */
  readonly startedMs: number;
  /** Groups that were told of, or happened while nothing was to be told. */
  readonly toldIds: readonly string[];
  /** Groups whose snooze held when last looked at, each with the start of its last failing run then. */
  readonly snoozed: readonly (readonly [id: string, lastSeenMs: number])[];
}

/** What decides whether anything may be shown now. */
export interface AlertSettings {
  readonly enabled: boolean;
  readonly quietHours?: QuietHours | undefined;
  /** Minutes since midnight, local time. */
  readonly minuteOfDay: number;
  /** The user stands at a breakpoint: notifications wait. */
  readonly stoppedInDebugger: boolean;
  readonly snoozes: ReadonlyMap<string, Snooze>;
}

/** `new`: a group not seen before; `again`: one that failed again after its snooze ended. */
export type AlertReason = 'new' | 'again';

/** One notification: of one group, or of several that came up together. */
export type Alert<Group extends FailureGroup> =
  | { readonly kind: 'one'; readonly group: Group; readonly reason: AlertReason }
  | { readonly kind: 'several'; readonly groups: readonly Group[]; readonly services: readonly string[] };

/** What one look at the list gives. */
export interface AlertStep<Group extends FailureGroup> {
  readonly state: AlertState;
  readonly alert?: Alert<Group>;
  /** When to look again, in milliseconds since the Unix epoch, though nothing may have changed: a group is too young to be told of. */
  readonly againMs?: number;
}

/** Ids that are remembered; the oldest are forgotten first, long after their groups stopped being new. */
const MAX_TOLD = 10_000;

/**
 * How long after the start of its first failing run a group is told of: SDKs export every 5 s, the outer services of a request often last, and
 * until they came the failure stands under another operation.
 */
const SETTLE_MS = 8_000;

/** The state in which nothing was told yet. */
export function alertsFrom(startedMs: number): AlertState {
  return { startedMs, toldIds: [], snoozed: [] };
}

/**
 * What to notify of, given the newest list of groups: each group once while it is new and has settled, and once more if it fails after its snooze ended. In
 * quiet hours and where alerts are off, what comes up counts as told; at a breakpoint it waits.
 */
export function alertStep<Group extends FailureGroup>(
  state: AlertState,
  groups: readonly Group[],
  nowMs: number,
  settings: AlertSettings,
): AlertStep<Group> {
  if (settings.stoppedInDebugger) {
    return { state };
  }
  const told = new Set(state.toldIds);
  const snoozed = new Map(state.snoozed);
  let againMs = Infinity;
  const news: { readonly group: Group; readonly reason: AlertReason }[] = [];
  for (const group of groups) {
    if (group.failing === 0) {
      continue;
    }
    if (isSnoozed(settings.snoozes.get(group.id), nowMs, group.serviceVersion)) {
      told.add(group.id);
      snoozed.set(group.id, group.lastSeenMs);
    } else if (snoozed.has(group.id)) {
      if (group.lastSeenMs > snoozed.get(group.id)!) {
        snoozed.delete(group.id);
        news.push({ group, reason: 'again' });
      }
    } else if (group.state === 'new' && !told.has(group.id)) {
      const dueMs = group.firstSeenMs + SETTLE_MS;
      if (dueMs > nowMs) {
        againMs = Math.min(againMs, dueMs);
        continue;
      }
      told.add(group.id);
      if (group.firstSeenMs >= state.startedMs) {
        news.push({ group, reason: 'new' });
      }
    }
  }
  const next: AlertState = {
    startedMs: state.startedMs,
    toldIds: [...told].slice(-MAX_TOLD),
    snoozed: [...snoozed].slice(-MAX_TOLD),
  };
  const isSilent = !settings.enabled || isQuiet(settings.quietHours, settings.minuteOfDay);
  const alert = isSilent ? undefined : merged(news);
  return { state: next, ...(alert && { alert }), ...(againMs < Infinity && { againMs }) };
}

function merged<Group extends FailureGroup>(
  news: readonly { readonly group: Group; readonly reason: AlertReason }[],
): Alert<Group> | undefined {
  const [first] = news;
  if (!first || news.length === 1) {
    return first && { kind: 'one', ...first };
  }
  const groups = news.map(({ group }) => group);
  return { kind: 'several', groups, services: [...new Set(groups.map(({ service }) => service))].sort() };
}
