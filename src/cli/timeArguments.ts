import type { TimeWindow } from '../core/failures/failureGroup';

const UNIT_MS: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
};
const DEFAULT_SINCE_MS = 3_600_000;

/** The window that `--since`, `--from` and `--to` ask for, or the first argument that is no time. */
export function windowFrom(
  values: {
    readonly since?: string | undefined;
    readonly from?: string | undefined;
    readonly to?: string | undefined;
  },
  nowMs: number,
): TimeWindow | { readonly bad: string } {
  const toMs = values.to === undefined ? nowMs : momentMs(values.to);
  if (toMs === undefined) {
    return { bad: values.to ?? '' };
  }
  if (values.from !== undefined) {
    const fromMs = momentMs(values.from);
    return fromMs === undefined || fromMs >= toMs || values.since !== undefined
      ? { bad: values.from }
      : { fromMs, toMs };
  }
  const sinceMs = values.since === undefined ? DEFAULT_SINCE_MS : durationMs(values.since);
  return sinceMs === undefined ? { bad: values.since ?? '' } : { fromMs: toMs - sinceMs, toMs };
}

/** Milliseconds of `90s`, `15m`, `1h`, `7d`. */
export function durationMs(text: string): number | undefined {
  const match = /^(\d{1,9}(?:\.\d{1,9})?)\s?(ms|s|m|h|d)$/.exec(text.trim());
  const ms = match ? Number(match[1]) * UNIT_MS[match[2]!]! : 0;
  return ms > 0 ? ms : undefined;
}

/** Milliseconds since the Unix epoch of an ISO date or of digits. */
function momentMs(text: string): number | undefined {
  const trimmed = text.trim();
  if (/^\d{1,15}$/.test(trimmed)) {
    return Number(trimmed);
  }
  // Other forms, which Date.parse takes too, mean different things on different machines.
  const ms = /^\d{4}-\d{2}-\d{2}(?:T|$)/.test(trimmed) ? Date.parse(trimmed) : Number.NaN;
  return Number.isNaN(ms) ? undefined : ms;
}
