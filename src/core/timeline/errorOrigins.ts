import { SpanFlag, type Trace } from '../model/trace';

/** How a span takes part in a failure. */
export const ErrorRole = {
  none: 0,
  /** It failed because a span below it did. */
  passedThrough: 1,
  /** It failed, and none of its children did. */
  origin: 2,
} as const;
export type ErrorRole = (typeof ErrorRole)[keyof typeof ErrorRole];

/** {@link ErrorRole} of each span row. */
export function errorRoles(trace: Trace): Uint8Array<ArrayBuffer> {
  const count = trace.spans.count;
  const roles = new Uint8Array(count);
  for (let row = 0; row < count; row++) {
    // SDKs often leave the status of the span that threw unset: an exception below a failed span is part of its failure.
    const below = trace.parent[row]!;
    const failed =
      (trace.flags[row]! & SpanFlag.error) !== 0 ||
      ((trace.flags[row]! & SpanFlag.exception) !== 0 && below >= 0 && roles[below] !== ErrorRole.none);
    if (failed) {
      roles[row] = ErrorRole.origin;
      if (below >= 0 && roles[below] === ErrorRole.origin) {
        roles[below] = ErrorRole.passedThrough;
      }
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

/** How many spans above `row` failed because of it, itself included. */
export function failedByOrigin(trace: Trace, roles: Uint8Array, row: number): number {
  let count = 0;
  for (let at = row; at >= 0 && roles[at] !== ErrorRole.none; at = trace.parent[at]!) {
    count++;
  }
  return count;
}
