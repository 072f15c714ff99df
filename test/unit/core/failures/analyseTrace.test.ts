import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { logsFromOtlpJson } from '../../../../src/core/codecs/otlpJson';
import { analyseSpans } from '../../../../src/core/failures/analyseTrace';
import { failureSpansFromRows } from '../../../../src/core/failures/failureSpansFromRows';
import { parseStack } from '../../../../src/core/frames/parseStack';
import { SpanKind } from '../../../../src/core/model/spanTable';
import { recordedBatches, rowsByTrace } from './recordedTraces';
import { analyse, madeTraceId, tableOf, type MadeSpan } from './madeTrace';

const refused = { type: 'ConnectionRefused', message: 'connection refused' };
const timedOut = { type: 'TimeoutError', message: 'no answer' };

describe('runs of a trace', () => {
  it('are its roots; servers further in are none', () => {
    const { runs } = analyse([
      { id: '1', name: 'GET /a', service: 'gateway', kind: SpanKind.server, to: 9 },
      { id: '2', parent: '1', service: 'gateway', kind: SpanKind.client, to: 8 },
      { id: '3', parent: '2', service: 'orders', kind: SpanKind.server, to: 7, error: true },
      { id: '4', name: 'later', service: 'worker', kind: SpanKind.consumer, from: 20, to: 30, error: true },
    ]);
    assert.deepEqual(
      runs.map((run) => [run.entryService, run.operation, run.failed]),
      [
        ['gateway', 'GET /a', false],
        ['worker', 'later', true],
      ],
    );
  });

  it('begin at the first server where the caller is not traced', () => {
    const { runs } = analyse([
      { id: '2', parent: '1', service: 'orders', name: 'POST /orders', kind: SpanKind.server, error: true },
    ]);
    assert.deepEqual(
      runs.map((run) => [run.operation, run.failed]),
      [['POST /orders', true]],
    );
  });

  it('fail by the failed call where the entry span did not arrive', () => {
    const { runs } = analyse([
      { id: '2', parent: '1', name: 'parse', kind: SpanKind.internal },
      { id: '3', parent: '1', name: 'call', kind: SpanKind.client, error: true, from: 1 },
    ]);
    assert.deepEqual(
      runs.map((run) => [run.operation, run.failed, run.failures.length]),
      [['call', true, 1]],
    );
  });

  it('take in spans whose parent is missing, as what failed where nothing else did', () => {
    const { runs } = analyse([
      { id: '1', name: 'GET /', kind: SpanKind.server, to: 9, error: true },
      {
        id: '3',
        parent: '2',
        service: 'orders',
        kind: SpanKind.server,
        from: 1,
        to: 5,
        error: true,
        exception: refused,
      },
    ]);
    assert.equal(runs.length, 1);
    assert.equal(runs[0]!.failures[0]!.origin.service, 'orders');
    assert.equal(runs[0]!.failures[0]!.failedRun, true);
  });
});

