import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { FailureList } from '../../../../src/core/failures/failureGroup';
import { failureListFrom } from '../../../../src/core/failures/groups';
import { groupState } from '../../../../src/core/failures/groupState';
import { mergeFailureLists, tracesToAskFor } from '../../../../src/core/failures/mergeFailureLists';
import type { TraceAnalysis } from '../../../../src/core/failures/traceAnalysis';
import { spanIdFromHex, traceIdFromHex } from '../../../../src/core/model/ids';

const minute = 60_000;
const nowMs = 1_795_000_000_000;
const window = { fromMs: nowMs - 60 * minute, toMs: nowMs };

/** A trace with one run, `minutesAgo` before now; `failure` names its group, with `+` before it where the run went on. */
function trace(id: number, minutesAgo: number, failure?: string): TraceAnalysis {
  const traceId = traceIdFromHex(id.toString(16))!;
  const recovered = failure?.startsWith('+') ?? false;
  const groupId = failure?.replace('+', '') ?? '';
  return {
    traceId,
    runs: [
      {
        entrySpanId: spanIdFromHex('1')!,
        entryService: 'gateway',
        operation: 'GET /',
        startMs: nowMs - minutesAgo * minute,
        durationMs: 1,
        failed: failure !== undefined && !recovered,
        failures:
          failure === undefined
            ? []
            : [
                {
                  groupId,
                  fingerprint: groupId,
                  type: 'Error',
                  message: `message of ${id}`,
                  failedRun: !recovered,
                  origin: { traceId, spanId: '1', spanName: 'x', service: 'orders' },
                },
              ],
      },
    ],
  };
}

function good(from: number, count: number, minutesAgo: number): TraceAnalysis[] {
  return Array.from({ length: count }, (_, i) => trace(from + i, minutesAgo));
}

function list(analyses: readonly TraceAnalysis[], complete = true): FailureList {
  return failureListFrom(analyses, { window, complete });
}

describe('failureListFrom', () => {
  it('counts failing and recovered runs of all runs of the operation, newest message and traces first', () => {
    const { groups, traces, newest } = list([
      trace(1, 50, 'a'),
      trace(2, 20, 'a'),
      trace(3, 10, '+a'),
      trace(4, 5),
      trace(5, 61, 'a'),
    ]);
    assert.equal(traces, 4);
    assert.equal(newest?.startMs, nowMs - 5 * minute);
    const [group] = groups;
    assert.deepEqual(
      [group?.failing, group?.recovered, group?.runs, group?.message, group?.traceIds],
      [2, 1, 4, 'message of 2', [traceIdFromHex('2'), traceIdFromHex('1')]],
    );
    assert.deepEqual([group?.firstSeenMs, group?.lastSeenMs], [nowMs - 50 * minute, nowMs - 20 * minute]);
  });

  it('lists at most 100 traces of a group', () => {
    const [group] = list(Array.from({ length: 150 }, (_, i) => trace(i + 1, 1, 'a'))).groups;
    assert.equal(group?.failing, 150);
    assert.equal(group.traceIds.length, 100);
  });

  it('has states that follow the memory of the group', () => {
    const analyses = [trace(1, 5, 'a')];
    const state = (memory: { readonly firstSeenMs?: number; readonly markedRead?: boolean }): string =>
      failureListFrom(analyses, { window, complete: true, memoryOf: () => memory }).groups[0]!.state;
    assert.equal(state({}), 'new');
    assert.equal(state({ markedRead: true }), 'ongoing');
    assert.equal(state({ firstSeenMs: nowMs - 20 * minute }), 'ongoing');
  });

  it('is resolved from 20 good runs after the last failing one, ten minutes on', () => {
    const state = (failedAgo: number, goodRuns: number, goodAgo = 1): string =>
      list([trace(1, failedAgo, 'a'), ...good(2, goodRuns, goodAgo)]).groups[0]!.state;
    assert.equal(state(10, 20), 'resolved');
    assert.equal(state(10, 19), 'new');
    assert.equal(state(30, 19), 'ongoing');
    assert.equal(state(9.9, 20), 'new');
    assert.equal(state(20, 20, 25), 'ongoing');
  });
});

describe('groupState', () => {
  it('tests resolved before new', () => {
    const facts = {
      nowMs,
      firstSeenMs: nowMs - 11 * minute,
      lastFailingMs: nowMs - 11 * minute,
      markedRead: false,
    };
    assert.equal(groupState({ ...facts, goodRunsSince: 20 }), 'resolved');
    assert.equal(groupState({ ...facts, goodRunsSince: 0 }), 'new');
    assert.equal(groupState({ ...facts, firstSeenMs: nowMs - 15 * minute, goodRunsSince: 0 }), 'ongoing');
  });
});

