/** One trace of Jaeger's classic JSON API. Look-alikes send `null` for lists and leave fields out, so nothing is taken for granted. */
export interface JaegerTraceWire {
  readonly traceID?: unknown;
  readonly spans?: readonly JaegerSpanWire[] | null;
  readonly processes?: Readonly<Record<string, JaegerProcessWire | null | undefined>> | null;
  readonly warnings?: unknown;
}

/** Times and durations are microseconds. */
export interface JaegerSpanWire {
  readonly traceID?: unknown;
  readonly spanID?: unknown;
  /** Deprecated, yet all there is in very old answers. */
  readonly parentSpanID?: unknown;
  readonly operationName?: unknown;
  readonly references?: readonly (JaegerReferenceWire | null)[] | null;
  readonly flags?: unknown;
  readonly startTime?: unknown;
  readonly duration?: unknown;
  readonly tags?: readonly (JaegerTagWire | null)[] | null;
  readonly logs?: readonly (JaegerLogWire | null)[] | null;
  readonly processID?: unknown;
  readonly process?: JaegerProcessWire | null;
  readonly warnings?: unknown;
}

export interface JaegerReferenceWire {
  readonly refType?: unknown;
  readonly traceID?: unknown;
  readonly spanID?: unknown;
}

/** `type` is string, bool, int64, float64 or binary (base64); integers beyond 2^53 are strings. */
export interface JaegerTagWire {
  readonly key?: unknown;
  readonly type?: unknown;
  readonly value?: unknown;
}

export interface JaegerLogWire {
  readonly timestamp?: unknown;
  readonly fields?: readonly (JaegerTagWire | null)[] | null;
}

export interface JaegerProcessWire {
  readonly serviceName?: unknown;
  readonly tags?: readonly (JaegerTagWire | null)[] | null;
}
