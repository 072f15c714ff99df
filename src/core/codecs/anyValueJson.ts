import { ValueType } from '../model/spanTable';
import { base64FromBytes, bytesFromBase64 } from './base64';
import { maxNesting } from './decodeOutcome';
import { listFrom, recordFrom, textFrom } from './jsonFields';
import { jsonFromDouble, textFromDouble } from './jsonValue';

/** A value as {@link ValueType} and text. */
export interface TypedText {
  readonly type: ValueType;
  readonly text: string;
}

const empty: TypedText = { type: ValueType.empty, text: '' };

/** An OTLP/JSON `AnyValue`; what has no known field is empty, and `undefined` means nested too deep. */
export function typedTextFromAnyValue(value: unknown): TypedText | undefined {
  const record = recordFrom(value);
  if (!record) {
    return empty;
  }
  if (typeof record['stringValue'] === 'string') {
    return { type: ValueType.string, text: record['stringValue'] };
  }
  if (isSet(record['intValue'])) {
    return typedInteger(record['intValue']);
  }
  if (isSet(record['boolValue'])) {
    return { type: ValueType.bool, text: isTrue(record['boolValue']) ? 'true' : 'false' };
  }
  if (isSet(record['doubleValue'])) {
    return { type: ValueType.double, text: textFromDouble(Number(record['doubleValue'])) };
  }
  if (isSet(record['bytesValue'])) {
    return typedBytes(textFrom(record['bytesValue']));
  }
  if (isSet(record['arrayValue']) || isSet(record['kvlistValue'])) {
    const text = jsonFromAnyValue(record, 0);
    return text === undefined ? undefined : { type: ValueType.json, text };
  }
  return empty;
}

function isSet(value: unknown): boolean {
  return value !== undefined && value !== null;
}

function isTrue(value: unknown): boolean {
  return value === true || value === 'true';
}

function typedInteger(value: unknown): TypedText {
  if (typeof value === 'number') {
    return Number.isInteger(value)
      ? { type: ValueType.int, text: Number.isSafeInteger(value) ? String(value) : String(BigInt(value)) }
      : { type: ValueType.double, text: textFromDouble(value) };
  }
  const text = textFrom(value);
  // Longer than any 64-bit number: not an integer, but still worth showing.
  return text.length <= 20 && /^-?\d+$/.test(text)
    ? { type: ValueType.int, text: String(BigInt(text)) }
    : { type: ValueType.string, text };
}

function typedBytes(base64: string): TypedText {
  const bytes = bytesFromBase64(base64);
  return bytes
    ? { type: ValueType.bytes, text: base64FromBytes(bytes, 0, bytes.length) }
    : { type: ValueType.string, text: base64 };
}

/** JSON of a value inside an array or map; `undefined` where it is nested too deep. */
function jsonFromAnyValue(value: unknown, depth: number): string | undefined {
  const record = recordFrom(value);
  if (!record) {
    return 'null';
  }
  const array = recordFrom(record['arrayValue']);
  const map = recordFrom(record['kvlistValue']);
  if (array ?? map) {
    if (depth >= maxNesting) {
      return undefined;
    }
    const parts: string[] = [];
    for (const item of listFrom((array ?? map)?.['values']) ?? []) {
      const json = jsonFromAnyValue(array ? item : recordFrom(item)?.['value'], depth + 1);
      if (json === undefined) {
        return undefined;
      }
      parts.push(array ? json : `${JSON.stringify(textFrom(recordFrom(item)?.['key']))}:${json}`);
    }
    return array ? `[${parts.join(',')}]` : `{${parts.join(',')}}`;
  }
  const { type, text } = typedTextFromAnyValue(record) ?? empty;
  switch (type) {
    case ValueType.empty:
      return 'null';
    case ValueType.bool:
    case ValueType.int:
      return text;
    case ValueType.double:
      return jsonFromDouble(Number(text));
    default:
      return JSON.stringify(text);
  }
}
