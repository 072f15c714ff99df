import type { EpochNs } from '../../base/units';
import type { TraceId } from './ids';
import type { TraceProblem } from './problems';
import type { SpanTable } from './spanTable';

/** Bits of {@link Trace.flags}: what is odd about a span's place or time. */
export const SpanFlag = {
  /** Its parent id names no span of the trace: shown as a root under its service. */
  orphan: 1,
  /** Its parent link closes a cycle, which is cut here. */
  cycle: 2,
  /** It ended before it started. */
  negativeDuration: 4,
  /** Over 104 days from the trace's epoch: its column time is clamped, the raw time is exact. */
  clamped: 8,
  /** It starts before its parent by more than 2 ms. Ending after it is no flag: work that nobody waits for does so. */
  skewed: 16,
  /** It has not ended. */
  open: 32,
  error: 64,
  exception: 128,
} as const;

/**
 * One trace as columns over its span rows. Rows stand in depth-first order: a parent before its children, siblings by start time,
 * so that a subtree is the range from its row up to `subtreeEnd[row]`.
 */
export interface Trace {
  readonly traceId: TraceId;
  /** Start of the earliest plausible span; `startNs` counts from here. */
  readonly epochNs: EpochNs;
  /** Time from the epoch to the latest plausible end, in nanoseconds. */
  readonly durationNs: number;
  readonly spans: SpanTable;
  readonly startNs: Float64Array<ArrayBuffer>;
  /** 0 where negative or open. */
  readonly spanDurationNs: Float64Array<ArrayBuffer>;
  /** Row of the parent, -1 for roots (also orphans and cut cycles). */
  readonly parent: Int32Array<ArrayBuffer>;
  readonly depth: Uint32Array<ArrayBuffer>;
  /** The row after the last descendant. */
  readonly subtreeEnd: Uint32Array<ArrayBuffer>;
  /** String number of the span's service. */
  readonly service: Uint32Array<ArrayBuffer>;
  /** {@link SpanFlag} bits. */
  readonly flags: Uint16Array<ArrayBuffer>;
  readonly problems: readonly TraceProblem[];
}
