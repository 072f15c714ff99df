import fc from 'fast-check';
import { describe, it } from 'mocha';
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import {
  countOtlpJsonPoints,
  logsFromOtlpJson,
  spansFromOtlpJson,
} from '../../../../src/core/codecs/otlpJson';
import { otlpJsonFromSpans, otlpJsonFromTrace } from '../../../../src/core/codecs/otlpJsonFromTrace';
import { spansFromOtlpProto } from '../../../../src/core/codecs/otlpProto';
import type { DecodedSpans } from '../../../../src/core/codecs/decodeOutcome';
import { traceIdFromHex } from '../../../../src/core/model/ids';
import { traceFromTables } from '../../../../src/core/model/traceBuilder';
import { anyTraceRequest } from '../../../kit/anyOtlp';
import { fixturePath, loadOtlpEdge, loadOtlpRecording } from '../../../kit/fixture';
import { encodeRequest, traceRequestType } from '../../../kit/otlpSchema';
import { plainSpans } from '../../../kit/plainOtlp';

function decode(json: unknown): DecodedSpans {
  const result = spansFromOtlpJson(typeof json === 'string' ? json : JSON.stringify(json));
  assert.ok(result.ok);
  return result.value;
}

function fromProto(body: Uint8Array): DecodedSpans {
  const result = spansFromOtlpProto(body);
  assert.ok(result.ok);
  return result.value;
}

function request(span: Record<string, unknown>): unknown {
  return { resourceSpans: [{ scopeSpans: [{ spans: [span] }] }] };
}

const goodSpan = { traceId: '0af7651916cd43dd8448eb211c80319c', spanId: 'b7ad6b7169203331', name: 'work' };
const plainGood = plainSpans(decode(request(goodSpan)).spans);

