import fc from 'fast-check';
import { describe, it } from 'mocha';
import assert from 'node:assert/strict';
import { spansFromOtlpProto } from '../../../../src/core/codecs/otlpProto';
import { attributesOf, stringsOf } from '../../../../src/core/model/attributes';
import { exceptionsOfSpan } from '../../../../src/core/model/exceptions';
import {
  spanIdAt,
  spanIdFromHex,
  traceIdAt,
  traceIdFromHex,
  type TraceId,
} from '../../../../src/core/model/ids';
import { LogTableBuilder } from '../../../../src/core/model/logTableBuilder';
import { selectSpans } from '../../../../src/core/model/spanCopier';
import { SpanMark, ValueType, type LogTable, type SpanTable } from '../../../../src/core/model/spanTable';
import { SpanTableBuilder } from '../../../../src/core/model/spanTableBuilder';
import { SpanFlag, type Trace } from '../../../../src/core/model/trace';
import { traceFromTables } from '../../../../src/core/model/traceBuilder';
import { drawingFromTrace, spansFromDrawing, traceFromDrawing } from '../../../kit/drawTrace';
import { loadOtlpEdge, loadOtlpRecording } from '../../../kit/fixture';
import { plainSpans } from '../../../kit/plainOtlp';

const drawnId = traceIdFromHex('d1')!;

function problemsOf(trace: Trace): Record<string, number> {
  return Object.fromEntries(trace.problems.map(({ code, count }) => [code, count]));
}

function namesOf({ spans }: Trace): string[] {
  const strings = stringsOf(spans);
  return Array.from({ length: spans.count }, (_, row) => strings.get(spans.names[row]!));
}

function assertDrawing(trace: Trace, expected: string): void {
  assert.equal(`\n${drawingFromTrace(trace, 12)}\n`, expected);
}

/** What must hold of any trace whatever its spans are. */
function assertSound(trace: Trace): void {
  const { spans, parent, depth, subtreeEnd } = trace;
  const ids = new Set(Array.from({ length: spans.count }, (_, row) => spanIdAt(spans.spanIds, row)));
  assert.equal(ids.size, spans.count, 'every span once');
  let openUntil: number[] = [];
  for (let row = 0; row < spans.count; row++) {
    openUntil = openUntil.filter((end) => end > row);
    assert.equal(depth[row], openUntil.length);
    const parentRow = parent[row]!;
    if (parentRow >= 0) {
      assert.ok(parentRow < row && row < subtreeEnd[parentRow]!);
      assert.equal(depth[row], depth[parentRow]! + 1);
      assert.ok(subtreeEnd[row]! <= subtreeEnd[parentRow]!);
    }
    openUntil.push(subtreeEnd[row]!);
    assert.ok(trace.startNs[row]! >= 0 && trace.startNs[row]! <= trace.durationNs);
    assert.ok(trace.spanDurationNs[row]! >= 0);
    if ((trace.flags[row]! & SpanFlag.clamped) === 0) {
      assert.equal(trace.epochNs + BigInt(trace.startNs[row]!), spans.startUnixNano[row]);
    }
  }
}

function idBytes(value: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setUint32(4, value);
  return bytes;
}

/** `count` spans of one trace, each with the parent that `parentOf` gives (0: none), ids from 1. */
function manySpans(count: number, parentOf: (id: number) => number): SpanTable {
  const builder = new SpanTableBuilder();
  builder.resources.add([{ key: 'service.name', type: ValueType.string, text: 'many' }]);
  builder.scopes.add('', '');
  const traceId = new Uint8Array(16);
  traceId[15] = 0xd1;
  const times = new BigUint64Array(2);
  const timeBytes = new Uint8Array(times.buffer);
  for (let id = 1; id <= count; id++) {
    times[0] = 1_700_000_000_000_000_000n + BigInt(id);
    times[1] = times[0] + 10n;
    builder.pushIds(traceId, 0, idBytes(id), 0, idBytes(parentOf(id)), 0);
    builder.pushTimes(timeBytes, 0, timeBytes, 8);
    builder.closeSpan(builder.strings.internText(`span ${id % 100}`), 1, 0, 0, 0, 0, 0, 0);
  }
  return builder.build();
}

/** Size of all columns in `value`. */
function bufferBytes(value: unknown): number {
  if (ArrayBuffer.isView(value)) {
    return value.byteLength;
  }
  return typeof value === 'object' && value !== null
    ? Object.values(value).reduce((sum: number, part) => sum + bufferBytes(part), 0)
    : 0;
}