describe('a failure that was always recovered from', () => {
  it('is no new failure, nor keeps one from being new in another list', () => {
    const recovered = list([trace(1, 5, '+a')]);
    assert.deepEqual(
      recovered.groups.map(({ state }) => state),
      ['ongoing'],
    );
    const failing = list([trace(2, 4, 'a')]);
    const counts = ({ listedRuns, ...rest }: FailureList): FailureList => {
      assert.ok(listedRuns);
      return rest;
    };
    for (const lists of [
      [recovered, failing],
      [counts(recovered), counts(failing)],
    ]) {
      assert.deepEqual(
        mergeFailureLists(lists, window).groups.map(({ state }) => state),
        ['new'],
      );
    }
  });
});

describe('mergeFailureLists', () => {
  it('counts a trace once that two connections know', () => {
    const shared = [trace(1, 3, 'a'), trace(2, 2), trace(3, 2, '+a')];
    const merged = mergeFailureLists(
      [list([...shared, trace(4, 1, 'a')]), list([...shared, trace(5, 1)])],
      window,
    );
    const [group] = merged.groups;
    assert.equal(merged.groups.length, 1);
    assert.equal(merged.complete, true);
    assert.deepEqual([group?.failing, group?.recovered, group?.runs, merged.traces], [2, 1, 5, 5]);
    assert.equal(group?.message, 'message of 4');
  });

  it('believes the connection that saw a trace begin first', () => {
    const partial = trace(1, 2, 'inner');
    const merged = mergeFailureLists([list([partial]), list([trace(1, 3, 'outer')])], window);
    assert.deepEqual(
      merged.groups.map(({ id }) => id),
      ['outer'],
    );
  });

  it('is not complete where a list is not', () => {
    const merged = mergeFailureLists([list([trace(1, 3, 'a')], false), list([trace(2, 3, 'a')])], window);
    assert.equal(merged.complete, false);
    assert.equal(merged.groups[0]?.failing, 2);
  });

  it('gives lower bounds where a list does not name its runs', () => {
    const { listedRuns: dropped, ...long } = list([trace(1, 3, 'a'), trace(2, 3, 'a'), trace(3, 3)]);
    assert.ok(dropped);
    const merged = mergeFailureLists([long, list([trace(2, 3, 'a'), trace(4, 1)])], window);
    assert.equal(merged.complete, false);
    assert.deepEqual([merged.groups[0]?.failing, merged.groups[0]?.runs], [2, 3]);
  });

  it('gives lower bounds only of the groups that another list may hold runs of', () => {
    const { listedRuns: dropped, ...long } = list([trace(1, 3, 'a'), trace(2, 3, 'a')]);
    assert.ok(dropped);
    const elsewhere = trace(4, 1, 'b');
    const runs = elsewhere.runs.map((run) => ({ ...run, operation: 'POST /' }));
    const merged = mergeFailureLists([long, list([{ ...elsewhere, runs }])], window);
    assert.deepEqual(
      merged.groups.map(({ id, isLowerBound }) => [id, isLowerBound]),
      [
        ['a', undefined],
        ['b', true],
      ],
    );
  });

  it('is exact where the one long list says which traces it knows', () => {
    const { listedRuns: dropped, ...long } = list([trace(1, 3, 'a'), trace(2, 3, 'a'), trace(3, 3)]);
    assert.ok(dropped);
    const other = list([trace(2, 3, 'a'), trace(4, 1), trace(5, 1, 'a'), trace(6, 1, '+b')]);
    const lists = [long, other];
    const known = new Set(tracesToAskFor(lists).filter((id) => long.groups[0]!.traceIds.includes(id)));
    const merged = mergeFailureLists(lists, window, { known });
    assert.equal(merged.complete, true);
    assert.equal(merged.traces, 6);
    assert.deepEqual(
      merged.groups.map(({ id, failing, runs, recovered }) => [id, failing, runs, recovered]),
      [
        ['a', 3, 6, 0],
        ['b', 0, 6, 1],
      ],
    );
  });

  it('stays complete where the other list knows nothing of the operation', () => {
    const { listedRuns: dropped, ...long } = list([trace(1, 3, 'a')]);
    assert.ok(dropped);
    assert.equal(mergeFailureLists([long, list([])], window).complete, true);
  });

  it('keeps a group read that was marked read in one list', () => {
    const read = failureListFrom([trace(1, 3, 'a')], {
      window,
      complete: true,
      memoryOf: () => ({ markedRead: true }),
    });
    assert.equal(mergeFailureLists([read, list([trace(1, 3, 'a')])], window).groups[0]?.state, 'ongoing');
  });
});
