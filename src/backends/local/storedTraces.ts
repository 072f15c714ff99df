import type { TimeWindow } from '../../core/failures/failureGroup';
import { traceIdAt } from '../../core/model/ids';
import type { TraceQuery, TraceSummary } from '../../protocol/backend';
import { TraceBit } from '../../protocol/storeSchema';
import type { StoreReader } from './storeReader';

/** Traces looked at for one list at most, where a text narrows it. */
const scannedTraces = 20_000;

/** Traces of a window, newest first; of a group those that it failed, else those that recovered from it. `complete` is false where the limit or the scan ended the list. */
export function storedTraces(
  reader: StoreReader,
  connectionId: string,
  query: TraceQuery,
): { readonly traces: readonly TraceSummary[]; readonly complete: boolean } {
  const text = (query.text ?? '').trim().toLowerCase();
  const traces: TraceSummary[] = [];
  let scanned = 0;
  for (const id of traceRows(reader, query)) {
    if (traces.length === query.limit || ++scanned > scannedTraces) {
      return { traces, complete: false };
    }
    const summary = summaryOf(reader, connectionId, id);
    if (summary && (text === '' || matches(summary, text))) {
      traces.push(summary);
    }
  }
  return { traces, complete: true };
}

function* traceRows(reader: StoreReader, { window, filter, groupId }: TraceQuery): Generator<number> {
  const source =
    groupId !== undefined
      ? `SELECT trace, startMs FROM occurrences
         WHERE groupId = (SELECT id FROM failureGroups WHERE key = ?) AND recovered = ${failsRuns(reader, groupId, window) ? 0 : 1}`
      : filter === 'failed'
        ? 'SELECT trace, startMs FROM runs WHERE failed'
        : 'SELECT trace, startMs FROM runs WHERE ordinal = 0';
  const rows = reader
    .statement(`${source} AND startMs >= ? AND startMs < ? ORDER BY startMs DESC, trace DESC`)
    .iterate(...(groupId === undefined ? [] : [groupId]), window.fromMs, window.toMs);
  const seen = new Set<number>();
  for (const row of rows) {
    const id = Number(row['trace']);
    if (!seen.has(id)) {
      seen.add(id);
      yield id;
    }
  }
}

function failsRuns(reader: StoreReader, groupId: string, { fromMs, toMs }: TimeWindow): boolean {
  const failing = reader
    .statement(
      `SELECT 1 FROM occurrences WHERE groupId = (SELECT id FROM failureGroups WHERE key = ?)
       AND recovered = 0 AND startMs >= ? AND startMs < ? LIMIT 1`,
    )
    .get(groupId, fromMs, toMs);
  return failing !== undefined;
}

function summaryOf(reader: StoreReader, connectionId: string, id: number): TraceSummary | undefined {
  const row = reader
    .statement(
      `SELECT t.*, s.text AS entryService, n.text AS name FROM traces t JOIN operations o ON o.id = t.operation
       JOIN names s ON s.id = o.service JOIN names n ON n.id = o.name WHERE t.id = ?`,
    )
    .get(id);
  return (
    row && {
      traceId: traceIdAt(row['traceId'] as Uint8Array, 0),
      connectionId,
      entryService: String(row['entryService']),
      operation: String(row['name']),
      startMs: Number(row['startMs']),
      durationMs: Number(row['durationMs']),
      spanCount: Number(row['spanCount']),
      services: JSON.parse(String(row['services'])) as string[],
      failed: (Number(row['flags']) & TraceBit.failed) !== 0,
    }
  );
}

function matches({ traceId, entryService, operation, services }: TraceSummary, text: string): boolean {
  return (
    traceId.startsWith(text) ||
    [entryService, operation, ...services].some((name) => name.toLowerCase().includes(text))
  );
}
