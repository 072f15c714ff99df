import { analyseSpans } from '../../../../src/core/failures/analyseTrace';
import { failureSpansFromRows } from '../../../../src/core/failures/failureSpansFromRows';
import type { TraceAnalysis } from '../../../../src/core/failures/traceAnalysis';
import { spanIdFromHex, traceIdFromHex, type TraceId } from '../../../../src/core/model/ids';
import { ValueType, type SpanTable } from '../../../../src/core/model/spanTable';
import { SpanTableBuilder } from '../../../../src/core/model/spanTableBuilder';
import type { Attribute } from '../../../../src/core/model/attributes';

/** A span of a made trace; ids are hex, times milliseconds. */
export interface MadeSpan {
  readonly id: string;
  readonly parent?: string;
  readonly service?: string;
  /** Of the resource, besides the name; by the first span of its service. */
  readonly resource?: Readonly<Record<string, string>>;
  readonly name?: string;
  readonly kind?: number;
  readonly from?: number;
  readonly to?: number;
  readonly error?: boolean;
  readonly status?: string;
  readonly http?: number;
  readonly exception?: { readonly type: string; readonly message: string; readonly stack?: string };
}

/** Start of made traces, in milliseconds since the Unix epoch. */
export const MADE_START_MS = 1_795_000_000_000;
export const madeTraceId: TraceId = traceIdFromHex('abc')!;

export function tableOf(made: readonly MadeSpan[]): SpanTable {
  const builder = new SpanTableBuilder();
  const resources = new Map<string, number>();
  const scope = builder.scopes.add('', '');
  for (const span of made) {
    const service = span.service ?? 'shop';
    const resource =
      resources.get(service) ??
      builder.resources.add(
        Object.entries({ 'service.name': service, ...span.resource }).map(([key, text]) => ({
          key,
          type: ValueType.string,
          text,
        })),
      );
    resources.set(service, resource);
    const startUnixNano = BigInt(MADE_START_MS + (span.from ?? 0)) * 1_000_000n;
    builder.addSpan({
      traceId: madeTraceId,
      spanId: spanIdFromHex(span.id)!,
      parentSpanId: span.parent === undefined ? undefined : spanIdFromHex(span.parent),
      startUnixNano,
      endUnixNano: BigInt(MADE_START_MS + (span.to ?? span.from ?? 0)) * 1_000_000n,
      name: span.name ?? `span ${span.id}`,
      kind: span.kind ?? 0,
      status: span.error ? 2 : 0,
      statusMessage: span.status ?? '',
      resource,
      scope,
      attributes:
        span.http === undefined
          ? []
          : [{ key: 'http.response.status_code', type: ValueType.int, text: String(span.http) }],
      events: span.exception
        ? [
            {
              timeUnixNano: startUnixNano,
              name: 'exception',
              attributes: exceptionAttributes(span.exception),
            },
          ]
        : [],
    });
  }
  return builder.build();
}

function exceptionAttributes(exception: NonNullable<MadeSpan['exception']>): Attribute[] {
  const { type, message, stack } = exception;
  return [
    { key: 'exception.type', type: ValueType.string, text: type },
    { key: 'exception.message', type: ValueType.string, text: message },
    ...(stack === undefined ? [] : [{ key: 'exception.stacktrace', type: ValueType.string, text: stack }]),
  ];
}

export function analyse(made: readonly MadeSpan[]): TraceAnalysis {
  const spans = tableOf(made);
  return analyseSpans(failureSpansFromRows([{ spans, rows: made.map((_, row) => row) }]));
}
