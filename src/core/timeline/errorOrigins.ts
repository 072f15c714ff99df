import { StatusCode } from '../model/spanTable';
import { SpanFlag, type Trace } from '../model/trace';

/** How a span takes part in a failure. */
export const ErrorRole = {
  none: 0,
  /** It failed, and so did a span below it. */
  passedThrough: 1,
  /** It failed, and nothing below it did. */
  origin: 2,
} as const;
export type ErrorRole = (typeof ErrorRole)[keyof typeof ErrorRole];

/**
 * {@link ErrorRole} of each span row, as `core/failures` finds error paths: SDKs often leave the status of the span that threw unset, so
 * an exception between a failed span and its cause, or below a failed span, is part of the failure.
 */
export function errorRoles(trace: Trace): Uint8Array<ArrayBuffer> {
  const { parent, flags, spans } = trace;
  const count = spans.count;
  const errorBelow = new Uint8Array(count);
  for (let row = count - 1; row >= 0; row--) {
    const above = parent[row]!;
    if (above >= 0 && (errorBelow[row] === 1 || (flags[row]! & SpanFlag.error) !== 0)) {
      errorBelow[above] = 1;
    }
  }
  const roles = new Uint8Array(count);
  for (let row = 0; row < count; row++) {
    const above = parent[row]!;
    const threw = (flags[row]! & SpanFlag.exception) !== 0 && spans.statuses[row] !== StatusCode.ok;
    const onPath = errorBelow[row] === 1 || (above >= 0 && roles[above] !== ErrorRole.none);
    if ((flags[row]! & SpanFlag.error) !== 0 || (threw && onPath)) {
      roles[row] = ErrorRole.origin;
    }
  }
  const failedBelow = new Uint8Array(count);
  for (let row = count - 1; row >= 0; row--) {
    if (failedBelow[row] === 1 && roles[row] === ErrorRole.origin) {
      roles[row] = ErrorRole.passedThrough;
    }
    const above = parent[row]!;
    if (above >= 0 && (failedBelow[row] === 1 || roles[row] !== ErrorRole.none)) {
      failedBelow[above] = 1;
    }
  }
  return roles;
}

/** Rows of the origins, ascending. */
export function originRows(roles: Uint8Array): number[] {
  const rows: number[] = [];
  roles.forEach((role, row) => {
    if (role === ErrorRole.origin) {
      rows.push(row);
    }
  });
  return rows;
}

/** How many spans from `row` up failed: it and what it took along. */
export function failedByOrigin(trace: Trace, roles: Uint8Array, row: number): number {
  let count = 0;
  for (let at = row; at >= 0; at = trace.parent[at]!) {
    count += roles[at] === ErrorRole.none ? 0 : 1;
  }
  return count;
}

/** The origin that ended last: what came before it was survived. `undefined` where nothing failed. */
export function lastOrigin(trace: Trace, origins: readonly number[]): number | undefined {
  const endNs = (row: number): number => trace.startNs[row]! + trace.spanDurationNs[row]!;
  let last: number | undefined;
  for (const row of origins) {
    if (last === undefined || endNs(row) > endNs(last)) {
      last = row;
    }
  }
  return last;
}
