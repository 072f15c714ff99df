import assert from 'node:assert/strict';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { spansFromOtlpJson } from '../../../src/core/codecs/otlpJson';
import { encodeSpanTable } from '../../../src/core/model/batchCodec';
import type { SpanTable } from '../../../src/core/model/spanTable';
import { SegmentView } from '../../../src/engine/store/segmentView';
import { SegmentViews } from '../../../src/engine/store/segmentViews';
import { TraceEntry } from '../../../src/engine/store/traceEntry';
import { SegmentKind, schemaSql } from '../../../src/protocol/storeSchema';
import { engineOver, TestFolder } from './testEngine';

const traceId = 'ab'.repeat(16);

/** Spans of one trace, each under an id of its own or all under one. */
function spansOfOneTrace(count: number, idOf = (i: number) => i + 1): SpanTable {
  const spans = Array.from({ length: count }, (_, i) => ({
    traceId,
    spanId: idOf(i).toString(16).padStart(16, '0'),
    name: `step ${i}`,
    startTimeUnixNano: '1795405021000000000',
    endTimeUnixNano: '1795405021000005000',
  }));
  const decoded = spansFromOtlpJson(JSON.stringify({ resourceSpans: [{ scopeSpans: [{ spans }] }] }));
  assert.ok(decoded.ok);
  return decoded.value.spans;
}

class CountingView extends SegmentView {
  reads = 0;

  override get spanKeys(): readonly string[] {
    this.reads++;
    return super.spanKeys;
  }
}

/** Views of which one segment is known already. */
class ViewsWith extends SegmentViews {
  private readonly known: SegmentView;

  constructor(database: DatabaseSync, known: SegmentView) {
    super(database);
    this.known = known;
  }

  override get(id: number): SegmentView | undefined {
    return id === this.known.id ? this.known : super.get(id);
  }
}

/** How often span ids of a stored batch were read while the same batch was looked up again. */
function readsOfRepeat(count: number): number {
  const database = new DatabaseSync(':memory:');
  database.exec(schemaSql);
  const spans = spansOfOneTrace(count);
  const stored = new CountingView(1, { spans });
  const views = new ViewsWith(database, stored);
  const [[key, rows]] = [...stored.rowsByTrace] as [[string, readonly number[]]];
  const entry = new TraceEntry(key, views);
  entry.addSpans(stored, rows);
  stored.reads = 0;
  const repeated = new SegmentView(2, { spans });
  assert.ok(rows.every((row) => entry.has(repeated, row)));
  database.close();
  return stored.reads;
}

describe('a repeated batch of one trace', () => {
  let folder: TestFolder;

  beforeEach(() => {
    folder = new TestFolder();
  });

  afterEach(() => {
    folder.remove();
  });

  it('costs as much as its rows, not their square', () => {
    assert.ok(readsOfRepeat(2000) <= 6 * readsOfRepeat(500));
  });

  for (const [what, idOf] of [
    ['spans of their own ids', undefined],
    ['different spans under one id', () => 1],
  ] as const) {
    it(`is stored once: ${what}`, async () => {
      const { store, engine } = engineOver(folder.store);
      store.acquire();
      const spans = spansOfOneTrace(300, idOf);
      for (let times = 0; times < 3; times++) {
        const body = encodeSpanTable(spans);
        assert.ok((await store.append({ kind: SegmentKind.spans, rows: 300, body })).ok);
        store.indexAll();
      }
      await engine.close();
      const database = new DatabaseSync(folder.store, { readOnly: true });
      assert.equal(database.prepare('SELECT sum(rows) AS rows FROM segments').get()?.['rows'], 300);
      database.close();
    });
  }
});
