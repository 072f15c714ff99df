import { bucketShifts } from '../../protocol/storeSchema';

/** A range of buckets of one level; empty where `from` is not below `to`. */
export interface BucketRange {
  readonly level: number;
  readonly from: number;
  readonly to: number;
}

/** A range of milliseconds; empty where `from` is not below `to`. */
export interface EdgeRange {
  readonly from: number;
  readonly to: number;
}

/** A window as whole buckets, the coarsest that fit, and two ragged edges of less than a finest bucket. */
export interface WindowPieces {
  /** Two of each level but the last, which has one. */
  readonly buckets: readonly BucketRange[];
  readonly edges: readonly [EdgeRange, EdgeRange];
}

/** Takes a window apart, so that it is counted from at most a few hundred rows, whatever its length. */
export function windowPieces(fromMs: number, toMs: number): WindowPieces {
  const widthMs = 2 ** bucketShifts[0];
  let from = Math.ceil(fromMs / widthMs);
  let to = Math.floor(toMs / widthMs);
  const buckets: BucketRange[] = [];
  const edges: [EdgeRange, EdgeRange] =
    from < to
      ? [
          { from: fromMs, to: from * widthMs },
          { from: to * widthMs, to: toMs },
        ]
      : [
          { from: fromMs, to: toMs },
          { from: 0, to: 0 },
        ];
  const last = bucketShifts.length - 1;
  for (let level = 0; level < last; level++) {
    const factor = 2 ** (bucketShifts[level + 1]! - bucketShifts[level]!);
    const coarseFrom = Math.ceil(from / factor);
    const coarseTo = Math.floor(to / factor);
    if (coarseFrom < coarseTo) {
      buckets.push({ level, from, to: coarseFrom * factor }, { level, from: coarseTo * factor, to });
      from = coarseFrom;
      to = coarseTo;
    } else {
      buckets.push({ level, from, to }, { level, from: 0, to: 0 });
      from = 0;
      to = 0;
    }
  }
  buckets.push({ level: last, from, to });
  return { buckets, edges };
}
