/** Envelope of Jaeger's classic API; `total`, `limit` and `offset` say nothing. */
export interface JaegerEnvelopeWire {
  readonly data?: unknown;
  readonly errors?: readonly { readonly code?: unknown; readonly msg?: unknown }[] | null;
}
