import assert from 'node:assert/strict';
import { randomInt } from 'node:crypto';
import { setTimeout as after } from 'node:timers/promises';
import { after as afterAll, before, describe, it } from 'mocha';
import { LocalBackend } from '../../../src/backends/local/localBackend';
import { traceIdFromHex } from '../../../src/core/model/ids';
import { RetryingSender } from '../../kit/retryingSender';
import { storedCounts } from '../../kit/storedSpans';
import { engineOver, TestFolder } from './testEngine';
import { SpanlineBundle, startReceive, type ReceiveProcess } from './receiveProcess';

/** The longer proof of `npm run soak` asks for more: each round has a store of its own, so that none reaches its bound. */
const rounds = Number(process.env['SPANLINE_KILL_ROUNDS'] ?? 1);
const kills = 20;
const senders = 4;

describe('a receiver that is killed', () => {
  const bundle = new SpanlineBundle();

  before(() => bundle.build());

  afterAll(() => {
    bundle.remove();
  });

  for (let round = 1; round <= rounds; round++) {
    const title = `has every acknowledged span exactly once after ${kills} kills under load`;
    it(rounds === 1 ? title : `${title}, round ${round}`, async function () {
      this.timeout(60_000 + kills * 3000);
      const folder = new TestFolder();
      try {
        await killsLoseNothing(bundle, folder);
      } finally {
        folder.remove();
      }
    });
  }
});

async function killsLoseNothing(bundle: SpanlineBundle, folder: TestFolder): Promise<void> {
  let running: ReceiveProcess | undefined;
  const all = Array.from({ length: senders }, () => new RetryingSender());
  const done = all.map((sender) => sender.run(() => running?.port));
  for (let kill = 0; kill < kills; kill++) {
    running = await startReceive(bundle, folder.store);
    await after(randomInt(20, 400));
    const dying = running;
    running = undefined;
    await dying.end('SIGKILL');
  }
  running = await startReceive(bundle, folder.store);
  for (const sender of all) {
    sender.stop();
  }
  await Promise.all(done);
  await running.end('SIGTERM');

  const acknowledged = all.flatMap((sender) => [...sender.acknowledged]);
  const counts = storedCounts(folder.store);
  assert.ok(acknowledged.length > 1000);
  assert.deepEqual(
    acknowledged.filter((key) => counts.get(key) !== 1),
    [],
  );
  // All that was sent was acknowledged in the end: nothing else is there, and the counters agree.
  assert.equal(counts.size, acknowledged.length);
  const { engine, store } = engineOver(folder.store);
  assert.equal(store.acquire(), 'ready');
  const { spans, traces } = store.status();
  assert.deepEqual([spans, traces], [acknowledged.length, acknowledged.length / 10]);
  const backend = new LocalBackend(folder.store);
  const list = await backend.failures({ fromMs: 0, toMs: 2 ** 45 });
  assert.ok(list.ok);
  assert.equal(list.value.traces, traces);
  const trace = await backend.trace(traceIdFromHex(acknowledged[0]!.slice(0, 32))!);
  assert.ok(trace.ok);
  assert.equal(trace.value.spans.count, 10);
  backend.dispose();
  await engine.close();
}
