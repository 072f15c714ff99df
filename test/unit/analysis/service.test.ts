import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, describe, it } from 'mocha';
import { AnalysisService } from '../../../src/analysis/service';
import { LocalBackend } from '../../../src/backends/local/localBackend';
import { err, ok, type Result } from '../../../src/base/result';
import { analyseTrace } from '../../../src/core/failures/analyseTrace';
import { failureListFrom } from '../../../src/core/failures/groups';
import type { FailureView } from '../../../src/protocol/analysis';
import type { TraceBackend } from '../../../src/protocol/backend';
import { fixturePath, loadOtlpRecording } from '../../kit/fixture';
import { engineOver, send, startOnFreePort, TestFolder } from '../engine/testEngine';

interface Truth {
  readonly kinds: Readonly<Record<string, KindTruth>>;
  readonly runs: Readonly<
    Record<'a' | 'b', { readonly failed: readonly { readonly traceId: string; readonly kind: string }[] }>
  >;
}

interface KindTruth {
  readonly file: string;
  readonly line: number;
  readonly function: string;
  readonly seenAt?: { readonly file: string; readonly line: number };
}

const truth = JSON.parse(readFileSync(fixturePath('groundTruth.json'), 'utf8')) as Truth;
const kindOf = new Map(
  [...truth.runs.a.failed, ...truth.runs.b.failed].map(({ traceId, kind }) => [traceId, kind]),
);
const network = { noProxy: [], proxyStrictSsl: true };
const recordedAt = { fromMs: 0, toMs: Date.UTC(2027, 0, 1) };

/** A backend whose every question fails as a server that is down. */
function deadBackend(connectionId: string): TraceBackend {
  const error = err({ kind: 'unreachable', target: '127.0.0.1:1' } as const);
  const answer = (): Promise<typeof error> => Promise.resolve(error);
  return { connectionId, failures: answer, traces: answer, trace: answer, test: answer };
}

/** A backend that holds the same traces as the store and lists them one by one, as a Jaeger does. */
function twinBackend(connectionId: string, local: LocalBackend): TraceBackend {
  return {
    connectionId,
    async failures(window) {
      const { traces } = await valueOf(local.traces({ window, filter: 'all', limit: 10_000 }));
      const analyses = await Promise.all(
        traces.map(async ({ traceId }) => analyseTrace(await valueOf(local.trace(traceId)))),
      );
      const list = failureListFrom(analyses, { window, complete: true });
      return ok({ ...list, completeness: { complete: true, queries: [] } });
    },
    traces: (query) => local.traces(query),
    trace: (id) => local.trace(id),
    test: () => local.test(),
  };
}

async function valueOf<T>(answer: Promise<Result<T, unknown>>): Promise<T> {
  const result = await answer;
  assert.ok(result.ok);
  return result.value;
}

