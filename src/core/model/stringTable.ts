/** Strings by number: UTF-8 bytes and `count + 1` offsets into them; string 0 is always empty. Crosses threads as two buffers. */
export interface StringColumns {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly offsets: Uint32Array<ArrayBuffer>;
}

const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

/** Reads {@link StringColumns}; each string is decoded when it is first asked for. */
export class StringTable {
  readonly columns: StringColumns;
  private readonly decoded: (string | undefined)[] = [];

  constructor(columns: StringColumns) {
    this.columns = columns;
  }

  get count(): number {
    return this.columns.offsets.length - 1;
  }

  /** String number `index`; invalid UTF-8 is shown as U+FFFD. */
  get(index: number): string {
    let text = this.decoded[index];
    if (text === undefined) {
      const { bytes, offsets } = this.columns;
      text = decoder.decode(bytes.subarray(offsets[index], offsets[index + 1]));
      this.decoded[index] = text;
    }
    return text;
  }

  /** The number of `text`, or -1: a scan over bytes, for look-ups of few names in a table. */
  find(text: string): number {
    const wanted = new TextEncoder().encode(text);
    const { bytes, offsets } = this.columns;
    for (let index = 0; index < this.count; index++) {
      const from = offsets[index]!;
      if (
        offsets[index + 1]! - from === wanted.length &&
        wanted.every((byte, i) => bytes[from + i] === byte)
      ) {
        return index;
      }
    }
    return -1;
  }
}
