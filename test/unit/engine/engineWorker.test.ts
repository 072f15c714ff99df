import assert from 'node:assert/strict';
import { build } from 'esbuild';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { Worker } from 'node:worker_threads';
import { after, afterEach, before, beforeEach, describe, it } from 'mocha';
import { disposable } from '../../../src/base/disposable';
import { LocalBackend } from '../../../src/backends/local/localBackend';
import type { EngineContract } from '../../../src/protocol/engine';
import { RpcClient } from '../../../src/protocol/rpc';
import { fixturePath, loadOtlpEdge, loadOtlpRecording } from '../../kit/fixture';
import { anyPort, send, TestFolder } from './testEngine';

describe('engine worker', () => {
  const bundleFolder = mkdtempSync(path.join(os.tmpdir(), 'spanline-worker-'));
  const bundle = path.join(bundleFolder, 'engineWorker.js');
  let folder: TestFolder;
  const workers: Worker[] = [];

  before(async () => {
    await build({
      entryPoints: ['src/engineWorker.ts'],
      outfile: bundle,
      bundle: true,
      platform: 'node',
      target: 'node22.19',
      format: 'cjs',
      logLevel: 'warning',
    });
  });

  after(() => {
    rmSync(bundleFolder, { recursive: true, force: true });
  });

  beforeEach(() => {
    folder = new TestFolder();
  });

  afterEach(async () => {
    await Promise.all(workers.splice(0).map((worker) => worker.terminate()));
    folder.remove();
  });

  function startWorker(): { readonly worker: Worker; readonly client: RpcClient<EngineContract> } {
    const worker = new Worker(bundle, { workerData: { storageDir: folder.path } });
    workers.push(worker);
    const client = new RpcClient<EngineContract>({
      post: (message) => {
        worker.postMessage(message);
      },
      onMessage: (listener) => {
        worker.on('message', listener);
        return disposable(() => worker.off('message', listener));
      },
    });
    return { worker, client };
  }

  async function listening(client: RpcClient<EngineContract>): Promise<number> {
    const status = await client.call('start', anyPort);
    assert.ok(status.state === 'listening');
    return status.port;
  }

  it('tells what it committed, a few times a second at most', async () => {
    const { client } = startWorker();
    const port = await listening(client);
    const requests = loadOtlpRecording('otlpPython', ['a']);
    let events = 0;
    let traces = 0;
    const startedMs = performance.now();
    const seen = new Promise<void>((resolve) => {
      client.on('committed', (committed) => {
        events++;
        traces += committed.traces;
        if (traces >= 400) {
          resolve();
        }
      });
    });
    for (const { signal, contentType, body } of requests) {
      assert.equal((await send(port, `/v1/${signal}`, body, { 'content-type': contentType })).status, 200);
    }
    await seen;
    assert.ok(events <= 2 + (performance.now() - startedMs) / 250);
    const { store } = await client.call('status', undefined);
    assert.ok(store.traces >= 400 && store.lastReceivedMs !== undefined);
  });

  it('goes on after it died, with all that it had acknowledged', async () => {
    const first = startWorker();
    const port = await listening(first.client);
    const answer = await send(port, '/v1/traces', loadOtlpEdge(), {
      'content-type': 'application/x-protobuf',
    });
    assert.equal(answer.status, 200);
    await first.worker.terminate();
    const second = startWorker();
    await listening(second.client);
    const { store } = await second.client.call('status', undefined);
    assert.ok(store.spans > 0);
    assert.equal(store.file, folder.store);
  });

  it('imports a file as if it had been received, readable at once', async () => {
    const { client } = startWorker();
    await listening(client);
    const body = new Uint8Array(readFileSync(fixturePath('otlpEdge/edge.decoded.json')));
    const imported = await client.call('import', { contentType: 'application/json', body });
    assert.ok('traceIds' in imported);
    assert.ok(imported.traceIds.length > 1);
    const backend = new LocalBackend(folder.store);
    const listed = await backend.traces({ window: { fromMs: 0, toMs: 2 ** 45 }, filter: 'all', limit: 100 });
    assert.ok(listed.ok);
    assert.deepEqual(listed.value.traces.map(({ traceId }) => traceId).sort(), [...imported.traceIds].sort());
    backend.dispose();
    const malformed = await client.call('import', {
      contentType: 'application/json',
      body: Buffer.from('{'),
    });
    assert.ok('error' in malformed);
  });

  it('is off after it was stopped, and starts again on another port', async () => {
    const { client } = startWorker();
    const port = await listening(client);
    assert.deepEqual(await client.call('stop', undefined), { state: 'off' });
    await assert.rejects(send(port, '/v1/traces', '{}', { 'content-type': 'application/json' }));
    await listening(client);
  });
});