describe('trace builder', () => {
  it('puts a parent before its children and siblings in order of start', () => {
    const trace = traceFromDrawing(`
      web  late child  |      ==    | parent a
      web  root        |============| id a
      db   early child | ==         | parent a, error
      db   grandchild  | =          | parent 3
    `);
    assertDrawing(
      trace,
      `
web  root          |============|
  db  early child  | ==         | error
    db  grandchild | =          |
  web  late child  |      ==    |
`,
    );
    assert.deepEqual([...trace.subtreeEnd], [4, 3, 3, 4]);
    assert.deepEqual(trace.problems, []);
    assertSound(trace);
  });

  it('shows a span whose parent is missing as a root', () => {
    const trace = traceFromDrawing(`
      web  root   |============|
      db   orphan |  ===       | parent ff
        db  child |  ==        |
    `);
    assertDrawing(
      trace,
      `
web  root   |============|
db  orphan  |  ===       | orphan
  db  child |  ==        |
`,
    );
    assert.deepEqual(problemsOf(trace), { orphanSpans: 1 });
  });

  it('cuts a cycle at its earliest span', () => {
    const trace = traceFromDrawing(`
      web  root |============|
      a    one  |    ====    | id a1, parent a3
      b    two  |   ====     | id a2, parent a1
      c    six  |     ==     | id a3, parent a2
      d    tail |      =     | id a4, parent a3
    `);
    assertDrawing(
      trace,
      `
web  root   |============|
b  two      |   ====     | cycle
  c  six    |     ==     |
    a  one  |    ====    |
    d  tail |      =     |
`,
    );
    assert.deepEqual(problemsOf(trace), { cycle: 3 });
    assertSound(trace);
  });

  it('shows a span that is its own parent', () => {
    const trace = traceFromDrawing(`
      web  self |============| id a, parent a
    `);
    assert.deepEqual(problemsOf(trace), { cycle: 1 });
    assert.equal(trace.parent[0], -1);
  });

  it('lists several roots', () => {
    const trace = traceFromDrawing(`
      web  one |====        |
      web  two |     =======|
    `);
    assert.deepEqual(trace.problems, [{ code: 'severalRoots', count: 2, rows: [0, 1] }]);
  });

  it('merges equal spans and counts them', () => {
    const drawing = `
      web  root |============| error, exception Oops: no
        db  get | ===        | rows=3
    `;
    const table = spansFromDrawing(drawing);
    const trace = traceFromTables(drawnId, [{ table }, { table: spansFromDrawing(drawing) }, { table }]);
    assert.deepEqual(plainSpans(trace.spans), plainSpans(table));
    assert.deepEqual(trace.problems, [{ code: 'duplicateSpans', count: 2, rows: [0, 1] }]);
  });

  it('keeps the most complete of conflicting spans, in whatever order they come', () => {
    const open = spansFromDrawing('web  root |=>          | id a, one=1, two=2');
    const closed = spansFromDrawing('web  root |=====       | id a, one=1');
    const richer = spansFromDrawing('web  root |=====       | id a, one=1, two=2');
    for (const tables of [
      [open, closed, richer],
      [richer, closed, open],
      [closed, richer, open],
    ]) {
      const trace = traceFromTables(
        drawnId,
        tables.map((table) => ({ table })),
      );
      assert.deepEqual(plainSpans(trace.spans), plainSpans(richer));
      assert.deepEqual(problemsOf(trace), { conflictingSpans: 1 });
    }
  });

  it('shows negative durations and open spans', () => {
    const trace = traceFromDrawing(`
      web  root     |============|
        db  back    |    <=      |
        db  waiting |   =>       |
    `);
    assert.deepEqual(problemsOf(trace), { negativeDuration: 1, openSpans: 1 });
    assert.deepEqual([...trace.spanDurationNs], [12_000_000, 0, 0]);
  });

  it('tolerates children that start up to 2 ms before their parent', () => {
    const trace = traceFromDrawing(`
      web  root      |     ====   |
        db  rounded  |   ===      |
        db  skewed   |  ===       |
        db  outlasts |        ====|
    `);
    assert.deepEqual(problemsOf(trace), { clockSkew: 1 });
    assert.equal(namesOf(trace)[trace.problems[0]!.rows[0]!], 'skewed');
  });

  it('takes rows of other traces for what they are', () => {
    const table = spansFromDrawing('web  other |====| ', { traceId: 'e2' });
    const trace = traceFromTables(drawnId, [
      { table, rows: [0] },
      { table: spansFromDrawing('web  root |====|'), rows: [0] },
    ]);
    assert.deepEqual(namesOf(trace), ['root']);
  });

  it('makes an empty trace of nothing', () => {
    const trace = traceFromTables(drawnId, []);
    assert.deepEqual([trace.spans.count, trace.durationNs, trace.problems], [0, 0, []]);
  });

  it('keeps time with spans of 1970 and 2286 in one trace', () => {
    const trace = traceFromTables(drawnId, [
      { table: spansFromDrawing('old  unset clock |===         | id 1', { startUnixNano: 5_000n }) },
      {
        table: spansFromDrawing('far  overflown   |===         | id 2', {
          startUnixNano: 9_999_999_999_000_000_000n,
        }),
      },
      {
        table: spansFromDrawing(`
          web  root   |============| id 3
          db   child  |    ====    | id 4, parent 3
        `),
      },
    ]);
    assert.equal(trace.epochNs, 1_700_000_000_000_000_000n);
    assert.equal(trace.durationNs, 12_000_000);
    assert.deepEqual(problemsOf(trace), { severalRoots: 3, clampedTime: 2 });
    assertDrawing(
      trace,
      `
old  unset clock |===         | clamped
web  root        |============|
  db  child      |    ====    |
far  overflown   |         ===| clamped
`,
    );
    assert.equal(trace.spans.startUnixNano[3], 9_999_999_999_000_000_000n);
    assertSound(trace);
  });

  it('does not take a start of 0 for the beginning', () => {
    const trace = traceFromTables(drawnId, [
      { table: spansFromDrawing('old  no start |===     | id 1', { startUnixNano: 0n }) },
      { table: spansFromDrawing('web  root     |========| id 2') },
    ]);
    assert.equal(trace.epochNs, 1_700_000_000_000_000_000n);
  });

  it('is exact to the nanosecond next to a start 100 days before', () => {
    const days = 100n * 86_400_000_000_000n;
    const trace = traceFromTables(drawnId, [
      { table: spansFromDrawing('web  first |===| id 1', { startUnixNano: 1_700_000_000_000_000_001n }) },
      {
        table: spansFromDrawing('web  last  |===| id 2', {
          startUnixNano: 1_700_000_000_000_000_008n + days,
        }),
      },
    ]);
    assert.equal(BigInt(trace.startNs[1]!), days + 7n);
    assertSound(trace);
  });

  it('holds for any spans', () => {
    const anyDrawnSpan = fc.record({
      id: fc.integer({ min: 1, max: 12 }),
      parent: fc.integer({ min: 0, max: 14 }),
      start: fc.constantFrom(0n, 1n, 1_700_000_000_000_000_000n, 1_700_000_000_003_000_000n, 2n ** 64n - 2n),
      end: fc.constantFrom(0n, 5n, 1_700_000_000_002_000_000n, 1_700_009_000_000_000_000n, 2n ** 64n - 1n),
    });
    fc.assert(
      fc.property(fc.array(anyDrawnSpan, { maxLength: 14 }), (drawn) => {
        const builder = new SpanTableBuilder();
        const resource = builder.resources.add([]);
        const scope = builder.scopes.add('', '');
        for (const { id, parent, start, end } of drawn) {
          builder.addSpan({
            traceId: drawnId,
            spanId: spanIdFromHex(id.toString(16))!,
            parentSpanId: spanIdFromHex(parent.toString(16)),
            startUnixNano: start,
            endUnixNano: end,
            name: 'x',
            resource,
            scope,
          });
        }
        const trace = traceFromTables(drawnId, [{ table: builder.build() }]);
        assert.equal(trace.spans.count, new Set(drawn.map(({ id }) => id)).size);
        assertSound(trace);
      }),
      { numRuns: 1000 },
    );
  });

  it('builds a chain of 100,000 spans', () => {
    const trace = traceFromTables(drawnId, [{ table: manySpans(100_000, (id) => id - 1) }]);
    assert.equal(trace.depth[99_999], 99_999);
    assert.equal(trace.subtreeEnd[0], 100_000);
  });

  it('cuts a cycle of 100,000 spans', () => {
    const trace = traceFromTables(drawnId, [
      { table: manySpans(100_000, (id) => (id === 1 ? 100_000 : id - 1)) },
    ]);
    assert.deepEqual(problemsOf(trace), { cycle: 100_000 });
    assert.equal(trace.depth[99_999], 99_999);
  });

  it('keeps a trace of 1,000,000 spans in 125 bytes a span', function () {
    this.timeout(60_000);
    const table = manySpans(1_000_000, (id) => id >> 3);
    const trace = traceFromTables(drawnId, [{ table }]);
    assert.equal(trace.spans.count, 1_000_000);
    assert.ok(bufferBytes(trace) <= 125_000_000, `${bufferBytes(trace)} bytes`);
    assert.deepEqual(trace.problems, [{ code: 'severalRoots', count: 7, rows: trace.problems[0]!.rows }]);
  });

  it('builds every recorded trace out of the batches of both services', () => {
    const tables = [...loadOtlpRecording('otlpNode', ['a']), ...loadOtlpRecording('otlpPython', ['a'])]
      .filter(({ signal }) => signal === 'traces')
      .map(({ body }) => {
        const result = spansFromOtlpProto(body);
        assert.ok(result.ok);
        return result.value.spans;
      });
    const ids = new Set<TraceId>();
    for (const { count, traceIds } of tables) {
      for (let row = 0; row < count; row++) {
        ids.add(traceIdAt(traceIds, row));
      }
    }
    assert.equal(ids.size, 451);
    const sources = tables.map((table) => ({ table }));
    let spanCount = 0;
    for (const id of ids) {
      const trace = traceFromTables(id, sources);
      assertSound(trace);
      assert.deepEqual(trace.problems, []);
      spanCount += trace.spans.count;
    }
    assert.equal(spanCount, 5287);
  });

  it('shows the problems of the edge recording', () => {
    const result = spansFromOtlpProto(loadOtlpEdge());
    assert.ok(result.ok);
    const trace = traceFromTables(traceIdFromHex('b7ad6b7169203331d0c1a29d3f4e5a60')!, [
      { table: result.value.spans },
    ]);
    assert.deepEqual(problemsOf(trace), { orphanSpans: 1, cycle: 2, severalRoots: 2 });
    assert.equal(trace.spans.count, 6);
    assertSound(trace);
  });

  it('lists spans with text that is not UTF-8', () => {
    const table = spansFromDrawing('web  aXb |===| ');
    table.strings.bytes[table.strings.bytes.indexOf('X'.charCodeAt(0))] = 0xc0;
    const trace = traceFromTables(drawnId, [{ table }]);
    assert.deepEqual(trace.problems, [{ code: 'invalidText', count: 1, rows: [0] }]);
  });
});

