import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { spansFromJaegerJson } from '../../../../src/core/codecs/jaegerJson';
import { analyseTrace } from '../../../../src/core/failures/analyseTrace';
import type { TraceAnalysis } from '../../../../src/core/failures/traceAnalysis';
import { attributesOf, stringsOf } from '../../../../src/core/model/attributes';
import { spanIdAt, traceIdAt, type TraceId } from '../../../../src/core/model/ids';
import {
  SpanKind,
  SpanMark,
  StatusCode,
  ValueType,
  type SpanTable,
} from '../../../../src/core/model/spanTable';
import { traceFromTables } from '../../../../src/core/model/traceBuilder';
import { fixturePath } from '../../../kit/fixture';
import { analysesOf, recordedBatches } from '../failures/recordedTraces';

const folder = fixturePath('jaeger176');

function recorded(name: string): SpanTable {
  const { data } = JSON.parse(readFileSync(`${folder}/${name}`, 'utf8')) as {
    readonly data: readonly unknown[];
  };
  return spansFromJaegerJson(data).spans;
}

function rowNamed(spans: SpanTable, name: string): number {
  const strings = stringsOf(spans);
  const row = Array.from(spans.names).findIndex((number) => strings.get(number) === name);
  assert.notEqual(row, -1, name);
  return row;
}

function wire(span: object, rest: object = {}): unknown {
  const base = {
    traceID: 'a1',
    spanID: 'b2',
    operationName: 'op',
    startTime: 5,
    duration: 3,
    processID: 'p',
  };
  return { traceID: 'a1', processes: { p: { serviceName: 'shop' } }, spans: [{ ...base, ...span }], ...rest };
}

