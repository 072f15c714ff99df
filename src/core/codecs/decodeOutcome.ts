import type { LogTable, SpanTable } from '../model/spanTable';

/** Why a whole request cannot be read. `offset` is a byte of the protobuf body; JSON has a `path` instead. */
export interface DecodeError {
  readonly code:
    /** A length or number runs past the end of its message. */
    | 'truncated'
    /** A field number or wire type that protobuf does not have. */
    | 'badTag'
    /** A number of more than ten bytes. */
    | 'badVarint'
    /** Values nested deeper than {@link maxNesting}. */
    | 'tooDeep'
    /** Not JSON, or not an object of the expected shape. */
    | 'badJson';
  readonly offset?: number;
  readonly path?: string;
}

/** Why single spans or records are not kept; a receiver reports them as partial success. */
export type RejectReason = 'badTraceId' | 'badSpanId' | 'badParentSpanId' | 'badTime' | 'badSpan';

/** How many of a request's spans or records were rejected, by reason. */
export type Rejections = Readonly<Partial<Record<RejectReason, number>>>;

/** Spans of one request. */
export interface DecodedSpans {
  readonly spans: SpanTable;
  readonly rejectedSpans: number;
  readonly reasons: Rejections;
  /** Texts that are not well-formed UTF-8; they are kept as sent and shown with U+FFFD. */
  readonly invalidTexts: number;
}

/** Log records of one request. */
export interface DecodedLogs {
  readonly logs: LogTable;
  readonly rejectedRecords: number;
  readonly reasons: Rejections;
  readonly invalidTexts: number;
}

/** Arrays and maps inside each other at most: what protobuf libraries allow. */
export const maxNesting = 100;

/** Counts rejections. */
export class RejectionCounter {
  readonly reasons: Partial<Record<RejectReason, number>> = {};
  total = 0;

  add(reason: RejectReason): void {
    this.reasons[reason] = (this.reasons[reason] ?? 0) + 1;
    this.total++;
  }
}
