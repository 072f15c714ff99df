import fc from 'fast-check';
import { describe, it } from 'mocha';
import assert from 'node:assert/strict';
import {
  countOtlpProtoPoints,
  logsFromOtlpProto,
  spansFromOtlpProto,
} from '../../../../src/core/codecs/otlpProto';
import type { DecodedSpans } from '../../../../src/core/codecs/decodeOutcome';
import { stringsOf, attributesOf } from '../../../../src/core/model/attributes';
import { SpanMark, type SpanTable } from '../../../../src/core/model/spanTable';
import { loadOtlpEdge, loadOtlpRecording } from '../../../kit/fixture';
import {
  decodeRequest,
  encodeRequest,
  logsRequestType,
  metricsRequestType,
  traceRequestType,
} from '../../../kit/otlpSchema';
import { randomNumbers } from '../../../kit/syntheticSpans';
import { plainLogs, plainSpans, plainSpansOfRequest, plainLogsOfRequest } from '../../../kit/plainOtlp';
import { anyTraceRequest } from '../../../kit/anyOtlp';

const recorded = [...loadOtlpRecording('otlpNode'), ...loadOtlpRecording('otlpPython')].filter(
  ({ contentType }) => contentType === 'application/x-protobuf',
);

function decode(body: Uint8Array): DecodedSpans {
  const result = spansFromOtlpProto(body);
  assert.ok(result.ok);
  return result.value;
}

function encodeSpan(span: Record<string, unknown>): Uint8Array<ArrayBuffer> {
  return encodeRequest(traceRequestType, { resourceSpans: [{ scopeSpans: [{ spans: [span] }] }] });
}

const goodSpan = { traceId: Buffer.alloc(16, 1), spanId: Buffer.alloc(8, 2), name: 'work' };

function attributesOfFirst(spans: SpanTable): Record<string, string> {
  return Object.fromEntries(
    attributesOf(stringsOf(spans), spans.attributes, 0).map(({ key, text }) => [key, text]),
  );
}

