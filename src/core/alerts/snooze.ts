/** How long a group stays quiet. */
export type Snooze =
  | { readonly kind: 'until'; readonly untilMs: number }
  /** Until the group fails in another release than this one. */
  | { readonly kind: 'release'; readonly version: string }
  | { readonly kind: 'ever' };

/** Whether a snooze still holds at `nowMs` for a group that last failed in `serviceVersion`. */
export function isSnoozed(
  snooze: Snooze | undefined,
  nowMs: number,
  serviceVersion: string | undefined,
): boolean {
  switch (snooze?.kind) {
    case undefined:
      return false;
    case 'until':
      return nowMs < snooze.untilMs;
    case 'release':
      // Without a release nothing says that it is another one.
      return serviceVersion === undefined || serviceVersion === snooze.version;
    case 'ever':
      return true;
  }
}