function logsOf(
  records: readonly { readonly spanId: number; readonly type: string; readonly message: string }[],
): LogTable {
  const builder = new LogTableBuilder();
  const { strings } = builder;
  const resource = builder.resources.add([]);
  const scope = builder.scopes.add('', '');
  const traceId = new Uint8Array(16);
  traceId[15] = 0xd1;
  const time = new Uint8Array(8);
  for (const { spanId, type, message } of records) {
    for (const [key, text] of [
      ['exception.type', type],
      ['exception.message', message],
      ['exception.stacktrace', `${type}: ${message}\n    at f (a.js:1:2)`],
    ] as const) {
      if (text !== '') {
        builder.attributes.push(strings.internText(key), ValueType.string, strings.internText(text));
      }
    }
    builder.pushHead(traceId, 0, idBytes(spanId), 0, time, 0);
    builder.closeRecord(17, 0, 0, ValueType.string, strings.internText('failed'), resource, scope);
  }
  return builder.build();
}

describe('exceptions of log records', () => {
  const drawing = `
    web  root   |============|
      db  store | ===        | error, exception pymongo.errors.DuplicateKeyError: E11000
  `;

  it('become events of their span', () => {
    const logs = logsOf([{ spanId: 1, type: 'TypeError', message: 'x is undefined' }]);
    const trace = traceFromTables(drawnId, [{ table: spansFromDrawing(drawing) }], [{ table: logs }]);
    assert.deepEqual(exceptionsOfSpan(trace.spans, 0), [
      {
        type: 'TypeError',
        message: 'x is undefined',
        stack: 'TypeError: x is undefined\n    at f (a.js:1:2)',
        timeUnixNano: 0n,
        origin: 'log',
      },
    ]);
    assert.equal(trace.flags[0]! & SpanFlag.exception, SpanFlag.exception);
    assert.equal(trace.spans.events.origins[0], 1);
  });

  it('stand for the same exception of the span that has no stack, and are left out where they repeat, although the type is written shorter', () => {
    const logs = logsOf([
      { spanId: 2, type: 'DuplicateKeyError', message: 'E11000' },
      { spanId: 2, type: 'DuplicateKeyError', message: 'another' },
      { spanId: 2, type: 'DuplicateKeyError', message: 'another' },
    ]);
    const trace = traceFromTables(drawnId, [{ table: spansFromDrawing(drawing) }], [{ table: logs }]);
    assert.deepEqual(
      exceptionsOfSpan(trace.spans, 1).map(({ message, origin }) => [message, origin]),
      [
        ['E11000', 'log'],
        ['another', 'log'],
      ],
    );
  });

  it('of unknown spans and records without exception change nothing', () => {
    const logs = logsOf([
      { spanId: 9, type: 'TypeError', message: 'lost' },
      { spanId: 0, type: 'TypeError', message: 'lost' },
    ]);
    const plain = logsOf([]);
    const trace = traceFromTables(
      drawnId,
      [{ table: spansFromDrawing(drawing) }],
      [{ table: logs }, { table: plain }],
    );
    assert.equal(trace.spans.events.origins.length, 1);
  });
});

