import type { DecodeError } from './decodeOutcome';

/** What stands for an id or time that was not sent: up to 16 zero bytes. */
export const zeros = new Uint8Array(16);

/** Whether `count` bytes from `at` are all zero. */
export function isZero(bytes: Uint8Array, at: number, count: number): boolean {
  for (let i = at; i < at + count; i++) {
    if (bytes[i] !== 0) {
      return false;
    }
  }
  return true;
}

/**
 * Reads protobuf fields of a byte range. The first malformed byte is remembered in {@link error}, and the position jumps to the end,
 * so that every loop over fields ends without a check after each read; what was read since is to be thrown away.
 */
export class ProtoReader {
  readonly bytes: Uint8Array;
  /** Position of the next byte. */
  at = 0;
  error: DecodeError | undefined;
  /** High 32 bits of the last number read by {@link varint64}. */
  high = 0;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
  }

  /** Remembers the first error and ends all loops. */
  fail(code: DecodeError['code']): 0 {
    this.error ??= { code, offset: Math.min(this.at, this.bytes.length) };
    this.at = this.bytes.length;
    return 0;
  }

  /** The low 32 bits of a number, unsigned; tags, lengths, enums and booleans. */
  varint(): number {
    const { bytes } = this;
    if (this.at < bytes.length) {
      const first = bytes[this.at]!;
      if (first < 0x80) {
        this.at++;
        return first;
      }
    }
    return this.varint64();
  }

  /** The low 32 bits of a number, unsigned; the others are left in {@link high}. */
  varint64(): number {
    const { bytes } = this;
    let low = 0;
    let high = 0;
    for (let shift = 0; shift < 70; shift += 7) {
      if (this.at >= bytes.length) {
        return this.fail('truncated');
      }
      const byte = bytes[this.at++]!;
      const bits = byte & 0x7f;
      if (shift < 28) {
        low |= bits << shift;
      } else if (shift === 28) {
        low |= bits << 28;
        high = bits >>> 4;
      } else if (shift < 63) {
        high |= bits << (shift - 32);
      } else {
        high |= (bits & 1) << 31;
      }
      if (byte < 0x80) {
        this.high = high >>> 0;
        return low >>> 0;
      }
    }
    return this.fail('badVarint');
  }

  /** Reads a length and gives the end of what it counts, which lies within `limit`. */
  end(limit: number): number {
    const { at } = this;
    let length = at < limit ? this.bytes[at]! : 0x80;
    if (length < 0x80) {
      this.at = at + 1;
    } else {
      length = this.varint64();
      if (this.high !== 0) {
        length = Infinity;
      }
    }
    if (length > limit - this.at) {
      this.fail('truncated');
      return this.at;
    }
    return this.at + length;
  }

  /** Passes `count` bytes and gives the position of the first. */
  fixed(count: number, limit: number): number {
    const { at } = this;
    if (count > limit - at) {
      this.fail('truncated');
      return -1;
    }
    this.at = at + count;
    return at;
  }

  /** The 4 bytes at `at`, little-endian, unsigned. */
  uint32(at: number): number {
    const { bytes } = this;
    return (bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24)) >>> 0;
  }

  /** Passes the value of a field that nobody reads. */
  skip(tag: number, limit: number): void {
    if (tag < 8) {
      this.fail('badTag');
      return;
    }
    switch (tag & 7) {
      case 0:
        this.varint64();
        break;
      case 1:
        this.fixed(8, limit);
        break;
      case 2:
        this.at = this.end(limit);
        break;
      case 5:
        this.fixed(4, limit);
        break;
      default:
        this.fail('badTag');
    }
  }

  /** Checks that the last field of a message ended where the message does. */
  close(end: number): void {
    if (this.at !== end) {
      this.fail('truncated');
    }
  }
}
