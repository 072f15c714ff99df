import { LogTableBuilder } from '../model/logTableBuilder';
import { ValueType } from '../model/spanTable';
import { AnyValueReader } from './anyValueProto';
import { RejectionCounter } from './decodeOutcome';
import { isZero, ProtoReader, zeros } from './protoReader';
import { readRequest, readString } from './resourceProto';

/** Reads log records into a builder; what it holds is good only where {@link reader} has no error. */
export class LogDecoder {
  readonly reader: ProtoReader;
  readonly builder = new LogTableBuilder();
  readonly rejections = new RejectionCounter();
  private readonly values: AnyValueReader;

  constructor(body: Uint8Array) {
    this.reader = new ProtoReader(body);
    this.values = new AnyValueReader(this.reader, this.builder.strings);
  }

  request(): void {
    readRequest(this.reader, this.values, this.builder, (end) => {
      this.record(end);
    });
  }

  private record(end: number): void {
    const { reader, builder, values } = this;
    const { bytes } = reader;
    const { strings, attributes } = builder;
    const attributesBefore = attributes.length;
    let timeAt = -1;
    let observedAt = -1;
    let traceIdAt = -1;
    let spanIdAt = -1;
    let badId: 'badTraceId' | 'badSpanId' | undefined;
    let severityNumber = 0;
    let severityText = 0;
    let eventName = 0;
    let bodyType: ValueType = ValueType.empty;
    let body = 0;
    while (reader.at < end) {
      const tag = reader.varint();
      switch (tag) {
        case 0x32:
          values.keyValue(reader.end(end));
          attributes.push(values.key, values.type, values.value);
          break;
        case 0x09:
          timeAt = reader.fixed(8, end);
          break;
        case 0x59:
          observedAt = reader.fixed(8, end);
          break;
        case 0x10:
          severityNumber = reader.varint();
          break;
        case 0x1a:
          severityText = readString(reader, strings, end);
          break;
        case 0x2a:
          values.anyValue(reader.end(end));
          bodyType = values.type;
          body = values.value;
          break;
        case 0x4a: {
          const to = reader.end(end);
          traceIdAt = to - reader.at === 16 ? reader.at : -1;
          if (traceIdAt < 0 && to !== reader.at) {
            badId = 'badTraceId';
          }
          reader.at = to;
          break;
        }
        case 0x52: {
          const to = reader.end(end);
          spanIdAt = to - reader.at === 8 ? reader.at : -1;
          if (spanIdAt < 0 && to !== reader.at) {
            badId = 'badSpanId';
          }
          reader.at = to;
          break;
        }
        case 0x62:
          eventName = readString(reader, strings, end);
          break;
        default:
          reader.skip(tag, end);
      }
    }
    reader.close(end);
    if (badId) {
      this.rejections.add(badId);
      attributes.truncate(builder.count, attributesBefore);
      return;
    }
    if (timeAt < 0 || isZero(bytes, timeAt, 8)) {
      timeAt = observedAt;
    }
    builder.pushHead(
      traceIdAt < 0 ? zeros : bytes,
      Math.max(traceIdAt, 0),
      spanIdAt < 0 ? zeros : bytes,
      Math.max(spanIdAt, 0),
      timeAt < 0 ? zeros : bytes,
      Math.max(timeAt, 0),
    );
    builder.closeRecord(
      severityNumber <= 24 ? severityNumber : 0,
      severityText,
      eventName,
      bodyType,
      body,
      builder.resources.next,
      builder.scopes.next,
    );
  }
}
