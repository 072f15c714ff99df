function grown<T extends Uint8Array<ArrayBuffer> | Uint32Array<ArrayBuffer>>(
  old: T,
  make: (length: number) => T,
  needed: number,
): T {
  const data = make(Math.max(needed, old.length * 2));
  data.set(old);
  return data;
}

/** Bytes that are appended one by one or in runs (ids, 64-bit times, small numbers). */
export class ByteColumn {
  /** Valid up to {@link length}; replaced when it grows. */
  data = new Uint8Array(64);
  length = 0;

  push(value: number): void {
    if (this.length === this.data.length) {
      this.reserve(1);
    }
    this.data[this.length++] = value;
  }

  /** Appends `count` bytes of `source` from `from`. */
  pushRun(source: Uint8Array, from: number, count: number): void {
    if (this.length + count > this.data.length) {
      this.reserve(count);
    }
    const { data, length } = this;
    // A loop: runs are ids and times of 8 or 16 bytes, where set() and subarray() cost more than the copy.
    for (let i = 0; i < count; i++) {
      data[length + i] = source[from + i]!;
    }
    this.length = length + count;
  }

  truncate(length: number): void {
    this.length = length;
  }

  /** The bytes so far, in a buffer of their own. */
  build(): Uint8Array<ArrayBuffer> {
    return this.data.slice(0, this.length);
  }

  /** The bytes so far as little-endian 64-bit numbers, in a buffer of their own. */
  buildBig(): BigUint64Array<ArrayBuffer> {
    return new BigUint64Array(this.build().buffer);
  }

  private reserve(extra: number): void {
    this.data = grown(this.data, (length) => new Uint8Array(length), this.length + extra);
  }
}

/** 32-bit numbers that are appended one by one. */
export class NumberColumn {
  /** Valid up to {@link length}; replaced when it grows. */
  data = new Uint32Array(64);
  length = 0;

  push(value: number): void {
    if (this.length === this.data.length) {
      this.data = grown(this.data, (length) => new Uint32Array(length), this.length + 1);
    }
    this.data[this.length++] = value;
  }

  truncate(length: number): void {
    this.length = length;
  }

  /** The numbers so far, in a buffer of their own. */
  build(): Uint32Array<ArrayBuffer> {
    return this.data.slice(0, this.length);
  }
}
