import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, it } from 'mocha';
import type { Log } from '../../../src/host/log';
import { WorkerHandle, WorkerStopped } from '../../../src/host/workers';
import type { Contract } from '../../../src/protocol/rpc';

interface EchoContract extends Contract {
  methods: {
    configure: { request: undefined; response: readonly string[] };
    list: { request: undefined; response: readonly string[] };
  };
  events: Readonly<Record<string, unknown>>;
}

/** Answers each call with the methods called so far. */
const echoWorker = `
const { parentPort } = require('node:worker_threads');
const calls = [];
parentPort.on('message', ({ t, id, method }) => {
  if (t === 'call') {
    calls.push(method);
    parentPort.postMessage({ t: 'done', id, response: [...calls] });
  }
});
`;

const log: Pick<Log, 'info' | 'warn' | 'error'> = {
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
};

async function withWorker(use: (worker: WorkerHandle<EchoContract>) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(path.join(tmpdir(), 'spanline-worker-'));
  const file = path.join(folder, 'echo.cjs');
  await writeFile(file, echoWorker);
  const worker = new WorkerHandle<EchoContract>(
    { name: 'echo', file, data: { storageDir: folder }, opensWith: 'configure' },
    log,
  );
  try {
    await use(worker);
  } finally {
    worker.dispose();
    await rm(folder, { recursive: true, force: true });
  }
}

describe('WorkerHandle', () => {
  it('holds calls back until the worker was told what it must know', async () => {
    await withWorker(async (worker) => {
      const listed = worker.call('list', undefined);
      // As settings and secrets are read first.
      await new Promise(setImmediate);
      const configured = await worker.call('configure', undefined);
      assert.deepEqual(configured, ['configure']);
      assert.deepEqual(await listed, ['configure', 'list']);
      assert.deepEqual(await worker.call('list', undefined), ['configure', 'list', 'list']);
    });
  });

  it('ends calls that it holds back when the worker stops', async () => {
    await withWorker(async (worker) => {
      const listed = worker.call('list', undefined);
      await Promise.all([assert.rejects(listed, WorkerStopped), worker.kill()]);
    });
  });
});
