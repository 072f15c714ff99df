import { byId, keyOf, type ErrorPath, type ExceptionsOf } from './errorPaths';
import type { FailureSpans } from './failureSpans';

/**
 * Which of the failures of a failed run is the one that failed it. From the entry down, the branch is taken that (in this order) is
 * unbroken, carries the exception of the span above, or ended last: an earlier error had been survived when the last one came.
 */
export function failingPath(
  spans: FailureSpans,
  parent: Int32Array,
  onPath: Uint8Array,
  exceptions: ExceptionsOf,
  paths: readonly ErrorPath[],
): ErrorPath | undefined {
  // From the entry down to each deepest error.
  let open = paths.map((path) => ({ path, down: rowsDown(path.deepest, parent) }));
  for (let level = 1; open.length > 1; level++) {
    const ending = open.find(({ down }) => down.length === level);
    if (ending) {
      return ending.path;
    }
    const above = open[0]!.down[level - 1]!;
    const carried = new Set(exceptions.at(above).map(keyOf));
    const branches = new Map<number, typeof open>();
    for (const candidate of open) {
      const row = candidate.down[level]!;
      branches.set(row, [...(branches.get(row) ?? []), candidate]);
    }
    if (branches.size === 1) {
      continue;
    }
    const ranked = [...branches].map(([row, candidates]) => ({
      row,
      candidates,
      unbroken: onPath[row]!,
      carries: exceptions.at(row).some((exception) => carried.has(keyOf(exception))) ? 1 : 0,
      endNs: spans.startNs[row]! + spans.durationNs[row]!,
    }));
    ranked.sort(
      (a, b) =>
        b.unbroken - a.unbroken || b.carries - a.carries || b.endNs - a.endNs || byId(spans, a.row, b.row),
    );
    open = ranked[0]!.candidates;
  }
  return open[0]?.path;
}

function rowsDown(deepest: number, parent: Int32Array): readonly number[] {
  const rows: number[] = [];
  for (let row = deepest; row !== -1; row = parent[row]!) {
    rows.push(row);
  }
  return rows.reverse();
}
