import type { Disposable } from '../base/disposable';
import { err, ok, type Result } from '../base/result';
import type { FailureList, TimeWindow } from '../core/failures/failureGroup';
import { mergeFailureLists, tracesToAskFor } from '../core/failures/mergeFailureLists';
import type { TraceId } from '../core/model/ids';
import type { Trace } from '../core/model/trace';
import { traceFromTables } from '../core/model/traceBuilder';
import type { ConnectionAnswer } from '../protocol/analysis';
import {
  localConnectionId,
  type BackendError,
  type Completeness,
  type TraceBackend,
  type TraceQuery,
  type TraceSummary,
} from '../protocol/backend';

/** Connections answer a list from a moment ago while traces stream in locally; the user's own question is always asked. */
const keepAnswerMs = 15_000;

type FailureAnswer = Result<FailureList & { readonly completeness: Completeness }, BackendError>;

interface KeptAnswer {
  readonly askedMs: number;
  readonly lengthMs: number;
  readonly answer: Promise<FailureAnswer>;
}

/** Failures of all connections, and which of them saw each group. */
export interface PooledFailures {
  readonly list: FailureList;
  readonly connectionsOfGroup: ReadonlyMap<string, readonly string[]>;
  readonly answers: readonly ConnectionAnswer[];
}

/** The local store and every added connection, asked side by side; a trace that several know counts once. */
export class ConnectionPool implements Disposable {
  private readonly backends: readonly TraceBackend[];
  private readonly release: () => void;
  private readonly kept = new Map<string, KeptAnswer>();

  constructor(backends: readonly TraceBackend[], release: () => void) {
    this.backends = backends;
    this.release = release;
  }

  /** Failures of all connections that answer; `fresh` asks also those that answered a moment ago. */
  async failures(window: TimeWindow, fresh: boolean, signal: AbortSignal): Promise<PooledFailures> {
    const asked = await Promise.all(
      this.backends.map(async (backend) => ({
        backend,
        answer: await this.failuresOf(backend, window, fresh, signal),
      })),
    );
    signal.throwIfAborted();
    const lists: FailureList[] = [];
    const connectionsOfGroup = new Map<string, string[]>();
    for (const { backend, answer } of asked) {
      if (!answer.ok) {
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
    const empty: FailureList = { window, complete: true, groups: [], traces: 0 };
    const list =
      lists.length === 0
        ? empty
        : mergeFailureLists(lists, window, { known: this.knownLocally(tracesToAskFor(lists)) });
    const answered = asked.every(({ answer }) => answer.ok);
    return {
      list: answered ? list : { ...list, complete: false },
      connectionsOfGroup,
      answers: asked.map(({ backend, answer }) => connectionAnswer(backend, answer)),
    };
  }

  /** Traces of all connections, newest first, each once. */
  async traces(
    query: TraceQuery,
    signal: AbortSignal,
  ): Promise<{ readonly traces: readonly TraceSummary[]; readonly answers: readonly ConnectionAnswer[] }> {
    const asked = await Promise.all(
      this.backends.map(async (backend) => ({ backend, answer: await backend.traces(query, signal) })),
    );
    signal.throwIfAborted();
    const byId = new Map<TraceId, TraceSummary>();
    for (const { answer } of asked) {
      for (const summary of answer.ok ? answer.value.traces : []) {
        const known = byId.get(summary.traceId);
        if (!known || summary.spanCount > known.spanCount) {
          byId.set(summary.traceId, summary);
        }
      }
    }
    return {
      traces: [...byId.values()].sort((a, b) => b.startMs - a.startMs).slice(0, query.limit),
      answers: asked.map(({ backend, answer }) => connectionAnswer(backend, answer)),
    };
  }

  /** One trace out of what all connections know of it; the first failure other than `notFound` where none knows it. */
  async trace(id: TraceId, signal: AbortSignal): Promise<Result<Trace, BackendError>> {
    const answers = await Promise.all(this.backends.map((backend) => backend.trace(id, signal)));
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
    this.release();
  }

  /** Of these traces, those the local store has: its counts name no traces, so a merge must ask. */
  private knownLocally(ids: readonly TraceId[]): ReadonlySet<TraceId> {
    const local = this.backends.find(({ connectionId }) => connectionId === localConnectionId);
    return local?.knownTraces?.(ids) ?? new Set();
  }

  private failuresOf(
    backend: TraceBackend,
    window: TimeWindow,
    fresh: boolean,
    signal: AbortSignal,
  ): Promise<FailureAnswer> {
    if (backend.connectionId === localConnectionId) {
      return backend.failures(window, signal);
    }
    const nowMs = performance.now();
    const lengthMs = window.toMs - window.fromMs;
    const kept = this.kept.get(backend.connectionId);
    if (!fresh && kept?.lengthMs === lengthMs && nowMs - kept.askedMs < keepAnswerMs) {
      return kept.answer;
    }
    const answer = backend.failures(window, signal);
    const asked: KeptAnswer = { askedMs: nowMs, lengthMs, answer };
    this.kept.set(backend.connectionId, asked);
    // An answer that was called off is none: the next question asks again.
    void answer.then(
      (result) => {
        if (!result.ok && result.error.kind === 'cancelled') {
          this.forget(backend.connectionId, asked);
        }
      },
      () => {
        this.forget(backend.connectionId, asked);
      },
    );
    return answer;
  }

  private forget(connectionId: string, asked: KeptAnswer): void {
    if (this.kept.get(connectionId) === asked) {
      this.kept.delete(connectionId);
    }
  }
}

function connectionAnswer(
  { connectionId }: TraceBackend,
  answer: Result<{ readonly completeness: Completeness }, BackendError>,
): ConnectionAnswer {
  return answer.ok
    ? { connectionId, completeness: answer.value.completeness }
    : { connectionId, error: answer.error };
}
