import { AttributeBuilder, isTrueValue, KeyRole, KeyRoles, type AttributeInput } from './attributeBuilder';
import { ByteColumn, NumberColumn } from './growingColumns';
import { bytesFromHex, type SpanId, type TraceId } from './ids';
import { ResourceBuilder, ScopeBuilder } from './resourceBuilder';
import { SpanMark, StatusCode, type SpanTable } from './spanTable';
import { StringInterner } from './stringInterner';

/** One event of a {@link SpanInput}. */
export interface EventInput {
  readonly timeUnixNano: bigint;
  readonly name: string;
  readonly attributes?: readonly AttributeInput[];
}

/** One link of a {@link SpanInput}. */
export interface LinkInput {
  readonly traceId: TraceId;
  readonly spanId: SpanId;
  readonly attributes?: readonly AttributeInput[];
}

/** One span for {@link SpanTableBuilder.addSpan}: what is left out is zero or empty. */
export interface SpanInput {
  readonly traceId: TraceId;
  readonly spanId: SpanId;
  readonly parentSpanId?: SpanId | undefined;
  readonly startUnixNano: bigint;
  /** 0n while open. */
  readonly endUnixNano: bigint;
  readonly name: string;
  readonly kind?: number;
  readonly status?: number;
  readonly statusMessage?: string;
  readonly traceState?: string;
  readonly otlpFlags?: number;
  /** Numbers from {@link ResourceBuilder.add} and {@link ScopeBuilder.add}. */
  readonly resource: number;
  readonly scope: number;
  readonly attributes?: readonly AttributeInput[];
  readonly events?: readonly EventInput[];
  readonly links?: readonly LinkInput[];
  /** The backend's own verdict; absent: status is error, or an attribute `error` is true or 1. */
  readonly error?: boolean;
}

const number64 = new BigUint64Array(1);
const number64Bytes = new Uint8Array(number64.buffer);

/**
 * Spans in the making. Most codecs call {@link addSpan}; a decoder of raw bytes appends attributes, events and links of the open
 * span to the columns, then calls {@link closeSpan}, or {@link dropSpan} where the span turns out to be unusable.
 */
export class SpanTableBuilder {
  readonly strings = new StringInterner();
  readonly roles = new KeyRoles(this.strings);
  readonly resources = new ResourceBuilder(this.strings, this.roles);
  readonly scopes = new ScopeBuilder(this.strings);
  readonly attributes = new AttributeBuilder();
  readonly eventAttributes = new AttributeBuilder();
  readonly linkAttributes = new AttributeBuilder();
  private readonly traceIds = new ByteColumn();
  private readonly spanIds = new ByteColumn();
  private readonly parentSpanIds = new ByteColumn();
  private readonly starts = new ByteColumn();
  private readonly ends = new ByteColumn();
  private readonly names = new NumberColumn();
  private readonly kinds = new ByteColumn();
  private readonly statuses = new ByteColumn();
  private readonly statusMessages = new NumberColumn();
  private readonly traceStates = new NumberColumn();
  private readonly otlpFlags = new NumberColumn();
  private readonly marks = new ByteColumn();
  private readonly spanResources = new NumberColumn();
  private readonly spanScopes = new NumberColumn();
  private readonly eventOffsets = new NumberColumn();
  private readonly eventTimes = new ByteColumn();
  private readonly eventNames = new NumberColumn();
  private readonly eventOrigins = new ByteColumn();
  private readonly linkOffsets = new NumberColumn();
  private readonly linkTraceIds = new ByteColumn();
  private readonly linkSpanIds = new ByteColumn();
  private openMarks = 0;
  private openAttributes = 0;
  private openEvents = 0;
  private openEventAttributes = 0;
  private openLinks = 0;
  private openLinkAttributes = 0;

  constructor() {
    this.eventOffsets.push(0);
    this.linkOffsets.push(0);
  }

  /** Closed spans. */
  get count(): number {
    return this.names.length;
  }

  /** Appends an attribute of the open span; key and value are string numbers. */
  pushAttribute(key: number, type: AttributeInput['type'], value: number): void {
    this.attributes.push(key, type, value);
    const role = this.roles.of(key);
    if (role === KeyRole.exception) {
      this.openMarks |= SpanMark.exception;
    } else if (role === KeyRole.error && isTrueValue(this.strings, type, value)) {
      this.openMarks |= SpanMark.error;
    }
  }

