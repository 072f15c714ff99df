import { ValueType } from '../model/spanTable';
import type { StringInterner } from '../model/stringInterner';
import { base64FromBytes } from './base64';
import { maxNesting } from './decodeOutcome';
import { jsonFromDouble, textFromDouble } from './jsonValue';
import type { ProtoReader } from './protoReader';

const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
const smallIntegers = 1024;
const followerMask = 1023;

/** Reads OTLP's `KeyValue` and `AnyValue` into string numbers. */
export class AnyValueReader {
  /** Results of {@link keyValue} and {@link anyValue}. */
  key = 0;
  type: ValueType = ValueType.empty;
  value = 0;
  private readonly reader: ProtoReader;
  private readonly strings: StringInterner;
  /** String numbers of small integers: most integer attributes are ports, status codes and sizes. */
  private readonly integers = new Int32Array(smallIntegers).fill(-1);
  private readonly followers = new Uint32Array(followerMask + 1);
  private previousKey = 0;
  private readonly double = new DataView(new ArrayBuffer(8));

  constructor(reader: ProtoReader, strings: StringInterner) {
    this.reader = reader;
    this.strings = strings;
  }

  /** Reads a `KeyValue` up to `end` into {@link key}, {@link type} and {@link value}. */
  keyValue(end: number): void {
    const { reader } = this;
    this.key = 0;
    this.type = ValueType.empty;
    this.value = 0;
    while (reader.at < end) {
      const tag = reader.varint();
      if (tag === 0x0a) {
        const to = reader.end(end);
        this.key = this.internKey(to);
        reader.at = to;
      } else if (tag === 0x12) {
        this.anyValue(reader.end(end));
      } else {
        reader.skip(tag, end);
      }
    }
    reader.close(end);
  }

  /** Reads an `AnyValue` up to `end` into {@link type} and {@link value}. */
  anyValue(end: number): void {
    const { reader, strings } = this;
    this.type = ValueType.empty;
    this.value = 0;
    while (reader.at < end) {
      const tag = reader.varint();
      switch (tag) {
        case 0x0a: {
          const to = reader.end(end);
          this.type = ValueType.string;
          this.value = strings.internBytes(reader.bytes, reader.at, to);
          reader.at = to;
          break;
        }
        case 0x10:
          this.type = ValueType.bool;
          this.value = strings.internText(this.readBool());
          break;
        case 0x18:
          this.type = ValueType.int;
          this.value = this.integer();
          break;
        case 0x21:
          this.type = ValueType.double;
          this.value = strings.internText(textFromDouble(this.readDouble(end)));
          break;
        case 0x2a:
          this.type = ValueType.json;
          this.value = strings.internText(this.arrayJson(reader.end(end), 1));
          break;
        case 0x32:
          this.type = ValueType.json;
          this.value = strings.internText(this.mapJson(reader.end(end), 1));
          break;
        case 0x3a: {
          const to = reader.end(end);
          this.type = ValueType.bytes;
          this.value = strings.internText(base64FromBytes(reader.bytes, reader.at, to));
          reader.at = to;
          break;
        }
        default:
          reader.skip(tag, end);
      }
    }
    reader.close(end);
  }

  /** Spans repeat the keys of the spans before in the same order: the key that followed last time is tried before hashing. */
  private internKey(to: number): number {
    const { reader, strings, previousKey } = this;
    const guess = this.followers[previousKey & followerMask]!;
    const key = strings.equals(guess, reader.bytes, reader.at, to)
      ? guess
      : strings.internBytes(reader.bytes, reader.at, to);
    this.followers[previousKey & followerMask] = key;
    this.previousKey = key;
    return key;
  }

  private integer(): number {
    const { reader, strings } = this;
    const low = reader.varint64();
    if (reader.high !== 0 || low >= smallIntegers) {
      return strings.internText(integerText(low, reader.high));
    }
    let number = this.integers[low]!;
    if (number < 0) {
      number = strings.internText(String(low));
      this.integers[low] = number;
    }
    return number;
  }

  private readBool(): string {
    const low = this.reader.varint64();
    return low !== 0 || this.reader.high !== 0 ? 'true' : 'false';
  }

  private readDouble(limit: number): number {
    const { reader } = this;
    const at = reader.fixed(8, limit);
    if (at < 0) {
      return 0;
    }
    this.double.setUint32(0, reader.uint32(at), true);
    this.double.setUint32(4, reader.uint32(at + 4), true);
    return this.double.getFloat64(0, true);
  }

  private readText(limit: number): string {
    const { reader } = this;
    const to = reader.end(limit);
    const text = decoder.decode(reader.bytes.subarray(reader.at, to));
    reader.at = to;
    return text;
  }

  /** An `ArrayValue` up to `end` as JSON. */
  private arrayJson(end: number, depth: number): string {
    const { reader } = this;
    const items: string[] = [];
    while (reader.at < end) {
      const tag = reader.varint();
      if (tag === 0x0a) {
        items.push(this.valueJson(reader.end(end), depth));
      } else {
        reader.skip(tag, end);
      }
    }
    reader.close(end);
    return `[${items.join(',')}]`;
  }

  /** A `KeyValueList` up to `end` as JSON, with repeated keys as sent. */
  private mapJson(end: number, depth: number): string {
    const { reader } = this;
    const entries: string[] = [];
    while (reader.at < end) {
      const tag = reader.varint();
      if (tag === 0x0a) {
        entries.push(this.entryJson(reader.end(end), depth));
      } else {
        reader.skip(tag, end);
      }
    }
    reader.close(end);
    return `{${entries.join(',')}}`;
  }

  private entryJson(end: number, depth: number): string {
    const { reader } = this;
    let key = '';
    let value = 'null';
    while (reader.at < end) {
      const tag = reader.varint();
      if (tag === 0x0a) {
        key = this.readText(end);
      } else if (tag === 0x12) {
        value = this.valueJson(reader.end(end), depth);
      } else {
        reader.skip(tag, end);
      }
    }
    reader.close(end);
    return `${JSON.stringify(key)}:${value}`;
  }

  private valueJson(end: number, depth: number): string {
    const { reader } = this;
    if (depth > maxNesting) {
      reader.fail('tooDeep');
    }
    let json = 'null';
    while (reader.at < end) {
      const tag = reader.varint();
      switch (tag) {
        case 0x0a:
          json = JSON.stringify(this.readText(end));
          break;
        case 0x10:
          json = this.readBool();
          break;
        case 0x18: {
          const low = reader.varint64();
          json = integerText(low, reader.high);
          break;
        }
        case 0x21:
          json = jsonFromDouble(this.readDouble(end));
          break;
        case 0x2a:
          json = this.arrayJson(reader.end(end), depth + 1);
          break;
        case 0x32:
          json = this.mapJson(reader.end(end), depth + 1);
          break;
        case 0x3a: {
          const to = reader.end(end);
          json = `"${base64FromBytes(reader.bytes, reader.at, to)}"`;
          reader.at = to;
          break;
        }
        default:
          reader.skip(tag, end);
      }
    }
    reader.close(end);
    return json;
  }
}

/** Digits of a signed 64-bit number given as two unsigned halves. */
function integerText(low: number, high: number): string {
  if (high < 0x20_0000) {
    return String(high * 0x1_0000_0000 + low);
  }
  return String(BigInt.asIntN(64, (BigInt(high) << 32n) | BigInt(low)));
}
