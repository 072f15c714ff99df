import assert from 'node:assert/strict';
import { DatabaseSync } from 'node:sqlite';
import fc from 'fast-check';
import { after, afterEach, before, describe, it } from 'mocha';
import { LocalBackend } from '../../../src/backends/local/localBackend';
import { windowPieces } from '../../../src/backends/local/windowPieces';
import type { FailureGroup, FailureList, TimeWindow } from '../../../src/core/failures/failureGroup';
import { failureListFrom } from '../../../src/core/failures/groups';
import { encodeLogTable, encodeSpanTable } from '../../../src/core/model/batchCodec';
import { traceIdFromHex } from '../../../src/core/model/ids';
import { selectSpans } from '../../../src/core/model/spanCopier';
import type { LogTable, SpanTable } from '../../../src/core/model/spanTable';
import { bucketShifts, SegmentKind } from '../../../src/protocol/storeSchema';
import { defaultBounds } from '../../../src/engine/openEngineStore';
import { LocalStore } from '../../../src/engine/store/localStore';
import { analysesOf, recordedBatches } from '../core/failures/recordedTraces';
import { TestFolder } from './testEngine';

const batches = recordedBatches();
const analyses = analysesOf(batches);
const starts = analyses.flatMap(({ runs }) => runs.map((run) => run.startMs));
const firstMs = Math.min(...starts);
const lastMs = Math.max(...starts);
const always: TimeWindow = { fromMs: 0, toMs: 2 ** 45 };

/** What both ways of counting must agree on; states and first sight look beyond the window. */
function essence({ groups, traces, newest }: FailureList): unknown {
  const byId = (a: FailureGroup, b: FailureGroup): number => (a.id < b.id ? -1 : 1);
  return {
    traces,
    newestMs: newest?.startMs,
    groups: [...groups].sort(byId).map((group) => ({
      id: group.id,
      failing: group.failing,
      runs: group.runs,
      recovered: group.recovered,
      type: group.type,
      message: group.message,
      origin: group.origin,
      entry: [group.entryService, group.operation],
      lastSeenMs: group.lastSeenMs,
      traceIds: group.traceIds,
    })),
  };
}

async function append(store: LocalStore, spans: SpanTable): Promise<void> {
  const segment = { kind: SegmentKind.spans, rows: spans.count, body: encodeSpanTable(spans) };
  assert.ok((await store.append(segment)).ok);
}

async function appendLogs(store: LocalStore, logs: LogTable): Promise<void> {
  const segment = { kind: SegmentKind.logs, rows: logs.count, body: encodeLogTable(logs), logs };
  assert.ok((await store.append(segment)).ok);
}

function openedStore(folder: TestFolder): LocalStore {
  const store = new LocalStore({ file: folder.store, nowMs: Date.now }, defaultBounds);
  assert.equal(store.acquire(), 'ready');
  return store;
}

