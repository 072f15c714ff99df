import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { AnalysisCalls } from '../../../src/host/analysisCalls';
import { defaultChoices, FailuresModel, type FailureChoices } from '../../../src/host/failures/failuresModel';
import { traceIdFromHex } from '../../../src/core/model/ids';
import type {
  AnalysisContract,
  ConnectionAnswer,
  FailureView,
  LocatedGroup,
} from '../../../src/protocol/analysis';

const nowMs = 1_795_000_000_000;
const hour = 3_600_000;
type Request = AnalysisContract['methods']['failures']['request'];

function group(id: string, failing: number): LocatedGroup {
  const traceId = traceIdFromHex('1')!;
  return {
    id,
    fingerprint: id,
    type: 'Error',
    message: '',
    service: 'orders',
    entryService: 'gateway',
    operation: 'GET /',
    failing,
    runs: 10,
    recovered: 0,
    state: 'new',
    firstSeenMs: nowMs,
    lastSeenMs: nowMs,
    traceIds: [traceId],
    origin: { traceId, spanId: '1', spanName: 'x', service: 'orders' },
    connectionIds: ['local'],
  };
}

function view(groups: readonly LocatedGroup[], answer: Partial<ConnectionAnswer> = {}): FailureView {
  const completeness = { complete: true, queries: [] };
  return {
    window: { fromMs: 0, toMs: nowMs },
    complete: true,
    groups,
    traces: 10,
    answers: [{ connectionId: 'local', completeness, ...answer }],
  };
}

/** The same at a moment at which the window has left behind all that `group` makes. */
function laterView(groups: readonly LocatedGroup[]): FailureView {
  return { ...view(groups), window: { fromMs: nowMs + 1, toMs: nowMs + hour } };
}

/** A model whose questions the test answers one by one. */
function modelWith(choices: Partial<FailureChoices> = {}) {
  const asked: {
    readonly request: Request;
    readonly signal: AbortSignal;
    answer(view: FailureView): void;
  }[] = [];
  const call: AnalysisCalls['call'] = (_method, request, signal) =>
    new Promise((resolve, reject) => {
      signal!.addEventListener('abort', () => {
        reject(new Error('aborted'));
      });
      asked.push({
        request: request as Request,
        signal: signal!,
        answer: resolve,
      });
    });
  const analysis: AnalysisCalls = { call, on: () => ({ dispose: () => undefined }) };
  return { asked, model: new FailuresModel(analysis, { ...defaultChoices, ...choices }) };
}

const ids = (model: FailuresModel): string[] => model.groupRows.map(({ group: { id } }) => id);

