import { attributesOf, attributeValue, stringsOf, type Attribute } from '../model/attributes';
import { exceptionsOfSpan, isSameException, type SpanException } from '../model/exceptions';
import { spanIdAt, type SpanId, type TraceId } from '../model/ids';
import { SpanMark, type SpanTable } from '../model/spanTable';
import type { Trace } from '../model/trace';

/** What a span answered as a server, or was answered as a client. */
export interface SpanAnswer {
  readonly protocol: 'http' | 'grpc';
  readonly code: number;
}

/**
 * The spans of one trace as failures need them. Rows stand parents first; the spans may lie in several tables, so that a store can
 * analyse a trace that came in batches without building it. Attributes are read only of the rows that are asked for.
 */
export class FailureSpans {
  readonly traceId: TraceId;
  readonly count: number;
  /** Row of the parent, -1 for none; free of cycles. */
  readonly parent: Int32Array;
  /** Nanoseconds from any one moment of the trace. */
  readonly startNs: Float64Array;
  readonly durationNs: Float64Array;
  private readonly tables: readonly SpanTable[];
  /** Which of `tables` each row is in; absent where there is one. */
  private readonly tableOf: Uint32Array | undefined;
  /** Row in its table; absent where it is the same. */
  private readonly tableRow: Uint32Array | undefined;
  /** Exceptions of log records that are not events of their span yet, by row. */
  private readonly logged: ReadonlyMap<number, readonly SpanException[]>;

  constructor(columns: {
    readonly traceId: TraceId;
    readonly parent: Int32Array;
    readonly startNs: Float64Array;
    readonly durationNs: Float64Array;
    readonly tables: readonly SpanTable[];
    readonly tableOf?: Uint32Array;
    readonly tableRow?: Uint32Array;
    readonly logged?: ReadonlyMap<number, readonly SpanException[]>;
  }) {
    this.traceId = columns.traceId;
    this.count = columns.parent.length;
    this.parent = columns.parent;
    this.startNs = columns.startNs;
    this.durationNs = columns.durationNs;
    this.tables = columns.tables;
    this.tableOf = columns.tableOf;
    this.tableRow = columns.tableRow;
    this.logged = columns.logged ?? new Map<number, never>();
  }

  isError(row: number): boolean {
    return (this.tableAt(row).marks[this.rowAt(row)]! & SpanMark.error) !== 0;
  }

  hasException(row: number): boolean {
    return (this.tableAt(row).marks[this.rowAt(row)]! & SpanMark.exception) !== 0 || this.logged.has(row);
  }

  /** `SpanKind` number. */
  kind(row: number): number {
    return this.tableAt(row).kinds[this.rowAt(row)]!;
  }

  /** `StatusCode` number. */
  status(row: number): number {
    return this.tableAt(row).statuses[this.rowAt(row)]!;
  }

  spanId(row: number): SpanId {
    return spanIdAt(this.tableAt(row).spanIds, this.rowAt(row));
  }

  /** The parent's id as sent, or `undefined`: also of spans whose parent is not in the trace. */
  parentSpanId(row: number): SpanId | undefined {
    const table = this.tableAt(row);
    const from = this.rowAt(row) * 8;
    for (let i = from; i < from + 8; i++) {
      if (table.parentSpanIds[i] !== 0) {
        return spanIdAt(table.parentSpanIds, this.rowAt(row));
      }
    }
    return undefined;
  }

  /** Start in milliseconds since the Unix epoch. */
  startMs(row: number): number {
    return Number(this.tableAt(row).startUnixNano[this.rowAt(row)]! / 1_000_000n);
  }

  name(row: number): string {
    const table = this.tableAt(row);
    return stringsOf(table).get(table.names[this.rowAt(row)]!);
  }

  service(row: number): string {
    const table = this.tableAt(row);
    return stringsOf(table).get(table.resources.services[table.resource[this.rowAt(row)]!]!);
  }

  statusMessage(row: number): string {
    const table = this.tableAt(row);
    return stringsOf(table).get(table.statusMessages[this.rowAt(row)]!);
  }

  /** Text of one attribute of the span's resource. */
  resourceText(row: number, key: string): string | undefined {
    const table = this.tableAt(row);
    return attributeValue(
      stringsOf(table),
      table.resources.attributes,
      table.resource[this.rowAt(row)]!,
      key,
    );
  }

  /** All attributes of the span's resource. */
  resourceAttributes(row: number): Attribute[] {
    const table = this.tableAt(row);
    return attributesOf(stringsOf(table), table.resources.attributes, table.resource[this.rowAt(row)]!);
  }

  /** Text of one attribute of the span. */
  text(row: number, key: string): string | undefined {
    const table = this.tableAt(row);
    return attributeValue(stringsOf(table), table.attributes, this.rowAt(row), key);
  }

  /** The status code of HTTP or gRPC that the span names, if any. */
  answer(row: number): SpanAnswer | undefined {
    const http = this.text(row, 'http.response.status_code') ?? this.text(row, 'http.status_code');
    if (http !== undefined && /^\d{3}$/.test(http)) {
      return { protocol: 'http', code: Number(http) };
    }
    const grpc = this.text(row, 'rpc.grpc.status_code') ?? this.text(row, 'rpc.response.status_code');
    return grpc !== undefined && /^\d{1,2}$/.test(grpc)
      ? { protocol: 'grpc', code: Number(grpc) }
      : undefined;
  }

  /** The exceptions of a span: its events, log records and own attributes. */
  exceptions(row: number): readonly SpanException[] {
    const found = exceptionsOfSpan(this.tableAt(row), this.rowAt(row));
    const logged = this.logged.get(row) ?? [];
    return [
      ...found,
      ...logged.filter((exception) => !found.some((other) => isSameException(other, exception))),
    ];
  }

  private tableAt(row: number): SpanTable {
    return this.tables[this.tableOf ? this.tableOf[row]! : 0]!;
  }

  private rowAt(row: number): number {
    return this.tableRow ? this.tableRow[row]! : row;
  }
}

/** A built trace as {@link FailureSpans}; shares its columns. */
export function failureSpansFromTrace(trace: Trace): FailureSpans {
  return new FailureSpans({
    traceId: trace.traceId,
    parent: trace.parent,
    startNs: trace.startNs,
    durationNs: trace.spanDurationNs,
    tables: [trace.spans],
  });
}