describe('failures of the store', () => {
  let folder: TestFolder;
  let store: LocalStore;
  let backend: LocalBackend;

  before(async () => {
    folder = new TestFolder();
    store = openedStore(folder);
    for (const spans of batches.spans) {
      await append(store, spans);
    }
    for (const logs of batches.logs) {
      await appendLogs(store, logs);
    }
    store.indexAll();
    backend = new LocalBackend(folder.store);
  });

  after(() => {
    backend.dispose();
    store.close();
    folder.remove();
  });

  async function stored(window: TimeWindow): Promise<FailureList> {
    const list = await backend.failures(window);
    assert.ok(list.ok);
    return list.value;
  }

  it('are the 47 and 11 failed runs of the recordings', async () => {
    const { groups } = await stored(always);
    assert.equal(
      groups.reduce((sum, group) => sum + group.failing, 0),
      47 + 11,
    );
    const failed = await backend.traces({ window: always, filter: 'failed', limit: 1000 });
    assert.ok(failed.ok);
    assert.equal(failed.value.traces.length, 58);
  });

  it('agree with counting all runs of any window', async () => {
    const moment = fc.integer({ min: firstMs - 5000, max: lastMs + 5000 });
    await fc.assert(
      fc.asyncProperty(moment, fc.oneof(moment, fc.integer({ min: 0, max: 100 })), async (from, to) => {
        const window = { fromMs: from, toMs: to < firstMs - 5000 ? from + to : Math.max(from, to) };
        assert.deepEqual(
          essence(await stored(window)),
          essence(failureListFrom(analyses, { window, complete: true })),
        );
      }),
      { numRuns: 150 },
    );
  });

  it('list the traces of a group and of a text, newest first', async () => {
    const group = (await stored(always)).groups[0]!;
    const ofGroup = await backend.traces({ window: always, filter: 'failed', groupId: group.id, limit: 500 });
    assert.ok(ofGroup.ok);
    assert.deepEqual(
      ofGroup.value.traces.map(({ startMs, traceId }) => [startMs, traceId]).length,
      group.failing,
    );
    assert.ok(ofGroup.value.traces.every((trace) => trace.failed && group.traceIds.includes(trace.traceId)));
    const limited = await backend.traces({ window: always, filter: 'all', text: 'CHECKOUT', limit: 10 });
    assert.ok(limited.ok);
    assert.equal(limited.value.traces.length, 10);
    assert.equal(limited.value.completeness.complete, false);
    const times = limited.value.traces.map(({ startMs }) => startMs);
    assert.deepEqual(
      times,
      [...times].sort((a, b) => b - a),
    );
  });

  it('stop being new when marked as read', async () => {
    const toMs = lastMs + 1;
    const isNew = (list: FailureList): string[] =>
      list.groups.filter(({ state }) => state === 'new').map(({ id }) => id);
    const before = isNew(await stored({ fromMs: 0, toMs }));
    assert.ok(before.length > 1);
    store.markRead([before[0]!]);
    assert.deepEqual(isNew(await stored({ fromMs: 0, toMs })), before.slice(1));
  });

  it('are remembered when only another connection saw them, and after their traces went', async () => {
    const [known] = (await stored(always)).groups;
    const { id, firstSeenMs } = known!;
    store.rememberGroups([
      { id: 'remote', firstSeenMs: 2000.5 },
      { id: 'broken', firstSeenMs: NaN },
      { id, firstSeenMs: firstSeenMs - 10 },
    ]);
    store.rememberGroups([
      { id: 'remote', firstSeenMs: 1000 },
      { id: 'remote', firstSeenMs: 3000 },
    ]);
    store.markRead(['remote', 'unseen', id]);
    const memory = backend.groupMemory(['remote', 'broken', 'unseen', id, 'never']);
    assert.deepEqual(memory.get('remote'), { firstSeenMs: 1000, read: true });
    assert.equal(memory.get('unseen')?.read, true);
    assert.deepEqual(memory.get(id), { firstSeenMs: Math.floor(firstSeenMs - 10), read: true });
    assert.equal(memory.size, 3);
    assert.equal(
      (await stored(always)).groups.find((group) => group.id === id)?.firstSeenMs,
      Math.floor(firstSeenMs - 10),
    );
    store.clear();
    store.rememberGroups([{ id, firstSeenMs: 5000 }]);
    store.markRead([id]);
    for (const spans of batches.spans) {
      await append(store, spans);
    }
    store.indexAll();
    const back = (await stored({ fromMs: 0, toMs: lastMs + 1 })).groups.find((group) => group.id === id);
    assert.deepEqual([back?.firstSeenMs, back?.state], [5000, 'ongoing']);
  });

  it('are remembered in a store that is older than this memory', () => {
    store.close();
    const older = new DatabaseSync(folder.store);
    older.exec('DROP TABLE groupMemory');
    older.close();
    assert.equal(backend.groupMemory(['remote']).size, 0);
    store.acquire();
    store.rememberGroups([{ id: 'remote', firstSeenMs: 7 }]);
    assert.deepEqual(backend.groupMemory(['remote']), new Map([['remote', { firstSeenMs: 7, read: false }]]));
  });
});

