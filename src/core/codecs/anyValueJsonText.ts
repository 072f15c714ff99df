import { ValueType } from '../model/spanTable';

/** OTLP/JSON of an attribute value. */
export function anyValueJsonText(type: ValueType, text: string): string {
  switch (type) {
    case ValueType.string:
      return `{"stringValue":${JSON.stringify(text)}}`;
    case ValueType.bool:
      return `{"boolValue":${text === 'true' ? 'true' : 'false'}}`;
    case ValueType.int:
      return `{"intValue":${JSON.stringify(text)}}`;
    case ValueType.double:
      return `{"doubleValue":${doubleJson(text)}}`;
    case ValueType.bytes:
      return `{"bytesValue":${JSON.stringify(text)}}`;
    case ValueType.json:
      return new NestedValueWriter(text).write() ?? `{"stringValue":${JSON.stringify(text)}}`;
    case ValueType.empty:
      return '{}';
  }
}

function doubleJson(text: string): string {
  return Number.isFinite(Number(text)) ? text : JSON.stringify(text);
}

// Sticky, so that it is matched only where the writer stands.
const numberToken = /-?\d+(\.\d+)?([eE][-+]?\d+)?/y;

/**
 * Turns the JSON text of an array or map into OTLP's nested values. It reads tokens itself, because `JSON.parse` would lose what
 * tells 2 from 2.0, digits beyond 2^53 and repeated keys.
 */
class NestedValueWriter {
  private readonly text: string;
  private at = 0;

  constructor(text: string) {
    this.text = text;
  }

  /** The value, or `undefined` where the text is not the JSON that our decoders write. */
  write(): string | undefined {
    const value = this.value(0);
    return this.at === this.text.length ? value : undefined;
  }

  private value(depth: number): string | undefined {
    const first = this.text.charAt(this.at);
    if (depth > 200) {
      return undefined;
    }
    if (first === '[') {
      const items = this.list(']', () => this.value(depth + 1));
      return items && `{"arrayValue":{"values":[${items.join(',')}]}}`;
    }
    if (first === '{') {
      const entries = this.list('}', () => {
        const key = this.string();
        if (key === undefined || this.text.charAt(this.at++) !== ':') {
          return undefined;
        }
        const value = this.value(depth + 1);
        return value && `{"key":${key},"value":${value}}`;
      });
      return entries && `{"kvlistValue":{"values":[${entries.join(',')}]}}`;
    }
    if (first === '"') {
      const token = this.string();
      return token && `{"stringValue":${token}}`;
    }
    for (const word of ['true', 'false', 'null']) {
      if (this.text.startsWith(word, this.at)) {
        this.at += word.length;
        return word === 'null' ? '{}' : `{"boolValue":${word}}`;
      }
    }
    const number = this.number();
    return number && (/^-?\d+$/.test(number) ? `{"intValue":"${number}"}` : `{"doubleValue":${number}}`);
  }

  private list(close: string, item: () => string | undefined): string[] | undefined {
    const items: string[] = [];
    this.at++;
    while (this.text.charAt(this.at) !== close) {
      if (items.length > 0 && this.text.charAt(this.at++) !== ',') {
        return undefined;
      }
      const value = item();
      if (value === undefined) {
        return undefined;
      }
      items.push(value);
    }
    this.at++;
    return items;
  }

  private string(): string | undefined {
    const { text, at } = this;
    if (text.charAt(at) !== '"') {
      return undefined;
    }
    // Character by character: a pattern with a repeated group may exhaust the engine's stack on a text of megabytes.
    for (let i = at + 1; i < text.length; i++) {
      const unit = text.charCodeAt(i);
      if (unit === 0x5c) {
        i++;
      } else if (unit === 0x22) {
        this.at = i + 1;
        return text.slice(at, this.at);
      }
    }
    return undefined;
  }

  private number(): string | undefined {
    numberToken.lastIndex = this.at;
    const token = numberToken.exec(this.text)?.[0];
    this.at += token?.length ?? 0;
    return token;
  }
}
