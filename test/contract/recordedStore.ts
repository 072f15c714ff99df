import { LocalBackend } from '../../src/backends/local/localBackend';
import type { TimeWindow } from '../../src/core/failures/failureGroup';
import { encodeLogTable, encodeSpanTable } from '../../src/core/model/batchCodec';
import { defaultBounds } from '../../src/engine/openEngineStore';
import { LocalStore } from '../../src/engine/store/localStore';
import { SegmentKind } from '../../src/protocol/storeSchema';
import { analysesOf, recordedBatches } from '../unit/core/failures/recordedTraces';

/** Fills a store with the recorded system's traces and opens it as a reader does, after the writer has gone. */
export async function storeOfRecordings(
  file: string,
): Promise<{ readonly backend: LocalBackend; readonly window: TimeWindow }> {
  const batches = recordedBatches();
  const store = new LocalStore({ file, nowMs: Date.now }, defaultBounds);
  store.acquire();
  for (const spans of batches.spans) {
    await store.append({ kind: SegmentKind.spans, rows: spans.count, body: encodeSpanTable(spans) });
  }
  for (const logs of batches.logs) {
    await store.append({ kind: SegmentKind.logs, rows: logs.count, body: encodeLogTable(logs) });
  }
  store.indexAll();
  store.close();
  const starts = analysesOf(batches).flatMap(({ runs }) => runs.map(({ startMs }) => startMs));
  return {
    backend: new LocalBackend(file),
    window: { fromMs: Math.min(...starts), toMs: Math.max(...starts) + 1 },
  };
}
