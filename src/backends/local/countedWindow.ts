import type { StoreReader } from './storeReader';
import { windowPieces } from './windowPieces';

/** Runs of one operation in a window. */
export interface OperationSum {
  readonly runs: number;
  readonly failing: number;
  /** Those that stand for a trace. */
  readonly traces: number;
}

/** Failing and recovered runs of one group in a window. */
export interface GroupSum {
  readonly failing: number;
  readonly recovered: number;
}

// CROSS JOIN keeps the order: for each owner a seek into each range of its rows, instead of a scan over all owners' buckets.
const operationPiece = `SELECT o.id AS owner, c.runs AS a, c.failing AS b, c.traces AS c
  FROM operations o CROSS JOIN operationCounts c ON c.operation = o.id AND c.level = ? AND c.bucket >= ? AND c.bucket < ?`;
const operationEdge = `SELECT r.operation, 1, r.failed, r.ordinal = 0 FROM runs r WHERE r.startMs >= ? AND r.startMs < ?`;
const groupPiece = `SELECT g.id AS owner, c.failing AS a, c.recovered AS b, 0 AS c
  FROM failureGroups g CROSS JOIN groupCounts c ON c.groupId = g.id AND c.level = ? AND c.bucket >= ? AND c.bucket < ?`;
const groupEdge = `SELECT g.id, 1 - r.recovered, r.recovered, 0
  FROM failureGroups g CROSS JOIN occurrences r ON r.groupId = g.id AND r.recovered IN (0, 1) AND r.startMs >= ? AND r.startMs < ?`;

/** Sums of every operation with runs in the window, by row of `operations`. */
export function operationSums(
  reader: StoreReader,
  fromMs: number,
  toMs: number,
): ReadonlyMap<number, OperationSum> {
  const rows = sums(reader, operationPiece, operationEdge, fromMs, toMs);
  return new Map(rows.map(([owner, runs, failing, traces]) => [owner, { runs, failing, traces }]));
}

/** Runs of one operation that ended well. */
export function goodRuns(reader: StoreReader, operation: number, fromMs: number, toMs: number): number {
  const { buckets, edges } = windowPieces(fromMs, toMs);
  const parts = [
    ...buckets.map(
      () => `SELECT runs - failing AS good FROM operationCounts
        WHERE operation = ? AND level = ? AND bucket >= ? AND bucket < ?`,
    ),
    ...edges.map(
      () => 'SELECT 1 FROM runs WHERE operation = ? AND NOT failed AND startMs >= ? AND startMs < ?',
    ),
  ];
  const values = [
    ...buckets.flatMap(({ level, from, to }) => [operation, level, from, to]),
    ...edges.flatMap(({ from, to }) => [operation, from, to]),
  ];
  const row = reader.statement(`SELECT sum(good) AS good FROM (${parts.join(' UNION ALL ')})`).get(...values);
  return Number(row?.['good'] ?? 0);
}

/** Sums of every group with runs in the window, by row of `failureGroups`. */
export function groupSums(reader: StoreReader, fromMs: number, toMs: number): ReadonlyMap<number, GroupSum> {
  const rows = sums(reader, groupPiece, groupEdge, fromMs, toMs);
  return new Map(rows.map(([owner, failing, recovered]) => [owner, { failing, recovered }]));
}

type SumRow = readonly [owner: number, a: number, b: number, c: number];

function sums(
  reader: StoreReader,
  piece: string,
  edge: string,
  fromMs: number,
  toMs: number,
): readonly SumRow[] {
  const { buckets, edges } = windowPieces(fromMs, toMs);
  const parts = [...buckets.map(() => piece), ...edges.map(() => edge)];
  const sql = `SELECT owner, sum(a) AS a, sum(b) AS b, sum(c) AS c FROM (${parts.join(' UNION ALL ')}) GROUP BY owner`;
  const values = [
    ...buckets.flatMap(({ level, from, to }) => [level, from, to]),
    ...edges.flatMap(({ from, to }) => [from, to]),
  ];
  return reader
    .statement(sql)
    .all(...values)
    .map((row) => [Number(row['owner']), Number(row['a']), Number(row['b']), Number(row['c'])]);
}
