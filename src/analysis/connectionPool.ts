import type { Disposable } from '../base/disposable';
import { Emitter } from '../base/emitter';
import { Lru } from '../base/lru';
import { err, ok, type Result } from '../base/result';
import type { FailureList, TimeWindow } from '../core/failures/failureGroup';
import { withMemory } from '../core/failures/groupState';
import { mergeFailureLists, tracesToAskFor } from '../core/failures/mergeFailureLists';
import type { TraceId } from '../core/model/ids';
import type { Trace } from '../core/model/trace';
import { traceFromTables } from '../core/model/traceBuilder';
import type { ConnectionAnswer, FailuresPurpose } from '../protocol/analysis';
import {
  localConnectionId,
  type BackendError,
  type Completeness,
  type TraceBackend,
  type TraceQuery,
  type TraceSummary,
} from '../protocol/backend';
import { StandingQuestion, type Question } from './standingQuestion';

/** How long a list waits for connections that are asked now; what they answer later is merged then. */
const graceMs = 400;
/** How long a trace that one connection has waits for spans that others may have. */
const moreSpansMs = 200;
/** Groups whose runs connections are asked for, at most. */
const keptTraceQuestions = 200;

type FailureAnswer = FailureList & { readonly completeness: Completeness };
interface TracesAnswer {
  readonly traces: readonly TraceSummary[];
  readonly completeness: Completeness;
}

/** Failures of all connections, and which of them saw each group. */
export interface PooledFailures {
  readonly list: FailureList;
  readonly connectionsOfGroup: ReadonlyMap<string, readonly string[]>;
  readonly answers: readonly ConnectionAnswer[];
}

/** What one connection said, as far as it said anything yet. */
interface Heard<T> {
  readonly backend: TraceBackend;
  readonly answer: Result<T, BackendError> | undefined;
  readonly isPending: boolean;
}

/** How to ask each connection one thing. */
interface Asking<T> {
  readonly question: Question;
  readonly fresh: boolean;
  /** How long to wait for connections that are asked now; absent: until they answered. */
  readonly waitMs?: number;
  readonly standing: (connectionId: string) => StandingQuestion<T>;
  readonly send: (backend: TraceBackend, signal: AbortSignal) => Promise<Result<T, BackendError>>;
}

/**
 * The local store and every added connection, asked side by side. A trace that several know counts once, and a connection that is slow or
 * silent holds up nothing that others know.
 */
export class ConnectionPool implements Disposable {
  private readonly backends: readonly TraceBackend[];
  private readonly names: ReadonlyMap<string, string>;
  private readonly release: () => void;
  private readonly lateAnswers = new Emitter<undefined>();
  private readonly failureQuestions = new Map<string, StandingQuestion<FailureAnswer>>();
  private readonly traceQuestions = new Lru<string, StandingQuestion<TracesAnswer>>(
    keptTraceQuestions,
    (question) => {
      question.dispose();
    },
  );
  private connectionsOfGroup: ReadonlyMap<string, readonly string[]> = new Map();

  /** A connection answered that a list went out without. */
  readonly onDidAnswerLate = this.lateAnswers.event;

  /** `names`: of the added connections by id, for errors. */
  constructor(backends: readonly TraceBackend[], names: ReadonlyMap<string, string>, release: () => void) {
    this.backends = backends;
    this.names = names;
    this.release = release;
  }