  /** Appends an attribute of the open event. */
  pushEventAttribute(key: number, type: AttributeInput['type'], value: number): void {
    this.eventAttributes.push(key, type, value);
    if (this.roles.of(key) === KeyRole.exception) {
      this.openMarks |= SpanMark.exception;
    }
  }

  /** Ends the open event: 8 bytes of time at `timeAt` of `source`, a string number, and the origin of `EventColumns`. */
  closeEvent(source: Uint8Array, timeAt: number, name: number, origin: 0 | 1): void {
    this.eventTimes.pushRun(source, timeAt, 8);
    this.eventNames.push(name);
    this.eventOrigins.push(origin);
    this.eventAttributes.closeRow();
    if (this.strings.is(name, 'exception') || this.strings.endsWith(name, '.exception')) {
      this.openMarks |= SpanMark.exception;
    }
  }

  /** Ends the open link: 16 and 8 bytes of ids. */
  closeLink(traceIds: Uint8Array, traceIdAt: number, spanIds: Uint8Array, spanIdAt: number): void {
    this.linkTraceIds.pushRun(traceIds, traceIdAt, 16);
    this.linkSpanIds.pushRun(spanIds, spanIdAt, 8);
    this.linkAttributes.closeRow();
  }

  /** Ids of the open span, which {@link closeSpan} completes: 16, 8 and 8 bytes. */
  pushIds(
    traceIds: Uint8Array,
    traceIdAt: number,
    spanIds: Uint8Array,
    spanIdAt: number,
    parents: Uint8Array,
    parentAt: number,
  ): void {
    this.traceIds.pushRun(traceIds, traceIdAt, 16);
    this.spanIds.pushRun(spanIds, spanIdAt, 8);
    this.parentSpanIds.pushRun(parents, parentAt, 8);
  }

  /** Times of the open span, which {@link closeSpan} completes: 8 little-endian bytes each. */
  pushTimes(starts: Uint8Array, startAt: number, ends: Uint8Array, endAt: number): void {
    this.starts.pushRun(starts, startAt, 8);
    this.ends.pushRun(ends, endAt, 8);
    let end = 0;
    for (let i = 0; i < 8; i++) {
      end |= ends[endAt + i]!;
    }
    if (end === 0) {
      this.openMarks |= SpanMark.open;
    }
  }

  /** Ends the open span, whose ids and times were pushed; texts are string numbers. */
  closeSpan(
    name: number,
    kind: number,
    status: number,
    statusMessage: number,
    traceState: number,
    otlpFlags: number,
    resource: number,
    scope: number,
  ): void {
    this.names.push(name);
    this.kinds.push(kind);
    this.statuses.push(status);
    this.statusMessages.push(statusMessage);
    this.traceStates.push(traceState);
    this.otlpFlags.push(otlpFlags);
    this.marks.push(this.openMarks | (status === StatusCode.error ? SpanMark.error : 0));
    this.spanResources.push(resource);
    this.spanScopes.push(scope);
    this.attributes.closeRow();
    this.eventOffsets.push(this.eventNames.length);
    this.linkOffsets.push(this.linkAttributes.rows);
    this.openMarks = 0;
    this.openAttributes = this.attributes.length;
    this.openEvents = this.eventNames.length;
    this.openEventAttributes = this.eventAttributes.length;
    this.openLinks = this.linkAttributes.rows;
    this.openLinkAttributes = this.linkAttributes.length;
  }

  /** Forgets what was appended for the open span, before its ids and times were pushed. */
  dropSpan(): void {
    this.openMarks = 0;
    this.attributes.truncate(this.count, this.openAttributes);
    this.eventTimes.truncate(this.openEvents * 8);
    this.eventNames.truncate(this.openEvents);
    this.eventOrigins.truncate(this.openEvents);
    this.eventAttributes.truncate(this.openEvents, this.openEventAttributes);
    this.linkTraceIds.truncate(this.openLinks * 16);
    this.linkSpanIds.truncate(this.openLinks * 8);
    this.linkAttributes.truncate(this.openLinks, this.openLinkAttributes);
  }

  /** Sets the {@link SpanMark} bits of the span closed last, where they are known better than by the rule for OTLP. */
  replaceMarks(marks: number): void {
    this.marks.data[this.count - 1] = marks;
  }