describe('spansFromJaegerJson', () => {
  it('gives the failures that the same traces have as OTLP, in the same groups', () => {
    const otlp = new Map(analysesOf(recordedBatches()).map((analysis) => [analysis.traceId, analysis]));
    const essence = ({ runs }: TraceAnalysis): unknown =>
      runs.map(({ entrySpanId, operation, failed, startMs, failures }) => ({
        entrySpanId,
        operation,
        failed,
        startMs,
        failures,
      }));
    let compared = 0;
    for (const name of readdirSync(folder).filter((file) => file.startsWith('trace-'))) {
      const { data } = JSON.parse(readFileSync(`${folder}/${name}`, 'utf8')) as {
        readonly data: readonly { readonly traceID: TraceId }[] | null;
      };
      for (const wireTrace of data ?? []) {
        const expected = otlp.get(wireTrace.traceID);
        if (expected) {
          const { spans } = spansFromJaegerJson([wireTrace]);
          const trace = traceFromTables(wireTrace.traceID, [{ table: spans }]);
          assert.deepEqual(essence(analyseTrace(trace)), essence(expected), name);
          compared++;
        }
      }
    }
    assert.ok(compared >= 17, `${compared}`);
  });

  it('takes a span as failed only where a tag `error` is true or the status is error', () => {
    const spans = recorded('trace-edgeErrTag.json');
    const strings = stringsOf(spans);
    const failed = Array.from({ length: spans.count }, (_, row) => row)
      .filter((row) => (spans.marks[row]! & SpanMark.error) !== 0)
      .map((row) => strings.get(spans.names[row]!))
      .sort();
    for (const name of ["error=''", 'error=False', "error='false'", "error='timeout'"]) {
      assert.ok(!failed.includes(name), name);
    }
    assert.ok(failed.includes('error=True'));
  });

  it('counts any true one of two tags `error`', () => {
    const tag = (value: unknown): object => ({ key: 'error', type: 'bool', value });
    const isFailed = (...values: unknown[]): boolean =>
      (spansFromJaegerJson([wire({ tags: values.map(tag) })]).spans.marks[0]! & SpanMark.error) !== 0;
    assert.deepEqual(
      [
        isFailed('false', true),
        isFailed(true, false),
        isFailed('unset'),
        isFailed(false, 'false'),
        isFailed('true'),
      ],
      [true, true, false, false, true],
    );
  });

  it('keeps attributes with their types, big integers exact', () => {
    const spans = recorded('trace-edgeAttrs.json');
    const row = Array.from({ length: spans.count }, (_, i) => i).find(
      (i) => spanIdAt(spans.spanIds, i) === 'a1d2e3f405162738',
    )!;
    const attributes = new Map(
      attributesOf(stringsOf(spans), spans.attributes, row).map(({ key, type, text }) => [key, [type, text]]),
    );
    assert.deepEqual(attributes.get('big'), [ValueType.int, '9007199254740993']);
    assert.deepEqual(attributes.get('min'), [ValueType.int, '-9223372036854775808']);
    assert.deepEqual(attributes.get('bytes'), [ValueType.bytes, 'AP8Q']);
    assert.deepEqual(attributes.get('double'), [ValueType.double, '0.1']);
    assert.deepEqual(attributes.get('true'), [ValueType.bool, 'true']);
    assert.deepEqual(attributes.get('unicode'), [ValueType.string, '日本語 🚚']);
    assert.equal(attributes.has('span.kind'), false);
    assert.equal(attributes.get('jaeger.warnings')?.[0], ValueType.json);
    assert.deepEqual([spans.kinds[row], spans.statuses[row]], [SpanKind.server, StatusCode.ok]);
    const scope = spans.scope[row]!;
    assert.equal(stringsOf(spans).get(spans.scopes.names[scope]!), 'edge');
    assert.equal(spans.links.offsets[row + 1]! - spans.links.offsets[row]!, 2);
  });

  it('shows the odd trace whole, with its problems', () => {
    const spans = recorded('trace-edgeBroken.json');
    const trace = traceFromTables(traceIdAt(spans.traceIds, 0), [{ table: spans }]);
    assert.equal(trace.spans.count, spans.count);
    const codes = trace.problems.map(({ code }) => code);
    for (const code of ['orphanSpans', 'severalRoots', 'cycle'] as const) {
      assert.ok(codes.includes(code), code);
    }
    assert.equal(spans.parentSpanIds.slice(0, 8).join(), Array(8).fill(0x22).join());
    assert.equal(rowNamed(spans, 'first root') >= 0, true);
  });

  it('pads short ids, drops repeated spans, and takes null for lists', () => {
    const { spans } = spansFromJaegerJson([
      wire({ tags: null, logs: null, references: null, warnings: null }),
      wire({}, { spans: null }),
    ]);
    assert.equal(spans.count, 1);
    assert.equal(traceIdAt(spans.traceIds, 0), 'a1'.padStart(32, '0'));
    const { spans: once } = spansFromJaegerJson([
      {
        traceID: 'a1',
        spans: [1, 2].map(() => ({ spanID: 'b2', startTime: 5, duration: 1, processID: 'p' })),
      },
    ]);
    assert.equal(once.count, 1);
    assert.equal(stringsOf(once).get(once.resources.services[0]!), 'unknown_service');
  });

  it('counts spans that it cannot use', () => {
    const decoded = spansFromJaegerJson([
      wire({ traceID: 'not hex' }),
      wire({ spanID: '' }),
      wire({ startTime: 'yesterday' }),
      wire({ startTime: 1e300 }),
      wire({}),
    ]);
    assert.deepEqual([decoded.spans.count, decoded.rejectedSpans], [1, 4]);
    assert.deepEqual(decoded.reasons, { badTraceId: 1, badSpanId: 1, badTime: 2 });
  });

  it('reads the errors of OpenTracing as exceptions', () => {
    const { spans } = spansFromJaegerJson([
      wire({
        tags: [{ key: 'error', type: 'bool', value: true }],
        logs: [
          {
            timestamp: 6,
            fields: [
              { key: 'event', type: 'string', value: 'error' },
              { key: 'error.kind', type: 'string', value: 'IOException' },
              { key: 'message', type: 'string', value: 'disk full' },
            ],
          },
        ],
      }),
    ]);
    const [failure] = analyseTrace(traceFromTables(traceIdAt(spans.traceIds, 0), [{ table: spans }])).runs[0]!
      .failures;
    assert.deepEqual([failure?.type, failure?.message], ['IOException', 'disk full']);
  });

  it('throws at nothing', () => {
    fc.assert(
      fc.property(fc.array(fc.anything({ maxDepth: 4 })), (data) => {
        spansFromJaegerJson(data);
      }),
    );
    const value = fc.anything({ maxDepth: 3 });
    fc.assert(
      fc.property(
        fc.record(
          { tags: value, logs: value, references: value, process: value, warnings: value, duration: value },
          { requiredKeys: [] },
        ),
        (span) => {
          spansFromJaegerJson([wire(span)]);
        },
      ),
    );
  });
});
