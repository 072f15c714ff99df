import assert from 'node:assert/strict';
import {
  chmodSync,
  closeSync,
  copyFileSync,
  existsSync,
  openSync,
  readdirSync,
  readFileSync,
  statSync,
  writeFileSync,
  writeSync,
  utimesSync,
} from 'node:fs';
import path from 'node:path';
import { createServer, type AddressInfo } from 'node:net';
import { DatabaseSync } from 'node:sqlite';
import { after, afterEach, before, beforeEach, describe, it } from 'mocha';
import { LocalBackend } from '../../../src/backends/local/localBackend';
import { spansFromOtlpJson } from '../../../src/core/codecs/otlpJson';
import { encodeSpanTable } from '../../../src/core/model/batchCodec';
import { catchUp } from '../../../src/engine/catchUp';
import { defaultBounds } from '../../../src/engine/openEngineStore';
import { LocalStore } from '../../../src/engine/store/localStore';
import { SegmentKind } from '../../../src/protocol/storeSchema';
import { loadOtlpRecording } from '../../kit/fixture';
import { anyPort, engineOver, send, startOnFreePort, TestFolder } from './testEngine';
import { SpanlineBundle, startReceive } from './receiveProcess';

const json = { 'content-type': 'application/json' };
/** Lets SQL damage its own file; not in the types yet, on by default since Node 24. */
const notDefensive = { timeout: 1000, defensive: false };
const noAbort = new AbortController().signal;
const always = { fromMs: 0, toMs: 2 ** 45 };

function traceJson(number: number, text = '', name = 'work'): string {
  const hex = number.toString(16).padStart(16, '0');
  const spans = [
    {
      traceId: hex.padStart(32, 'a'),
      spanId: hex,
      name,
      attributes: [{ key: 'text', value: { stringValue: text } }],
      startTimeUnixNano: String(1_795_405_021_000_000_000n + BigInt(number) * 1_000_000n),
      endTimeUnixNano: String(1_795_405_021_000_000_000n + BigInt(number) * 1_000_000n + 5000n),
      ...(number % 4 === 0 && { status: { code: 2, message: 'refused' } }),
    },
  ];
  return JSON.stringify({ resourceSpans: [{ scopeSpans: [{ spans }] }] });
}

