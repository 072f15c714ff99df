import type { SpanTableBuilder } from '../model/spanTableBuilder';
import { AnyValueReader } from './anyValueProto';
import { RejectionCounter } from './decodeOutcome';
import { isZero, ProtoReader, zeros } from './protoReader';
import { readRequest, readString } from './resourceProto';

/** Reads spans into a builder; what it holds is good only where {@link reader} has no error. */
export class SpanDecoder {
  readonly reader: ProtoReader;
  readonly builder: SpanTableBuilder;
  readonly rejections = new RejectionCounter();
  private readonly values: AnyValueReader;
  private statusCode = 0;
  private statusMessage = 0;

  /** Spans go into `builder`, which holds none yet. */
  constructor(body: Uint8Array, builder: SpanTableBuilder) {
    this.builder = builder;
    this.reader = new ProtoReader(body);
    this.values = new AnyValueReader(this.reader, this.builder.strings);
  }

  request(): void {
    readRequest(this.reader, this.values, this.builder, (end) => {
      this.span(end);
    });
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
        case 0x1a:
          traceState = readString(reader, strings, end);
          break;
        case 0x22: {
          const to = reader.end(end);
          parentAt = to - reader.at === 8 ? reader.at : -1;
          badParent = to !== reader.at && parentAt < 0;
          reader.at = to;
          break;
        }
        case 0x2a:
          name = readString(reader, strings, end);
          break;
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
    if (traceIdAt < 0 || isZero(bytes, traceIdAt, 16)) {
      this.reject('badTraceId');
    } else if (spanIdAt < 0 || isZero(bytes, spanIdAt, 8)) {
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
        this.statusMessage = readString(reader, this.builder.strings, end);
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
        name = readString(reader, builder.strings, end);
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