describe('FailuresModel', () => {
  async function filled() {
    const made = modelWith();
    const asking = made.model.refresh(nowMs);
    made.asked[0]!.answer(view([group('a', 2), group('b', 1)]));
    await asking;
    return made;
  }

  it('appends in live updates and sorts when refreshed', async () => {
    const { model, asked } = await filled();
    const updating = model.update(nowMs);
    asked[1]!.answer(view([group('c', 5), group('a', 2), group('b', 1)]));
    await updating;
    assert.deepEqual([ids(model), model.appended], [['a', 'b', 'c'], 1]);
    const refreshing = model.refresh(nowMs);
    asked[2]!.answer(view([group('c', 5), group('a', 2), group('b', 1)]));
    await refreshing;
    assert.deepEqual([ids(model), model.appended], [['c', 'a', 'b'], 0]);
  });

  it('counts as new only what is still in the window, as the count of groups does', async () => {
    const { model, asked } = await filled();
    const appending = model.update(nowMs);
    asked[1]!.answer(view([group('a', 2), group('b', 1), group('c', 1)]));
    await appending;
    const leaving = model.update(nowMs);
    asked[2]!.answer(laterView([group('a', 2), group('b', 1)]));
    await leaving;
    assert.deepEqual([ids(model), model.appended], [['a', 'b', 'c'], 0]);
  });

  it('knows that all counts are lower bounds where a cap was hit, and only there', async () => {
    const { asked, model } = await filled();
    assert.equal(model.isExact, true);
    for (const complete of [true, false]) {
      const updating = model.update(nowMs);
      asked.at(-1)!.answer(view([group('a', 2)], { completeness: { complete, queries: [] } }));
      await updating;
      assert.equal(model.isExact, complete);
    }
  });

  it('sorts after a refresh that a live update overtook', async () => {
    const { model, asked } = await filled();
    const refreshing = model.refresh(nowMs);
    const updating = model.update(nowMs);
    assert.ok(asked[1]!.signal.aborted);
    asked[2]!.answer(view([group('c', 5), group('a', 2), group('b', 1)]));
    await Promise.all([refreshing, updating]);
    assert.deepEqual(ids(model), ['c', 'a', 'b']);
  });

  it('sorts in what a connection answers late after a refresh, and only that', async () => {
    const { asked, model } = await filled();
    const answers = (isPending: boolean): FailureView['answers'] => [
      ...view([]).answers,
      { connectionId: 'far', ...(isPending && { isPending }) },
    ];
    const update = async (next: FailureView): Promise<void> => {
      const updating = model.update(nowMs);
      asked.at(-1)!.answer(next);
      await updating;
    };
    const refreshing = model.refresh(nowMs);
    asked.at(-1)!.answer({ ...view([group('a', 2), group('b', 1)]), answers: answers(true) });
    await refreshing;
    await update({ ...view([group('c', 9), group('a', 2), group('b', 1)]), answers: answers(true) });
    assert.deepEqual(ids(model), ['a', 'b', 'c']);
    await update({
      ...view([group('c', 9), group('d', 5), group('a', 2), group('b', 1)]),
      answers: answers(false),
    });
    assert.deepEqual(ids(model), ['c', 'd', 'a', 'b']);
    await update({ ...view([group('e', 99), group('c', 9)]), answers: answers(false) });
    assert.deepEqual(ids(model).at(-1), 'e');
  });

  it('empties the row of a group that the window left behind, in its place, until the list is sorted', async () => {
    const { model, asked } = await filled();
    const updating = model.update(nowMs);
    asked[1]!.answer(laterView([group('b', 1)]));
    await updating;
    assert.deepEqual(
      model.groupRows.map(({ group: { id, failing }, isGone }) => [id, failing, isGone]),
      [
        ['a', 0, true],
        ['b', 1, false],
      ],
    );
    const back = model.update(nowMs);
    asked[2]!.answer(view([group('b', 1), group('a', 1)]));
    await back;
    assert.deepEqual(
      model.groupRows.map(({ isGone }) => isGone),
      [false, false],
    );
    const refreshing = model.refresh(nowMs);
    asked[3]!.answer(view([group('b', 1)]));
    await refreshing;
    assert.deepEqual(ids(model), ['b']);
  });

  it('takes out the row of a group whose runs turned out to be of another one as more of their spans arrived', async () => {
    const { model, asked } = await filled();
    const updating = model.update(nowMs);
    asked[1]!.answer(view([group('b', 1), group('whole', 2)]));
    await updating;
    assert.deepEqual(ids(model), ['b', 'whole']);
    const settling = model.update(nowMs);
    asked[2]!.answer(view([group('b', 1)]));
    await settling;
    assert.deepEqual([ids(model), model.appended], [['b'], 0]);
  });

  it('leaves the row of a group alone whose connection gave no answer, or not the whole list', async () => {
    for (const answer of [
      { error: { kind: 'unreachable', target: 'x' } as const, completeness: undefined },
      { completeness: { complete: false, queries: [], limit: 100 } },
    ]) {
      const { model, asked } = await filled();
      const updating = model.update(nowMs);
      asked[1]!.answer(view([group('b', 1)], answer as Partial<ConnectionAnswer>));
      await updating;
      assert.deepEqual(
        model.groupRows.map(({ isGone }) => isGone),
        [false, false],
      );
    }
  });

  it('watches what fails now also while the list shows a range of the past', async () => {
    const range = { kind: 'range', fromMs: nowMs - 5 * hour, toMs: nowMs - 4 * hour } as const;
    const { model, asked } = modelWith({ window: range });
    const updating = model.update(nowMs);
    assert.deepEqual(
      asked.map(({ request }) => [request.purpose, request.window]),
      [
        ['list', { fromMs: range.fromMs, toMs: range.toMs }],
        ['watch', { fromMs: nowMs - hour, toMs: nowMs }],
      ],
    );
    asked[0]!.answer(view([]));
    asked[1]!.answer(view([group('now', 1)]));
    await updating;
    assert.deepEqual([ids(model), model.liveView?.groups.length], [[], 1]);
  });
});
