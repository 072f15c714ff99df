import type { ConnectionAnswer, FailureView } from '../../protocol/analysis';
import type { BackendError, ConnectionConfig } from '../../protocol/backend';
import { localConnectionId } from '../../protocol/backend';
import type { ContextKeyTypes, ContextKey } from '../../contributions';
import type { ReceiverStatus } from '../../protocol/engine';
import type { ActionRow, FailureAction } from './rows';

/** What the view says above its rows. `words.ts` has the sentences. */
export type Notice =
  | { readonly kind: 'stopped' }
  | { readonly kind: 'noFailures'; readonly view: FailureView }
  | { readonly kind: 'noTraces' }
  | { readonly kind: 'nothingFound' }
  | { readonly kind: 'capped'; readonly answers: readonly ConnectionAnswer[] }
  | { readonly kind: 'asking'; readonly connectionIds: readonly string[] }
  | { readonly kind: 'someSilent'; readonly silent: number; readonly asked: number }
  | { readonly kind: 'allSilent'; readonly connection: ConnectionConfig; readonly error: BackendError };

/** Facts from which the empty, partial and error states of the view follow. */
export interface ViewFacts {
  readonly view: FailureView | undefined;
  readonly stopped: boolean;
  /** Rows after filter and search. */
  readonly rows: number;
  readonly searching: boolean;
  readonly receiver: ReceiverStatus;
  /** Traces in the local store, whatever their time. */
  readonly stored: number;
  readonly connections: readonly ConnectionConfig[];
  readonly answers: readonly ConnectionAnswer[];
  /** The window's length, and the cap, for the row that narrows it. */
  readonly narrowDetail: string;
}

/** What an answer of the Failures view needs beside its rows. */
export interface ViewState {
  readonly welcome: ContextKeyTypes[typeof ContextKey.welcome];
  readonly notice: Notice | undefined;
  readonly actions: readonly ActionRow[];
}

/** The state of the view: exactly one welcome, at most one notice, and what to do about it. */
export function viewStateOf(facts: ViewFacts): ViewState {
  const { view, connections, receiver } = facts;
  const receives =
    receiver.state === 'listening' || receiver.state === 'elsewhere' || receiver.state === 'starting';
  if (connections.length === 0 && facts.stored === 0 && (view?.traces ?? 0) === 0) {
    return { welcome: receives ? 'nothingReceived' : 'noConnection', notice: undefined, actions: [] };
  }
  return { welcome: 'none', ...noticeOf(facts, receives) };
}

function noticeOf(facts: ViewFacts, receives: boolean): Omit<ViewState, 'welcome'> {
  const { view, connections, answers } = facts;
  if (facts.stopped) {
    return { notice: { kind: 'stopped' }, actions: [] };
  }
  if (!view) {
    return { notice: undefined, actions: [] };
  }
  const silent = answers.filter((answer) => answer.error && answer.error.kind !== 'cancelled');
  const asked = answers.filter(({ connectionId }) => connectionId !== localConnectionId || receives).length;
  const [first] = silent;
  const connection = connections.find(({ id }) => id === first?.connectionId);
  if (facts.rows === 0 && first?.error && connection && silent.length >= asked) {
    return {
      notice: { kind: 'allSilent', connection, error: first.error },
      actions: [
        action('tryAgain'),
        { ...action('editConnection'), connectionId: connection.id },
        ...(receives ? [] : [action('startReceiver')]),
      ],
    };
  }
  // One that answered before is asked again all the time: its rows are there.
  const unheard = answers.filter(
    ({ isPending, completeness, error }) => isPending && !completeness && !error,
  );
  if (unheard.length > 0) {
    const connectionIds = unheard.map(({ connectionId }) => connectionId);
    return { notice: { kind: 'asking', connectionIds }, actions: [] };
  }
  if (facts.rows === 0 && facts.searching) {
    return { notice: { kind: 'nothingFound' }, actions: [action('clearSearch')] };
  }
  if (silent.length > 0) {
    return { notice: { kind: 'someSilent', silent: silent.length, asked }, actions: [] };
  }
  if (facts.rows === 0) {
    return view.traces > 0
      ? { notice: { kind: 'noFailures', view }, actions: [action('widen'), action('showAll')] }
      : { notice: { kind: 'noTraces' }, actions: [action('widen')] };
  }
  const capped = answers.filter(({ completeness }) => completeness && !completeness.complete);
  if (capped.length > 0) {
    return { notice: { kind: 'capped', answers: capped }, actions: [action('narrow', facts.narrowDetail)] };
  }
  return { notice: undefined, actions: [] };
}

function action(kind: FailureAction, detail = ''): ActionRow {
  return { kind: 'action', rowId: `action/${kind}`, action: kind, detail };
}