describe('OTLP protobuf', () => {
  it('reads every recorded span as protobufjs does', () => {
    for (const { name, body, signal } of recorded) {
      if (signal === 'traces') {
        assert.deepEqual(
          plainSpans(decode(body).spans),
          plainSpansOfRequest(decodeRequest(traceRequestType, body)),
          name,
        );
      }
    }
  });

  it('reads every recorded log record as protobufjs does', () => {
    for (const { name, body, signal } of recorded) {
      if (signal === 'logs') {
        const result = logsFromOtlpProto(body);
        assert.ok(result.ok);
        assert.equal(result.value.rejectedRecords, 0);
        assert.deepEqual(
          plainLogs(result.value.logs),
          plainLogsOfRequest(decodeRequest(logsRequestType, body)),
          name,
        );
      }
    }
  });

  it('counts the data points of every recorded metrics request', () => {
    for (const { body, signal } of recorded) {
      if (signal === 'metrics') {
        const text = JSON.stringify(decodeRequest(metricsRequestType, body));
        const expected = [...text.matchAll(/"dataPoints":\[(.*?)\]/g)].reduce(
          (sum, [, points]) => sum + [...points!.matchAll(/\{/g)].length,
          0,
        );
        assert.deepEqual(countOtlpProtoPoints(body), { ok: true, value: expected });
        assert.ok(expected > 0);
      }
    }
  });

  it('reads random requests as protobufjs does', () => {
    fc.assert(
      fc.property(anyTraceRequest, (request) => {
        const body = encodeRequest(traceRequestType, request);
        assert.deepEqual(
          plainSpans(decode(body).spans),
          plainSpansOfRequest(decodeRequest(traceRequestType, body)),
        );
      }),
      { numRuns: 300 },
    );
  });

  it('loses no span of the edge recording', () => {
    const { spans, rejectedSpans } = decode(loadOtlpEdge());
    assert.equal(spans.count, 23);
    assert.equal(rejectedSpans, 0);
    assert.deepEqual(plainSpans(spans), plainSpansOfRequest(decodeRequest(traceRequestType, loadOtlpEdge())));
  });

  it('decides errors by status, and by the attribute error being true or 1', () => {
    const { spans } = decode(loadOtlpEdge());
    const strings = stringsOf(spans);
    const failed = Array.from({ length: spans.count }, (_, row) => row)
      .filter((row) => strings.get(spans.resources.services[spans.resource[row]!]!) === 'tagged')
      .filter((row) => (spans.marks[row]! & SpanMark.error) !== 0)
      .map((row) => strings.get(spans.names[row]!));
    assert.deepEqual(failed, [
      'error=True',
      "error='true'",
      'error=1',
      'status ok with error=true',
      'status error with error=false',
    ]);
  });

  it('gives an error value with an offset for every truncated body', () => {
    // One resource holds the whole request, so that every cut falls into it.
    const { body } = recorded.find(({ signal }) => signal === 'traces')!;
    for (let length = 1; length < Math.min(body.length, 8000); length++) {
      const result = spansFromOtlpProto(body.subarray(0, length));
      assert.ok(!result.ok);
      assert.equal(result.error.code, 'truncated');
      assert.ok(result.error.offset! <= length);
    }
  });

  it('never throws for flipped bytes', () => {
    const next = randomNumbers(7);
    const bodies = [loadOtlpEdge(), ...recorded.slice(0, 6).map(({ body }) => body)];
    let malformed = 0;
    for (let round = 0; round < 4000; round++) {
      const body = bodies[round % bodies.length]!.slice(0, 20_000);
      for (let flips = 1 + (next() % 4); flips > 0; flips--) {
        body[next() % Math.min(body.length, 3000)] = next() & 0xff;
      }
      malformed += spansFromOtlpProto(body).ok ? 0 : 1;
      logsFromOtlpProto(body);
      countOtlpProtoPoints(body);
    }
    assert.ok(malformed > 1000);
  });

  it('never throws for random bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (body) => {
        spansFromOtlpProto(body);
        logsFromOtlpProto(body);
        countOtlpProtoPoints(body);
      }),
      { numRuns: 2000 },
    );
  });

  it('accepts an empty request', () => {
    assert.equal(decode(new Uint8Array(0)).spans.count, 0);
  });

  for (const [what, span, reason] of [
    ['a trace id of 8 bytes', { ...goodSpan, traceId: Buffer.alloc(8, 1) }, 'badTraceId'],
    ['a trace id of zeros', { ...goodSpan, traceId: Buffer.alloc(16) }, 'badTraceId'],
    ['no trace id', { spanId: goodSpan.spanId }, 'badTraceId'],
    ['a span id of 16 bytes', { ...goodSpan, spanId: Buffer.alloc(16, 1) }, 'badSpanId'],
    ['a span id of zeros', { ...goodSpan, spanId: Buffer.alloc(8) }, 'badSpanId'],
    ['a parent id of 3 bytes', { ...goodSpan, parentSpanId: Buffer.alloc(3, 1) }, 'badParentSpanId'],
  ] as const) {
    it(`rejects a span with ${what} and keeps the others`, () => {
      const attributes = [{ key: 'exception.type', value: { stringValue: 'Lost' } }];
      const details = {
        attributes,
        events: [{ name: 'exception', attributes }],
        links: [{ traceId: goodSpan.traceId, spanId: goodSpan.spanId, attributes }],
      };
      const before = { ...goodSpan, ...details };
      const after = {
        ...goodSpan,
        events: [{ attributes: [{ key: 'kept', value: {} }] }],
        links: [{ ...goodSpan, attributes: [{ key: 'kept', value: {} }] }],
      };
      const requestOf = (spans: unknown[]): Uint8Array =>
        encodeRequest(traceRequestType, { resourceSpans: [{ scopeSpans: [{ spans }] }] });
      const { spans, rejectedSpans, reasons } = decode(requestOf([before, { ...span, ...details }, after]));
      assert.equal(rejectedSpans, 1);
      assert.deepEqual(reasons, { [reason]: 1 });
      assert.deepEqual(plainSpans(spans), plainSpans(decode(requestOf([before, after])).spans));
      assert.deepEqual([...spans.marks], [SpanMark.open | SpanMark.exception, SpanMark.open]);
    });
  }

  it('refuses a field that runs past the end of its message', () => {
    const body = encodeSpan({ ...goodSpan, status: { code: 2 }, flags: 7 });
    const statusAt = body.lastIndexOf(0x7a);
    assert.deepEqual([...body.subarray(statusAt, statusAt + 4)], [0x7a, 2, 0x18, 2]);
    // The code goes on in the byte behind the status: it would swallow a byte of the span.
    body[statusAt + 3] = 0x82;
    const result = spansFromOtlpProto(body);
    assert.ok(!result.ok);
    assert.equal(result.error.code, 'truncated');
  });

  it('takes a parent id of zeros as none', () => {
    const { spans, rejectedSpans } = decode(encodeSpan({ ...goodSpan, parentSpanId: Buffer.alloc(8) }));
    assert.equal(rejectedSpans, 0);
    assert.deepEqual([...spans.parentSpanIds], [0, 0, 0, 0, 0, 0, 0, 0]);
  });

  it('keeps an attribute of 10 MB whole', () => {
    const text = 'ä'.repeat(5_000_000);
    const { spans } = decode(
      encodeSpan({ ...goodSpan, attributes: [{ key: 'huge', value: { stringValue: text } }] }),
    );
    assert.equal(attributesOfFirst(spans)['huge'], text);
  });

  it('counts texts that are not UTF-8 and shows them with replacement characters', () => {
    const body = encodeSpan({
      ...goodSpan,
      name: 'aXb',
      attributes: [{ key: 'k', value: { stringValue: 'Y' } }],
    });
    body[body.indexOf('X'.charCodeAt(0))] = 0xff;
    body[body.indexOf('Y'.charCodeAt(0))] = 0x80;
    const { spans, invalidTexts } = decode(body);
    assert.equal(invalidTexts, 2);
    assert.equal(stringsOf(spans).get(spans.names[0]!), 'a\ufffdb');
  });

  it('reads arrays nested 100 deep and refuses what is deeper', () => {
    const field = (tag: number, content: Buffer): Buffer => {
      assert.ok(content.length < 2 ** 14);
      const { length } = content;
      const head = length < 128 ? [tag, length] : [tag, (length & 127) | 128, length >> 7];
      return Buffer.concat([Buffer.from(head), content]);
    };
    // By hand: protobufjs itself stops at 100 messages inside each other, and every array is two.
    const body = (depth: number): Uint8Array => {
      let value = field(0x0a, Buffer.from('core'));
      for (let i = 0; i < depth; i++) {
        value = field(0x2a, field(0x0a, value));
      }
      const attribute = Buffer.concat([field(0x0a, Buffer.from('deep')), field(0x12, value)]);
      const ids = Buffer.concat([field(0x0a, goodSpan.traceId), field(0x12, goodSpan.spanId)]);
      return field(0x0a, field(0x12, field(0x12, Buffer.concat([ids, field(0x4a, attribute)]))));
    };
    const text = attributesOfFirst(decode(body(100)).spans)['deep'];
    assert.equal(text, `${'['.repeat(100)}"core"${']'.repeat(100)}`);
    const result = spansFromOtlpProto(body(101));
    assert.ok(!result.ok);
    assert.equal(result.error.code, 'tooDeep');
  });

  it('finds a resource and a scope that stand behind their spans', () => {
    const type = traceRequestType;
    const whole = encodeRequest(type, {
      resourceSpans: [
        { resource: { attributes: [{ key: 'service.name', value: { stringValue: 'late' } }] } },
      ],
    });
    const spansOnly = encodeSpan(goodSpan);
    // Both messages are one resource with a length below 128: joined, the resource field follows the spans.
    const joined = Uint8Array.from([
      0x0a,
      whole[1]! + spansOnly[1]!,
      ...spansOnly.subarray(2),
      ...whole.subarray(2),
    ]);
    const { spans } = decode(joined);
    assert.equal(stringsOf(spans).get(spans.resources.services[spans.resource[0]!]!), 'late');
  });
});
