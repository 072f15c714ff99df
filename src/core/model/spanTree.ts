import type { SpanIdIndex } from './spanIndex';

/** The tree over entries that were given in any order. */
export interface SpanTree {
  /** Entry numbers in depth-first order, siblings by start. */
  readonly order: Uint32Array;
  /** Parent entry by entry, -1 for roots. */
  readonly parent: Int32Array;
  /** Entries whose parent id names no entry. */
  readonly orphans: Uint8Array;
  /** {@link inCycle} for entries of a cycle, {@link cutHere} for the one of each whose parent link was cut. */
  readonly cycles: Uint8Array;
}

/** Values of {@link SpanTree.cycles}. */
export const inCycle = 1;
export const cutHere = 2;

/** Builds the tree of entries with 8-byte ids and parent ids (zeros: none). Linear in their number but for sorting siblings; no recursion. */
export function spanTree(
  ids: Uint8Array,
  parentIds: Uint8Array,
  index: SpanIdIndex,
  compareStarts: (a: number, b: number) => number,
): SpanTree {
  const count = ids.length / 8;
  const parent = new Int32Array(count).fill(-1);
  const orphans = new Uint8Array(count);
  for (let entry = 0; entry < count; entry++) {
    if (isZero(parentIds, entry * 8)) {
      continue;
    }
    const found = index.find(parentIds, entry);
    if (found < 0) {
      orphans[entry] = 1;
    }
    parent[entry] = found;
  }
  const cycles = cutCycles(parent, compareStarts);
  return { order: depthFirst(parent, compareStarts), parent, orphans, cycles };
}

function isZero(bytes: Uint8Array, at: number): boolean {
  for (let i = 0; i < 8; i++) {
    if (bytes[at + i] !== 0) {
      return false;
    }
  }
  return true;
}

/** Makes the earliest entry of every cycle a root. */
function cutCycles(parent: Int32Array, compareStarts: (a: number, b: number) => number): Uint8Array {
  const cycles = new Uint8Array(parent.length);
  /** 0: not visited; else the number of the walk that came by. */
  const visitedBy = new Uint32Array(parent.length);
  for (let start = 0; start < parent.length; start++) {
    let entry = start;
    while (entry >= 0 && visitedBy[entry] === 0) {
      visitedBy[entry] = start + 1;
      entry = parent[entry]!;
    }
    if (entry < 0 || visitedBy[entry] !== start + 1) {
      continue;
    }
    let earliest = entry;
    cycles[entry] = inCycle;
    for (let other = parent[entry]!; other !== entry; other = parent[other]!) {
      cycles[other] = inCycle;
      if (compareStarts(other, earliest) < 0) {
        earliest = other;
      }
    }
    parent[earliest] = -1;
    cycles[earliest] = cutHere;
  }
  return cycles;
}

function depthFirst(parent: Int32Array, compareStarts: (a: number, b: number) => number): Uint32Array {
  const count = parent.length;
  // Children of entry e stand in `children` from offsets[e + 1] up to offsets[e + 2]; the roots are those of e = -1.
  const offsets = new Uint32Array(count + 2);
  for (let entry = 0; entry < count; entry++) {
    offsets[parent[entry]! + 2]!++;
  }
  for (let i = 1; i < offsets.length; i++) {
    offsets[i]! += offsets[i - 1]!;
  }
  const children = new Uint32Array(count);
  const next = offsets.slice();
  for (let entry = 0; entry < count; entry++) {
    children[next[parent[entry]! + 1]!++] = entry;
  }
  for (let i = 0; i + 1 < offsets.length; i++) {
    sortRange(children, offsets[i]!, offsets[i + 1]!, compareStarts);
  }
  const order = new Uint32Array(count);
  const stack = new Uint32Array(count);
  let depth = 0;
  const pushChildren = (of: number): void => {
    for (let i = offsets[of + 2]!; i > offsets[of + 1]!; i--) {
      stack[depth++] = children[i - 1]!;
    }
  };
  pushChildren(-1);
  for (let at = 0; depth > 0; at++) {
    const entry = stack[--depth]!;
    order[at] = entry;
    pushChildren(entry);
  }
  return order;
}

function sortRange(
  entries: Uint32Array,
  from: number,
  to: number,
  compareStarts: (a: number, b: number) => number,
): void {
  for (let i = from + 1; i < to; i++) {
    if (compareStarts(entries[i - 1]!, entries[i]!) > 0) {
      entries.subarray(from, to).sort(compareStarts);
      return;
    }
  }
}
