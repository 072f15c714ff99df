import assert from 'node:assert/strict';
import { randomBytes, randomInt } from 'node:crypto';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as after } from 'node:timers/promises';
import { after as afterAll, before, describe, it } from 'mocha';
import { Agent, request } from 'undici';
import { LocalBackend } from '../../../src/backends/local/localBackend';
import { decodeSpanTable } from '../../../src/core/model/batchCodec';
import { spanIdAt, traceIdAt, traceIdFromHex } from '../../../src/core/model/ids';
import { encodeRequest, traceRequestType } from '../../kit/otlpSchema';
import { engineOver, TestFolder } from './testEngine';
import { SpanlineBundle, startReceive, type ReceiveProcess } from './receiveProcess';

/** The longer proof of `npm run soak` asks for more. */
const kills = Number(process.env['SPANLINE_KILLS'] ?? 20);
const senders = 4;

interface SentSpan {
  readonly traceId: Buffer;
  readonly spanId: Buffer;
  readonly parentSpanId?: Buffer;
}

/** Sends until told to stop; what was not answered 200 is sent again, mixed with new spans, so that batches are cut anew. */
class Sender {
  readonly acknowledged = new Set<string>();
  private unanswered: SentSpan[] = [];
  private stopped = false;
  private readonly agent = new Agent({ connections: 1 });

  async run(portOf: () => number | undefined): Promise<void> {
    while (!this.stopped || this.unanswered.length > 0) {
      const spans = [...this.unanswered, ...(this.stopped ? [] : newTraces())];
      // Not the cut of the time before.
      const batch = spans.slice(0, Math.max(1, randomInt(spans.length + 1)));
      this.unanswered = spans;
      if (await this.send(portOf(), batch)) {
        this.unanswered = spans.slice(batch.length);
        for (const { traceId, spanId } of batch) {
          this.acknowledged.add(`${traceId.toString('hex')} ${spanId.toString('hex')}`);
        }
      }
    }
    await this.agent.close();
  }

  stop(): void {
    this.stopped = true;
  }

  private async send(port: number | undefined, spans: readonly SentSpan[]): Promise<boolean> {
    if (port === undefined) {
      await after(10);
      return false;
    }
    try {
      const answer = await request(`http://127.0.0.1:${port}/v1/traces`, {
        method: 'POST',
        headers: { 'content-type': 'application/x-protobuf' },
        body: bodyOf(spans),
        dispatcher: this.agent,
      });
      await answer.body.dump();
      return answer.statusCode === 200;
    } catch {
      // The process died with the request.
      await after(10);
      return false;
    }
  }
}

function newTraces(): SentSpan[] {
  return Array.from({ length: 5 }, () => {
    const traceId = randomBytes(16);
    const root = randomBytes(8);
    return [
      { traceId, spanId: root },
      ...Array.from({ length: 9 }, () => ({ traceId, spanId: randomBytes(8), parentSpanId: root })),
    ];
  }).flat();
}

function bodyOf(spans: readonly SentSpan[]): Uint8Array {
  return encodeRequest(traceRequestType, {
    resourceSpans: [
      {
        scopeSpans: [
          {
            spans: spans.map(({ traceId, spanId, parentSpanId }) => ({
              traceId: traceId.toString('base64'),
              spanId: spanId.toString('base64'),
              ...(parentSpanId && { parentSpanId: parentSpanId.toString('base64') }),
              name: 'work',
              startTimeUnixNano: '1795405021000000000',
              endTimeUnixNano: '1795405021000500000',
            })),
          },
        ],
      },
    ],
  });
}

/** How often each span is in the segments of a store. */
function storedCounts(file: string): Map<string, number> {
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

describe('a receiver that is killed', () => {
  const bundle = new SpanlineBundle();
  const folder = new TestFolder();

  before(() => bundle.build());

  afterAll(() => {
    bundle.remove();
    folder.remove();
  });

  it(`has every acknowledged span exactly once after ${kills} kills under load`, async function () {
    this.timeout(60_000 + kills * 3000);
    let running: ReceiveProcess | undefined;
    const all = Array.from({ length: senders }, () => new Sender());
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
  });
});
