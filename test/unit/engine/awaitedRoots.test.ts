import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { LocalBackend } from '../../../src/backends/local/localBackend';
import type { FailureList } from '../../../src/core/failures/failureGroup';
import { encodeSpanTable } from '../../../src/core/model/batchCodec';
import { selectSpans } from '../../../src/core/model/spanCopier';
import type { SpanTable } from '../../../src/core/model/spanTable';
import { AwaitedRoots } from '../../../src/engine/store/awaitedRoots';
import { Indexer } from '../../../src/engine/store/indexer';
import { openStore } from '../../../src/engine/store/openStore';
import { SegmentViews } from '../../../src/engine/store/segmentViews';
import { SegmentKind } from '../../../src/protocol/storeSchema';
import { spansFromDrawing } from '../../kit/drawTrace';
import { TestFolder } from './testEngine';

const request = spansFromDrawing(`
gateway  POST /checkout |==========| kind server, error
  gateway  POST         | ======== | kind client, error
    payments  POST /pay |  ======  | kind server, error, exception BankError: no answer
`);
const inner = selectSpans(request, [2]);
const outer = selectSpans(request, [0, 1]);

describe('traces whose root has not arrived', () => {
  let folder: TestFolder;
  let database: ReturnType<typeof openStore>['database'];
  let indexer: Indexer;
  let backend: LocalBackend;
  let nowMs: number;

  beforeEach(() => {
    nowMs = 1_700_000_000_000;
    folder = new TestFolder();
    ({ database } = openStore(folder.store));
    indexer = newIndexer();
    backend = new LocalBackend(folder.store);
  });

  afterEach(() => {
    backend.dispose();
    database.close();
    folder.remove();
  });

  function newIndexer(): Indexer {
    return new Indexer(database, new SegmentViews(database), {
      nowMs: () => nowMs,
      onError: (error) => {
        throw error;
      },
    });
  }

  function receive(spans: SpanTable): void {
    database
      .prepare('INSERT INTO segments (kind, arrivedMs, rows, body) VALUES (?, ?, ?, ?)')
      .run(SegmentKind.spans, nowMs, spans.count, encodeSpanTable(spans));
    indexer.step(100);
    indexer.settleAwaiting(100);
  }

  async function listed(): Promise<readonly string[]> {
    const answer = await backend.failures({ fromMs: 0, toMs: 2 ** 45 });
    assert.ok(answer.ok);
    const { groups }: FailureList = answer.value;
    return groups.map(
      ({ entryService, operation, failing, runs }) => `${entryService} ${operation}: ${failing} of ${runs}`,
    );
  }

  it('are not listed under an inner service before the outermost one had time to send', async () => {
    receive(inner);
    assert.deepEqual(await listed(), []);
    nowMs += 6000;
    receive(outer);
    assert.deepEqual(await listed(), ['gateway POST /checkout: 1 of 1']);
    assert.equal(indexer.awaitingForMs(), undefined);
  });

  it('are listed as what arrived of them when nothing comes for ten seconds after their last span', async () => {
    receive(inner);
    nowMs += 6000;
    receive(selectSpans(request, [1]));
    nowMs += 6000;
    indexer.settleAwaiting(100);
    assert.deepEqual(await listed(), [], 'a span came six seconds ago');
    nowMs += indexer.awaitingForMs()!;
    indexer.settleAwaiting(100);
    assert.deepEqual(await listed(), ['gateway POST: 1 of 1']);
  });

  it('are corrected when the root comes after that all the same', async () => {
    receive(inner);
    nowMs += 10_000;
    indexer.settleAwaiting(100);
    assert.deepEqual(await listed(), ['payments POST /pay: 1 of 1']);
    nowMs += 60_000;
    receive(outer);
    assert.deepEqual(await listed(), ['gateway POST /checkout: 1 of 1']);
  });

  it('still wait after the process that received them ended', async () => {
    receive(inner);
    indexer = newIndexer();
    indexer.settleAwaiting(100);
    assert.deepEqual(await listed(), []);
    nowMs += 10_000;
    indexer.settleAwaiting(100);
    assert.deepEqual(await listed(), ['payments POST /pay: 1 of 1']);
  });
});

describe('AwaitedRoots', () => {
  it('gives traces in the order in which their time is up, each extended by its last span', () => {
    const awaited = new AwaitedRoots();
    awaited.add('a', 0);
    awaited.add('b', 1000);
    awaited.add('a', 2000);
    assert.deepEqual(awaited.takeDue(10_999, 10), []);
    assert.deepEqual(awaited.takeDue(12_000, 1), ['b']);
    assert.deepEqual(awaited.takeDue(12_000, 10), ['a']);
    assert.equal(awaited.nextDueMs(), undefined);
  });

  it('refuses more than memory is to hold', () => {
    const awaited = new AwaitedRoots();
    for (let i = 0; i < 100_000; i++) {
      assert.ok(awaited.add(String(i), 0));
    }
    assert.ok(!awaited.add('one more', 0));
  });
});
