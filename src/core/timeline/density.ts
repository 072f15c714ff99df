import type { Trace } from '../model/trace';
import { xPxFromTimeNs, type TimeScale } from './viewport';

/** Spans of a range of rows, merged into pixel columns. */
export interface Density {
  /** For each colour slot in use, how many of its spans run in each column; slots in order of number. */
  readonly running: ReadonlyMap<number, Uint32Array<ArrayBuffer>>;
  /** The largest sum over the slots in any column. */
  readonly peak: number;
  /** `1` for columns in which a failed span runs. */
  readonly failed: Uint8Array<ArrayBuffer>;
}

/** Which colour slot a row has, and whether it failed. */
export interface DensityInput {
  slotOf(row: number): number;
  failed(row: number): boolean;
}

/** The density of rows `fromRow` up to `toRow` in `widthPx` columns; one step a span, whatever its length. */
export function density(
  trace: Trace,
  fromRow: number,
  toRow: number,
  scale: TimeScale,
  input: DensityInput,
): Density {
  const columns = Math.max(1, Math.ceil(scale.widthPx));
  const changes = new Map<number, Int32Array>();
  const failed = new Uint8Array(columns);
  for (let row = fromRow; row < toRow; row++) {
    const startXPx = xPxFromTimeNs(scale, trace.startNs[row]!);
    // A span of no length at the very end has no column to its right: it counts in the last one.
    const fromXPx = startXPx === scale.widthPx ? columns - 1 : Math.floor(startXPx);
    const toXPx = Math.floor(xPxFromTimeNs(scale, trace.startNs[row]! + trace.spanDurationNs[row]!));
    if (toXPx < 0 || fromXPx >= columns) {
      continue;
    }
    const slot = input.slotOf(row);
    let change = changes.get(slot);
    if (!change) {
      change = new Int32Array(columns + 1);
      changes.set(slot, change);
    }
    const first = Math.max(0, fromXPx);
    change[first]! += 1;
    change[Math.min(columns, Math.max(fromXPx, toXPx) + 1)]! -= 1;
    if (input.failed(row)) {
      // A failure is marked where it ends: there it became known, and a root's failure would mark every column.
      failed[Math.min(columns - 1, Math.max(0, toXPx))] = 1;
    }
  }
  const running = new Map<number, Uint32Array<ArrayBuffer>>();
  const total = new Uint32Array(columns);
  for (const slot of [...changes.keys()].sort((a, b) => a - b)) {
    const counts = new Uint32Array(columns);
    let current = 0;
    for (let column = 0; column < columns; column++) {
      current += changes.get(slot)![column]!;
      counts[column] = current;
      total[column]! += current;
    }
    running.set(slot, counts);
  }
  return { running, peak: total.reduce((a, b) => Math.max(a, b), 0), failed };
}