  /** Failures of all connections that have answered; `fresh` asks also those that answered a moment ago. */
  async failures(
    window: TimeWindow,
    { fresh, purpose }: { readonly fresh: boolean; readonly purpose: FailuresPurpose },
    signal: AbortSignal,
  ): Promise<PooledFailures> {
    const heard = await this.ask<FailureAnswer>(
      this.backends,
      {
        question: { key: '', window },
        fresh,
        waitMs: graceMs,
        standing: (connectionId) => this.failureQuestion(`${connectionId}/${purpose}`),
        send: (backend, own) => backend.failures(window, own),
      },
      signal,
    );
    const lists: FailureList[] = [];
    const connectionsOfGroup = new Map<string, string[]>();
    for (const { backend, answer } of heard) {
      if (!answer?.ok) {
        continue;
      }
      lists.push(answer.value);
      for (const { id } of answer.value.groups) {
        const ids = connectionsOfGroup.get(id);
        if (ids) {
          ids.push(backend.connectionId);
        } else {
          connectionsOfGroup.set(id, [backend.connectionId]);
        }
      }
    }
    if (purpose === 'list') {
      this.connectionsOfGroup = connectionsOfGroup;
    }
    const empty: FailureList = { window, complete: true, groups: [], traces: 0 };
    const list =
      lists.length === 0
        ? empty
        : mergeFailureLists(lists, window, { known: this.knownLocally(tracesToAskFor(lists)) });
    const memory = this.backends
      .find(isLocal)
      ?.groupMemory?.(
        list.groups.flatMap(({ id }) =>
          connectionsOfGroup.get(id)?.includes(localConnectionId) ? [] : [id],
        ),
      );
    const groups = memory
      ? list.groups.map((group) => withMemory(group, memory.get(group.id), window.toMs))
      : list.groups;
    const isWhole = heard.every(({ answer }) => answer?.ok);
    return {
      list: { ...list, groups, complete: list.complete && isWhole },
      connectionsOfGroup,
      answers: heard.map(connectionAnswer),
    };
  }

  /** Traces of all connections that have answered, newest first, each once. The runs of a group are asked of those that saw it. */
  async traces(
    query: TraceQuery,
    signal: AbortSignal,
  ): Promise<{ readonly traces: readonly TraceSummary[]; readonly answers: readonly ConnectionAnswer[] }> {
    const { window, ...rest } = query;
    const backends = this.backendsOfGroup(query.groupId);
    const heard = await this.ask<TracesAnswer>(
      backends,
      {
        question: { key: JSON.stringify(rest), window },
        fresh: false,
        // Where the store knows nothing of a group there is nothing to show meanwhile.
        ...(backends.some(isLocal) && { waitMs: graceMs }),
        standing: (connectionId) => this.traceQuestion(`${connectionId}/${query.groupId ?? ''}`),
        send: (backend, own) => backend.traces(query, own),
      },
      signal,
    );
    const byId = new Map<TraceId, TraceSummary>();
    for (const { answer } of heard) {
      for (const summary of answer?.ok ? answer.value.traces : []) {
        const known = byId.get(summary.traceId);
        if (!known || summary.spanCount > known.spanCount) {
          byId.set(summary.traceId, summary);
        }
      }
    }
    return {
      traces: [...byId.values()].sort((a, b) => b.startMs - a.startMs).slice(0, query.limit),
      answers: heard.map(connectionAnswer),
    };
  }

  /**
   * One trace, of what the first connection has that knows it and what others add soon after; the first failure other than `notFound` where
   * none knows it.
   */
  async trace(id: TraceId, signal: AbortSignal): Promise<Result<Trace, BackendError>> {
    const rest = new AbortController();
    const either = AbortSignal.any([signal, rest.signal]);
    const answers: Result<Trace, BackendError>[] = [];
    const asked = this.backends.map(async (backend) => {
      const answer = await backend.trace(id, either);
      answers.push(answer.ok ? answer : err(this.named(backend, answer.error)));
      return answer.ok;
    });
    const all = Promise.all(asked);
    if (await anyTrue(asked)) {
      await settledWithin(all, moreSpansMs);
    }
    // Who has not answered by now is not waited for.
    rest.abort();
    signal.throwIfAborted();
    const traces = answers.flatMap((answer) => (answer.ok ? [answer.value] : []));
    const [first] = traces;
    if (first && traces.length === 1) {
      return ok(first);
    }
    if (first) {
      return ok(
        traceFromTables(
          id,
          traces.map(({ spans }) => ({ table: spans })),
        ),
      );
    }
    const errors = answers.flatMap((answer) => (answer.ok ? [] : [answer.error]));
    return err(
      errors.find(({ kind }) => kind !== 'notFound') ??
        errors[0] ?? { kind: 'notFound', target: localConnectionId },
    );
  }

