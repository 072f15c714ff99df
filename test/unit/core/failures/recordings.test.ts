import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'mocha';
import { analyseTrace } from '../../../../src/core/failures/analyseTrace';
import { inAppFrame } from '../../../../src/core/failures/fingerprint';
import { failureListFrom } from '../../../../src/core/failures/groups';
import type { FailureOrigin } from '../../../../src/core/failures/failureGroup';
import type { TraceAnalysis } from '../../../../src/core/failures/traceAnalysis';
import { parseStack } from '../../../../src/core/frames/parseStack';
import { traceFromTables } from '../../../../src/core/model/traceBuilder';
import { fixturePath } from '../../../kit/fixture';
import { analysesOf, recordedBatches, shopBatches } from './recordedTraces';

interface Kind {
  readonly service: string;
  readonly span: string;
  readonly exceptionType: string | null;
  readonly file: string;
  readonly line: number;
  readonly seenAt?: { readonly service: string; readonly span: string; readonly exceptionType: string };
}

interface Truth {
  readonly kinds: Readonly<Record<string, Kind>>;
  readonly runs: Readonly<
    Record<
      string,
      {
        readonly failed: readonly {
          readonly traceId: string;
          readonly kind: string;
          readonly rootFailed: boolean;
        }[];
      }
    >
  >;
}

const truth = JSON.parse(readFileSync(fixturePath('groundTruth.json'), 'utf8')) as Truth;
const batches = recordedBatches();
const analyses = analysesOf(batches);
const known = ['a', 'b'].flatMap((run) => truth.runs[run]!.failed);
const byTrace = new Map(analyses.map((analysis) => [analysis.traceId as string, analysis]));

describe('failures of the recorded sample system', () => {
  it('fails 47 runs of recording a and 11 of b', () => {
    const counts = ['a', 'b'].map(
      (run) =>
        analysesOf(recordedBatches([run]))
          .flatMap(({ runs }) => runs)
          .filter(({ failed }) => failed).length,
    );
    assert.deepEqual(counts, [47, 11]);
  });

  it('fails exactly the runs of the truth, each with the failure of its kind', () => {
    for (const { traceId, kind, rootFailed } of known) {
      const run = byTrace.get(traceId)!.runs.find((candidate) => candidate.failures.length > 0);
      const label = `${kind} in ${traceId}`;
      if (kind === 'order-not-found') {
        assert.equal(run, undefined, label);
        continue;
      }
      assert.equal(run?.failed, rootFailed, label);
      assert.equal(run.failures.length, 1, label);
      assert.equal(run.failures[0]!.failedRun, rootFailed, label);
      assertOrigin(run.failures[0]!.origin, truth.kinds[kind]!, label);
    }
    assert.equal(
      analyses.flatMap(({ runs }) => runs).filter(({ failures }) => failures.length > 0).length,
      known.filter(({ kind }) => kind !== 'order-not-found').length,
    );
  });

  it('groups as written down', () => {
    const list = failureListFrom(analyses, { window: windowOf(analyses), complete: true });
    const rows = list.groups.map(
      ({ failing, runs, recovered, state, type, service, entryService, operation, origin, message }) =>
        `${failing} of ${runs} +${recovered} ${state} | ${service}: ${type} | ${entryService} ${operation} | ${origin.spanName} | ${message.slice(0, 60)}`,
    );
    assert.deepEqual(rows, [
      '13 of 239 +0 new | orders: inventory.InventoryUnavailable | gateway POST /api/checkout | reserve stock | warehouse lis is not reachable',
      '9 of 56 +0 new | gateway: RangeError | gateway order.placed process | order.placed process | no mail template for locale "pt"',
      "8 of 192 +0 new | orders: KeyError | gateway GET /api/orders/:id | GET /orders/<order_id> | 'partner'",
      "6 of 192 +0 new | gateway: TypeError | gateway GET /api/orders/:id | shipping label | Cannot read properties of undefined (reading 'address')",
      '6 of 54 +0 new | gateway: UpstreamError | gateway GET /api/report | sales report | orders gave no answer within 450 ms',
      '5 of 239 +0 new | orders: pymongo.errors.DuplicateKeyError | gateway POST /api/checkout | POST /orders | E11000 duplicate key error collection: shop.orders, full err',
      // The same two defects again: run b has another bundle, with other function names.
      "4 of 192 +0 new | gateway: TypeError | gateway GET /api/orders/:id | shipping label | Cannot read properties of undefined (reading 'address')",
      '4 of 239 +4 new | orders: inventory.InventoryTimeout | gateway POST /api/checkout | reserve stock | no answer from warehouse fra for sku-00',
      '2 of 239 +0 new | orders: inventory.InventoryUnavailable | gateway POST /api/checkout | reserve stock | warehouse fra is not reachable',
      '1 of 56 +0 new | gateway: RangeError | gateway order.placed process | order.placed process | no mail template for locale "pt"',
      '0 of 192 +4 resolved | gateway: ECONNREFUSED | gateway GET /api/orders/:id | GET | connect ECONNREFUSED 127.0.0.1:5099',
      '0 of 192 +9 resolved | gateway: ECONNREFUSED | gateway GET /api/orders/:id | GET | connect ECONNREFUSED 127.0.0.1:5099',
    ]);
  });

  it('finds the same in built traces', () => {
    for (const { traceId } of known) {
      const id = byTrace.get(traceId)!.traceId;
      const trace = traceFromTables(
        id,
        batches.spans.map((table) => ({ table })),
        batches.logs.map((table) => ({ table })),
      );
      assert.deepEqual(analyseTrace(trace), byTrace.get(traceId));
    }
  });
});

