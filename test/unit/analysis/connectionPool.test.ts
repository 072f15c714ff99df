import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { ConnectionPool, type PooledFailures } from '../../../src/analysis/connectionPool';
import { err, ok, type Result } from '../../../src/base/result';
import type { FailureGroup, TimeWindow } from '../../../src/core/failures/failureGroup';
import { traceIdFromHex } from '../../../src/core/model/ids';
import type { Trace } from '../../../src/core/model/trace';
import type {
  BackendError,
  Completeness,
  RememberedGroup,
  TraceBackend,
  TraceSummary,
} from '../../../src/protocol/backend';
import { traceFromDrawing } from '../../kit/drawTrace';

const hour = 3_600_000;
const nowMs = 1_795_000_000_000;
const window: TimeWindow = { fromMs: nowMs - hour, toMs: nowMs };
const traceId = traceIdFromHex('1')!;
const completeness: Completeness = { complete: true, queries: [] };
const never = new AbortController().signal;

function group(id: string): FailureGroup {
  return {
    id,
    fingerprint: id,
    type: 'Error',
    message: '',
    service: 'orders',
    entryService: 'gateway',
    operation: `GET /${id}`,
    failing: 1,
    runs: 1,
    recovered: 0,
    state: 'ongoing',
    firstSeenMs: nowMs - hour / 2,
    lastSeenMs: nowMs - hour / 2,
    traceIds: [traceId],
    origin: { traceId, spanId: '1', spanName: 'x', service: 'orders' },
  };
}

function summary(connectionId: string, hex: string): TraceSummary {
  return {
    traceId: traceIdFromHex(hex)!,
    connectionId,
    entryService: 'gateway',
    operation: 'GET /',
    startMs: nowMs - 1000,
    durationMs: 1,
    spanCount: 1,
    services: ['gateway'],
    failed: true,
  };
}

/** A connection that answers when the test says so: each question put to it, and whether it was called off. */
class SlowBackend implements TraceBackend {
  readonly connectionId: string;
  readonly asked: { readonly what: string; readonly signal: AbortSignal; answer(): void; fail(): void }[] =
    [];
  private readonly trace_: Trace | undefined;

  constructor(connectionId: string, trace?: Trace) {
    this.connectionId = connectionId;
    this.trace_ = trace;
  }

  failures(asked: TimeWindow, signal: AbortSignal) {
    const groups = [group(this.connectionId)];
    return this.hold('failures', signal, { window: asked, complete: true, groups, traces: 1, completeness });
  }

  traces(_query: unknown, signal: AbortSignal) {
    return this.hold('traces', signal, { traces: [summary(this.connectionId, '2')], completeness });
  }

  trace(_id: unknown, signal: AbortSignal): Promise<Result<Trace, BackendError>> {
    return this.trace_
      ? this.hold('trace', signal, this.trace_)
      : Promise.resolve(err({ kind: 'unauthorized', target: 'host:1', status: 401 }));
  }

  test() {
    return Promise.resolve(ok({ services: 1 }));
  }

  private hold<T>(what: string, signal: AbortSignal, value: T): Promise<Result<T, BackendError>> {
    return new Promise((resolve) => {
      signal.addEventListener('abort', () => {
        resolve(err({ kind: 'cancelled', target: 'host:1' }));
      });
      this.asked.push({
        what,
        signal,
        answer: () => {
          resolve(ok(value));
        },
        fail: () => {
          resolve(err({ kind: 'unreachable', target: 'host:1' }));
        },
      });
    });
  }
}

/** The local store: it answers at once. */
function localBackend(trace?: Trace): TraceBackend {
  const list = { window, complete: true, groups: [group('local')], traces: 1, completeness };
  return {
    connectionId: 'local',
    failures: () => Promise.resolve(ok(list)),
    traces: () => Promise.resolve(ok({ traces: [summary('local', '1')], completeness })),
    trace: () => Promise.resolve(trace ? ok(trace) : err({ kind: 'notFound', target: 'store' })),
    test: () => Promise.resolve(ok({ services: 1 })),
    knownTraces: () => new Set([traceId]),
  };
}

function poolOf(...backends: readonly TraceBackend[]): ConnectionPool {
  return new ConnectionPool(backends, new Map([['slow', 'Jaeger (staging)']]), () => undefined);
}

const list = { fresh: false, purpose: 'list' } as const;

/** Ids of the groups whose counts are lower bounds. */
function lowerBounds({ list: { groups } }: PooledFailures): string[] {
  return groups.flatMap(({ id, isLowerBound }) => (isLowerBound ? [id] : [])).sort();
}