describe('the store', () => {
  let folder: TestFolder;

  beforeEach(() => {
    folder = new TestFolder();
  });

  afterEach(() => {
    folder.remove();
  });

  it('keeps what it acknowledged over a restart', async () => {
    const first = engineOver(folder.store);
    const port = await startOnFreePort(first.engine);
    assert.equal((await send(port, '/v1/traces', traceJson(4), json)).status, 200);
    await first.engine.close();
    const second = engineOver(folder.store);
    await startOnFreePort(second.engine);
    const { spans, traces } = second.store.status();
    assert.deepEqual([spans, traces], [1, 1]);
    await second.engine.close();
  });

  it('moves a damaged file aside, says so, and begins anew', async () => {
    const first = engineOver(folder.store);
    const firstPort = await startOnFreePort(first.engine);
    for (const { signal, contentType, body } of loadOtlpRecording('otlpNode', ['a'])) {
      await send(firstPort, `/v1/${signal}`, body, { 'content-type': contentType });
    }
    await first.engine.close();
    const size = statSync(folder.store).size;
    for (const [at, length, reason] of [
      // Without its first bytes nothing tells a store from any other file.
      [0, 100, 'noStore'],
      [Math.floor(size / 3), 64 * 1024, 'damaged'],
    ] as const) {
      const file = openSync(folder.store, 'r+');
      writeSync(file, Buffer.alloc(length, 0x5a), 0, length, at);
      closeSync(file);
      const { engine, store } = engineOver(folder.store);
      const port = await startOnFreePort(engine);
      const { movedAside } = store.status();
      assert.ok(movedAside?.reason === reason && existsSync(movedAside.file));
      assert.equal((await send(port, '/v1/traces', traceJson(1), json)).status, 200);
      for (const { signal, contentType, body } of loadOtlpRecording('otlpNode', ['a'])) {
        await send(port, `/v1/${signal}`, body, { 'content-type': contentType });
      }
      await engine.close();
    }
  });

  it('is not read whole again for each mark while nothing is received', async () => {
    const { engine, store } = engineOver(folder.store);
    const port = await startOnFreePort(engine);
    for (const { signal, contentType, body } of loadOtlpRecording('otlpNode', ['a'])) {
      await send(port, `/v1/${signal}`, body, { 'content-type': contentType });
    }
    await engine.stop();
    const { size, mtimeMs } = statSync(folder.store);
    const damage = (): void => {
      const file = openSync(folder.store, 'r+');
      writeSync(file, Buffer.alloc(64 * 1024, 0x5a), 0, 64 * 1024, Math.floor(size / 3));
      closeSync(file);
    };
    const { markRead } = engine.handlers();
    damage();
    utimesSync(folder.store, 0, (Math.floor(mtimeMs) + 0.5) / 1000);
    assert.deepEqual(await markRead({ groupIds: ['any'] }, noAbort), { ok: true, value: undefined });
    assert.equal(store.status().movedAside, undefined);
    damage();
    await markRead({ groupIds: ['any'] }, noAbort);
    assert.equal(store.status().movedAside?.reason, 'damaged', 'another program wrote the file meanwhile');
    await engine.close();
  });

  it('replaces a file that is found damaged while several senders wait, once, and answers all of them', async () => {
    const { engine, store } = engineOver(folder.store);
    const port = await startOnFreePort(engine);
    for (let number = 1; number <= 40; number++) {
      await append(store, number, 'x'.repeat(50_000));
    }
    store.indexAll();
    const damaging = new DatabaseSync(folder.store, notDefensive);
    damaging.exec(
      "PRAGMA writable_schema = ON; UPDATE sqlite_schema SET rootpage = 999999 WHERE name = 'segments'",
    );
    damaging.exec('PRAGMA schema_version = 4711');
    damaging.close();
    const answers = await Promise.all(
      Array.from({ length: 8 }, (_, i) => append(store, 100 + i).then(() => 200)),
    );
    assert.deepEqual(answers, Array<number>(8).fill(200));
    assert.equal((await send(port, '/v1/traces', traceJson(200), json)).status, 200);
    store.indexAll();
    assert.equal(store.status().spans, 9);
    assert.deepEqual(
      readdirSync(folder.path).filter((name) => /damaged-\d+$/.test(name)),
      ['spans.db.damaged-1'],
    );
    await engine.close();
  });

  it('keeps the newest two of the files it moved aside', async () => {
    for (let time = 1; time <= 4; time++) {
      writeFileSync(folder.store, `notes ${time} `.repeat(5000));
      const { engine } = engineOver(folder.store);
      await startOnFreePort(engine);
      await engine.close();
    }
    const kept = readdirSync(folder.path).filter((name) => name.includes('no-store'));
    assert.deepEqual(kept.sort(), ['spans.db.no-store-3', 'spans.db.no-store-4']);
  });

  it('moves a file aside that is no store', async () => {
    writeFileSync(folder.store, 'notes '.repeat(5000));
    const { engine, store } = engineOver(folder.store);
    await startOnFreePort(engine);
    const { movedAside } = store.status();
    assert.deepEqual(movedAside, { file: `${folder.store}.no-store-1`, reason: 'noStore' });
    assert.equal(readFileSync(movedAside.file, 'utf8').slice(0, 5), 'notes');
    await engine.close();
  });

  it('leaves a file as it is that is no store and that the user named', () => {
    writeFileSync(folder.store, 'notes '.repeat(5000));
    const store = new LocalStore({ file: folder.store, isNamed: true, nowMs: Date.now }, defaultBounds);
    assert.equal(store.acquire(), 'foreign');
    store.close();
    catchUp(folder.store);
    assert.deepEqual(readdirSync(folder.path), ['spans.db']);
  });

  for (const journal of ['DELETE', 'WAL']) {
    it(`leaves a database of another program as it is (journal ${journal})`, async () => {
      const other = new DatabaseSync(folder.store);
      other.exec(`PRAGMA journal_mode = ${journal}; CREATE TABLE notes (text)`);
      other.close();
      const bytes = readFileSync(folder.store);
      const { engine, store } = engineOver(folder.store);
      const problem = { code: 'storeForeign', file: folder.store } as const;
      const status = await engine.start(anyPort);
      assert.ok(status.state === 'failed');
      assert.deepEqual(status.problem, problem);
      const { clear } = engine.handlers();
      assert.deepEqual(await clear(undefined, noAbort), { ok: false, error: problem });
      assert.equal(store.status().movedAside, undefined);
      await engine.close();
      catchUp(folder.store);
      assert.deepEqual(readdirSync(folder.path), ['spans.db']);
      assert.deepEqual(readFileSync(folder.store), bytes);
      const backend = new LocalBackend(folder.store);
      const listed = await backend.failures(always);
      assert.ok(!listed.ok);
      assert.equal(listed.error.reason, 'noStore');
      backend.dispose();
      assert.deepEqual(readdirSync(folder.path), ['spans.db']);
    });
  }

  it('moves a store of another version aside, and does not call it damaged', async () => {
    const first = engineOver(folder.store);
    await startOnFreePort(first.engine);
    await first.engine.close();
    const newer = new DatabaseSync(folder.store);
    newer.exec('PRAGMA user_version = 4711');
    newer.close();
    const backend = new LocalBackend(folder.store);
    const listed = await backend.failures(always);
    assert.ok(!listed.ok);
    assert.equal(listed.error.reason, 'storeVersion');
    backend.dispose();
    const { engine, store } = engineOver(folder.store);
    await startOnFreePort(engine);
    assert.deepEqual(store.status().movedAside, {
      file: `${folder.store}.other-version-1`,
      reason: 'otherVersion',
    });
    await engine.close();
  });

  it('is received for by another window as soon as the first lets go of it, unless that one was stopped', async () => {
    const first = engineOver(folder.store);
    const port = await startOnFreePort(first.engine);
    const second = engineOver(folder.store);
    const stopped = engineOver(folder.store);
    assert.equal((await second.engine.start({ ...anyPort, port })).state, 'elsewhere');
    assert.equal((await stopped.engine.start({ ...anyPort, port })).state, 'elsewhere');
    await stopped.engine.stop();
    assert.equal(second.engine.pause(true).state, 'elsewhere');
    const listening = new Promise((resolve) => {
      second.engine.onDidChangeReceiver.event((status) => {
        if (status.state === 'listening') {
          resolve([status.port, status.paused]);
        }
      });
    });
    await first.engine.stop();
    assert.deepEqual(await listening, [port, true]);
    assert.equal((await send(port, '/v1/traces', traceJson(4), json)).status, 503);
    second.engine.pause(false);
    assert.equal((await send(port, '/v1/traces', traceJson(4), json)).status, 200);
    assert.deepEqual(stopped.engine.pause(false), { state: 'off' });
    await Promise.all([first, second, stopped].map(({ engine }) => engine.close()));
  });

  it('says to a window that does not write it that nothing was cleared or marked', async () => {
    const first = engineOver(folder.store);
    const port = await startOnFreePort(first.engine);
    assert.equal((await send(port, '/v1/traces', traceJson(4), json)).status, 200);
    const second = engineOver(folder.store);
    const { clear, markRead } = second.engine.handlers();
    const held = { ok: false, error: { code: 'storeHeld' } };
    assert.deepEqual(await clear(undefined, noAbort), held);
    assert.deepEqual(await markRead({ groupIds: ['any'] }, noAbort), held);
    first.store.indexAll();
    assert.equal(first.store.status().spans, 1);
    await first.engine.stop();
    const cleared = await clear(undefined, noAbort);
    assert.ok('ok' in cleared && cleared.ok && cleared.value.spans === 0);
    await Promise.all([first, second].map(({ engine }) => engine.close()));
  });

  it('answers 503 while the disk is full, and goes on when there is room', async () => {
    const { engine, store } = engineOver(folder.store);
    const port = await startOnFreePort(engine);
    // SQLite's own answer to a full disk, at a quarter and 16 MB above the bound.
    store.bounds = { ...store.bounds, maxBytes: 1_000_000 };
    const answer = await send(port, '/v1/traces', traceJson(1, 'x'.repeat(20_000_000)), json);
    assert.equal(answer.status, 503);
    assert.ok(Number(answer.headers['retry-after']) >= 1);
    assert.match(store.status().writeError ?? '', /full/);
    assert.equal((await send(port, '/v1/traces', traceJson(2), json)).status, 200);
    assert.equal(store.status().writeError, undefined);
    store.indexAll();
    assert.equal(store.status().spans, 1);
    await engine.close();
  });

  it('lets the oldest arrivals go above its size, and counts what is left', async () => {
    const { store, engine } = engineOver(folder.store);
    assert.equal(store.acquire(), 'ready');
    store.bounds = { ...store.bounds, maxBytes: 4_000_000 };
    for (let number = 1; number <= 300; number++) {
      await append(store, number, 'x'.repeat(50_000));
    }
    store.indexAll();
    const { spans, traces, sizeBytes } = store.status();
    assert.ok(spans > 20 && spans < 90, String(spans));
    assert.equal(traces, spans);
    assert.ok(sizeBytes <= 4_000_000, String(sizeBytes));
    const backend = new LocalBackend(folder.store);
    const listed = await backend.traces({ window: always, filter: 'all', limit: 1000 });
    const failures = await backend.failures(always);
    assert.ok(listed.ok && failures.ok);
    const kept = Array.from({ length: spans }, (_, i) => 300 - i);
    assert.deepEqual(
      listed.value.traces.map(({ traceId }) => Number.parseInt(traceId.slice(16), 16)),
      kept,
    );
    assert.equal(failures.value.traces, spans);
    assert.deepEqual(
      failures.value.groups.map(({ failing, runs }) => [failing, runs]),
      [[kept.filter((number) => number % 4 === 0).length, spans]],
    );
    backend.dispose();
    await engine.close();
    const database = new DatabaseSync(folder.store, { readOnly: true });
    assert.deepEqual({ ...database.prepare('PRAGMA integrity_check').get() }, { integrity_check: 'ok' });
    database.close();
  });

  it('lets go of what arrived too long ago, whatever the time of its spans', async () => {
    let nowMs = 1_000_000;
    const { store, engine } = engineOver(folder.store, () => nowMs);
    assert.equal(store.acquire(), 'ready');
    store.bounds = { ...store.bounds, maxAgeMs: 60_000 };
    await append(store, 1);
    nowMs += 50_000;
    await append(store, 2);
    store.indexAll();
    assert.equal(store.status().spans, 2);
    nowMs += 20_000;
    store.indexAll();
    assert.equal(store.status().spans, 1);
    await engine.close();
  });

  it('lets groups, operations and names go with their last trace, so that ids in them take no room for ever', async () => {
    let nowMs = 1_000_000;
    const { store, engine } = engineOver(folder.store, () => nowMs);
    assert.equal(store.acquire(), 'ready');
    store.bounds = { ...store.bounds, maxAgeMs: 60_000 };
    const rowCounts = (): readonly unknown[] => {
      const database = new DatabaseSync(folder.store, { readOnly: true });
      const counts = [
        'failureGroups',
        'occurrences',
        'operations',
        'names',
        'operationCounts',
        'groupCounts',
      ].map((table) => database.prepare(`SELECT count(*) AS count FROM ${table}`).get()?.['count']);
      database.close();
      return counts;
    };
    const rounds: (readonly unknown[])[] = [];
    for (let round = 0; round < 4; round++) {
      for (let number = 1; number <= 40; number++) {
        const unique = 100 * round + number;
        await append(store, 4 * number + 1000 * round, '', `GET /orders/${unique}`);
      }
      // One operation that stays, so that a name it shares with those that go is not lost.
      await append(store, 4_000_000 + 4 * round, '', 'GET /health');
      store.indexAll();
      rounds.push(rowCounts());
      nowMs += 70_000;
    }
    assert.deepEqual(rounds[3], rounds[1]);
    assert.deepEqual(rounds[3]?.slice(0, 4), [41, 41, 41, 42]);
    const backend = new LocalBackend(folder.store);
    const failures = await backend.failures(always);
    assert.ok(failures.ok);
    assert.equal(failures.value.groups.length, 41);
    assert.ok(failures.value.groups.every(({ failing, runs }) => failing === 1 && runs === 1));
    backend.dispose();
    store.indexAll();
    assert.deepEqual(rowCounts(), [0, 0, 0, 0, 0, 0]);
    await engine.close();
  });

  it('counts log records and metric points no longer when their arrival is too old', async () => {
    let nowMs = 1_000_000;
    const { store, engine } = engineOver(folder.store, () => nowMs);
    assert.equal(store.acquire(), 'ready');
    const port = await startOnFreePort(engine);
    store.bounds = { ...store.bounds, maxAgeMs: 60_000 };
    const exception = [{ key: 'exception.type', value: { stringValue: 'E' } }];
    const logRecords = [{ body: { stringValue: 'one' } }, { traceId: 'a'.repeat(32), attributes: exception }];
    const logs = JSON.stringify({ resourceLogs: [{ scopeLogs: [{ logRecords }] }] });
    assert.equal((await send(port, '/v1/logs', logs, json)).status, 200);
    assert.equal((await send(port, '/v1/traces', traceJson(4), json)).status, 200);
    const gauge = { name: 'load', gauge: { dataPoints: [{ asDouble: 1 }, { asDouble: 2 }] } };
    const metrics = JSON.stringify({ resourceMetrics: [{ scopeMetrics: [{ metrics: [gauge] }] }] });
    assert.equal((await send(port, '/v1/metrics', metrics, json)).status, 200);
    store.indexAll();
    const counted = (): readonly number[] => {
      const status = store.status();
      return [status.logRecords, status.metricPoints, status.spans];
    };
    assert.deepEqual(counted(), [2, 2, 1]);
    nowMs += 70_000;
    store.indexAll();
    assert.deepEqual(counted(), [0, 0, 0]);
    assert.equal(store.status().traces, 0);
    await engine.close();
  });

  it('is empty after it is cleared, and smaller', async () => {
    const { store, engine } = engineOver(folder.store);
    store.acquire();
    for (let number = 1; number <= 20; number++) {
      await append(store, number, 'x'.repeat(100_000));
    }
    store.indexAll();
    store.clear();
    const { spans, traces, sizeBytes } = store.status();
    assert.deepEqual([spans, traces], [0, 0]);
    assert.ok(sizeBytes < 500_000, String(sizeBytes));
    await append(store, 7);
    store.indexAll();
    assert.equal(store.status().spans, 1);
    await engine.close();
  });

  it('says by whom a port is taken, and takes no other', async () => {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    const { port } = other.address() as AddressInfo;
    const { engine } = engineOver(folder.store);
    const status = await engine.start({ ...anyPort, port });
    assert.ok(status.state === 'portTaken');
    assert.equal(status.port, port);
    if (process.platform === 'linux') {
      assert.equal(status.holder?.pid, process.pid);
    }
    other.close();
    await engine.close();
  });
});

