import { err, ok, type Result } from '../../base/result';

/** Why encoded columns cannot be read. */
export interface BlobError {
  readonly code: 'notColumns' | 'unknownVersion' | 'damaged';
}

type Column = Uint8Array<ArrayBuffer> | Uint32Array<ArrayBuffer> | BigUint64Array<ArrayBuffer>;

const magic = 0x4c4e5053; // "SPNL"
const version = 1;
const headerBytes = 16;

/**
 * Columns in one buffer, little-endian: magic, version (16 bits) and kind (16 bits), number of rows, number of columns; then the
 * byte length of each column; then the columns, each at the next multiple of 8.
 */
export function blobFromColumns(
  kind: number,
  rows: number,
  columns: readonly Column[],
): Uint8Array<ArrayBuffer> {
  let size = aligned(headerBytes + 4 * columns.length);
  for (const column of columns) {
    size = aligned(size + column.byteLength);
  }
  const blob = new Uint8Array(size);
  const head = new Uint32Array(blob.buffer, 0, 4 + columns.length);
  head[0] = magic;
  head[1] = version | (kind << 16);
  head[2] = rows;
  head[3] = columns.length;
  let at = aligned(headerBytes + 4 * columns.length);
  columns.forEach((column, i) => {
    head[4 + i] = column.byteLength;
    blob.set(new Uint8Array(column.buffer, column.byteOffset, column.byteLength), at);
    at = aligned(at + column.byteLength);
  });
  return blob;
}

function aligned(at: number): number {
  return (at + 7) & ~7;
}

/** Reads a blob column by column, in the order of writing, as views of its buffer. What does not fit leaves {@link isDamaged} set. */
export class BlobReader {
  readonly rows: number;
  isDamaged = false;
  private readonly blob: Uint8Array<ArrayBuffer>;
  private readonly columnCount: number;
  private column = 0;
  private at: number;

  private constructor(blob: Uint8Array<ArrayBuffer>, rows: number, columnCount: number) {
    this.blob = blob;
    this.rows = rows;
    this.columnCount = columnCount;
    this.at = aligned(headerBytes + 4 * columnCount);
  }

  /** Checks the header. A blob that does not start at a multiple of 8 of its buffer, or in shared memory, is copied first. */
  static open(bytes: Uint8Array, kind: number): Result<BlobReader, BlobError> {
    const { buffer } = bytes;
    const blob =
      buffer instanceof ArrayBuffer && bytes.byteOffset % 8 === 0
        ? new Uint8Array(buffer, bytes.byteOffset, bytes.byteLength)
        : new Uint8Array(bytes);
    if (blob.length < headerBytes) {
      return err({ code: 'notColumns' });
    }
    const [first, second, rows, columnCount] = new Uint32Array(blob.buffer, blob.byteOffset, 4);
    if (first !== magic || second! >>> 16 !== kind) {
      return err({ code: 'notColumns' });
    }
    if ((second! & 0xffff) !== version) {
      return err({ code: 'unknownVersion' });
    }
    if (columnCount! > 256 || blob.length < headerBytes + 4 * columnCount!) {
      return err({ code: 'damaged' });
    }
    return ok(new BlobReader(blob, rows!, columnCount!));
  }

  /** The next column as bytes, `width` of them for each of `count` rows. */
  bytes(count: number, width = 1): Uint8Array<ArrayBuffer> {
    const [from, length] = this.next();
    return this.fits(length === count * width)
      ? new Uint8Array(this.blob.buffer, from, length)
      : new Uint8Array(0);
  }

  /** The next column as bytes, however many. */
  allBytes(): Uint8Array<ArrayBuffer> {
    const [from, length] = this.next();
    return new Uint8Array(this.blob.buffer, from, length);
  }

  /** The next column as `count` numbers, each below `limit`. */
  numbers(count: number, limit: number): Uint32Array<ArrayBuffer> {
    const numbers = this.words();
    let highest = -1;
    for (let i = 0; i < numbers.length; i++) {
      if (numbers[i]! > highest) {
        highest = numbers[i]!;
      }
    }
    this.fits(numbers.length === count && highest < limit);
    return numbers;
  }

  /** The next column as the offsets of `count` rows: from 0, never falling. */
  offsets(count: number): Uint32Array<ArrayBuffer> {
    const offsets = this.words();
    let isRising = offsets.length === count + 1 && offsets[0] === 0;
    for (let i = 1; i < offsets.length; i++) {
      isRising &&= offsets[i]! >= offsets[i - 1]!;
    }
    return this.fits(isRising) ? offsets : new Uint32Array(1);
  }

  /** The next column as 64-bit numbers. */
  bigs(count: number): BigUint64Array<ArrayBuffer> {
    const [from, length] = this.next();
    return this.fits(length === count * 8)
      ? new BigUint64Array(this.blob.buffer, from, count)
      : new BigUint64Array(0);
  }

  /** The next column as 32-bit numbers, however many. */
  words(): Uint32Array<ArrayBuffer> {
    const [from, length] = this.next();
    return this.fits(length % 4 === 0)
      ? new Uint32Array(this.blob.buffer, from, length / 4)
      : new Uint32Array(0);
  }

  /** Marks the blob as damaged unless `condition` holds. */
  fits(condition: boolean): boolean {
    this.isDamaged ||= !condition;
    return condition;
  }

  private next(): [from: number, length: number] {
    const { blob, at } = this;
    if (!this.fits(this.column < this.columnCount)) {
      return [blob.byteOffset, 0];
    }
    const length = new Uint32Array(blob.buffer, blob.byteOffset + headerBytes + 4 * this.column, 1)[0]!;
    this.column++;
    if (!this.fits(length <= blob.length - at)) {
      return [blob.byteOffset, 0];
    }
    this.at = aligned(at + length);
    return [blob.byteOffset + at, length];
  }
}
