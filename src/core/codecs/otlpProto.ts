import { err, ok, type Result } from '../../base/result';
import { SpanTableBuilder } from '../model/spanTableBuilder';
import { AnyValueReader } from './anyValueProto';
import { RejectionCounter, type DecodedSpans, type DecodeError } from './decodeOutcome';
import { ProtoReader } from './protoReader';

/** Eight zero bytes: a missing parent or time. Sixteen of them: a missing id of a link. */
const zeros = new Uint8Array(16);

/** Spans of an `ExportTraceServiceRequest` (or `TracesData`) in protobuf. */
export function spansFromOtlpProto(body: Uint8Array): Result<DecodedSpans, DecodeError> {
  const decoder = new TraceDecoder(body);
  decoder.request();
  if (decoder.reader.error) {
    return err(decoder.reader.error);
  }
  const { total, reasons } = decoder.rejections;
  return ok({
    spans: decoder.builder.build(),
    rejectedSpans: total,
    reasons,
    invalidTexts: decoder.builder.strings.invalidCount,
  });
}

/** Whether any of `count` bytes from `at` is set. */
function isSet(bytes: Uint8Array, at: number, count: number): boolean {
  for (let i = at; i < at + count; i++) {
    if (bytes[i] !== 0) {
      return true;
    }
  }
  return false;
}

class TraceDecoder {
  readonly reader: ProtoReader;
  readonly builder = new SpanTableBuilder();
  readonly rejections = new RejectionCounter();
  private readonly values: AnyValueReader;
  private statusCode = 0;
  private statusMessage = 0;

  constructor(body: Uint8Array) {
    this.reader = new ProtoReader(body);
    this.values = new AnyValueReader(this.reader, this.builder.strings);
  }

  request(): void {
    const { reader } = this;
    const end = reader.bytes.length;
    while (reader.at < end) {
      const tag = reader.varint();
      if (tag === 0x0a) {
        this.resourceSpans(reader.end(end));
      } else {
        reader.skip(tag, end);
      }
    }
  }

  private resourceSpans(end: number): void {
    const { reader } = this;
    while (reader.at < end) {
      const tag = reader.varint();
      // Field 1000 is the name that scope spans had before OTLP 0.15.
      if (tag === 0x12 || tag === 8002) {
        this.scopeSpans(reader.end(end));
      } else if (tag === 0x0a) {
        this.resource(reader.end(end));
      } else {
        reader.skip(tag, end);
      }
    }
    reader.close(end);
    // Spans named it before: the resource may stand behind its spans.
    this.builder.resources.close();
  }

  private resource(end: number): void {
    const { reader, values } = this;
    const { attributes } = this.builder.resources;
    while (reader.at < end) {
      const tag = reader.varint();
      if (tag === 0x0a) {
        values.keyValue(reader.end(end));
        attributes.push(values.key, values.type, values.value);
      } else {
        reader.skip(tag, end);
      }
    }
    reader.close(end);
  }

  private scopeSpans(end: number): void {
    const { reader, values } = this;
    const { scopes, strings } = this.builder;
    let name = 0;
    let version = 0;
    while (reader.at < end) {
      const tag = reader.varint();
      if (tag === 0x12) {
        this.span(reader.end(end));
      } else if (tag === 0x0a) {
        const scopeEnd = reader.end(end);
        while (reader.at < scopeEnd) {
          const scopeTag = reader.varint();
          if (scopeTag === 0x0a || scopeTag === 0x12) {
            const to = reader.end(scopeEnd);
            const text = strings.internBytes(reader.bytes, reader.at, to);
            reader.at = to;
            if (scopeTag === 0x0a) {
              name = text;
            } else {
              version = text;
            }
          } else if (scopeTag === 0x1a) {
            values.keyValue(reader.end(scopeEnd));
            scopes.attributes.push(values.key, values.type, values.value);
          } else {
            reader.skip(scopeTag, scopeEnd);
          }
        }
        reader.close(scopeEnd);
      } else {
        reader.skip(tag, end);
      }
    }
    reader.close(end);
    scopes.close(name, version);
  }