describe('failures of a run', () => {
  it('are one where an error is recorded on every span it passes, also on ones without status', () => {
    const { runs } = analyse([
      { id: '1', kind: SpanKind.server, error: true, http: 500, to: 9 },
      { id: '2', parent: '1', exception: refused, to: 8 },
      { id: '3', parent: '2', error: true, exception: refused, to: 7 },
      { id: '4', parent: '3', name: 'query', error: true, exception: refused, to: 6 },
      { id: '5', parent: '1', name: 'error page', error: true, exception: refused, from: 8, to: 9 },
    ]);
    assert.deepEqual(
      runs[0]!.failures.map(({ origin, failedRun }) => [origin.spanName, failedRun]),
      [['query', true]],
    );
  });

  it('blame the attempt that came last and count the survived ones apart', () => {
    const { runs } = analyse([
      { id: '1', kind: SpanKind.server, error: true, to: 100 },
      {
        id: '2',
        parent: '1',
        name: 'cache',
        kind: SpanKind.client,
        error: true,
        exception: refused,
        from: 1,
        to: 5,
      },
      {
        id: '3',
        parent: '1',
        name: 'store',
        kind: SpanKind.client,
        error: true,
        exception: timedOut,
        from: 6,
        to: 90,
      },
    ]);
    assert.deepEqual(
      runs[0]!.failures.map(({ origin, failedRun }) => [origin.spanName, failedRun]),
      [
        ['store', true],
        ['cache', false],
      ],
    );
  });

  it('blame the branch whose exception the caller passed on, even if another error came later', () => {
    const { runs } = analyse([
      { id: '1', kind: SpanKind.server, error: true, exception: refused, to: 100 },
      {
        id: '2',
        parent: '1',
        name: 'charge',
        kind: SpanKind.client,
        error: true,
        exception: refused,
        from: 1,
        to: 5,
      },
      {
        id: '3',
        parent: '1',
        name: 'roll back',
        kind: SpanKind.client,
        error: true,
        exception: timedOut,
        from: 6,
        to: 90,
      },
    ]);
    assert.equal(runs[0]!.failures[0]!.origin.spanName, 'charge');
  });

  it('blame the unbroken branch rather than a later error below a span that ended well', () => {
    const { runs } = analyse([
      { id: '1', kind: SpanKind.server, error: true, to: 100 },
      { id: '2', parent: '1', name: 'charge', error: true, exception: refused, from: 1, to: 5 },
      { id: '3', parent: '1', name: 'clean up', from: 6, to: 90 },
      { id: '4', parent: '3', name: 'notify', error: true, exception: timedOut, from: 7, to: 80 },
    ]);
    assert.equal(runs[0]!.failures[0]!.origin.spanName, 'charge');
  });

  it('blame what ended last also after hundreds of deeper errors that were survived', () => {
    const survived = Array.from({ length: 300 }, (_, i): MadeSpan => ({
      id: (i + 16).toString(16),
      parent: '2',
      error: true,
      exception: { type: 'Miss', message: `no ${'x'.repeat(i)}` },
      from: i,
      to: i + 1,
    }));
    const { runs } = analyse([
      { id: '1', kind: SpanKind.server, error: true, to: 900 },
      { id: '2', parent: '1', name: 'read cache', to: 400 },
      ...survived,
      { id: '3', parent: '1', name: 'store', error: true, exception: timedOut, from: 500, to: 900 },
    ]);
    assert.equal(runs[0]!.failures[0]!.origin.spanName, 'store');
  });

  it('are recovered where the run ended well', () => {
    const { runs } = analyse([
      { id: '1', kind: SpanKind.server, http: 200, to: 9 },
      { id: '2', parent: '1', kind: SpanKind.client, error: true, exception: refused, to: 8 },
    ]);
    assert.deepEqual(
      runs.map(({ failed, failures }) => [failed, failures.map(({ failedRun }) => failedRun)]),
      [[false, [false]]],
    );
  });

  it('are none where an error became an answer that the request was at fault', () => {
    const trace = (http: number): readonly MadeSpan[] => [
      { id: '1', kind: SpanKind.server, http, to: 9 },
      { id: '2', parent: '1', error: true, exception: { type: 'NotFound', message: 'no such order' }, to: 8 },
    ];
    assert.equal(analyse(trace(404)).runs[0]!.failures.length, 0);
    assert.equal(analyse(trace(200)).runs[0]!.failures.length, 1);
  });

  it('show the class of the stack where the SDK sent an error code', () => {
    const failure = (type: string, stack: string): string =>
      analyse([{ id: '1', error: true, exception: { type, message: 'x', stack } }]).runs[0]!.failures[0]!
        .type;
    assert.equal(failure('23', 'TimeoutError: x\n    at f (/app/a.js:1:2)'), 'TimeoutError');
    assert.equal(failure('ECONNREFUSED', 'Error: x\n    at f (/app/a.js:1:2)'), 'ECONNREFUSED');
    assert.equal(failure('P2002', 'c [KnownError]: x\n    at f (/app/a.js:1:2)'), 'KnownError');
    assert.equal(failure('a.b.Custom', 'Custom: x\n    at f (/app/a.js:1:2)'), 'a.b.Custom');
  });

  it('have the status code as message where there is no other', () => {
    const { type, message } = analyse([{ id: '1', error: true, http: 503 }]).runs[0]!.failures[0]!;
    assert.deepEqual([type, message], ['error', 'HTTP 503']);
  });

  it('take their exception from a log record where the span carries none', () => {
    const attribute = (key: string, stringValue: string): object => ({ key, value: { stringValue } });
    const record = {
      traceId: madeTraceId,
      spanId: '2'.padStart(16, '0'),
      timeUnixNano: '1',
      attributes: [attribute('exception.type', 'LookupError'), attribute('exception.message', 'no rate')],
    };
    const decoded = logsFromOtlpJson(
      JSON.stringify({ resourceLogs: [{ scopeLogs: [{ logRecords: [record, record] }] }] }),
    );
    assert.ok(decoded.ok);
    const spans = tableOf([
      { id: '1', kind: SpanKind.server, error: true },
      { id: '2', parent: '1', name: 'rate', error: true },
    ]);
    const { runs } = analyseSpans(
      failureSpansFromRows([{ spans, rows: [0, 1] }], [{ logs: decoded.value.logs, rows: [0, 1] }]),
    );
    assert.deepEqual(
      runs[0]!.failures.map(({ type, message, origin }) => [type, message, origin.spanName]),
      [['LookupError', 'no rate', 'rate']],
    );
  });

  it('keep both ends of a stack that is too long, where the newest calls are', () => {
    const calls = Array.from(
      { length: 3000 },
      (_, i) => `  File "/app/deep.py", line ${i + 1}, in level_${i}\n    go(${'x'.repeat(20)})`,
    );
    const stack = `Traceback (most recent call last):\n${calls.join('\n')}\n  File "/app/last.py", line 7, in fail\n    raise E\nE: x`;
    assert.ok(stack.length > 200_000);
    const { origin } = analyse([{ id: '1', error: true, exception: { type: 'E', message: 'x', stack } }])
      .runs[0]!.failures[0]!;
    assert.ok(origin.stack!.length <= 65_536);
    assert.equal(parseStack(origin.stack!).exceptions[0]?.frames[0]?.file, '/app/last.py');
    assert.ok(origin.stack!.startsWith('Traceback (most recent call last):\n  File "/app/deep.py", line 1,'));
  });

  it('do not make a deep or wide trace slow', () => {
    const deep = Array.from({ length: 30_000 }, (_, i): MadeSpan => ({
      id: (i + 1).toString(16),
      ...(i > 0 && { parent: i.toString(16) }),
      error: true,
      exception: { type: 'E', message: `number ${i}` },
    }));
    const wide = Array.from({ length: 30_000 }, (_, i): MadeSpan => ({
      id: (i + 1).toString(16),
      ...(i > 0 && { parent: '1' }),
      error: true,
      exception: { type: 'E', message: `text ${'x'.repeat(i % 50)}` },
    }));
    const began = performance.now();
    assert.equal(analyse(deep).runs.length, 1);
    assert.ok(analyse(wide).runs[0]!.failures.length <= 64);
    assert.ok(performance.now() - began < 5000);
  });
});

