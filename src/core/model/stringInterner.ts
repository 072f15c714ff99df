import type { StringColumns } from './stringTable';
import { isUtf8 } from './utf8';

/** After this many occupied slots a text is stored again instead of searched further: crafted collisions cost space, never time. */
const maxProbes = 64;

const encoder = new TextEncoder();

/**
 * Gives equal UTF-8 byte strings one number. Works on ranges of a request's bytes, so that a decoder makes no JavaScript strings.
 * Equal texts may get two numbers where many texts collide; nothing may take different numbers for different texts.
 */
export class StringInterner {
  /** Texts that are not well-formed UTF-8. */
  invalidCount = 0;
  private bytes = new Uint8Array(4096);
  private used = 0;
  private offsets = new Uint32Array(256);
  private hashes = new Int32Array(256);
  private size = 1;
  /** String numbers by hash; 0 is a free slot, because the empty string is not looked up. */
  private slots = new Int32Array(1024);
  private scratch = new Uint8Array(256);

  /** How many numbers are given, with that of the empty string. */
  get count(): number {
    return this.size;
  }

  /** Forgets all strings, and keeps the room for others. */
  reset(): void {
    this.invalidCount = 0;
    this.used = 0;
    this.size = 1;
    this.slots.fill(0);
  }

  /** The number of `source[from..to)`. */
  internBytes(source: Uint8Array, from: number, to: number): number {
    if (from === to) {
      return 0;
    }
    let hash = to - from;
    let highBits = 0;
    let at = from;
    // Four bytes a step: the multiplications depend on each other and are most of the cost.
    for (const wordsEnd = to - 3; at < wordsEnd; at += 4) {
      const word = source[at]! | (source[at + 1]! << 8) | (source[at + 2]! << 16) | (source[at + 3]! << 24);
      highBits |= word;
      hash = Math.imul(hash ^ word, 0x9e3779b1);
      // A multiplication carries nothing downwards: fold the high bits into those that choose the slot.
      hash ^= hash >>> 15;
    }
    for (; at < to; at++) {
      const byte = source[at]!;
      highBits |= byte;
      hash = Math.imul(hash ^ byte, 0x9e3779b1);
      hash ^= hash >>> 15;
    }
    const mask = this.slots.length - 1;
    let slot = hash & mask;
    for (let probe = 0; probe < maxProbes; probe++) {
      const number = this.slots[slot]!;
      if (number === 0) {
        return this.append(source, from, to, hash, highBits, slot);
      }
      if (this.hashes[number] === hash && this.equals(number, source, from, to)) {
        return number;
      }
      slot = (slot + 1) & mask;
    }
    return this.append(source, from, to, hash, highBits, -1);
  }

  /** The number of a text; lone surrogates become U+FFFD. */
  internText(text: string): number {
    const { length } = text;
    if (length * 3 > this.scratch.length) {
      if (length > 100_000) {
        const encoded = encoder.encode(text);
        return this.internBytes(encoded, 0, encoded.length);
      }
      this.scratch = new Uint8Array(length * 3);
    }
    const { scratch } = this;
    if (length < 48) {
      let at = 0;
      for (; at < length; at++) {
        const unit = text.charCodeAt(at);
        if (unit > 0x7f) {
          break;
        }
        scratch[at] = unit;
      }
      if (at === length) {
        return this.internBytes(scratch, 0, length);
      }
    }
    return this.internBytes(scratch, 0, encoder.encodeInto(text, scratch).written);
  }

  /** Whether string `number` is `ascii`. */
  is(number: number, ascii: string): boolean {
    return this.length(number) === ascii.length && this.startsWith(number, ascii);
  }

  /** Whether string `number` starts with `ascii`. */
  startsWith(number: number, ascii: string): boolean {
    return this.length(number) >= ascii.length && this.matches(this.offsets[number]!, ascii);
  }

  /** Whether string `number` ends with `ascii`. */
  endsWith(number: number, ascii: string): boolean {
    return (
      this.length(number) >= ascii.length && this.matches(this.offsets[number + 1]! - ascii.length, ascii)
    );
  }

  /** The strings so far, in buffers of their own. */
  build(): StringColumns {
    return { bytes: this.bytes.slice(0, this.used), offsets: this.offsets.slice(0, this.size + 1) };
  }

  private length(number: number): number {
    return this.offsets[number + 1]! - this.offsets[number]!;
  }

  private matches(from: number, ascii: string): boolean {
    for (let i = 0; i < ascii.length; i++) {
      if (this.bytes[from + i] !== ascii.charCodeAt(i)) {
        return false;
      }
    }
    return true;
  }

  /** Whether string `number` is `source[from..to)`. */
  equals(number: number, source: Uint8Array, from: number, to: number): boolean {
    const { bytes } = this;
    const own = this.offsets[number]!;
    if (this.offsets[number + 1]! - own !== to - from) {
      return false;
    }
    for (let at = from, i = own; at < to; at++, i++) {
      if (bytes[i] !== source[at]) {
        return false;
      }
    }
    return true;
  }

  private append(
    source: Uint8Array,
    from: number,
    to: number,
    hash: number,
    highBits: number,
    slot: number,
  ): number {
    const length = to - from;
    if (this.used + length > this.bytes.length) {
      const bytes = new Uint8Array(Math.max(this.bytes.length * 2, this.used + length));
      bytes.set(this.bytes.subarray(0, this.used));
      this.bytes = bytes;
    }
    if (length > 64) {
      this.bytes.set(source.subarray(from, to), this.used);
    } else {
      const { bytes, used } = this;
      for (let i = 0; i < length; i++) {
        bytes[used + i] = source[from + i]!;
      }
    }
    if ((highBits & 0x80808080) !== 0 && !isUtf8(source, from, to)) {
      this.invalidCount++;
    }
    const number = this.size++;
    if (number + 1 >= this.offsets.length) {
      this.growNumbers();
    }
    this.used += length;
    this.offsets[number + 1] = this.used;
    this.hashes[number] = hash;
    if (slot >= 0) {
      this.slots[slot] = number;
      if (this.size * 2 > this.slots.length) {
        this.growSlots();
      }
    }
    return number;
  }

  private growNumbers(): void {
    const offsets = new Uint32Array(this.offsets.length * 2);
    offsets.set(this.offsets);
    this.offsets = offsets;
    const hashes = new Int32Array(offsets.length);
    hashes.set(this.hashes);
    this.hashes = hashes;
  }

  private growSlots(): void {
    const slots = new Int32Array(this.slots.length * 2);
    const mask = slots.length - 1;
    for (let number = 1; number < this.size; number++) {
      let slot = this.hashes[number]! & mask;
      for (let probe = 0; probe < maxProbes; probe++) {
        if (slots[slot] === 0) {
          slots[slot] = number;
          break;
        }
        slot = (slot + 1) & mask;
      }
    }
    this.slots = slots;
  }
}
