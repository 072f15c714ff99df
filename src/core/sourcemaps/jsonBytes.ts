/** Where a value of a JSON text begins, and where the text goes on after it. */
export interface JsonSpan {
  readonly start: number;
  readonly end: number;
}

/** What a walk over a JSON text tells from time to time, so that its caller can do something else in between. */
export type Slices<T> = Generator<undefined, T>;

/** Bytes that are walked between two pauses: about a millisecond. */
const SLICE = 1 << 20;

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const COLON = 0x3a;

/**
 * Walks a JSON text in UTF-8 without building its values: a source map is mostly texts of which one or none is ever shown, and
 * `JSON.parse` of 40 MB blocks its thread for as long as it takes. What is stepped over is matched by its brackets and quotes
 * only; whoever uses a value parses it.
 */
export class JsonBytes {
  readonly bytes: Uint8Array;
  private readonly decoder = new TextDecoder('utf-8', { ignoreBOM: true });
  private pauseAt = SLICE;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
  }

  /** The next byte that is no white space. */
  skipSpace(at: number): number {
    let next = at;
    for (let code = this.bytes[next]; code !== undefined && code <= 0x20; code = this.bytes[++next]);
    return next;
  }

  /** Calls `member` with each key and the place of its value; it answers where the value ends. -1 where this is no object. */
  *object(start: number, member: (key: unknown, at: number) => Slices<number>): Slices<number> {
    let at = this.skipSpace(start);
    if (this.bytes[at] !== 0x7b) {
      return -1;
    }
    at = this.skipSpace(at + 1);
    if (this.bytes[at] === 0x7d) {
      return at + 1;
    }
    for (;;) {
      const keyEnd = this.stringEnd(at);
      const colon = this.skipSpace(keyEnd);
      if (keyEnd === -1 || this.bytes[colon] !== COLON) {
        return -1;
      }
      const end = yield* member(this.parse({ start: at, end: keyEnd }), this.skipSpace(colon + 1));
      if (end === -1) {
        return -1;
      }
      at = this.skipSpace(end);
      if (this.bytes[at] === 0x7d) {
        return at + 1;
      }
      if (this.bytes[at] !== COMMA) {
        return -1;
      }
      at = this.skipSpace(at + 1);
    }
  }

  /** Calls `item` with the place of each item; it answers where the item ends. -1 where this is no array. */
  *array(start: number, item: (at: number) => Slices<number> | number): Slices<number> {
    let at = this.skipSpace(start);
    if (this.bytes[at] !== 0x5b) {
      return -1;
    }
    at = this.skipSpace(at + 1);
    if (this.bytes[at] === 0x5d) {
      return at + 1;
    }
    for (;;) {
      const answer = item(at);
      const end = typeof answer === 'number' ? answer : yield* answer;
      if (end === -1) {
        return -1;
      }
      if (end >= this.pauseAt) {
        this.pauseAt = end + SLICE;
        yield;
      }
      at = this.skipSpace(end);
      if (this.bytes[at] === 0x5d) {
        return at + 1;
      }
      if (this.bytes[at] !== COMMA) {
        return -1;
      }
      at = this.skipSpace(at + 1);
    }
  }

  /** The end of any value, or -1; brackets are matched without recursion. */
  valueEnd(start: number): number {
    const { bytes } = this;
    const open: number[] = [];
    let at = start;
    do {
      at = this.skipSpace(at);
      const code = bytes[at];
      if (code === QUOTE) {
        at = this.stringEnd(at);
      } else if (code === 0x7b || code === 0x5b) {
        // `{` and `[` stand two before their closing brackets.
        open.push(code + 2);
        at++;
      } else if (open.length > 0 && code === open.at(-1)) {
        open.pop();
        at++;
      } else if (open.length > 0 && (code === COMMA || code === COLON)) {
        at++;
      } else {
        at = this.literalEnd(at);
      }
      if (at === -1) {
        return -1;
      }
    } while (open.length > 0);
    return at;
  }

  /** The end of a string that begins here, or -1. */
  stringEnd(start: number): number {
    const { bytes } = this;
    if (bytes[start] !== QUOTE) {
      return -1;
    }
    for (let at = bytes.indexOf(QUOTE, start + 1); at !== -1; at = bytes.indexOf(QUOTE, at + 1)) {
      let slashes = 0;
      while (bytes[at - 1 - slashes] === BACKSLASH) {
        slashes++;
      }
      if (slashes % 2 === 0) {
        return at + 1;
      }
    }
    return -1;
  }

  /** The value at a place, or `undefined` where it is no JSON. */
  parse({ start, end }: JsonSpan): unknown {
    try {
      return JSON.parse(this.decoder.decode(this.bytes.subarray(start, end))) as unknown;
    } catch {
      return undefined;
    }
  }

  /** `true`, `null` and numbers. */
  private literalEnd(start: number): number {
    let at = start;
    for (let code = this.bytes[at]; code !== undefined && isLiteral(code); code = this.bytes[++at]);
    return at === start ? -1 : at;
  }
}

/** Letters, digits, and what a number may hold besides. */
function isLiteral(code: number): boolean {
  const lower = code | 0x20;
  return (
    (lower >= 0x61 && lower <= 0x7a) ||
    (code >= 0x30 && code <= 0x39) ||
    code === 0x2b ||
    code === 0x2d ||
    code === 0x2e
  );
}
