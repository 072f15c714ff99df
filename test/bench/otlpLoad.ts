import { Agent, request } from 'node:http';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { randomBytes } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { randomNumbers } from '../kit/syntheticSpans';
import { encodeRequest, traceRequestType } from '../kit/otlpSchema';

/** What is sent: how many spans in all, and of what shape. */
export interface Load {
  readonly port: number;
  readonly spans: number;
  readonly spansPerTrace: number;
  readonly connections: number;
  /** As fast as they are answered where absent. */
  readonly spansPerSecond?: number;
}

/** Spans of one request, as most SDKs batch them. */
export const batchSpans = 512;

/** One request whose ids can be changed in place without decoding it. */
export interface LoadRequest {
  readonly body: Buffer;
  /** Positions of ids: the first 8 bytes of each are to be changed together. */
  readonly idOffsets: readonly number[];
}

/** A batch of spans with eight attributes each; traces of `spansPerTrace` with a root, one trace in ten failing with an exception. */
export function loadRequest(spansPerTrace: number, startMs: number, seed = 1): LoadRequest {
  const next = randomNumbers(seed);
  const randomId = (size: number): Buffer => Buffer.from(Array.from({ length: size }, () => next() & 0xff));
  const ids: Buffer[] = [];
  let traceId = randomId(16);
  let rootId = randomId(8);
  const spans = Array.from({ length: batchSpans }, (_, i) => {
    const isRoot = i % spansPerTrace === 0;
    if (isRoot) {
      traceId = randomId(16);
      rootId = randomId(8);
    }
    const spanId = isRoot ? rootId : randomId(8);
    ids.push(traceId, spanId, ...(isRoot ? [] : [rootId]));
    const trace = Math.floor(i / spansPerTrace);
    const isFailed = trace % 10 === 0 && i % spansPerTrace === Math.min(2, spansPerTrace - 1);
    const start = BigInt(startMs) * 1_000_000n + BigInt(i) * 1000n;
    return {
      traceId: traceId.toString('base64'),
      spanId: spanId.toString('base64'),
      parentSpanId: isRoot ? '' : rootId.toString('base64'),
      name: isRoot ? `GET /api/resource${trace % 12}` : `step ${i % spansPerTrace}`,
      kind: isRoot ? 2 : 1 + (i % 5),
      startTimeUnixNano: String(start),
      endTimeUnixNano: String(start + BigInt(next() % 100_000_000)),
      attributes: [
        { key: 'http.request.method', value: { stringValue: ['GET', 'POST', 'PUT'][i % 3] } },
        { key: 'http.response.status_code', value: { intValue: isFailed ? 500 : 200 } },
        { key: 'url.path', value: { stringValue: `/api/resource${i % 20}/${next() % 100_000}` } },
        { key: 'server.address', value: { stringValue: 'shop.example' } },
        { key: 'server.port', value: { intValue: 8080 } },
        { key: 'user.id', value: { stringValue: `user-${next() % 10_000}` } },
        { key: 'cache.hit', value: { boolValue: i % 2 === 0 } },
        { key: 'queue.wait_ms', value: { doubleValue: (next() % 10_000) / 7 } },
      ],
      events: isFailed
        ? [
            {
              timeUnixNano: String(start + 500n),
              name: 'exception',
              attributes: [
                { key: 'exception.type', value: { stringValue: `Payment${trace % 3}Error` } },
                { key: 'exception.message', value: { stringValue: `card ${next() % 1000} refused` } },
                { key: 'exception.stacktrace', value: { stringValue: stackOf(trace % 3) } },
              ],
            },
          ]
        : [],
      status: isFailed || (isRoot && trace % 10 === 0) ? { code: 2, message: 'refused' } : {},
    };
  });
  const attributes = [{ key: 'service.name', value: { stringValue: 'bench' } }];
  const body = Buffer.from(
    encodeRequest(traceRequestType, {
      resourceSpans: [
        { resource: { attributes }, scopeSpans: [{ scope: { name: 'bench', version: '1' }, spans }] },
      ],
    }),
  );
  let at = 0;
  const idOffsets = ids.map((id) => {
    at = body.indexOf(id, at);
    const offset = at;
    at += id.length;
    return offset;
  });
  return { body, idOffsets };
}

/** The request with other ids: the same spans of other traces. */
export function withFreshIds({ body, idOffsets }: LoadRequest): Buffer {
  const fresh = Buffer.from(body);
  const nonce = randomBytes(8);
  for (const offset of idOffsets) {
    for (let i = 0; i < 8; i++) {
      fresh[offset + i] = fresh[offset + i]! ^ nonce[i]!;
    }
  }
  return fresh;
}

/** Sends a load from a thread of its own; gives the seconds from the first request to the last answer. */
export function runLoad(load: Load): Promise<number> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(__filename, { workerData: { otlpLoad: load } });
    worker.once('message', resolve);
    worker.once('error', reject);
  });
}

async function sendAll({ port, spans, spansPerTrace, connections, spansPerSecond }: Load): Promise<number> {
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  const templates = Array.from({ length: 8 }, (_, i) => loadRequest(spansPerTrace, Date.now(), i + 1));
  const requests = Math.ceil(spans / batchSpans);
  let left = requests;
  const before = performance.now();
  const sender = async (): Promise<void> => {
    while (left > 0) {
      const number = requests - left--;
      if (spansPerSecond !== undefined) {
        const dueMs = before + (number * batchSpans * 1000) / spansPerSecond;
        await delay(Math.max(0, dueMs - performance.now()));
      }
      const status = await post(port, agent, withFreshIds(templates[number % templates.length]!));
      if (status !== 200) {
        throw new Error(`answered ${status}`);
      }
    }
  };
  await Promise.all(Array.from({ length: connections }, sender));
  agent.destroy();
  return (performance.now() - before) / 1000;
}

function post(port: number, agent: Agent, body: Buffer): Promise<number> {
  return new Promise((resolve, reject) => {
    const headers = { 'content-type': 'application/x-protobuf', 'content-length': body.length };
    const outgoing = request(
      { host: '127.0.0.1', port, path: '/v1/traces', method: 'POST', agent, headers },
      (response) => {
        response.resume();
        response.on('end', () => {
          resolve(response.statusCode ?? 0);
        });
      },
    );
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}

function stackOf(kind: number): string {
  return [
    `Payment${kind}Error: card refused`,
    ...Array.from(
      { length: 12 },
      (_, i) => `    at Charge.step${i} (/srv/app/dist/server${kind}.js:${100 + i}:${20 + i})`,
    ),
  ].join('\n');
}

const given = workerData as { readonly otlpLoad?: Load } | null;
if (!isMainThread && given?.otlpLoad) {
  void sendAll(given.otlpLoad).then((seconds) => {
    parentPort?.postMessage(seconds);
  });
}
