import { MAX_TRACE_IDS } from '../../core/failures/countedGroups';
import type { FailureGroup, FailureList, FailureOrigin, TimeWindow } from '../../core/failures/failureGroup';
import { groupState, QUIET_FOR_MS } from '../../core/failures/groupState';
import { byWeight } from '../../core/failures/countedGroups';
import { traceIdAt, type TraceId } from '../../core/model/ids';
import { goodRuns, groupSums, operationSums, type GroupSum, type OperationSum } from './countedWindow';
import type { StoreReader } from './storeReader';

/** Groups of one list at most. */
const maxGroups = 1000;

interface GroupRow {
  readonly id: number;
  readonly key: string;
  readonly operation: number;
  readonly fingerprint: string;
  readonly firstSeenMs: number;
  readonly read: boolean;
  readonly entryService: string;
  readonly name: string;
}

/** What `occurrences.origin` holds. */
interface OccurrenceText {
  readonly type: string;
  readonly message: string;
  readonly origin: FailureOrigin;
}

/** The failure groups of a window, from counts and indexes: its cost grows with groups and operations, not with spans. */
export function storedFailures(reader: StoreReader, window: TimeWindow): FailureList {
  const { fromMs, toMs } = window;
  const operations = operationSums(reader, fromMs, toMs);
  const sums = [...groupSums(reader, fromMs, toMs)].filter(([, sum]) => sum.failing + sum.recovered > 0);
  const shown = sums.sort(([, a], [, b]) => b.failing - a.failing).slice(0, maxGroups);
  const groups = shown.flatMap(([id, sum]) => {
    const row = groupRow(reader, id);
    return row ? (groupOf(reader, window, row, sum, operations) ?? []) : [];
  });
  const newest = newestRun(reader, window);
  return {
    window,
    complete: sums.length <= maxGroups,
    groups: groups.sort(byWeight),
    traces: [...operations.values()].reduce((traces, sum) => traces + sum.traces, 0),
    ...(newest && { newest }),
  };
}

function groupOf(
  reader: StoreReader,
  window: TimeWindow,
  row: GroupRow,
  sum: GroupSum,
  operations: ReadonlyMap<number, OperationSum>,
): FailureGroup | undefined {
  const recovered = sum.failing > 0 ? 0 : 1;
  const newest = reader
    .statement(
      `SELECT startMs, origin FROM occurrences WHERE groupId = ? AND recovered = ? AND startMs >= ? AND startMs < ?
       ORDER BY startMs DESC, traceId LIMIT 1`,
    )
    .get(row.id, recovered, window.fromMs, window.toMs);
  if (!newest) {
    return undefined;
  }
  const { type, message, origin } = JSON.parse(String(newest['origin'])) as OccurrenceText;
  return {
    id: row.key,
    fingerprint: row.fingerprint,
    type,
    message,
    service: origin.service,
    ...(origin.serviceVersion !== undefined && { serviceVersion: origin.serviceVersion }),
    entryService: row.entryService,
    operation: row.name,
    failing: sum.failing,
    runs: operations.get(row.operation)?.runs ?? 0,
    recovered: sum.recovered,
    state: stateOf(reader, row, window.toMs),
    firstSeenMs: row.firstSeenMs,
    lastSeenMs: Number(newest['startMs']),
    traceIds: newestTraceIds(reader, row.id, recovered, window),
    origin,
  };
}

function stateOf(reader: StoreReader, row: GroupRow, nowMs: number): FailureGroup['state'] {
  const last = reader
    .statement(
      'SELECT max(startMs) AS startMs FROM occurrences WHERE groupId = ? AND recovered = 0 AND startMs < ?',
    )
    .get(row.id, nowMs)?.['startMs'];
  const lastFailingMs = typeof last === 'number' ? last : undefined;
  // Counting good runs costs a query, which matters only after a quiet time.
  const quiet = lastFailingMs === undefined || nowMs - lastFailingMs >= QUIET_FOR_MS;
  return groupState({
    nowMs,
    firstSeenMs: row.firstSeenMs,
    lastFailingMs,
    goodRunsSince: quiet ? goodRuns(reader, row.operation, (lastFailingMs ?? -1) + 1, nowMs) : 0,
    markedRead: row.read,
  });
}

function newestTraceIds(
  reader: StoreReader,
  group: number,
  recovered: number,
  { fromMs, toMs }: TimeWindow,
): TraceId[] {
  const rows = reader
    .statement(
      `SELECT DISTINCT traceId FROM occurrences WHERE groupId = ? AND recovered = ? AND startMs >= ? AND startMs < ?
       ORDER BY startMs DESC, traceId LIMIT ${MAX_TRACE_IDS}`,
    )
    .all(group, recovered, fromMs, toMs);
  return rows.map((row) => traceIdAt(row['traceId'] as Uint8Array, 0));
}

function groupRow(reader: StoreReader, id: number): GroupRow | undefined {
  const row = reader
    .statement(
      `SELECT g.*, s.text AS entryService, n.text AS name FROM failureGroups g
       JOIN operations o ON o.id = g.operation JOIN names s ON s.id = o.service JOIN names n ON n.id = o.name
       WHERE g.id = ?`,
    )
    .get(id);
  return (
    row && {
      id,
      key: String(row['key']),
      operation: Number(row['operation']),
      fingerprint: String(row['fingerprint']),
      firstSeenMs: Number(row['firstSeenMs']),
      read: row['read'] === 1,
      entryService: String(row['entryService']),
      name: String(row['name']),
    }
  );
}

function newestRun(reader: StoreReader, { fromMs, toMs }: TimeWindow): FailureList['newest'] {
  const row = reader
    .statement(
      `SELECT r.startMs AS startMs, s.text AS entryService, n.text AS name
       FROM (SELECT operation, startMs FROM runs WHERE ordinal = 0 AND startMs >= ? AND startMs < ? ORDER BY startMs DESC LIMIT 1) r
       JOIN operations o ON o.id = r.operation JOIN names s ON s.id = o.service JOIN names n ON n.id = o.name`,
    )
    .get(fromMs, toMs);
  return (
    row && {
      entryService: String(row['entryService']),
      operation: String(row['name']),
      startMs: Number(row['startMs']),
    }
  );
}
