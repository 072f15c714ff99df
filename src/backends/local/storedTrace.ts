import { decodeLogTable, decodeSpanTable } from '../../core/model/batchCodec';
import { bytesFromHex, type TraceId } from '../../core/model/ids';
import type { LogTable, SpanTable } from '../../core/model/spanTable';
import type { Trace } from '../../core/model/trace';
import { traceFromTables } from '../../core/model/traceBuilder';
import { SegmentKind, segmentsFromColumn } from '../../protocol/storeSchema';
import type { StoreReader } from './storeReader';

/** A stored trace out of its segments, and of those that came so lately that they are not indexed; `undefined` where it has no span. */
export function storedTrace(reader: StoreReader, id: TraceId): Trace | undefined {
  const row = reader.statement('SELECT segments FROM traces WHERE traceId = ?').get(bytesFromHex(id));
  const indexed = Number(
    reader.statement("SELECT value FROM counters WHERE name = 'indexedSegment'").get()?.['value'] ?? 0,
  );
  const segments = row ? segmentsFromColumn(row['segments']) : [];
  const late = reader.statement('SELECT id FROM segments WHERE id > ?').all(indexed);
  const spans: { readonly table: SpanTable }[] = [];
  const logs: { readonly table: LogTable }[] = [];
  for (const segment of new Set([...segments, ...late.map((found) => Number(found['id']))])) {
    const stored = reader.statement('SELECT kind, body FROM segments WHERE id = ?').get(segment);
    const body = stored?.['body'];
    if (!(body instanceof Uint8Array)) {
      continue;
    }
    if (stored?.['kind'] === SegmentKind.spans) {
      const decoded = decodeSpanTable(body);
      if (decoded.ok) {
        spans.push({ table: decoded.value });
      }
    } else if (stored?.['kind'] === SegmentKind.logs) {
      const decoded = decodeLogTable(body);
      if (decoded.ok) {
        logs.push({ table: decoded.value });
      }
    }
  }
  const trace = traceFromTables(id, spans, logs);
  return trace.spans.count > 0 ? trace : undefined;
}