describe('analysis service over the recorded systems', () => {
  const folder = new TestFolder();
  const { signal } = new AbortController();
  let service: AnalysisService;
  let handlers: ReturnType<AnalysisService['handlers']>;

  before(async () => {
    const { engine, store } = engineOver(folder.store);
    const port = await startOnFreePort(engine);
    for (const request of [...loadOtlpRecording('otlpNode'), ...loadOtlpRecording('otlpPython')]) {
      await send(port, `/v1/${request.signal}`, request.body, { 'content-type': request.contentType });
    }
    store.indexAll();
    await engine.close();
    service = new AnalysisService((connections) => {
      const local = new LocalBackend(folder.store);
      return {
        backends: [
          local,
          ...connections.map(({ id }) => (id === 'twin' ? twinBackend(id, local) : deadBackend(id))),
        ],
        dispose: () => {
          local.dispose();
        },
      };
    });
    handlers = service.handlers();
    await configure([]);
  });

  after(() => {
    service.dispose();
    folder.remove();
  });

  async function configure(ids: readonly string[]): Promise<void> {
    await handlers.configure(
      {
        connections: ids.map((id) => ({
          id,
          kind: 'jaeger',
          name: id,
          url: 'http://127.0.0.1:1',
          secretHeaders: {},
        })),
        network,
        folders: [{ name: 'sampleApp', path: fixturePath('sampleApp') }],
        mappings: [],
        revisions: [],
        chosenMaps: [],
        trusted: false,
      },
      signal,
    );
  }

  async function failures(): Promise<FailureView> {
    return (await handlers.failures({ window: recordedAt, purpose: 'list' }, signal)) as FailureView;
  }

  it('leads every failing group to the line that failed, and says exact', async () => {
    const { groups, complete } = await failures();
    assert.equal(complete, true);
    const failing = groups.filter((group) => group.failing > 0);
    assert.equal(
      failing.reduce((sum, group) => sum + group.failing, 0),
      47 + 11,
    );
    for (const group of failing) {
      const kinds = new Set(group.traceIds.map((traceId) => kindOf.get(traceId)!));
      for (const kind of kinds) {
        const { file, line, function: name, seenAt } = truth.kinds[kind]!;
        const at = seenAt ?? { file, line };
        const location = group.frame?.location;
        assert.deepEqual(
          { kind, file: location?.path, line: location?.lineBase1, grade: location?.grade },
          { kind, file: at.file, line: at.line, grade: 'exact' },
        );
        if (!seenAt) {
          // The bundle has names of one letter: people must see their own.
          assert.equal(group.frame?.sourceFunction ?? group.frame?.function, name);
        }
      }
    }
  });

  it('walks from the entry span of a failing run down to its origin, with the frames there', async () => {
    const group = (await failures()).groups.find(({ type }) => type.endsWith('DuplicateKeyError'))!;
    const answer = await handlers.failurePath({ traceId: group.traceIds[0]!, groupId: group.id }, signal);
    assert.ok('ok' in answer && answer.ok);
    const path = answer.value;
    assert.equal(path[0]!.service, 'gateway');
    assert.ok(!path[0]!.origin);
    const origin = path.at(-1)!;
    assert.ok(origin.origin && origin.error);
    assert.equal(origin.service, 'orders');
    assert.equal(origin.frame?.location?.path, 'orders/store.py');
    assert.equal(origin.exceptions[0]!.type?.split('.').at(-1), 'DuplicateKeyError');
    assert.ok(origin.exceptions[0]!.frames.some(({ inApp }) => !inApp));
  });

  it('keeps what one connection knows when another gives no answer, and says that the list is not whole', async () => {
    await configure(['down']);
    const { groups, complete, answers } = await failures();
    assert.equal(complete, false);
    assert.ok(groups.length > 0);
    assert.deepEqual(
      answers.map(({ connectionId, error }) => [connectionId, error?.kind]),
      [
        ['local', undefined],
        ['down', 'unreachable'],
      ],
    );
    const known = await handlers.trace({ traceId: groups[0]!.traceIds[0]! }, signal);
    assert.ok('ok' in known && known.ok);
    const unknown = await handlers.trace({ traceId: 'f'.repeat(32) }, signal);
    assert.ok('ok' in unknown && !unknown.ok);
    assert.equal(unknown.error.kind, 'unreachable', 'the one that could not look says more');
    await configure([]);
  });

  it('counts a trace once that the store and a connection both have, and still knows the counts exactly', async () => {
    const alone = await failures();
    await configure(['twin']);
    const together = await failures();
    await configure([]);
    const counts = (view: FailureView): unknown =>
      view.groups.map(({ id, failing, runs, recovered }) => ({ id, failing, runs, recovered }));
    assert.deepEqual(counts(together), counts(alone));
    assert.equal(together.traces, alone.traces);
    assert.equal(together.complete, true);
    assert.ok(together.groups.every(({ connectionIds }) => connectionIds.length === 2));
  });

  it('takes no row and no id on trust', async () => {
    const { groups } = await failures();
    const traceId = groups[0]!.traceIds[0]!;
    assert.deepEqual(await handlers.spanFrames({ traceId, rows: [99_999] }, signal), []);
    assert.deepEqual(await handlers.spanExceptions({ traceId, row: 99_999 }, signal), []);
    const odd = await handlers.trace({ traceId: '../../etc/passwd' }, signal);
    assert.ok('ok' in odd && !odd.ok && odd.error.kind === 'notFound');
  });

  it('exports the trace it shows', async () => {
    const { groups } = await failures();
    const answer = await handlers.exportTrace({ traceId: groups[0]!.traceIds[0]! }, signal);
    assert.ok('ok' in answer && answer.ok);
    const { resourceSpans } = JSON.parse(answer.value) as { resourceSpans: readonly unknown[] };
    assert.ok(resourceSpans.length >= 1);
  });
});