describe('exceptions of a span', () => {
  function exceptionsOf(
    attributes: Record<string, string>,
    event?: { name: string; attributes: Record<string, string> },
  ): unknown {
    const asInputs = (of: Record<string, string>) =>
      Object.entries(of).map(([key, text]) => ({ key, type: ValueType.string, text }));
    const builder = new SpanTableBuilder();
    builder.addSpan({
      traceId: drawnId,
      spanId: spanIdFromHex('1')!,
      startUnixNano: 1n,
      endUnixNano: 2n,
      name: 'x',
      status: 2,
      resource: builder.resources.add([]),
      scope: builder.scopes.add('', ''),
      attributes: asInputs(attributes),
      events: event ? [{ timeUnixNano: 1n, name: event.name, attributes: asInputs(event.attributes) }] : [],
    });
    return exceptionsOfSpan(builder.build(), 0).map(({ type, message, stack, origin }) => [
      type,
      message,
      stack,
      origin,
    ]);
  }

  it('come from events called exception or ending so, and from any event with exception attributes', () => {
    const attributes = { 'exception.type': 'A', 'exception.message': 'm', 'exception.stacktrace': 's' };
    for (const name of ['exception', 'http.client.exception', 'retry']) {
      assert.deepEqual(exceptionsOf({}, { name, attributes }), [['A', 'm', 's', 'event']]);
    }
    assert.deepEqual(exceptionsOf({}, { name: 'retry', attributes: { reason: 'slow' } }), []);
  });

  it('come from attributes of the span', () => {
    assert.deepEqual(exceptionsOf({ 'exception.type': 'A' }), [['A', '', '', 'attributes']]);
    assert.deepEqual(exceptionsOf({ 'error.type': 'B', 'error.message': 'm', 'error.stack': 's' }), [
      ['B', 'm', 's', 'attributes'],
    ]);
  });

  it('fall back to the place where a failed span was made', () => {
    assert.deepEqual(exceptionsOf({ 'code.stacktrace': 'at f' }), [['', '', 'at f', 'codeStacktrace']]);
    assert.deepEqual(exceptionsOf({ 'code.stacktrace': 'at f', 'exception.type': 'A' }), [
      ['A', '', '', 'attributes'],
    ]);
  });
});

