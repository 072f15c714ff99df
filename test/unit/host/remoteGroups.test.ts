import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { Emitter } from '../../../src/base/emitter';
import { err, ok, type Result } from '../../../src/base/result';
import { traceIdFromHex } from '../../../src/core/model/ids';
import type { ModelChange } from '../../../src/host/failures/failuresModel';
import { RemoteGroups } from '../../../src/host/failures/remoteGroups';
import type { FailureView } from '../../../src/protocol/analysis';
import type { ReceiverProblem, SeenGroup } from '../../../src/protocol/engine';

function view(...groups: readonly (readonly [string, number, readonly string[]])[]): FailureView {
  const traceId = traceIdFromHex('1')!;
  return {
    window: { fromMs: 0, toMs: 1000 },
    complete: true,
    groups: groups.map(([id, firstSeenMs, connectionIds]) => ({
      id,
      fingerprint: id,
      type: 'Error',
      message: '',
      service: 'orders',
      entryService: 'gateway',
      operation: 'GET /',
      failing: 1,
      runs: 1,
      recovered: 0,
      state: 'new',
      firstSeenMs,
      lastSeenMs: 900,
      traceIds: [traceId],
      origin: { traceId, spanId: '1', spanName: 'x', service: 'orders' },
      connectionIds,
    })),
    traces: 1,
    answers: [],
  };
}

describe('RemoteGroups', () => {
  it('has groups of added connections remembered, once unless the store did not take them', async () => {
    const changes = new Emitter<ModelChange>();
    const told: (readonly SeenGroup[])[] = [];
    let answer: Result<undefined, ReceiverProblem> = err({ code: 'storeHeld' });
    const model: { view?: FailureView; liveView?: FailureView; onDidChange: typeof changes.event } = {
      onDidChange: changes.event,
    };
    const groups = new RemoteGroups(
      {
        get view() {
          return model.view;
        },
        get liveView() {
          return model.liveView;
        },
        onDidChange: model.onDidChange,
      },
      {
        rememberGroups: (seen) => {
          told.push(seen);
          return Promise.resolve(answer);
        },
      },
    );
    const show = async (shown: FailureView): Promise<void> => {
      model.view = shown;
      changes.fire({ kind: 'list' });
      // What the store answered is taken in.
      await new Promise(setImmediate);
    };
    model.liveView = view(['b', 400, ['jaeger']]);
    const shown = view(['a', 500, ['local']], ['b', 600, ['jaeger']], ['c', 700, ['local', 'jaeger']]);
    await show(shown);
    answer = ok(undefined);
    await show(shown);
    await show(shown);
    await show(view(['b', 600, ['jaeger']], ['c', 100, ['local', 'jaeger']]));
    const both = [
      { id: 'b', firstSeenMs: 400 },
      { id: 'c', firstSeenMs: 700 },
    ];
    assert.deepEqual(told, [both, both, [{ id: 'c', firstSeenMs: 100 }]]);
    groups.dispose();
  });
});