describe('OTLP/JSON', () => {
  it('reads a recorded request as its protobuf twin', () => {
    const [first] = loadOtlpRecording('otlpNode', ['a']);
    const json = readFileSync(fixturePath('otlpNode/body/a-0001.decoded.json'));
    assert.deepEqual(plainSpans(decode(json.toString()).spans), plainSpans(fromProto(first!.body).spans));
  });

  it('reads the edge request as its protobuf twin', () => {
    const json = readFileSync(fixturePath('otlpEdge/edge.decoded.json'), 'utf8');
    assert.deepEqual(plainSpans(decode(json).spans), plainSpans(fromProto(loadOtlpEdge()).spans));
  });

  it('reads every recorded request of the JavaScript exporter', () => {
    const bodies = loadOtlpRecording('otlpNode', ['b']);
    const counts = bodies.map(({ body }) => {
      const result = spansFromOtlpJson(body);
      assert.ok(result.ok);
      assert.equal(result.value.rejectedSpans, 0);
      return result.value.spans.count;
    });
    assert.equal(
      counts.reduce((sum, count) => sum + count),
      735,
    );
  });

  it('gives back every span that was written, whatever its values', () => {
    fc.assert(
      fc.property(anyTraceRequest, (message) => {
        const { spans } = fromProto(encodeRequest(traceRequestType, message));
        const written = decode(otlpJsonFromSpans(spans)).spans;
        // Bytes inside arrays and maps become base64 strings, which the model keeps already; order follows resources and scopes.
        assert.deepEqual(plainSpans(written), plainSpans(spans));
      }),
      { numRuns: 300 },
    );
  });

  it('gives back a whole trace with its events and links', () => {
    const { spans } = fromProto(loadOtlpEdge());
    const traceId = traceIdFromHex('7f3c1d9a5be24c06a1d2e3f405162738')!;
    const trace = traceFromTables(traceId, [{ table: spans }]);
    const again = traceFromTables(traceId, [{ table: decode(otlpJsonFromTrace(trace)).spans }]);
    assert.deepEqual(plainSpans(again.spans), plainSpans(trace.spans));
    assert.deepEqual(again.startNs, trace.startNs);
  });

  for (const [what, span] of [
    ['base64 ids', { ...goodSpan, traceId: 'CvdlGRbNQ92ESOshHIAxnA==', spanId: 't61rcWkgMzE=' }],
    ['upper-case ids', { ...goodSpan, traceId: goodSpan.traceId.toUpperCase() }],
    [
      'null for everything absent',
      {
        ...goodSpan,
        attributes: null,
        events: null,
        links: null,
        status: null,
        parentSpanId: null,
        kind: null,
      },
    ],
    ['a parent id of zeros', { ...goodSpan, parentSpanId: '0000000000000000' }],
    ['unknown fields', { ...goodSpan, color: { red: [1] } }],
  ] as const) {
    it(`takes ${what}`, () => {
      assert.deepEqual(plainSpans(decode(request(span)).spans), plainGood);
    });
  }

  it('takes enum names, and numbers as text', () => {
    for (const kind of [2, '2', 'SPAN_KIND_SERVER', 'SERVER', 'server']) {
      assert.equal(decode(request({ ...goodSpan, kind })).spans.kinds[0], 2);
    }
    for (const code of [2, '2', 'STATUS_CODE_ERROR', 'ERROR', 'Error']) {
      assert.equal(decode(request({ ...goodSpan, status: { code } })).spans.statuses[0], 2);
    }
  });

  it('takes times as numbers or text', () => {
    const { spans } = decode(
      request({ ...goodSpan, startTimeUnixNano: '1795405021477568114', endTimeUnixNano: 1500 }),
    );
    assert.equal(spans.startUnixNano[0], 1795405021477568114n);
    assert.equal(spans.endUnixNano[0], 1500n);
  });

  it('takes the names that scopes had before OTLP 0.15', () => {
    const old = {
      resourceSpans: [
        { instrumentationLibrarySpans: [{ instrumentationLibrary: { name: 'lib' }, spans: [goodSpan] }] },
      ],
    };
    assert.equal(plainSpans(decode(old).spans)[0]!['spanId'], goodSpan.spanId);
    assert.deepEqual(plainSpans(decode(old).spans)[0]!['scope'], ['lib', '']);
  });

  for (const [what, span, reason] of [
    ['a trace id of 8 bytes', { ...goodSpan, traceId: goodSpan.spanId }, 'badTraceId'],
    ['a trace id that is no hex', { ...goodSpan, traceId: 'x'.repeat(32) }, 'badTraceId'],
    ['a trace id that is a number', { ...goodSpan, traceId: 7 }, 'badTraceId'],
    ['a span id of zeros', { ...goodSpan, spanId: '0000000000000000' }, 'badSpanId'],
    ['a short parent id', { ...goodSpan, parentSpanId: 'ab' }, 'badParentSpanId'],
    ['a negative time', { ...goodSpan, startTimeUnixNano: '-5' }, 'badTime'],
    ['a time beyond 64 bits', { ...goodSpan, endTimeUnixNano: '18446744073709551616' }, 'badTime'],
  ] as const) {
    it(`rejects a span with ${what} and keeps the others`, () => {
      const { spans, rejectedSpans, reasons } = decode({
        resourceSpans: [{ scopeSpans: [{ spans: [goodSpan, { ...span, events: [{}] }, goodSpan] }] }],
      });
      assert.deepEqual([rejectedSpans, reasons], [1, { [reason]: 1 }]);
      assert.deepEqual(plainSpans(spans), [...plainGood, ...plainGood]);
    });
  }

  it('refuses what is not a request, saying where', () => {
    for (const [body, path] of [
      ['', undefined],
      ['{', undefined],
      ['[]', undefined],
      ['7', undefined],
      ['{"resourceSpans":5}', 'resourceSpans'],
      ['{"resourceSpans":[5]}', 'resourceSpans'],
      ['{"resourceSpans":[{"scopeSpans":[{"spans":["x"]}]}]}', 'spans'],
    ] as const) {
      const result = spansFromOtlpJson(body);
      assert.deepEqual(result, { ok: false, error: { code: 'badJson', ...(path && { path }) } });
    }
  });

  it('refuses values nested deeper than 100', () => {
    const nested = (depth: number): string =>
      JSON.stringify(request({ ...goodSpan, attributes: [{ key: 'deep', value: 0 }] })).replace(
        '"value":0',
        `"value":${'{"arrayValue":{"values":['.repeat(depth)}{"intValue":1}${']}}'.repeat(depth)}`,
      );
    assert.equal(spansFromOtlpJson(nested(100)).ok, true);
    assert.deepEqual(spansFromOtlpJson(nested(101)), { ok: false, error: { code: 'tooDeep' } });
    assert.equal(spansFromOtlpJson(nested(100_000)).ok, false);
  });

  it('keeps whole doubles apart from integers, and digits beyond 2^53', () => {
    const value = {
      arrayValue: { values: [{ intValue: '9007199254740993' }, { doubleValue: 2 }, { intValue: 2 }] },
    };
    const { spans } = decode(request({ ...goodSpan, attributes: [{ key: 'mixed', value }] }));
    const [plain] = plainSpans(spans);
    assert.deepEqual(plain!['attributes'], [['mixed', 5, '[9007199254740993,2.0,2]']]);
    assert.deepEqual(plainSpans(decode(otlpJsonFromSpans(spans)).spans), [plain]);
  });

  it('notices a body that is not UTF-8', () => {
    const body = Buffer.from(JSON.stringify(request({ ...goodSpan, name: 'aXb' })));
    body[body.indexOf('X')] = 0xff;
    const result = spansFromOtlpJson(body);
    assert.ok(result.ok);
    assert.equal(result.value.invalidTexts, 1);
    assert.equal(plainSpans(result.value.spans)[0]!['name'], 'a\ufffdb');
  });

  it('never throws for any JSON', () => {
    const anyShape = fc.letrec((tie) => ({
      value: fc.oneof(
        { depthSize: 'medium' },
        fc.constantFrom(null, true, 5, -1.5, '', 'x', goodSpan.traceId),
        fc.array(tie('value'), { maxLength: 3 }),
        fc.dictionary(
          fc.constantFrom(
            'resourceSpans',
            'scopeSpans',
            'spans',
            'attributes',
            'value',
            'key',
            'events',
            'links',
            'traceId',
            'spanId',
            'status',
            'arrayValue',
            'values',
            'resourceLogs',
            'scopeLogs',
            'logRecords',
            'body',
            'resourceMetrics',
          ),
          tie('value'),
          { maxKeys: 4 },
        ),
      ),
    })).value;
    fc.assert(
      fc.property(anyShape, (value) => {
        const text = JSON.stringify(value);
        spansFromOtlpJson(text);
        logsFromOtlpJson(text);
        countOtlpJsonPoints(text);
      }),
      { numRuns: 2000 },
    );
  });

  it('reads log records', () => {
    const result = logsFromOtlpJson(
      JSON.stringify({
        resourceLogs: [
          {
            resource: { attributes: [{ key: 'service.name', value: { stringValue: 'orders' } }] },
            scopeLogs: [
              {
                logRecords: [
                  {
                    observedTimeUnixNano: '7',
                    severityNumber: 'SEVERITY_NUMBER_ERROR',
                    body: { stringValue: 'order failed' },
                    traceId: goodSpan.traceId,
                    spanId: goodSpan.spanId,
                  },
                  { traceId: 'zz' },
                ],
              },
            ],
          },
        ],
      }),
    );
    assert.ok(result.ok);
    const { logs, reasons } = result.value;
    assert.deepEqual(reasons, { badTraceId: 1 });
    assert.deepEqual([logs.count, logs.timeUnixNano[0], logs.severityNumbers[0]], [1, 7n, 17]);
  });

  it('counts data points', () => {
    const metrics = [{ gauge: { dataPoints: [{}, {}] } }, { sum: { dataPoints: [{}] } }, { name: 'none' }];
    assert.deepEqual(
      countOtlpJsonPoints(JSON.stringify({ resourceMetrics: [{ scopeMetrics: [{ metrics }] }] })),
      {
        ok: true,
        value: 3,
      },
    );
  });
});