describe('chosen rows', () => {
  it('keep the verdict of their backend', () => {
    const builder = new SpanTableBuilder();
    const span = {
      traceId: drawnId,
      startUnixNano: 1n,
      endUnixNano: 2n,
      name: 'x',
      resource: builder.resources.add([]),
      scope: builder.scopes.add('', ''),
    };
    builder.addSpan({ ...span, spanId: spanIdFromHex('1')!, error: true });
    builder.addSpan({ ...span, spanId: spanIdFromHex('2')!, status: 2, error: false });
    assert.deepEqual([...selectSpans(builder.build(), [1, 0]).marks], [0, SpanMark.error]);
  });

  it('keep all of a span and only the strings they use', () => {
    const table = spansFromDrawing(`
      web  root   |============| left=behind
        db  store | ===        | kept=value, exception Lost: m
    `);
    const chosen = selectSpans(table, [1]);
    assert.deepEqual(plainSpans(chosen), plainSpans(table).slice(1));
    const strings = stringsOf(chosen);
    assert.equal(strings.find('behind'), -1);
    assert.deepEqual(attributesOf(strings, chosen.attributes, 0), [
      { key: 'kept', type: ValueType.string, text: 'value' },
    ]);
    assert.equal(chosen.resources.services.length, 1);
  });
});
