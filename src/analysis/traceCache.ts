import { Lru } from '../base/lru';
import { err, ok, type Result } from '../base/result';
import { traceIdFromHex } from '../core/model/ids';
import type { Trace } from '../core/model/trace';
import { traceFromTables } from '../core/model/traceBuilder';
import type { BackendError } from '../protocol/backend';
import type { OpenBackends } from './openBackends';

/** Traces kept for questions about their spans. */
const KEPT_TRACES = 8;

/** Traces by id, asked of every connection and merged; the newest few are kept, since views ask many questions about one trace. */
export class TraceCache {
  private readonly backends: OpenBackends;
  private readonly traces = new Lru<string, Trace>(KEPT_TRACES);

  constructor(backends: OpenBackends) {
    this.backends = backends;
  }

  /** The trace as it is now: spans may have come since it was last asked for. */
  async fresh(traceId: string, signal: AbortSignal): Promise<Result<Trace, BackendError>> {
    const id = traceIdFromHex(traceId);
    if (!id) {
      return err({ kind: 'notFound', target: traceId.slice(0, 64) });
    }
    const answers = await this.backends.ask((backend) => backend.trace(id, signal));
    const found = answers.flatMap(({ result }) =>
      result.ok && result.value.spans.count > 0 ? [result.value] : [],
    );
    if (found.length === 0) {
      const errors = answers.flatMap(({ result }) => (result.ok ? [] : [result.error]));
      // A connection that could not look says more than those that looked in vain.
      const telling = errors.find(({ kind }) => kind !== 'notFound') ?? errors[0];
      return err(telling ?? { kind: 'notFound', target: id });
    }
    const trace =
      found.length === 1
        ? found[0]!
        : traceFromTables(
            id,
            found.map(({ spans }) => ({ table: spans })),
          );
    this.traces.set(id, trace);
    return ok(trace);
  }

  /** The trace as it was when last asked for, so that row numbers mean what the asking view means. */
  async known(traceId: string, signal: AbortSignal): Promise<Result<Trace, BackendError>> {
    const kept = this.traces.get(traceId);
    return kept ? ok(kept) : this.fresh(traceId, signal);
  }

  clear(): void {
    this.traces.clear();
  }
}
