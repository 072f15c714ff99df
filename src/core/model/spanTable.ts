import type { StringColumns } from './stringTable';

/** How {@link AttributeColumns.values} is to be read. */
export const ValueType = {
  string: 0,
  /** `true` or `false`. */
  bool: 1,
  /** Decimal digits, any 64-bit value. */
  int: 2,
  /** As JavaScript prints a number, also `NaN` and `Infinity`. */
  double: 3,
  /** Base64. */
  bytes: 4,
  /** JSON text of an array or map. */
  json: 5,
  /** An attribute without a value. */
  empty: 6,
} as const;
export type ValueType = (typeof ValueType)[keyof typeof ValueType];

/** Attributes of rows of some table: row `r` owns the entries from `offsets[r]` up to `offsets[r + 1]`. */
export interface AttributeColumns {
  readonly offsets: Uint32Array<ArrayBuffer>;
  /** String numbers. */
  readonly keys: Uint32Array<ArrayBuffer>;
  /** {@link ValueType} of each value. */
  readonly types: Uint8Array<ArrayBuffer>;
  /** String numbers of the values' text. */
  readonly values: Uint32Array<ArrayBuffer>;
}

/** Span events and exceptions of log records: span row `r` owns the entries from `offsets[r]` up to `offsets[r + 1]`. */
export interface EventColumns {
  readonly offsets: Uint32Array<ArrayBuffer>;
  readonly timeUnixNano: BigUint64Array<ArrayBuffer>;
  /** String numbers. */
  readonly names: Uint32Array<ArrayBuffer>;
  /** 0: a span event; 1: a log record with an exception, correlated by trace id and span id. */
  readonly origins: Uint8Array<ArrayBuffer>;
  readonly attributes: AttributeColumns;
}

/** Span links, owned as {@link EventColumns} are. */
export interface LinkColumns {
  readonly offsets: Uint32Array<ArrayBuffer>;
  /** 16 bytes a link. */
  readonly traceIds: Uint8Array<ArrayBuffer>;
  /** 8 bytes a link. */
  readonly spanIds: Uint8Array<ArrayBuffer>;
  readonly attributes: AttributeColumns;
}

/** Resources by number; `services` holds the string number of `service.name` (or `unknown_service`). */
export interface ResourceColumns {
  readonly services: Uint32Array<ArrayBuffer>;
  readonly attributes: AttributeColumns;
}

/** Instrumentation scopes by number; names and versions are string numbers. */
export interface ScopeColumns {
  readonly names: Uint32Array<ArrayBuffer>;
  readonly versions: Uint32Array<ArrayBuffer>;
  readonly attributes: AttributeColumns;
}

/** Bits of {@link SpanTable.marks}, set where a span enters the model (its backend's own rule decides `error`). */
export const SpanMark = {
  error: 1,
  /** The span has an exception: an event, a log record or `exception.*` attributes. */
  exception: 2,
  /** No end time was sent. */
  open: 4,
} as const;

/** OpenTelemetry's `SpanKind` numbers. */
export const SpanKind = {
  unspecified: 0,
  internal: 1,
  server: 2,
  client: 3,
  producer: 4,
  consumer: 5,
} as const;
/** OpenTelemetry's `StatusCode` numbers. */
export const StatusCode = { unset: 0, ok: 1, error: 2 } as const;

/** Spans as they were received: one row a span, of any number of traces, in order of arrival. All columns are plain buffers. */
export interface SpanTable {
  readonly count: number;
  readonly strings: StringColumns;
  /** 16 bytes a row. */
  readonly traceIds: Uint8Array<ArrayBuffer>;
  /** 8 bytes a row. */
  readonly spanIds: Uint8Array<ArrayBuffer>;
  /** 8 bytes a row, zeros for none. */
  readonly parentSpanIds: Uint8Array<ArrayBuffer>;
  readonly startUnixNano: BigUint64Array<ArrayBuffer>;
  /** 0 while open. */
  readonly endUnixNano: BigUint64Array<ArrayBuffer>;
  /** String numbers. */
  readonly names: Uint32Array<ArrayBuffer>;
  /** {@link SpanKind}. */
  readonly kinds: Uint8Array<ArrayBuffer>;
  /** {@link StatusCode}. */
  readonly statuses: Uint8Array<ArrayBuffer>;
  /** String numbers. */
  readonly statusMessages: Uint32Array<ArrayBuffer>;
  /** String numbers. */
  readonly traceStates: Uint32Array<ArrayBuffer>;
  /** OTLP `flags` as sent. */
  readonly otlpFlags: Uint32Array<ArrayBuffer>;
  /** {@link SpanMark} bits. */
  readonly marks: Uint8Array<ArrayBuffer>;
  /** Row numbers of {@link resources}. */
  readonly resource: Uint32Array<ArrayBuffer>;
  /** Row numbers of {@link scopes}. */
  readonly scope: Uint32Array<ArrayBuffer>;
  readonly attributes: AttributeColumns;
  readonly events: EventColumns;
  readonly links: LinkColumns;
  readonly resources: ResourceColumns;
  readonly scopes: ScopeColumns;
}

/** Log records as they were received; strings, resources and scopes as in {@link SpanTable}. */
export interface LogTable {
  readonly count: number;
  readonly strings: StringColumns;
  /** 16 bytes a row, zeros for none. */
  readonly traceIds: Uint8Array<ArrayBuffer>;
  /** 8 bytes a row, zeros for none. */
  readonly spanIds: Uint8Array<ArrayBuffer>;
  /** `timeUnixNano`, else `observedTimeUnixNano`. */
  readonly timeUnixNano: BigUint64Array<ArrayBuffer>;
  readonly severityNumbers: Uint8Array<ArrayBuffer>;
  readonly severityTexts: Uint32Array<ArrayBuffer>;
  readonly eventNames: Uint32Array<ArrayBuffer>;
  readonly bodyTypes: Uint8Array<ArrayBuffer>;
  readonly bodies: Uint32Array<ArrayBuffer>;
  readonly resource: Uint32Array<ArrayBuffer>;
  readonly scope: Uint32Array<ArrayBuffer>;
  readonly attributes: AttributeColumns;
  readonly resources: ResourceColumns;
  readonly scopes: ScopeColumns;
}