  private span(end: number): void {
    const { reader, builder, values } = this;
    const { strings } = builder;
    const { bytes } = reader;
    let traceIdAt = -1;
    let spanIdAt = -1;
    let parentAt = -1;
    let badParent = false;
    let startAt = -1;
    let endAt = -1;
    let name = 0;
    let kind = 0;
    let traceState = 0;
    let otlpFlags = 0;
    this.statusCode = 0;
    this.statusMessage = 0;
    while (reader.at < end) {
      const tag = reader.varint();
      switch (tag) {
        case 0x4a:
          values.keyValue(reader.end(end));
          builder.pushAttribute(values.key, values.type, values.value);
          break;
        case 0x0a: {
          const to = reader.end(end);
          traceIdAt = to - reader.at === 16 ? reader.at : -1;
          reader.at = to;
          break;
        }
        case 0x12: {
          const to = reader.end(end);
          spanIdAt = to - reader.at === 8 ? reader.at : -1;
          reader.at = to;
          break;
        }
        case 0x1a: {
          const to = reader.end(end);
          traceState = strings.internBytes(bytes, reader.at, to);
          reader.at = to;
          break;
        }
        case 0x22: {
          const to = reader.end(end);
          parentAt = to - reader.at === 8 ? reader.at : -1;
          badParent = to !== reader.at && parentAt < 0;
          reader.at = to;
          break;
        }
        case 0x2a: {
          const to = reader.end(end);
          name = strings.internBytes(bytes, reader.at, to);
          reader.at = to;
          break;
        }
        case 0x30:
          kind = reader.varint();
          break;
        case 0x39:
          startAt = reader.fixed(8, end);
          break;
        case 0x41:
          endAt = reader.fixed(8, end);
          break;
        case 0x5a:
          this.event(reader.end(end));
          break;
        case 0x6a:
          this.link(reader.end(end));
          break;
        case 0x7a:
          this.status(reader.end(end));
          break;
        case 0x85: {
          const at = reader.fixed(4, end);
          otlpFlags = at < 0 ? 0 : reader.uint32(at);
          break;
        }
        default:
          reader.skip(tag, end);
      }
    }
    reader.close(end);
    if (traceIdAt < 0 || !isSet(bytes, traceIdAt, 16)) {
      this.reject('badTraceId');
    } else if (spanIdAt < 0 || !isSet(bytes, spanIdAt, 8)) {
      this.reject('badSpanId');
    } else if (badParent) {
      this.reject('badParentSpanId');
    } else {
      builder.pushIds(bytes, traceIdAt, bytes, spanIdAt, parentAt < 0 ? zeros : bytes, Math.max(parentAt, 0));
      builder.pushTimes(
        startAt < 0 ? zeros : bytes,
        Math.max(startAt, 0),
        endAt < 0 ? zeros : bytes,
        Math.max(endAt, 0),
      );
      builder.closeSpan(
        name,
        kind <= 5 ? kind : 0,
        this.statusCode <= 2 ? this.statusCode : 0,
        this.statusMessage,
        traceState,
        otlpFlags,
        builder.resources.next,
        builder.scopes.next,
      );
    }
  }

  private reject(reason: 'badTraceId' | 'badSpanId' | 'badParentSpanId'): void {
    this.rejections.add(reason);
    this.builder.dropSpan();
  }

  private status(end: number): void {
    const { reader } = this;
    while (reader.at < end) {
      const tag = reader.varint();
      if (tag === 0x18) {
        this.statusCode = reader.varint();
      } else if (tag === 0x12) {
        const to = reader.end(end);
        this.statusMessage = this.builder.strings.internBytes(reader.bytes, reader.at, to);
        reader.at = to;
      } else {
        reader.skip(tag, end);
      }
    }
    reader.close(end);
  }

  private event(end: number): void {
    const { reader, builder, values } = this;
    let timeAt = -1;
    let name = 0;
    while (reader.at < end) {
      const tag = reader.varint();
      if (tag === 0x1a) {
        values.keyValue(reader.end(end));
        builder.pushEventAttribute(values.key, values.type, values.value);
      } else if (tag === 0x09) {
        timeAt = reader.fixed(8, end);
      } else if (tag === 0x12) {
        const to = reader.end(end);
        name = builder.strings.internBytes(reader.bytes, reader.at, to);
        reader.at = to;
      } else {
        reader.skip(tag, end);
      }
    }
    reader.close(end);
    builder.closeEvent(timeAt < 0 ? zeros : reader.bytes, Math.max(timeAt, 0), name, 0);
  }

  private link(end: number): void {
    const { reader, builder, values } = this;
    let traceIdAt = -1;
    let spanIdAt = -1;
    while (reader.at < end) {
      const tag = reader.varint();
      if (tag === 0x0a || tag === 0x12) {
        const to = reader.end(end);
        const length = to - reader.at;
        if (tag === 0x0a) {
          traceIdAt = length === 16 ? reader.at : -1;
        } else {
          spanIdAt = length === 8 ? reader.at : -1;
        }
        reader.at = to;
      } else if (tag === 0x22) {
        values.keyValue(reader.end(end));
        builder.linkAttributes.push(values.key, values.type, values.value);
      } else {
        reader.skip(tag, end);
      }
    }
    reader.close(end);
    // An id of the wrong length leads nowhere: the link is kept with zeros for its attributes' sake.
    builder.closeLink(
      traceIdAt < 0 ? zeros : reader.bytes,
      Math.max(traceIdAt, 0),
      spanIdAt < 0 ? zeros : reader.bytes,
      Math.max(spanIdAt, 0),
    );
  }
}
