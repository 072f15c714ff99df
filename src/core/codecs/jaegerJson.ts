import { spanIdFromHex, traceIdFromHex, type SpanId, type TraceId } from '../model/ids';
import { SpanKind, StatusCode, ValueType } from '../model/spanTable';
import { SpanTableBuilder, type EventInput, type LinkInput, type SpanInput } from '../model/spanTableBuilder';
import type { Attribute } from '../model/attributes';
import { RejectionCounter, type DecodedSpans } from './decodeOutcome';
import type {
  JaegerLogWire,
  JaegerProcessWire,
  JaegerSpanWire,
  JaegerTagWire,
  JaegerTraceWire,
} from './jaegerJson.wire';

/** Tags that have a column of their own in the model, so that they are not attributes as well. */
const COLUMN_TAGS = new Set([
  'span.kind',
  'otel.status_code',
  'otel.status_description',
  'otel.scope.name',
  'otel.scope.version',
  'otel.library.name',
  'otel.library.version',
  'w3c.tracestate',
]);

const KINDS: Readonly<Record<string, number>> = {
  internal: SpanKind.internal,
  server: SpanKind.server,
  client: SpanKind.client,
  producer: SpanKind.producer,
  consumer: SpanKind.consumer,
};

/** Spans of traces as Jaeger's classic API sends them (the `data` of its envelope). Unusable spans are counted, nothing is thrown. */
export function spansFromJaegerJson(traces: readonly unknown[]): DecodedSpans {
  const reader = new JaegerReader();
  for (const trace of traces) {
    if (isObject(trace)) {
      reader.addTrace(trace);
    }
  }
  return reader.finish();
}

class JaegerReader {
  private readonly builder = new SpanTableBuilder();
  private readonly rejections = new RejectionCounter();
  private readonly scopes = new Map<string, number>();

  addTrace(trace: JaegerTraceWire): void {
    const resources = new Map<string, number>();
    const seen = new Set<string>();
    for (const span of listOf(trace.spans)) {
      const traceId = traceIdFromHex(textOf(span.traceID ?? trace.traceID));
      const spanId = spanIdFromHex(textOf(span.spanID));
      const startUs = microseconds(span.startTime);
      if (traceId === undefined || spanId === undefined || startUs === undefined) {
        this.rejections.add(
          traceId === undefined ? 'badTraceId' : spanId === undefined ? 'badSpanId' : 'badTime',
        );
        continue;
      }
      // Jaeger's own stores repeat spans that were sent twice.
      const key = [spanId, startUs, textOf(span.operationName), textOf(span.processID)].join('\u0000');
      if (!seen.has(key)) {
        seen.add(key);
        this.addSpan(span, traceId, spanId, startUs, this.resource(span, trace, resources));
      }
    }
  }

  finish(): DecodedSpans {
    return {
      spans: this.builder.build(),
      rejectedSpans: this.rejections.total,
      reasons: this.rejections.reasons,
      invalidTexts: 0,
    };
  }

  private resource(span: JaegerSpanWire, trace: JaegerTraceWire, known: Map<string, number>): number {
    const id = textOf(span.processID);
    const number = span.process ? undefined : known.get(id);
    if (number !== undefined) {
      return number;
    }
    const own = Object.hasOwn(trace.processes ?? {}, id) ? trace.processes?.[id] : undefined;
    const added = this.builder.resources.add(resourceAttributes(span.process ?? own ?? {}));
    if (!span.process) {
      known.set(id, added);
    }
    return added;
  }

  private scope(tags: readonly JaegerTagWire[]): number {
    const name = tagText(tags, 'otel.scope.name') ?? tagText(tags, 'otel.library.name') ?? '';
    const version = tagText(tags, 'otel.scope.version') ?? tagText(tags, 'otel.library.version') ?? '';
    const key = `${name}\u0000${version}`;
    let number = this.scopes.get(key);
    if (number === undefined) {
      number = this.builder.scopes.add(name, version);
      this.scopes.set(key, number);
    }
    return number;
  }

  private addSpan(
    span: JaegerSpanWire,
    traceId: TraceId,
    spanId: SpanId,
    startUs: bigint,
    resource: number,
  ): void {
    const tags = listOf(span.tags);
    const { parentSpanId, links } = references(span, traceId);
    const status = statusOf(tags);
    const input: SpanInput = {
      traceId,
      spanId,
      parentSpanId,
      startUnixNano: unixNano(startUs),
      endUnixNano: unixNano(startUs + (microseconds(span.duration) ?? 0n)),
      name: textOf(span.operationName),
      kind: KINDS[(tagText(tags, 'span.kind') ?? '').toLowerCase()] ?? SpanKind.unspecified,
      status,
      statusMessage: tagText(tags, 'otel.status_description') ?? '',
      traceState: tagText(tags, 'w3c.tracestate') ?? '',
      resource,
      scope: this.scope(tags),
      attributes: spanAttributes(tags, status, span.warnings),
      events: listOf(span.logs).flatMap(eventFrom),
      links,
      // There may be two tags `error`, the attribute and the status: any true one counts, and only true ones do.
      error: status === StatusCode.error || tags.some((tag) => tag.key === 'error' && isTrue(tag.value)),
    };
    this.builder.addSpan(input);
  }
}

function resourceAttributes(process: JaegerProcessWire): readonly Attribute[] {
  const tags = attributesFrom(listOf(process.tags).filter((tag) => tag.key !== 'service.name'));
  const service = textOf(process.serviceName);
  return service === '' ? tags : [{ key: 'service.name', type: ValueType.string, text: service }, ...tags];
}