  /** Appends one whole span. */
  addSpan(span: SpanInput): void {
    const { strings } = this;
    for (const { key, type, text } of span.attributes ?? []) {
      this.pushAttribute(strings.internText(key), type, strings.internText(text));
    }
    for (const event of span.events ?? []) {
      for (const { key, type, text } of event.attributes ?? []) {
        this.pushEventAttribute(strings.internText(key), type, strings.internText(text));
      }
      number64[0] = event.timeUnixNano;
      this.closeEvent(number64Bytes, 0, strings.internText(event.name), 0);
    }
    for (const link of span.links ?? []) {
      for (const attribute of link.attributes ?? []) {
        this.linkAttributes.pushInput(strings, attribute);
      }
      this.closeLink(bytesFromHex(link.traceId), 0, bytesFromHex(link.spanId), 0);
    }
    const spanId = bytesFromHex(span.spanId);
    const parent = span.parentSpanId === undefined ? new Uint8Array(8) : bytesFromHex(span.parentSpanId);
    this.pushIds(bytesFromHex(span.traceId), 0, spanId, 0, parent, 0);
    const times = new BigUint64Array([span.startUnixNano, span.endUnixNano]);
    const timeBytes = new Uint8Array(times.buffer);
    this.pushTimes(timeBytes, 0, timeBytes, 8);
    const status = span.status ?? StatusCode.unset;
    this.closeSpan(
      strings.internText(span.name),
      span.kind ?? 0,
      status,
      strings.internText(span.statusMessage ?? ''),
      strings.internText(span.traceState ?? ''),
      span.otlpFlags ?? 0,
      span.resource,
      span.scope,
    );
    if (span.error !== undefined) {
      const marks = this.marks.data[this.count - 1]! & ~SpanMark.error;
      this.replaceMarks(span.error ? marks | SpanMark.error : marks);
    }
  }

  /** Forgets everything, and keeps the room for other spans. */
  reset(): void {
    this.strings.reset();
    this.roles.reset();
    this.resources.reset();
    this.scopes.reset();
    this.attributes.truncate(0, 0);
    this.eventAttributes.truncate(0, 0);
    this.linkAttributes.truncate(0, 0);
    for (const column of [
      this.traceIds,
      this.spanIds,
      this.parentSpanIds,
      this.starts,
      this.ends,
      this.names,
      this.kinds,
      this.statuses,
      this.statusMessages,
      this.traceStates,
      this.otlpFlags,
      this.marks,
      this.spanResources,
      this.spanScopes,
      this.eventTimes,
      this.eventNames,
      this.eventOrigins,
      this.linkTraceIds,
      this.linkSpanIds,
    ]) {
      column.truncate(0);
    }
    this.eventOffsets.truncate(1);
    this.linkOffsets.truncate(1);
    this.openMarks = 0;
    this.openAttributes = 0;
    this.openEvents = 0;
    this.openEventAttributes = 0;
    this.openLinks = 0;
    this.openLinkAttributes = 0;
  }

  /** The closed spans, in buffers of their own. */
  build(): SpanTable {
    return {
      count: this.count,
      strings: this.strings.build(),
      traceIds: this.traceIds.build(),
      spanIds: this.spanIds.build(),
      parentSpanIds: this.parentSpanIds.build(),
      startUnixNano: this.starts.buildBig(),
      endUnixNano: this.ends.buildBig(),
      names: this.names.build(),
      kinds: this.kinds.build(),
      statuses: this.statuses.build(),
      statusMessages: this.statusMessages.build(),
      traceStates: this.traceStates.build(),
      otlpFlags: this.otlpFlags.build(),
      marks: this.marks.build(),
      resource: this.spanResources.build(),
      scope: this.spanScopes.build(),
      attributes: this.attributes.build(),
      events: {
        offsets: this.eventOffsets.build(),
        timeUnixNano: this.eventTimes.buildBig(),
        names: this.eventNames.build(),
        origins: this.eventOrigins.build(),
        attributes: this.eventAttributes.build(),
      },
      links: {
        offsets: this.linkOffsets.build(),
        traceIds: this.linkTraceIds.build(),
        spanIds: this.linkSpanIds.build(),
        attributes: this.linkAttributes.build(),
      },
      resources: this.resources.build(),
      scopes: this.scopes.build(),
    };
  }
}
