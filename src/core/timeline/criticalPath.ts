import type { Trace } from '../model/trace';

/** Pieces of time in order, none overlapping: from `startNs[i]` to `endNs[i]` the trace waited for the span in `rows[i]`. */
export interface CriticalPath {
  readonly startNs: Float64Array<ArrayBuffer>;
  readonly endNs: Float64Array<ArrayBuffer>;
  readonly rows: Uint32Array<ArrayBuffer>;
}

interface Frame {
  readonly row: number;
  readonly fromNs: number;
  readonly toNs: number;
  /** The path is known from here to the end of the trace. */
  atNs: number;
  /** Children by end, latest first. */
  readonly children: readonly number[];
  nextChild: number;
}

/**
 * Which span the trace waited for at each moment that some root span covers; each such moment belongs to one span. Walks back from a
 * span's end: the child that ended last before the current moment is what was waited for, then the one that ended last before that
 * child's start; between them the span itself. A child that outlives its parent counts up to the parent's end. Where roots overlap the
 * longest has the moment.
 */
export function criticalPath(trace: Trace): CriticalPath {
  const starts: number[] = [];
  const ends: number[] = [];
  const rows: number[] = [];
  for (const piece of rootPieces(trace).reverse()) {
    walk(trace, piece, (row, startNs, endNs) => {
      rows.push(row);
      starts.push(startNs);
      ends.push(endNs);
    });
  }
  return {
    startNs: Float64Array.from(starts).reverse(),
    endNs: Float64Array.from(ends).reverse(),
    rows: Uint32Array.from(rows).reverse(),
  };
}

interface Piece {
  readonly row: number;
  readonly fromNs: number;
  readonly toNs: number;
}

/** The time of each root that no longer root covers. One piece at most each: no longer span fits inside a shorter one to cut it in two. */
function rootPieces(trace: Trace): Piece[] {
  const roots: number[] = [];
  for (let row = 0; row < trace.spans.count; row = trace.subtreeEnd[row]!) {
    roots.push(row);
  }
  roots.sort((a, b) => trace.startNs[a]! - trace.startNs[b]!);
  const pieces: Piece[] = [];
  for (const row of roots) {
    const lengthNs = trace.spanDurationNs[row]!;
    const toNs = trace.startNs[row]! + lengthNs;
    let fromNs = trace.startNs[row]!;
    for (let last = pieces.at(-1); last && last.toNs > fromNs; last = pieces.at(-1)) {
      if (lengthNs <= trace.spanDurationNs[last.row]!) {
        fromNs = last.toNs;
        break;
      }
      pieces.pop();
      if (last.fromNs < fromNs) {
        pieces.push({ ...last, toNs: fromNs });
      }
    }
    if (fromNs < toNs) {
      pieces.push({ row, fromNs, toNs });
    }
  }
  return pieces;
}

/** Emits the path through one root's piece, latest first. */
function walk(trace: Trace, piece: Piece, emit: (row: number, startNs: number, endNs: number) => void): void {
  const stack: Frame[] = [frameOf(trace, piece)];
  for (let frame = stack.at(-1); frame; frame = stack.at(-1)) {
    const child = nextChild(trace, frame);
    const childEndNs = child?.toNs ?? frame.fromNs;
    if (childEndNs < frame.atNs) {
      emit(frame.row, childEndNs, frame.atNs);
    }
    if (child) {
      frame.atNs = child.fromNs;
      stack.push(frameOf(trace, child));
    } else {
      stack.pop();
    }
  }
}

function frameOf(trace: Trace, { row, fromNs, toNs }: Piece): Frame {
  const children: number[] = [];
  for (let child = row + 1; child < trace.subtreeEnd[row]!; child = trace.subtreeEnd[child]!) {
    children.push(child);
  }
  children.sort((a, b) => endNsOf(trace, b) - endNsOf(trace, a));
  return { row, fromNs, toNs, atNs: toNs, children, nextChild: 0 };
}

/** The child that ended last by `frame.atNs`, cut to the frame's time. */
function nextChild(trace: Trace, frame: Frame): Piece | undefined {
  while (frame.nextChild < frame.children.length) {
    const row = frame.children[frame.nextChild++]!;
    const fromNs = Math.max(trace.startNs[row]!, frame.fromNs);
    const toNs = Math.min(endNsOf(trace, row), frame.toNs);
    if (toNs <= frame.atNs && fromNs < toNs) {
      return { row, fromNs, toNs };
    }
  }
  return undefined;
}

function endNsOf(trace: Trace, row: number): number {
  return trace.startNs[row]! + trace.spanDurationNs[row]!;
}

/** `1` for each span row that is on the path. */
export function rowsOnPath(path: CriticalPath, spanCount: number): Uint8Array<ArrayBuffer> {
  const onPath = new Uint8Array(spanCount);
  for (const row of path.rows) {
    onPath[row] = 1;
  }
  return onPath;
}

/** The pieces of each row on the path: numbers of pieces in order of time. */
export function piecesByRow(path: CriticalPath): ReadonlyMap<number, readonly number[]> {
  const pieces = new Map<number, number[]>();
  path.rows.forEach((row, piece) => {
    const own = pieces.get(row);
    if (own) {
      own.push(piece);
    } else {
      pieces.set(row, [piece]);
    }
  });
  return pieces;
}
