import { spanIdAt } from './ids';

/** After this many occupied slots an id goes to a map keyed by text, so that crafted collisions cost no more than a constant. */
const maxProbes = 64;

/** Finds the first of many 8-byte ids that equals a given one, in constant time and mostly without strings. */
export class SpanIdIndex {
  private readonly ids: Uint8Array;
  private readonly slots: Int32Array;
  private readonly mask: number;
  private readonly overflow = new Map<string, number>();

  /** `ids` holds 8 bytes an entry; entries are found only after {@link add}. */
  constructor(ids: Uint8Array, count: number) {
    this.ids = ids;
    let size = 16;
    while (size < count * 2) {
      size *= 2;
    }
    this.slots = new Int32Array(size).fill(-1);
    this.mask = size - 1;
  }

  /** Adds entry `entry`; gives the equal entry that was there before, else -1. */
  add(entry: number): number {
    const slot = this.slot(this.ids, entry * 8);
    if (slot < 0) {
      const id = spanIdAt(this.ids, entry);
      const before = this.overflow.get(id) ?? -1;
      if (before < 0) {
        this.overflow.set(id, entry);
      }
      return before;
    }
    const before = this.slots[slot]!;
    if (before < 0) {
      this.slots[slot] = entry;
    }
    return before;
  }

  /** The entry whose id is the 8 bytes of `ids` at row `row`, or -1. */
  find(ids: Uint8Array, row: number): number {
    const slot = this.slot(ids, row * 8);
    return slot < 0 ? (this.overflow.get(spanIdAt(ids, row)) ?? -1) : this.slots[slot]!;
  }

  /** The slot that holds the id or is free for it; -1 where it is one of {@link overflow}. */
  private slot(ids: Uint8Array, at: number): number {
    let slot = hashOfId(ids, at) & this.mask;
    for (let probe = 0; probe < maxProbes; probe++) {
      const entry = this.slots[slot]!;
      if (entry < 0 || isSameId(this.ids, entry * 8, ids, at)) {
        return slot;
      }
      slot = (slot + 1) & this.mask;
    }
    return -1;
  }
}

function isSameId(a: Uint8Array, aAt: number, b: Uint8Array, bAt: number): boolean {
  for (let i = 0; i < 8; i++) {
    if (a[aAt + i] !== b[bAt + i]) {
      return false;
    }
  }
  return true;
}

function hashOfId(ids: Uint8Array, at: number): number {
  const low = ids[at]! | (ids[at + 1]! << 8) | (ids[at + 2]! << 16) | (ids[at + 3]! << 24);
  const high = ids[at + 4]! | (ids[at + 5]! << 8) | (ids[at + 6]! << 16) | (ids[at + 7]! << 24);
  let hash = Math.imul(low ^ Math.imul(high, 0x9e3779b1), 0x85ebca6b);
  hash ^= hash >>> 13;
  hash = Math.imul(hash, 0xc2b2ae35);
  return hash ^ (hash >>> 16);
}
