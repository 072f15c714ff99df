import { describe, it } from 'mocha';
import assert from 'node:assert/strict';
import { viewStateOf, type ViewFacts } from '../../../src/host/failures/notice';
import type { FailureView } from '../../../src/protocol/analysis';
import type { ConnectionConfig } from '../../../src/protocol/backend';

const window = { fromMs: 0, toMs: 3_600_000 };
const empty: FailureView = { window, complete: true, groups: [], traces: 0, answers: [] };
const jaeger: ConnectionConfig = { id: 'j', kind: 'jaeger', name: 'Jaeger', url: 'http://127.0.0.1:1' };
const listening = { state: 'listening', port: 4318, hosts: ['127.0.0.1'], paused: false } as const;
const local = { connectionId: 'local', completeness: { complete: true, queries: [] } };
const dead = { connectionId: 'j', error: { kind: 'unreachable', target: '127.0.0.1:1' } } as const;
const base: ViewFacts = {
  view: empty,
  stopped: false,
  rows: 0,
  searching: false,
  receiver: { state: 'off' },
  stored: 0,
  connections: [],
  answers: [local],
  narrowDetail: 'now 1 h',
};

/** Welcome, notice and actions of a state, in one line. */
function stateOf(facts: Partial<ViewFacts>): string {
  const { welcome, notice, actions } = viewStateOf({ ...base, ...facts });
  return [welcome, notice?.kind ?? '-', actions.map(({ action }) => action).join(' ')].join(' | ').trim();
}

describe('state of the Failures view', () => {
  it('asks for traces where nothing could bring any', () => {
    assert.equal(stateOf({}), 'noConnection | - |');
  });

  it('says how to send where the receiver waits', () => {
    assert.equal(stateOf({ receiver: listening }), 'nothingReceived | - |');
  });

  it('says that nothing failed, and offers to look wider', () => {
    const facts = { view: { ...empty, traces: 12 }, stored: 12, receiver: listening };
    assert.equal(stateOf(facts), 'none | noFailures | widen showAll');
  });

  it('tells an empty window from an empty store', () => {
    assert.equal(stateOf({ stored: 12, receiver: listening }), 'none | noTraces | widen');
  });

  it('names the connection where none answers, and offers the receiver where it is off', () => {
    const facts = { connections: [jaeger], answers: [local, dead] };
    assert.equal(stateOf(facts), 'none | allSilent | tryAgain editConnection startReceiver');
    assert.equal(
      stateOf({ connections: [jaeger], answers: [dead], receiver: listening }),
      'none | allSilent | tryAgain editConnection',
    );
  });

  it('counts the connections that are silent while others answer', () => {
    const { notice } = viewStateOf({
      ...base,
      connections: [jaeger],
      answers: [local, dead],
      receiver: listening,
      stored: 3,
      rows: 2,
    });
    assert.deepEqual(notice, { kind: 'someSilent', silent: 1, asked: 2 });
  });

  it('says that a list is capped, under its rows', () => {
    const capped = { connectionId: 'j', completeness: { complete: false, queries: [], limit: 50 } };
    assert.equal(
      stateOf({ connections: [jaeger], answers: [local, capped], rows: 3 }),
      'none | capped | narrow',
    );
  });

  it('does not blame the traces for a search that finds nothing', () => {
    const facts = { view: { ...empty, traces: 12 }, stored: 12, searching: true, receiver: listening };
    assert.equal(stateOf(facts), 'none | nothingFound | clearSearch');
  });

  it('does not say that nothing failed while a connection has not answered', () => {
    const asked = { connectionId: 'j', isPending: true } as const;
    const facts = { connections: [jaeger], receiver: listening, stored: 12, view: { ...empty, traces: 12 } };
    assert.equal(stateOf({ ...facts, answers: [local, asked] }), 'none | asking |');
    const again = { ...local, connectionId: 'j', isPending: true } as const;
    assert.equal(stateOf({ ...facts, answers: [local, again] }), 'none | noFailures | widen showAll');
  });

  it('says that the analysis stopped', () => {
    assert.equal(stateOf({ stopped: true, stored: 3 }), 'none | stopped |');
  });
});