describe('failures of spans that come in any order', () => {
  const folders: TestFolder[] = [];

  afterEach(() => {
    for (const folder of folders.splice(0)) {
      folder.remove();
    }
  });

  it('are the same however the batches are cut, mixed and repeated', async function () {
    this.timeout(60_000 + 20_000 * Number(process.env['SPANLINE_RECUTS'] ?? 0));
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 10, max: 400 }), fc.nat(), async (size, seed) => {
        const folder = new TestFolder();
        folders.push(folder);
        const store = openedStore(folder);
        const pieces = shuffled(
          batches.spans.flatMap((spans) => cut(spans, size, seed)),
          seed,
        );
        for (const [index, piece] of pieces.entries()) {
          await append(store, piece);
          // A sender that got no answer sends again, cut otherwise.
          if (index % 7 === 0) {
            await append(store, selectSpans(piece, shuffled([...Array(piece.count).keys()], index)));
          }
          if (index % 5 === 0) {
            store.indexAll();
          }
          if (index % 11 === 0 && index / 11 < batches.logs.length) {
            await appendLogs(store, batches.logs[index / 11]!);
          }
        }
        for (const logs of batches.logs) {
          await appendLogs(store, logs);
        }
        store.indexAll();
        assert.equal(store.status().spans, 5287 + 1030);
        const backend = new LocalBackend(folder.store);
        const list = await backend.failures(always);
        assert.ok(list.ok);
        assert.deepEqual(
          essence(list.value),
          essence(failureListFrom(analyses, { window: always, complete: true })),
        );
        const trace = await backend.trace(traceIdFromHex(list.value.groups[0]!.traceIds[0]!)!);
        assert.ok(trace.ok && !trace.value.problems.some(({ code }) => code === 'duplicateSpans'));
        backend.dispose();
        store.close();
      }),
      { numRuns: Number(process.env['SPANLINE_RECUTS'] ?? 3) },
    );
  });
});

describe('windows taken apart', () => {
  it('cover every millisecond once, with edges under 32 ms', () => {
    fc.assert(
      fc.property(fc.nat({ max: 2 ** 40 }), fc.nat({ max: 2 ** 31 }), (fromMs, lengthMs) => {
        const { buckets, edges } = windowPieces(fromMs, fromMs + lengthMs);
        const ranges = [
          ...edges.map(({ from, to }) => [from, to] as const),
          ...buckets.map(({ level, from, to }) => {
            assert.ok(level === bucketShifts.length - 1 || to - from < 64);
            return [from * 2 ** bucketShifts[level]!, to * 2 ** bucketShifts[level]!] as const;
          }),
        ]
          .filter(([from, to]) => from < to)
          .sort(([a], [b]) => a - b);
        let at = fromMs;
        for (const [from, to] of ranges) {
          assert.equal(from, at);
          at = to;
        }
        assert.equal(at, fromMs + lengthMs);
        assert.ok(edges.every(({ from, to }) => to - from < 64));
      }),
    );
  });
});

function cut(spans: SpanTable, size: number, seed: number): SpanTable[] {
  const rows = shuffled([...Array(spans.count).keys()], seed);
  const pieces: SpanTable[] = [];
  for (let at = 0; at < rows.length; at += size) {
    pieces.push(selectSpans(spans, rows.slice(at, at + size)));
  }
  return pieces;
}

function shuffled<T>(items: readonly T[], seed: number): T[] {
  const mixed = [...items];
  let state = seed | 1;
  for (let i = mixed.length - 1; i > 0; i--) {
    state = Math.imul(state ^ (state >>> 15), 0x2c1b3c6d) | 1;
    const other = (state >>> 1) % (i + 1);
    [mixed[i], mixed[other]] = [mixed[other]!, mixed[i]!];
  }
  return mixed;
}