function statusOf(tags: readonly JaegerTagWire[]): number {
  switch (tagText(tags, 'otel.status_code')?.toUpperCase()) {
    case 'ERROR':
      return StatusCode.error;
    case 'OK':
      return StatusCode.ok;
    default:
      return StatusCode.unset;
  }
}

/** What is left after the columns; of a failed status, Jaeger's own `error: true` is the column again. */
function spanAttributes(
  tags: readonly JaegerTagWire[],
  status: number,
  warnings: unknown,
): readonly Attribute[] {
  let statusTag = status === StatusCode.error;
  const own = tags.filter((tag) => {
    if (statusTag && tag.key === 'error' && tag.value === true) {
      statusTag = false;
      return false;
    }
    return !COLUMN_TAGS.has(textOf(tag.key));
  });
  const attributes = attributesFrom(own);
  if (Array.isArray(warnings) && warnings.length > 0) {
    attributes.push({ key: 'jaeger.warnings', type: ValueType.json, text: JSON.stringify(warnings) });
  }
  return attributes;
}

/** The parent is the first CHILD_OF within the trace; every other reference is a link. */
function references(
  span: JaegerSpanWire,
  traceId: TraceId,
): { readonly parentSpanId: SpanId | undefined; readonly links: readonly LinkInput[] } {
  let parentSpanId = spanIdFromHex(textOf(span.parentSpanID));
  let isParentKnown = false;
  const links: LinkInput[] = [];
  for (const reference of listOf(span.references)) {
    const spanId = spanIdFromHex(textOf(reference.spanID));
    const inTrace = traceIdFromHex(textOf(reference.traceID));
    if (spanId === undefined || inTrace === undefined) {
      continue;
    }
    if (!isParentKnown && reference.refType === 'CHILD_OF' && inTrace === traceId) {
      parentSpanId = spanId;
      isParentKnown = true;
    } else {
      links.push({ traceId: inTrace, spanId });
    }
  }
  return { parentSpanId, links };
}

function eventFrom(log: JaegerLogWire): EventInput[] {
  const timeUs = microseconds(log.timestamp);
  if (timeUs === undefined) {
    return [];
  }
  const fields = listOf(log.fields);
  const name = tagText(fields, 'event') ?? '';
  const attributes = attributesFrom(fields.filter((field) => field.key !== 'event'));
  return [
    name === 'error'
      ? { timeUnixNano: unixNano(timeUs), name: 'exception', attributes: attributes.map(exceptionAttribute) }
      : { timeUnixNano: unixNano(timeUs), name, attributes },
  ];
}

/** OpenTracing's names of what OpenTelemetry calls an exception. */
const OPEN_TRACING: Readonly<Record<string, string>> = {
  'error.kind': 'exception.type',
  message: 'exception.message',
  stack: 'exception.stacktrace',
};

function exceptionAttribute(attribute: Attribute): Attribute {
  const key = Object.hasOwn(OPEN_TRACING, attribute.key) ? OPEN_TRACING[attribute.key] : undefined;
  return key === undefined ? attribute : { ...attribute, key };
}

function attributesFrom(tags: readonly JaegerTagWire[]): Attribute[] {
  return tags.map(({ key, type, value }) => ({ key: textOf(key), ...valueFrom(type, value) }));
}

function valueFrom(type: unknown, value: unknown): { readonly type: ValueType; readonly text: string } {
  if (value === null || value === undefined) {
    return { type: ValueType.empty, text: '' };
  }
  if (typeof value === 'object') {
    return { type: ValueType.json, text: JSON.stringify(value) };
  }
  const text = textOf(value);
  switch (type) {
    case 'bool':
      return text === 'true' || text === 'false'
        ? { type: ValueType.bool, text }
        : { type: ValueType.string, text };
    case 'int64':
      return { type: /^-?\d+$/.test(text) ? ValueType.int : ValueType.string, text };
    case 'float64':
      return { type: text !== '' && !Number.isNaN(Number(text)) ? ValueType.double : ValueType.string, text };
    case 'binary':
      return { type: ValueType.bytes, text };
    default:
      return { type: ValueType.string, text };
  }
}

function tagText(tags: readonly JaegerTagWire[], key: string): string | undefined {
  const tag = tags.find((candidate) => candidate.key === key);
  return tag && textOf(tag.value);
}

function isTrue(value: unknown): boolean {
  return value === true || value === 'true' || value === 1 || value === '1';
}

/** Microseconds since the epoch or as duration: a whole number, or its digits; `undefined` where they are neither or do not fit 64 bits of nanoseconds. */
function microseconds(value: unknown): bigint | undefined {
  if (typeof value === 'number' && Number.isFinite(value) && value >= 0 && value < MAX_US) {
    return BigInt(Math.round(value));
  }
  return typeof value === 'string' && /^\d{1,16}$/.test(value) ? BigInt(value) : undefined;
}

const MAX_US = 1.8e16;

function unixNano(us: bigint): bigint {
  return us * 1000n;
}

function textOf(value: unknown): string {
  return typeof value === 'string'
    ? value
    : typeof value === 'number' || typeof value === 'boolean'
      ? String(value)
      : '';
}

function listOf<T extends object>(value: readonly (T | null)[] | null | undefined): readonly T[] {
  return Array.isArray(value)
    ? (value as readonly (T | null)[]).filter((item): item is T => isObject(item))
    : [];
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}
