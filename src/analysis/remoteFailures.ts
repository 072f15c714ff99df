import { ok, type Result } from '../base/result';
import type { FailureList, TimeWindow } from '../core/failures/failureGroup';
import {
  localConnectionId,
  type BackendError,
  type Completeness,
  type TraceBackend,
} from '../protocol/backend';

type Failures = FailureList & { readonly completeness: Completeness };

/** How long the answer of a remote backend stands while the local store changes many times a second. */
const REMOTE_FOR_MS = 10_000;

interface Kept {
  readonly list: Failures;
  readonly askedMs: number;
  readonly lengthMs: number;
}

/** Failure lists of backends; remote ones are asked again only after a while, or when the user asks. */
export class RemoteFailures {
  private kept = new Map<string, Kept>();

  async failures(
    backend: TraceBackend,
    window: TimeWindow,
    fresh: boolean,
    signal: AbortSignal,
  ): Promise<Result<Failures, BackendError>> {
    if (backend.connectionId === localConnectionId) {
      return backend.failures(window, signal);
    }
    const lengthMs = window.toMs - window.fromMs;
    const before = this.kept.get(backend.connectionId);
    if (!fresh && before?.lengthMs === lengthMs && performance.now() - before.askedMs < REMOTE_FOR_MS) {
      return ok({ ...before.list, window });
    }
    const askedMs = performance.now();
    const kept = this.kept;
    const answer = await backend.failures(window, signal);
    if (answer.ok && !signal.aborted) {
      kept.set(backend.connectionId, { list: answer.value, askedMs, lengthMs });
    }
    return answer;
  }

  /** Drops what is kept, also answers still under way: the connections changed. */
  forget(): void {
    this.kept = new Map();
  }
}
