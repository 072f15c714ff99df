import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import {
  alertsFrom,
  alertStep,
  type AlertSettings,
  type AlertState,
} from '../../../../src/core/alerts/alerts';
import { isQuiet, quietHoursFrom } from '../../../../src/core/alerts/quietHours';
import type { Snooze } from '../../../../src/core/alerts/snooze';
import type { FailureGroup } from '../../../../src/core/failures/failureGroup';
import { traceIdFromHex } from '../../../../src/core/model/ids';

const startMs = 1_795_000_000_000;
const minute = 60_000;

function group(id: string, changes: Partial<FailureGroup> = {}): FailureGroup {
  const traceId = traceIdFromHex('1')!;
  return {
    id,
    fingerprint: id,
    type: 'Error',
    message: '',
    service: `service of ${id}`,
    entryService: 'gateway',
    operation: 'GET /',
    failing: 1,
    runs: 1,
    recovered: 0,
    state: 'new',
    firstSeenMs: startMs + 1,
    lastSeenMs: startMs + 1,
    traceIds: [traceId],
    origin: { traceId, spanId: '1', spanName: 'x', service: 'orders' },
    ...changes,
  };
}

const settings: AlertSettings = {
  enabled: true,
  minuteOfDay: 12 * 60,
  stoppedInDebugger: false,
  snoozes: new Map(),
};

/** What a series of lists makes known, one minute apart; '' where nothing is shown. */
function told(
  lists: readonly (readonly FailureGroup[])[],
  settingsAt: (step: number) => Partial<AlertSettings> = () => ({}),
): readonly string[] {
  let state: AlertState = alertsFrom(startMs);
  return lists.map((groups, step) => {
    const nowMs = startMs + (step + 1) * minute;
    const outcome = alertStep(state, groups, nowMs, { ...settings, ...settingsAt(step) });
    state = JSON.parse(JSON.stringify(outcome.state)) as AlertState;
    const { alert } = outcome;
    return alert === undefined
      ? ''
      : alert.kind === 'one'
        ? `${alert.reason} ${alert.group.id}`
        : alert.groups.map(({ id }) => id).join('+');
  });
}

describe('alertStep', () => {
  it('tells of a new group once', () => {
    assert.deepEqual(told([[group('a')], [group('a')], [group('a', { state: 'ongoing' })], [group('a')]]), [
      'new a',
      '',
      '',
      '',
    ]);
  });

  it('waits until the outer spans of a request had time to come, and says when to look again', () => {
    const young = group('a');
    const first = alertStep(alertsFrom(startMs), [young], startMs + 1000, settings);
    assert.equal(first.alert, undefined);
    // By then the outer service came, and the failure stands under another operation.
    const settled = alertStep(first.state, [group('b')], first.againMs!, settings);
    assert.equal(settled.alert?.kind === 'one' && settled.alert.group.id, 'b');
    assert.equal(settled.againMs, undefined);
  });

  it('tells of several at once in one notification', () => {
    assert.deepEqual(
      told([
        [group('b'), group('a')],
        [group('c'), group('b')],
      ]),
      ['b+a', 'new c'],
    );
  });

  it('names the services of several, each once', () => {
    const { alert } = alertStep(
      alertsFrom(startMs),
      [group('a', { service: 'y' }), group('b', { service: 'x' }), group('c', { service: 'y' })],
      startMs + minute,
      settings,
    );
    assert.deepEqual(alert?.kind === 'several' && alert.services, ['x', 'y']);
  });

  it('is silent about groups seen before it began, and about errors that were recovered from', () => {
    assert.deepEqual(told([[group('a', { firstSeenMs: startMs - 1 }), group('b', { failing: 0 })]]), ['']);
    assert.deepEqual(told([[group('b', { failing: 0 })], [group('b')]]), ['', 'new b']);
  });

  it('lets what happens in quiet hours or while alerts are off pass', () => {
    const quietHours = quietHoursFrom('22:00-07:00');
    assert.deepEqual(
      told([[group('a')], [group('a')]], (step) => ({ quietHours, minuteOfDay: step === 0 ? 60 : 480 })),
      ['', ''],
    );
    assert.deepEqual(
      told([[group('a')], [group('a')]], (step) => ({ enabled: step === 1 })),
      ['', ''],
    );
  });

  it('waits while the user stands at a breakpoint', () => {
    assert.deepEqual(
      told([[group('a')], [group('a')]], (step) => ({ stoppedInDebugger: step === 0 })),
      ['', 'new a'],
    );
  });

  it('keeps a snoozed group quiet, and tells again when it fails after the snooze', () => {
    const snoozes = new Map<string, Snooze>([['a', { kind: 'until', untilMs: startMs + 2 * minute }]]);
    const late = group('a', { state: 'ongoing', lastSeenMs: startMs + 3 * minute });
    assert.deepEqual(
      told([[group('a')], [group('a')], [late], [late]], () => ({ snoozes })),
      ['', '', 'again a', ''],
    );
  });

  it('ends a snooze at the first failure of another release', () => {
    const snoozes = new Map<string, Snooze>([['a', { kind: 'release', version: '1' }]]);
    const of = (serviceVersion: string): FailureGroup =>
      group('a', { serviceVersion, state: 'ongoing', lastSeenMs: startMs + Number(serviceVersion) });
    assert.deepEqual(
      told([[of('1')], [of('2')], [of('2')]], () => ({ snoozes })),
      ['', 'again a', ''],
    );
  });

  it('stays quiet for ever where asked to', () => {
    const snoozes = new Map<string, Snooze>([['a', { kind: 'ever' }]]);
    assert.deepEqual(
      told([[group('a')], [group('a')]], () => ({ snoozes })),
      ['', ''],
    );
  });
});

describe('quiet hours', () => {
  it('run over midnight, within a day, or all day', () => {
    const quiet = (text: string, minuteOfDay: number): boolean => isQuiet(quietHoursFrom(text), minuteOfDay);
    assert.deepEqual(
      [quiet('22:00-07:00', 0), quiet('22:00-07:00', 420), quiet('22:00-07:00', 1320)],
      [true, false, true],
    );
    assert.deepEqual(
      [quiet('9:00-17:30', 540), quiet('9:00-17:30', 1050), quiet('9:00-17:30', 1049)],
      [true, false, true],
    );
    assert.equal(quiet('00:00-00:00', 700), true);
  });

  it('are none where the text is no stretch of a day', () => {
    for (const text of ['', 'night', '25:00-07:00', '22:60-07:00', '22:00']) {
      assert.equal(quietHoursFrom(text), undefined);
    }
  });
});
