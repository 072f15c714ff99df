import { spansFromOtlpProto } from '../../src/core/codecs/otlpProto';
import { traceIdFromHex } from '../../src/core/model/ids';
import type { Trace } from '../../src/core/model/trace';
import { traceFromTables } from '../../src/core/model/traceBuilder';
import { encodeRequest, traceRequestType } from '../kit/otlpSchema';
import { randomNumbers } from '../kit/syntheticSpans';

const traceHex = '0af7651916cd43dd8448eb211c80319c';

/** One trace of `count` spans in a tree of up to 12 levels, as an SDK would send it; `beginMs` is Unix time. */
export function oneTraceRequest(count: number, beginMs = 1_795_405_021_000): Uint8Array<ArrayBuffer> {
  const next = randomNumbers(7);
  const id = (number: number): string => {
    const bytes = Buffer.alloc(8);
    bytes.writeUInt32BE(number + 1, 4);
    return bytes.toString('base64');
  };
  const depth = new Uint8Array(count);
  const parents = new Int32Array(count).fill(-1);
  const startUs = new Float64Array(count);
  const durationUs = new Float64Array(count).fill(600e6);
  const spans = Array.from({ length: count }, (_, i) => {
    let parent = -1;
    if (i > 0) {
      parent = Math.max(0, i - 1 - (next() % 20));
      while (depth[parent]! >= 12) {
        parent = parents[parent]!;
      }
      parents[i] = parent;
      depth[i] = depth[parent]! + 1;
      startUs[i] = startUs[parent]! + (next() % 1000) * 1e-3 * durationUs[parent]! * 0.9;
      durationUs[i] = Math.max(1, durationUs[parent]! * (0.02 + (next() % 100) / 200));
    }
    const start = BigInt(beginMs) * 1_000_000n + BigInt(Math.round(startUs[i]! * 1000));
    return {
      traceId: Buffer.from(traceHex, 'hex').toString('base64'),
      spanId: id(i),
      parentSpanId: parent < 0 ? '' : id(parent),
      name: `operation ${i % 40}`,
      kind: 1 + (i % 5),
      startTimeUnixNano: String(start),
      endTimeUnixNano: String(start + BigInt(Math.round(durationUs[i]! * 1000))),
      attributes: [
        { key: 'http.request.method', value: { stringValue: 'GET' } },
        { key: 'url.path', value: { stringValue: `/api/${next() % 100_000}` } },
        { key: 'user.id', value: { stringValue: `user-${next() % 10_000}` } },
        { key: 'queue.wait_ms', value: { doubleValue: (next() % 10_000) / 7 } },
      ],
      ...(i % 50 === 0 ? { status: { code: 2 } } : {}),
    };
  });
  const services = ['gateway', 'orders', 'payments', 'cart', 'inventory'];
  return encodeRequest(traceRequestType, {
    resourceSpans: services.map((service, number) => ({
      resource: { attributes: [{ key: 'service.name', value: { stringValue: service } }] },
      scopeSpans: [
        { scope: { name: 'bench' }, spans: spans.filter((_, i) => i % services.length === number) },
      ],
    })),
  });
}

/** The trace that a request holds. */
export function traceOf(body: Uint8Array): Trace {
  const decoded = spansFromOtlpProto(body);
  if (!decoded.ok) {
    throw new Error('the bench sends what it cannot read');
  }
  return traceFromTables(traceIdFromHex(traceHex)!, [{ table: decoded.value.spans }]);
}