describe('the order in which spans arrive', () => {
  const recorded = [...rowsByTrace(recordedBatches().spans)].filter(([, parts]) =>
    analyseSpans(failureSpansFromRows(parts.map(toPart))).runs.some((run) => run.failures.length > 0),
  );

  it('changes nothing, for recorded traces', () => {
    fc.assert(
      fc.property(fc.constantFrom(...recorded), fc.infiniteStream(fc.nat()), ([, parts], numbers) => {
        const rows = parts.flatMap(({ table, rows: own }) =>
          own.map((row) => ({ spans: table, rows: [row] })),
        );
        const shuffled = rows
          .map((part) => ({ part, key: numbers.next().value as number }))
          .sort((a, b) => a.key - b.key)
          .map(({ part }) => part);
        assert.deepEqual(
          analyseSpans(failureSpansFromRows([...shuffled, shuffled[0]!])),
          analyseSpans(failureSpansFromRows(parts.map(toPart))),
        );
      }),
      { numRuns: 200 },
    );
  });

  it('changes nothing, for made traces with orphans and ties', () => {
    const span = fc.record({
      parent: fc.option(fc.integer({ min: 1, max: 14 }), { nil: undefined }),
      service: fc.constantFrom('a', 'b'),
      kind: fc.integer({ min: 0, max: 5 }),
      from: fc.integer({ min: 0, max: 3 }),
      length: fc.integer({ min: 0, max: 3 }),
      error: fc.boolean(),
      exception: fc.option(fc.constantFrom(refused, timedOut), { nil: undefined }),
    });
    fc.assert(
      fc.property(
        fc.array(span, { minLength: 1, maxLength: 12 }),
        fc.infiniteStream(fc.nat()),
        (drawn, numbers) => {
          const made = drawn.map(({ parent, length, exception, ...rest }, index): MadeSpan => ({
            id: (index + 1).toString(16),
            // Parents stand before their children or are missing: how a cycle is cut is the model's matter.
            ...(parent !== undefined &&
              parent !== index + 1 && { parent: (parent > index ? parent + 20 : parent).toString(16) }),
            ...rest,
            to: rest.from + length,
            ...(exception && { exception }),
          }));
          const shuffled = made
            .map((item) => ({ item, key: numbers.next().value as number }))
            .sort((a, b) => a.key - b.key)
            .map(({ item }) => item);
          const parts = shuffled.map((item) => ({ spans: tableOf([item]), rows: [0] }));
          const analysis = analyse(made);
          assert.deepEqual(analyseSpans(failureSpansFromRows(parts)), analysis);
          for (const run of analysis.runs) {
            // A failed run has its cause, and a run that ended well has none.
            assert.equal(run.failures.filter(({ failedRun }) => failedRun).length, run.failed ? 1 : 0);
          }
        },
      ),
      { numRuns: 500 },
    );
  });
});

function toPart(part: {
  readonly table: Parameters<typeof failureSpansFromRows>[0][number]['spans'];
  readonly rows: number[];
}): {
  readonly spans: Parameters<typeof failureSpansFromRows>[0][number]['spans'];
  readonly rows: number[];
} {
  return { spans: part.table, rows: part.rows };
}
