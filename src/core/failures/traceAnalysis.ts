import type { SpanId, TraceId } from '../model/ids';
import type { FailureOrigin } from './failureGroup';

/** One failure within one run: several spans of a path that record the same error are one failure. */
export interface FailureOccurrence {
  /** Hash of entry service, operation and fingerprint: the group it belongs to. */
  readonly groupId: string;
  readonly fingerprint: string;
  /** Exception type as sent (the class where an error code was sent), or `error`. */
  readonly type: string;
  readonly message: string;
  /** It is what made the run fail; else the run went on in spite of it. At most one of a run. */
  readonly failedRun: boolean;
  readonly origin: FailureOrigin;
}

/** One run: an entry span of the outermost traced service. */
export interface TraceRun {
  readonly entrySpanId: SpanId;
  readonly entryService: string;
  /** Name of the entry span. */
  readonly operation: string;
  /** Milliseconds since the Unix epoch. */
  readonly startMs: number;
  readonly durationMs: number;
  readonly failed: boolean;
  /** The one that failed the run first. */
  readonly failures: readonly FailureOccurrence[];
}

/** What one trace says about runs and failures. Plain data. */
export interface TraceAnalysis {
  readonly traceId: TraceId;
  readonly runs: readonly TraceRun[];
}
