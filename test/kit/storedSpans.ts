import assert from 'node:assert/strict';
import { DatabaseSync } from 'node:sqlite';
import { decodeSpanTable } from '../../src/core/model/batchCodec';
import { spanIdAt, traceIdAt } from '../../src/core/model/ids';

/** How often each span, as hexadecimal trace id and span id, is in the segments of a store; throws where the store is damaged. */
export function storedCounts(file: string): Map<string, number> {
  const database = new DatabaseSync(file, { readOnly: true });
  assert.deepEqual({ ...database.prepare('PRAGMA integrity_check').get() }, { integrity_check: 'ok' });
  const counts = new Map<string, number>();
  for (const row of database.prepare('SELECT body FROM segments').iterate()) {
    const decoded = decodeSpanTable(row['body'] as Uint8Array);
    assert.ok(decoded.ok);
    for (let i = 0; i < decoded.value.count; i++) {
      const key = `${traceIdAt(decoded.value.traceIds, i)} ${spanIdAt(decoded.value.spanIds, i)}`;
      counts.set(key, (counts.get(key) ?? 0) + 1);
    }
  }
  database.close();
  return counts;
}