describe('the store and other processes', () => {
  const bundle = new SpanlineBundle();
  let folder: TestFolder;

  before(() => bundle.build());
  after(() => {
    bundle.remove();
  });
  beforeEach(() => {
    folder = new TestFolder();
  });
  afterEach(() => {
    folder.remove();
  });

  it('is written by one of them; the other says where, reads, and takes over when asked after its death', async () => {
    const holder = await startReceive(bundle, folder.store);
    const { engine } = engineOver(folder.store);
    assert.deepEqual(await engine.start(anyPort), {
      state: 'elsewhere',
      pid: holder.child.pid,
      port: holder.port,
    });
    assert.equal((await send(holder.port, '/v1/traces', traceJson(4), json)).status, 200);
    await assert.rejects(startReceive(bundle, folder.store), /ended with 2: Process \d+ writes/);
    await holder.end('SIGKILL');
    assert.equal((await engine.start(anyPort)).state, 'listening');
    const backend = new LocalBackend(folder.store);
    const listed = await backend.failures(always);
    assert.ok(listed.ok);
    assert.equal(listed.value.groups.length, 1);
    backend.dispose();
    await engine.close();
  });

  it('is not begun in a file that is none', async () => {
    const refused = /ended with 2: \S+spans\.db is not a Spanline store; it was left as it is\.\n$/;
    const other = new DatabaseSync(folder.store);
    other.exec('CREATE TABLE notes (text)');
    other.close();
    await assert.rejects(startReceive(bundle, folder.store), refused);
    writeFileSync(folder.store, 'notes '.repeat(5000));
    await assert.rejects(startReceive(bundle, folder.store), refused);
    assert.deepEqual(readdirSync(folder.path), ['spans.db']);
  });

  it('is let go of by a window that receives no more, and shows its counts to one that does not write it', async () => {
    const first = engineOver(folder.store);
    const port = await startOnFreePort(first.engine);
    assert.equal((await send(port, '/v1/traces', traceJson(4), json)).status, 200);
    first.store.indexAll();
    assert.deepEqual(await first.engine.stop(), { state: 'off' });
    assert.equal(first.store.status().spans, 1);
    const other = await startReceive(bundle, folder.store);
    assert.equal((await send(other.port, '/v1/traces', traceJson(5), json)).status, 200);
    const imported = await first.engine
      .handlers()
      .import(
        { contentType: 'application/json', body: Buffer.from(traceJson(6)) },
        new AbortController().signal,
      );
    assert.ok('error' in imported);
    await other.end('SIGTERM');
    const { spans } = first.store.status();
    assert.equal(spans, 2);
    await first.engine.close();
  });

  it('is indexed by whoever reads it after its writer died', async () => {
    const receiving = await startReceive(bundle, folder.store);
    for (let number = 4; number <= 40; number += 4) {
      assert.equal((await send(receiving.port, '/v1/traces', traceJson(number), json)).status, 200);
    }
    await receiving.end('SIGKILL');
    catchUp(folder.store);
    const backend = new LocalBackend(folder.store);
    assert.equal(backend.isBehind(), false);
    const list = await backend.failures(always);
    assert.ok(list.ok);
    assert.deepEqual(
      list.value.groups.map(({ failing }) => failing),
      [10],
    );
    backend.dispose();
  });

  it('stops cleanly at SIGTERM', async () => {
    const receiving = await startReceive(bundle, folder.store);
    assert.equal((await send(receiving.port, '/v1/traces', traceJson(4), json)).status, 200);
    assert.equal(await receiving.end('SIGTERM'), 0);
    assert.ok(!existsSync(`${folder.store}-wal`));
  });

  it('answers 503 where the file cannot be written, and loses nothing of it', async function () {
    if (process.platform === 'win32') {
      this.skip();
    }
    const first = engineOver(folder.store);
    first.store.acquire();
    await append(first.store, 1);
    await first.engine.close();
    // Root writes everywhere: the process runs as somebody else.
    const isRoot = process.getuid?.() === 0;
    const node = isRoot ? path.join(bundle.folder, 'node') : process.execPath;
    if (isRoot) {
      // The repository may be in a folder of root's own.
      copyFileSync(process.execPath, node);
      chmodSync(bundle.file, 0o755);
      chmodSync(bundle.folder, 0o755);
    }
    chmodSync(folder.store, 0o444);
    chmodSync(folder.path, 0o555);
    const receiving = await startReceive(bundle, folder.store, {
      node,
      ...(isRoot && { options: { uid: 65534, gid: 65534, cwd: bundle.folder } }),
    });
    const answer = await send(receiving.port, '/v1/traces', traceJson(2), json);
    assert.equal(answer.status, 503);
    assert.ok(Number(answer.headers['retry-after']) >= 1);
    assert.match(receiving.errors(), /cannot be written/);
    await receiving.end('SIGTERM');
    chmodSync(folder.path, 0o755);
    chmodSync(folder.store, 0o644);
    const { engine, store } = engineOver(folder.store);
    store.acquire();
    assert.equal(store.status().spans, 1);
    await engine.close();
  });
});

async function append(store: LocalStore, number: number, text = '', name?: string): Promise<void> {
  const decoded = spansFromOtlpJson(traceJson(number, text, name));
  assert.ok(decoded.ok);
  const { spans } = decoded.value;
  const body = encodeSpanTable(spans);
  assert.ok((await store.append({ kind: SegmentKind.spans, rows: spans.count, body })).ok);
}
