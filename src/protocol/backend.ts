import type { Result } from '../base/result';
import type { FailureList, TimeWindow } from '../core/failures/failureGroup';
import type { TraceId } from '../core/model/ids';
import type { Trace } from '../core/model/trace';

/** Why a backend gave no answer; `words.ts` turns each kind into one sentence and one action. */
export interface BackendError {
  readonly kind:
    | 'unreachable'
    | 'unauthorized'
    | 'rateLimited'
    | 'timeout'
    | 'cancelled'
    | 'notFound'
    | 'badResponse'
    | 'tooLarge'
    | 'unsupported';
  /** Host and port, or file. */
  readonly target: string;
  /** Name of the added connection that failed, where several were asked at once. */
  readonly connection?: string;
  readonly status?: number;
  readonly retryAfterMs?: number;
  /** What exactly, where the kind alone would mislead. */
  readonly reason?: BackendErrorReason;
  /** Facts for the log: no secrets, at most 500 characters, as the backend sent them. */
  readonly detail?: string;
}

/** `html`: a page instead of data (a sign-in page, or no API at this path). */
export type BackendErrorReason =
  | 'hostUnknown'
  | 'certificate'
  | 'html'
  | 'notJson'
  | 'truncated'
  | 'redirected'
  | 'serverError'
  | 'noApi'
  /** Jaeger since 2.21 has no classic search. */
  | 'classicSearchRemoved'
  /** The file is a database of another program. */
  | 'noStore'
  /** Another version of this program wrote the store. */
  | 'storeVersion';

/** Which cap was hit, in a list that is not whole. */
export interface Completeness {
  readonly complete: boolean;
  /** Which query was sent, for the log and tooltip. */
  readonly queries: readonly string[];
  /** Traces per query at most, where that cap was hit. */
  readonly limit?: number;
}

/** One row of a list of traces. */
export interface TraceSummary {
  readonly traceId: TraceId;
  readonly connectionId: string;
  readonly entryService: string;
  readonly operation: string;
  readonly startMs: number;
  readonly durationMs: number;
  readonly spanCount: number;
  readonly services: readonly string[];
  readonly failed: boolean;
}

/** Which traces a list asks for: `groupId` narrows to the failing runs of one group. */
export interface TraceQuery {
  readonly window: TimeWindow;
  readonly filter: 'failed' | 'all';
  readonly groupId?: string;
  readonly text?: string;
  readonly limit: number;
}

/** When a group was first seen by any connection, and whether somebody marked it as read. */
export interface RememberedGroup {
  readonly firstSeenMs: number;
  readonly read: boolean;
}

/** A source of traces. Every call may be aborted; failures are values. */
export interface TraceBackend {
  readonly connectionId: string;
  failures(
    window: TimeWindow,
    signal: AbortSignal,
  ): Promise<Result<FailureList & { readonly completeness: Completeness }, BackendError>>;
  traces(
    query: TraceQuery,
    signal: AbortSignal,
  ): Promise<
    Result<{ readonly traces: readonly TraceSummary[]; readonly completeness: Completeness }, BackendError>
  >;
  trace(id: TraceId, signal: AbortSignal): Promise<Result<Trace, BackendError>>;
  /** Which of `ids` it knows, without reading the traces: so that a trace that another connection lists too counts once. */
  knownTraces?(ids: readonly TraceId[]): ReadonlySet<TraceId>;
  /** What is remembered of groups beyond any window, also of groups that only other connections saw. */
  groupMemory?(ids: readonly string[]): ReadonlyMap<string, RememberedGroup>;
  /** Asks for as little as shows that address and credentials are right. */
  test(signal: AbortSignal): Promise<Result<{ readonly services: number }, BackendError>>;
}

/** {@link TraceBackend.connectionId} of the local store. */
export const localConnectionId = 'local';

/** What a stored connection says; secrets are not part of it. */
export interface ConnectionConfig {
  readonly id: string;
  readonly kind: 'jaeger';
  readonly name: string;
  readonly url: string;
  readonly tenant?: string;
  readonly headers?: Readonly<Record<string, string>>;
}
