import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { bucketOf, bucketShifts } from '../../protocol/storeSchema';
import type { Contribution } from './contribution';

/** Three counters of one bucket. */
type Delta = [first: number, second: number, third: number];
/** By owner (an operation or a group), then by bucket of the finest level. */
type Deltas = Map<number, Map<number, Delta>>;

/** Changes of counts, gathered over a transaction and written once per bucket. */
export class CountDeltas {
  private readonly operations: Deltas = new Map();
  private readonly groups: Deltas = new Map();
  private readonly addOperation: StatementSync;
  private readonly addGroup: StatementSync;
  private readonly dropOperation: StatementSync;
  private readonly dropGroup: StatementSync;

  constructor(database: DatabaseSync) {
    this.addOperation = database.prepare(
      `INSERT INTO operationCounts VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE
       SET runs = runs + excluded.runs, failing = failing + excluded.failing, traces = traces + excluded.traces`,
    );
    this.addGroup = database.prepare(
      `INSERT INTO groupCounts VALUES (?, ?, ?, ?, ?) ON CONFLICT DO UPDATE
       SET failing = failing + excluded.failing, recovered = recovered + excluded.recovered`,
    );
    this.dropOperation = database.prepare(
      'DELETE FROM operationCounts WHERE operation = ? AND level = ? AND bucket = ? AND runs = 0 AND failing = 0 AND traces = 0',
    );
    this.dropGroup = database.prepare(
      'DELETE FROM groupCounts WHERE groupId = ? AND level = ? AND bucket = ? AND failing = 0 AND recovered = 0',
    );
  }

  /** Counts a trace's runs in (`sign` 1) or out (-1). */
  add(contribution: Contribution, sign: 1 | -1): void {
    contribution.forEach((run, ordinal) => {
      const bucket = bucketOf(run.startMs, 0);
      bump(this.operations, run.operation, bucket, [sign, run.failed ? sign : 0, ordinal === 0 ? sign : 0]);
      for (const { group, recovered } of run.failures) {
        bump(this.groups, group, bucket, [recovered ? 0 : sign, recovered ? sign : 0, 0]);
      }
    });
  }

  /** Writes what was gathered. */
  write(): void {
    eachBucket(this.operations, (operation, level, bucket, [runs, failing, traces]) => {
      this.addOperation.run(operation, level, bucket, runs, failing, traces);
      if (runs < 0 || failing < 0 || traces < 0) {
        this.dropOperation.run(operation, level, bucket);
      }
    });
    eachBucket(this.groups, (group, level, bucket, [failing, recovered]) => {
      this.addGroup.run(group, level, bucket, failing, recovered);
      if (failing < 0 || recovered < 0) {
        this.dropGroup.run(group, level, bucket);
      }
    });
    this.clear();
  }

  /** Forgets what was gathered: the transaction was rolled back. */
  clear(): void {
    this.operations.clear();
    this.groups.clear();
  }
}

function bump(deltas: Deltas, owner: number, bucket: number, [a, b, c]: Delta): void {
  let buckets = deltas.get(owner);
  if (!buckets) {
    buckets = new Map();
    deltas.set(owner, buckets);
  }
  const delta = buckets.get(bucket);
  if (delta) {
    delta[0] += a;
    delta[1] += b;
    delta[2] += c;
  } else {
    buckets.set(bucket, [a, b, c]);
  }
}

/** Calls back with every changed bucket of every level. */
function eachBucket(
  deltas: Deltas,
  write: (owner: number, level: number, bucket: number, delta: Delta) => void,
): void {
  for (const [owner, finest] of deltas) {
    bucketShifts.forEach((shift, level) => {
      const factor = 2 ** (shift - bucketShifts[0]);
      const coarse: Deltas = new Map();
      for (const [bucket, delta] of finest) {
        bump(coarse, owner, Math.floor(bucket / factor), delta);
      }
      for (const [bucket, delta] of coarse.get(owner) ?? []) {
        if (delta.some((change) => change !== 0)) {
          write(owner, level, bucket, delta);
        }
      }
    });
  }
}