describe('failures of the recorded shop', () => {
  interface ShopKind {
    readonly kind: string;
    readonly entryService: string;
    readonly operation: string;
    readonly service: string;
    readonly span: string;
    readonly exceptionType: string;
    readonly failing: number;
    readonly recovered: number;
  }
  const shop = JSON.parse(readFileSync(fixturePath('shop/truth.json'), 'utf8')) as {
    readonly operations: readonly {
      readonly entryService: string;
      readonly operation: string;
      readonly runs: number;
      readonly failing: number;
    }[];
    readonly kinds: readonly ShopKind[];
  };
  const shopAnalyses = analysesOf(shopBatches());
  const list = failureListFrom(shopAnalyses, { window: windowOf(shopAnalyses), complete: true });

  it('are one group per planted failure, with its counts', () => {
    const rows = list.groups.map((group) => ({
      entryService: group.entryService,
      operation: group.operation,
      service: group.service,
      span: group.origin.spanName,
      exceptionType: group.type,
      failing: group.failing,
      recovered: group.recovered,
    }));
    const expected = shop.kinds.map(
      ({ entryService, operation, service, span, exceptionType, failing, recovered }) => ({
        entryService,
        operation,
        service,
        span,
        exceptionType,
        failing,
        recovered,
      }),
    );
    assert.deepEqual(sorted(rows), sorted(expected));
  });

  it('count the runs of each operation', () => {
    for (const { entryService, operation, runs } of shop.operations) {
      const group = list.groups.find(
        (candidate) => candidate.operation === operation && candidate.entryService === entryService,
      );
      if (group) {
        assert.equal(group.runs, runs, operation);
      }
    }
  });
});

/** Python's stack names the true place; a bundle's leads there through its map, which has its own tests. */
function assertOrigin(origin: FailureOrigin, kind: Kind, label: string): void {
  const seen = kind.seenAt ?? kind;
  assert.equal(origin.service, seen.service, label);
  assert.equal(origin.spanName, seen.span, label);
  assert.equal(origin.exceptionType, seen.exceptionType, label);
  const exception = parseStack(origin.stack!).exceptions.find(({ relation }) => relation === 'root');
  const frame = inAppFrame(exception!);
  if (origin.language === 'python') {
    assert.equal(`${frame?.file}:${frame?.lineBase1}`, `/srv/app/${kind.file}:${kind.line}`, label);
  } else {
    assert.match(frame?.file ?? '', /\/srv\/app\/gateway\/dist\/server(?:\.dev)?\.js$/, label);
  }
}

function windowOf(all: readonly TraceAnalysis[]): { readonly fromMs: number; readonly toMs: number } {
  const starts = all.flatMap(({ runs }) => runs.map((run) => run.startMs));
  return { fromMs: Math.min(...starts), toMs: Math.max(...starts) + 1 };
}

function sorted(rows: readonly object[]): readonly string[] {
  return rows.map((row) => JSON.stringify(row)).sort();
}
