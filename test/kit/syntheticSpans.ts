import { encodeRequest, traceRequestType } from './otlpSchema';

/** Numbers below 2^32 from a seed: the same spans in every run. */
export function randomNumbers(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    let mixed = state ^ (state >>> 16);
    mixed = Math.imul(mixed, 0x45d9f3b);
    return (mixed ^ (mixed >>> 16)) >>> 0;
  };
}

/** One request of `count` spans with eight attributes each and random ids, one in ten with an exception, as an SDK would send it. */
export function syntheticRequest(count: number, seed = 1): Uint8Array<ArrayBuffer> {
  const next = randomNumbers(seed);
  const id = (size: number): string =>
    Buffer.from(Array.from({ length: size }, () => next() & 0xff)).toString('base64');
  const spans = Array.from({ length: count }, (_, i) => {
    const start = 1_795_405_021_000_000_000n + BigInt(i) * 1000n;
    const isFailed = i % 10 === 0;
    return {
      traceId: id(16),
      spanId: id(8),
      parentSpanId: i % 4 === 0 ? '' : id(8),
      name: `GET /api/resource${i % 20}`,
      kind: 1 + (i % 5),
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
                { key: 'exception.type', value: { stringValue: 'PaymentError' } },
                { key: 'exception.message', value: { stringValue: `card ${next() % 1000} refused` } },
                { key: 'exception.stacktrace', value: { stringValue: stack } },
              ],
            },
          ]
        : [],
      status: isFailed ? { code: 2, message: 'refused' } : {},
    };
  });
  const attributes = [{ key: 'service.name', value: { stringValue: 'bench' } }];
  return encodeRequest(traceRequestType, {
    resourceSpans: [
      { resource: { attributes }, scopeSpans: [{ scope: { name: 'bench', version: '1' }, spans }] },
    ],
  });
}

const stack = [
  'PaymentError: card refused',
  ...Array.from(
    { length: 12 },
    (_, i) => `    at Charge.step${i} (/srv/app/dist/server.js:${100 + i}:${20 + i})`,
  ),
].join('\n');