  dispose(): void {
    for (const question of this.failureQuestions.values()) {
      question.dispose();
    }
    this.traceQuestions.clear();
    this.lateAnswers.dispose();
    this.release();
  }

  /** The local store's answer, and those of connections as far as they came in time. */
  private async ask<T>(
    backends: readonly TraceBackend[],
    { question, fresh, waitMs, standing, send }: Asking<T>,
    signal: AbortSignal,
  ): Promise<readonly Heard<T>[]> {
    const asked = backends.map((backend) =>
      isLocal(backend)
        ? { backend, local: send(backend, signal) }
        : {
            backend,
            remote: standing(backend.connectionId).ask(question, fresh, (own) => send(backend, own)),
          },
    );
    const awaited = asked.flatMap(({ remote }) =>
      remote?.request && (remote.isAskedNow || waitMs === undefined) ? [remote.request.settled] : [],
    );
    const local = await Promise.all(asked.map(async (one) => one.local));
    await settledWithin(Promise.all(awaited), waitMs);
    signal.throwIfAborted();
    return asked.map(({ backend, remote }, index): Heard<T> => {
      if (!remote) {
        return { backend, answer: local[index], isPending: false };
      }
      const { request } = remote;
      const isPending = request !== undefined && !request.answer;
      if (isPending) {
        request.isLate = true;
      }
      return { backend, answer: request?.answer ?? remote.answer, isPending };
    });
  }

  private failureQuestion(id: string): StandingQuestion<FailureAnswer> {
    const question = this.failureQuestions.get(id) ?? new StandingQuestion<FailureAnswer>(this.tellLate);
    this.failureQuestions.set(id, question);
    return question;
  }

  private traceQuestion(id: string): StandingQuestion<TracesAnswer> {
    const question = this.traceQuestions.get(id) ?? new StandingQuestion<TracesAnswer>(this.tellLate);
    this.traceQuestions.set(id, question);
    return question;
  }

  private readonly tellLate = (): void => {
    this.lateAnswers.fire(undefined);
  };

  /** Who saw a group when the list was last told; everybody where nobody is known to. */
  private backendsOfGroup(groupId: string | undefined): readonly TraceBackend[] {
    const ids = groupId === undefined ? undefined : this.connectionsOfGroup.get(groupId);
    return ids ? this.backends.filter(({ connectionId }) => ids.includes(connectionId)) : this.backends;
  }

  /** Of these traces, those the local store has: its counts name no traces, so a merge must ask. */
  private knownLocally(ids: readonly TraceId[]): ReadonlySet<TraceId> {
    return this.backends.find(isLocal)?.knownTraces?.(ids) ?? new Set();
  }

  private named({ connectionId }: TraceBackend, error: BackendError): BackendError {
    const connection = this.names.get(connectionId);
    return connection === undefined ? error : { ...error, connection };
  }
}

function isLocal({ connectionId }: TraceBackend): boolean {
  return connectionId === localConnectionId;
}

function connectionAnswer<T extends { readonly completeness: Completeness }>({
  backend: { connectionId },
  answer,
  isPending,
}: Heard<T>): ConnectionAnswer {
  return {
    connectionId,
    ...(answer?.ok === true && { completeness: answer.value.completeness }),
    ...(answer?.ok === false && { error: answer.error }),
    ...(isPending && { isPending }),
  };
}

/** Whether any comes true, told as soon as one does. */
function anyTrue(promises: readonly Promise<boolean>[]): Promise<boolean> {
  return new Promise((resolve, reject) => {
    for (const promise of promises) {
      promise.then((value) => {
        if (value) {
          resolve(true);
        }
      }, reject);
    }
    void Promise.all(promises).then(
      (values) => {
        resolve(values.includes(true));
      },
      () => undefined,
    );
  });
}

/** Waits for `promise`, at most `ms` where given. */
async function settledWithin(promise: Promise<unknown>, ms: number | undefined): Promise<void> {
  if (ms === undefined) {
    await promise;
    return;
  }
  let timer: NodeJS.Timeout | undefined;
  const timeUp = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, ms);
  });
  await Promise.race([promise, timeUp]);
  clearTimeout(timer);
}