describe('ConnectionPool beside a connection that does not answer', () => {
  it('lists what the store knows, names who is still asked, and tells when they answered', async () => {
    const slow = new SlowBackend('slow');
    const pool = poolOf(localBackend(), slow);
    const first = await pool.failures(window, list, never);
    assert.deepEqual(
      first.list.groups.map(({ id }) => id),
      ['local'],
    );
    assert.equal(first.list.complete, false);
    assert.deepEqual(lowerBounds(first), [], 'what the store counts is all that it knows');
    assert.deepEqual(first.answers[1], { connectionId: 'slow', isPending: true });
    const late = new Promise<void>((resolve) =>
      pool.onDidAnswerLate(() => {
        resolve();
      }),
    );
    slow.asked[0]!.answer();
    await late;
    const second = await pool.failures(window, list, never);
    assert.deepEqual(second.list.groups.map(({ id }) => id).sort(), ['local', 'slow']);
    assert.deepEqual(lowerBounds(second), ['local', 'slow'], 'either may know runs of the other one');
    assert.deepEqual(second.answers[1], { connectionId: 'slow', completeness });
    assert.equal(slow.asked.length, 1, 'what was just answered is not asked again');
  });

  it('keeps one request under way, whatever its askers do', async () => {
    const slow = new SlowBackend('slow');
    const pool = poolOf(localBackend(), slow);
    const overtaken = new AbortController();
    const asking = pool.failures(window, list, overtaken.signal);
    overtaken.abort();
    await assert.rejects(asking);
    await pool.failures(window, list, never);
    assert.equal(slow.asked.length, 1);
    assert.ok(!slow.asked[0]!.signal.aborted);
  });

  it('calls a request off for another window, for the user, and at the end; not for what alerts look at', async () => {
    const slow = new SlowBackend('slow');
    const pool = poolOf(localBackend(), slow);
    const day = { fromMs: nowMs - 24 * hour, toMs: nowMs };
    await pool.failures(window, list, never);
    await pool.failures(window, { fresh: false, purpose: 'watch' }, never);
    await pool.failures(day, list, never);
    await pool.failures(day, { ...list, fresh: true }, never);
    assert.deepEqual(
      slow.asked.map(({ signal }) => signal.aborted),
      [true, false, true, false],
    );
    pool.dispose();
    assert.ok(slow.asked.every(({ signal }) => signal.aborted));
  });

  it('lists the answer from before while it asks again', async () => {
    const slow = new SlowBackend('slow');
    const pool = poolOf(localBackend(), slow);
    const first = pool.failures(window, list, never);
    slow.asked[0]!.answer();
    await first;
    const again = await pool.failures(window, { ...list, fresh: true }, never);
    assert.deepEqual(again.list.groups.map(({ id }) => id).sort(), ['local', 'slow']);
    assert.deepEqual(again.answers[1], { connectionId: 'slow', completeness, isPending: true });
    slow.asked[1]!.fail();
    await Promise.resolve();
    const failed = await pool.failures(window, list, never);
    assert.equal(failed.answers[1]!.error?.kind, 'unreachable');
  });

  it('knows of groups of other connections what the store remembers', async () => {
    const slow = new SlowBackend('slow');
    const recent = { ...group('slow'), state: 'new', firstSeenMs: nowMs - 1 } as const;
    const stateWith = async (memory: RememberedGroup): Promise<unknown> => {
      const local: TraceBackend = {
        ...localBackend(),
        groupMemory: (ids) => new Map(ids.map((id) => [id, memory])),
      };
      slow.failures = (asked) =>
        Promise.resolve(ok({ window: asked, complete: true, groups: [recent], traces: 1, completeness }));
      const { list: merged } = await poolOf(local, slow).failures(window, list, never);
      const { state, firstSeenMs } = merged.groups.find(({ id }) => id === 'slow')!;
      return [state, nowMs - firstSeenMs];
    };
    assert.deepEqual(await stateWith({ firstSeenMs: nowMs - 5, read: false }), ['new', 5]);
    assert.deepEqual(await stateWith({ firstSeenMs: nowMs - 5, read: true }), ['ongoing', 5]);
    assert.deepEqual(await stateWith({ firstSeenMs: nowMs - hour, read: false }), ['ongoing', hour]);
  });

  it('lists traces of the store at once, and those of a group without asking who never saw it', async () => {
    const slow = new SlowBackend('slow');
    const pool = poolOf(localBackend(), slow);
    const query = { window, filter: 'all', limit: 50 } as const;
    const all = await pool.traces(query, never);
    assert.equal(all.traces.length, 1);
    assert.equal(all.answers[1]!.isPending, true);
    await pool.failures(window, list, never);
    const runs = await pool.traces({ ...query, filter: 'failed', groupId: 'local' }, never);
    assert.deepEqual(
      runs.answers.map(({ connectionId }) => connectionId),
      ['local'],
    );
  });

  it('opens a trace that the store has, and calls the others off', async () => {
    const trace = traceFromDrawing('gateway  GET / |==|');
    const slow = new SlowBackend('slow', trace);
    const answer = await poolOf(localBackend(trace), slow).trace(traceId, never);
    assert.ok(answer.ok);
    assert.ok(slow.asked[0]!.signal.aborted);
  });

  it('names the connection that failed to look', async () => {
    const answer = await poolOf(localBackend(), new SlowBackend('slow')).trace(traceId, never);
    assert.ok(!answer.ok);
    assert.deepEqual([answer.error.kind, answer.error.connection], ['unauthorized', 'Jaeger (staging)']);
  });
});
