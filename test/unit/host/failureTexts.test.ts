import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { frameRows } from '../../../src/host/failures/childRows';
import { markdownOfFailure } from '../../../src/host/failures/failureMarkdown';
import { isUnread, type ExceptionRow, type SpanRow } from '../../../src/host/failures/rows';
import { traceIdFromHex } from '../../../src/core/model/ids';
import type { LocatedGroup } from '../../../src/protocol/analysis';
import { alertText, groupStateText } from '../../../src/words';

const traceId = traceIdFromHex('1')!;
const group: LocatedGroup = {
  id: 'a',
  fingerprint: 'a',
  type: 'Error',
  message: 'no',
  service: 'orders',
  entryService: 'gateway',
  operation: 'GET /',
  failing: 12,
  runs: 340,
  recovered: 0,
  state: 'new',
  firstSeenMs: 0,
  lastSeenMs: 0,
  traceIds: [traceId],
  origin: { traceId, spanId: '1', spanName: 'x', service: 'orders' },
  connectionIds: ['local'],
};

describe('texts of failures', () => {
  it('write counts of a capped list as lower bounds, also in Markdown and notifications', () => {
    const markdown = (complete: boolean): string =>
      markdownOfFailure({ traceId, group, spans: [], nowMs: 0, complete });
    assert.match(markdown(true), / 12 of 340 \(3\.5 %\)/);
    assert.match(markdown(false), / ≥ 12 of 340$/m);
    const alert = (complete: boolean): string =>
      alertText({ ...group, complete, sinceMs: new Date(2026, 10, 24, 14, 1).getTime() });
    assert.equal(alert(true), 'orders: Error in GET /, 12 of 340 requests since 14:01');
    assert.equal(alert(false), 'orders: Error in GET /, ≥ 12 of 340 requests since 14:01');
  });

  it('call what failed no run recovered, and no news', () => {
    const recovered = { ...group, failing: 0, recovered: 31 };
    assert.deepEqual([isUnread(group), isUnread(recovered)], [true, false]);
    assert.equal(groupStateText(recovered), 'recovered');
    assert.equal(groupStateText({ ...recovered, state: 'resolved' }), 'resolved');
    assert.equal(groupStateText(group, true), 'new · snoozed');
  });

  it('give every frame a row of its own, also where a stack names one line twice', () => {
    const frame = { raw: 'at f (a.js:1:1)', rawLine: 3, kind: 'app', inApp: true, via: [] } as const;
    const library = { ...frame, inApp: false } as const;
    const parent = { rowId: 'span' } as SpanRow | ExceptionRow;
    const rows = frameRows(parent, { relation: 'root', frames: [frame, frame, library, library] });
    assert.equal(new Set(rows.map(({ rowId }) => rowId)).size, 3);
  });
});
