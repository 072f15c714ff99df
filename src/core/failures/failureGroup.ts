import type { RevisionAttributes } from '../drift/revisionCandidates';
import type { TraceId } from '../model/ids';

/** `new`: first seen under 15 minutes ago and not marked read; `resolved`: no failing run for 10 minutes and 20 good runs since; else `ongoing`. */
export type GroupState = 'new' | 'ongoing' | 'resolved';

/** What a window of time is in milliseconds since the Unix epoch; `fromMs` counts in, `toMs` does not. */
export interface TimeWindow {
  readonly fromMs: number;
  readonly toMs: number;
}

/** One defect: the failing runs of one entry service and operation whose originating failures share a fingerprint. */
export interface FailureGroup {
  /** Stable over restarts: a hash of entry service, operation and fingerprint. */
  readonly id: string;
  readonly fingerprint: string;
  /** Exception type, or `error` where a span failed without exception. */
  readonly type: string;
  /** Of the newest failing run. */
  readonly message: string;
  /** Service of the originating span. */
  readonly service: string;
  readonly serviceVersion?: string;
  readonly entryService: string;
  readonly operation: string;
  /** Failing runs of this group in the window. */
  readonly failing: number;
  /** All runs of the entry service and operation in the window. */
  readonly runs: number;
  /** Runs in which this failure happened without being what failed them. */
  readonly recovered: number;
  /** Several lists may have counted the same runs, or one may hold runs that it did not count: the counts are lower bounds. */
  readonly isLowerBound?: true;
  readonly state: GroupState;
  readonly firstSeenMs: number;
  /** Start of the last failing run; of the last recovered one where none failed. */
  readonly lastSeenMs: number;
  /** Of the failing runs, of the recovered ones where none failed; newest first, at most 100. */
  readonly traceIds: readonly TraceId[];
  /** Where the newest failing run's failure began: what locating the line needs. */
  readonly origin: FailureOrigin;
}

/** The originating span of one failure and the stack texts it carries. */
export interface FailureOrigin {
  readonly traceId: TraceId;
  readonly spanId: string;
  readonly spanName: string;
  readonly service: string;
  readonly serviceVersion?: string;
  /** Of the resource: what may name the commit that ran. */
  readonly revisionAttributes?: RevisionAttributes;
  /** `telemetry.sdk.language`. */
  readonly language?: string;
  readonly exceptionType?: string;
  readonly exceptionMessage?: string;
  /** `exception.stacktrace` as sent, at most 64 kB. */
  readonly stack?: string;
}

/** One run as counting needs it. */
export interface ListedRun {
  readonly traceId: TraceId;
  readonly entryService: string;
  readonly operation: string;
  readonly startMs: number;
  readonly failed: boolean;
  /** Groups whose failures happened in the run, each once. */
  readonly groups: readonly { readonly id: string; readonly failedRun: boolean }[];
}

/** Failures of a window; counts are lower bounds where `complete` is false. */
export interface FailureList {
  readonly window: TimeWindow;
  readonly complete: boolean;
  readonly groups: readonly FailureGroup[];
  /** Traces seen in the window, failing or not. */
  readonly traces: number;
  /** Every run of the window, where they are few: with them, lists of several connections merge without counting a trace twice. */
  readonly listedRuns?: readonly ListedRun[];
  /** Newest run of the window. */
  readonly newest?: { readonly entryService: string; readonly operation: string; readonly startMs: number };
}
