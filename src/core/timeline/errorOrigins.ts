import { ExceptionsOf, RecordedErrors } from '../failures/errorPaths';
import { failureSpansFromTrace } from '../failures/failureSpans';
import { findRuns } from '../failures/runs';
import { StatusCode } from '../model/spanTable';
import { SpanFlag, type Trace } from '../model/trace';

/** How a span takes part in a failure. */
export const ErrorRole = {
  none: 0,
  /** It failed, and so did a span below it, or it recorded again what failed elsewhere. */
  passedThrough: 1,
  /** It failed, nothing below it did, and the error is no repetition. */
  origin: 2,
} as const;
export type ErrorRole = (typeof ErrorRole)[keyof typeof ErrorRole];

/**
 * {@link ErrorRole} of each span row, as `core/failures` finds error paths: SDKs often leave the status of the span that threw unset, so
 * an exception between a failed span and its cause, or below a failed span, is part of the failure, and an error that is recorded on
 * several spans of a run is one.
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
  withoutRepetitions(trace, roles);
  return roles;
}

/** Of the same error in a run, the deepest and then the first span that recorded it is the origin. */
function withoutRepetitions(trace: Trace, roles: Uint8Array): void {
  const origins = originRows(roles);
  if (origins.length < 2) {
    return;
  }
  const spans = failureSpansFromTrace(trace);
  const { runOf } = findRuns(spans);
  const exceptions = new ExceptionsOf(spans);
  const recorded = new Map<number, RecordedErrors>();
  const order = origins.sort(
    (a, b) =>
      Number(spans.isError(b)) - Number(spans.isError(a)) ||
      trace.depth[b]! - trace.depth[a]! ||
      trace.startNs[a]! - trace.startNs[b]! ||
      a - b,
  );
  for (const row of order) {
    const ofRun = recorded.get(runOf[row]!) ?? new RecordedErrors(spans, exceptions);
    recorded.set(runOf[row]!, ofRun);
    if (ofRun.has(row)) {
      roles[row] = ErrorRole.passedThrough;
    } else {
      ofRun.add(failedFrom(trace, roles, row));
    }
  }
}

function* failedFrom(trace: Trace, roles: Uint8Array, origin: number): Generator<number> {
  for (let row = origin; row >= 0 && roles[row] !== ErrorRole.none; row = trace.parent[row]!) {
    yield row;
  }
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
