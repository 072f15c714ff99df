import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { after, before, describe, it } from 'mocha';
import { HttpClient } from '../../src/backends/http';
import { openBackend } from '../../src/backends/registry';
import type { TimeWindow } from '../../src/core/failures/failureGroup';
import { spanIdAt, traceIdAt, traceIdFromHex } from '../../src/core/model/ids';
import type { TraceBackend } from '../../src/protocol/backend';
import { jaegerAnswers, recordedJaegerTraces, serve, startOf } from './fakeJaeger';
import { storeOfRecordings } from './recordedStore';

/** A backend under test, filled with traces of the recorded sample system. */
interface Subject {
  readonly backend: TraceBackend;
  readonly window: TimeWindow;
  close(): Promise<void>;
}

const never = new AbortController().signal;

async function jaegerSubject(): Promise<Subject> {
  const traces = recordedJaegerTraces();
  const server = await serve(jaegerAnswers(traces, '/jaeger'));
  const http = new HttpClient({ noProxy: [], proxyStrictSsl: true });
  const starts = traces.map(startOf);
  return {
    backend: openBackend(http, {
      id: 'j',
      kind: 'jaeger',
      name: 'Jaeger',
      url: `${server.url}/jaeger/`,
      secretHeaders: {},
    }),
    window: { fromMs: Math.min(...starts) / 1000 - 1, toMs: Math.max(...starts) / 1000 + 1 },
    close: async () => {
      http.dispose();
      await server.close();
    },
  };
}

async function localSubject(): Promise<Subject> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'spanline-contract-'));
  const { backend, window } = await storeOfRecordings(path.join(folder, 'store.db'));
  return {
    backend,
    window,
    close: async () => {
      backend.dispose();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

for (const [name, open] of [
  ['Jaeger, classic API', jaegerSubject],
  ['the local store', localSubject],
] as const) {
  describe(`the contract of a backend: ${name}`, () => {
    let subject: Subject;
    before(async () => {
      subject = await open();
    });
    after(async () => {
      await subject.close();
    });

    it('lists the failures of a window, with counts that agree with each other', async () => {
      const list = valueOf(await subject.backend.failures(subject.window, never));
      assert.deepEqual(list.window, subject.window);
      assert.equal(list.complete, list.completeness.complete);
      assert.ok(list.traces > 0);
      const types = new Set(list.groups.filter(({ failing }) => failing > 0).map(({ type }) => type));
      for (const type of [
        'KeyError',
        'pymongo.errors.DuplicateKeyError',
        'TypeError',
        'UpstreamError',
        'RangeError',
      ]) {
        assert.ok(types.has(type), type);
      }
      assert.ok(
        list.groups.some(
          ({ type, failing, recovered }) => type === 'ECONNREFUSED' && failing === 0 && recovered > 0,
        ),
      );
      assert.equal(new Set(list.groups.map(({ id }) => id)).size, list.groups.length);
      for (const group of list.groups) {
        assert.ok(group.failing + group.recovered > 0);
        assert.ok(group.failing <= group.runs, group.id);
        assert.ok(group.firstSeenMs <= group.lastSeenMs);
        assert.ok(group.lastSeenMs >= subject.window.fromMs && group.lastSeenMs < subject.window.toMs);
        assert.ok(group.traceIds.length > 0 && group.traceIds.length <= 100);
      }
    });

    it('opens every listed trace, in which the origin stands', async () => {
      const { groups } = valueOf(await subject.backend.failures(subject.window, never));
      for (const { origin, traceIds } of groups) {
        const trace = valueOf(await subject.backend.trace(origin.traceId, never));
        const { spans } = trace;
        const ids = Array.from({ length: spans.count }, (_, row) => spanIdAt(spans.spanIds, row) as string);
        assert.ok(ids.includes(origin.spanId));
        assert.equal(traceIdAt(spans.traceIds, 0), origin.traceId);
        assert.ok(traceIds.includes(origin.traceId));
      }
    });

    it('lists traces newest first; the failed ones are among all', async () => {
      const ask = async (filter: 'failed' | 'all'): Promise<readonly string[]> => {
        const { traces } = valueOf(
          await subject.backend.traces({ window: subject.window, filter, limit: 10_000 }, never),
        );
        const starts = traces.map(({ startMs }) => startMs);
        assert.deepEqual(
          starts,
          [...starts].sort((a, b) => b - a),
        );
        assert.ok(traces.every(({ failed }) => filter === 'all' || failed));
        return traces.map(({ traceId }) => traceId);
      };
      const all = new Set(await ask('all'));
      const failed = await ask('failed');
      assert.ok(failed.length > 0 && failed.length < all.size);
      assert.ok(failed.every((id) => all.has(id)));
    });

    it('narrows traces to a group, to text, and to a limit', async () => {
      const { groups } = valueOf(await subject.backend.failures(subject.window, never));
      const group = groups.find(({ failing }) => failing > 1)!;
      const ask = { window: subject.window, filter: 'failed', limit: 1000 } as const;
      const ofGroup = valueOf(await subject.backend.traces({ ...ask, groupId: group.id }, never)).traces;
      assert.deepEqual(ofGroup.map(({ traceId }) => traceId).sort(), [...group.traceIds].sort());
      const recovered = groups.find(({ failing }) => failing === 0)!;
      const ofRecovered = valueOf(
        await subject.backend.traces({ ...ask, groupId: recovered.id }, never),
      ).traces;
      assert.deepEqual(ofRecovered.map(({ traceId }) => traceId).sort(), [...recovered.traceIds].sort());
      const ofText = valueOf(await subject.backend.traces({ ...ask, text: 'checkout' }, never)).traces;
      assert.ok(ofText.length > 0 && ofText.every(({ operation }) => operation.includes('checkout')));
      const limited = valueOf(await subject.backend.traces({ ...ask, limit: 2 }, never));
      assert.equal(limited.traces.length, 2);
      assert.equal(limited.completeness.complete, false);
    });

    it('knows nothing of an empty window, and of an unknown trace', async () => {
      const { fromMs } = subject.window;
      const empty = { fromMs: fromMs - 7_200_000, toMs: fromMs - 3_600_000 };
      const list = valueOf(await subject.backend.failures(empty, never));
      assert.deepEqual([list.groups.length, list.traces, list.complete], [0, 0, true]);
      const missing = await subject.backend.trace(traceIdFromHex('ff')!, never);
      assert.equal(!missing.ok && missing.error.kind, 'notFound');
    });

    it('counts its services when tested', async () => {
      assert.ok(valueOf(await subject.backend.test(never)).services >= 1);
    });
  });
}

function valueOf<T>(
  result: { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: unknown },
): T {
  if (!result.ok) {
    assert.fail(JSON.stringify(result.error));
  }
  return result.value;
}
