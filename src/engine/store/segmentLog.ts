import { createHash } from 'node:crypto';
import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { err, ok, type Result } from '../../base/result';
import { SegmentKind } from '../../protocol/storeSchema';
import { storeFault, type StoreFault } from './sqliteError';

/** One received batch, encoded. */
export interface Segment {
  readonly kind: SegmentKind;
  /** Spans, records or points in it. */
  readonly rows: number;
  /** Not to be changed from now on. */
  readonly body: Uint8Array;
}

/** Why batches are not on disk. */
export interface AppendProblem {
  readonly fault: StoreFault;
  readonly message: string;
}

interface Waiting {
  readonly segment: Segment;
  readonly settle: (outcome: Result<undefined, AppendProblem>) => void;
}

/** What a log tells the store it writes for. */
export interface SegmentLogHooks {
  readonly nowMs: () => number;
  /** Within the transaction, before `bytes` are added: room is to be made. */
  readonly beforeWrite: (bytes: number) => void;
  /** A segment is on disk. */
  readonly written: (id: number, segment: Segment) => void;
  /** What waited could not be written, and not because of the file. */
  readonly failed: (error: Error) => void;
  /** All that waited was written, or nothing. */
  readonly afterWrite: (problem: AppendProblem | undefined) => void;
}

/** Which counter the rows of a segment are added to when it is written. */
export const counterOfKind: Readonly<Record<SegmentKind, string | undefined>> = {
  // Spans are counted when repeated ones are known.
  [SegmentKind.spans]: undefined,
  [SegmentKind.logs]: 'logRecords',
  [SegmentKind.metricsProto]: 'metricPoints',
  [SegmentKind.metricsJson]: 'metricPoints',
};

/** Appends segments durably; those waiting together share one transaction and one fsync. */
export class SegmentLog {
  private readonly database: DatabaseSync;
  private readonly hooks: SegmentLogHooks;
  private readonly insert: StatementSync;
  private readonly count: StatementSync;
  private readonly byDigest: StatementSync;
  private waiting: Waiting[] = [];

  constructor(database: DatabaseSync, hooks: SegmentLogHooks) {
    this.database = database;
    this.hooks = hooks;
    this.insert = database.prepare(
      'INSERT INTO segments (kind, arrivedMs, rows, digest, body) VALUES (?, ?, ?, ?, ?)',
    );
    this.byDigest = database.prepare('SELECT 1 FROM segments WHERE digest = ?');
    this.count = database.prepare(
      'INSERT INTO counters VALUES (?, ?) ON CONFLICT DO UPDATE SET value = value + excluded.value',
    );
  }

  /** Settles when the segment is on disk. */
  append(segment: Segment): Promise<Result<undefined, AppendProblem>> {
    return new Promise((settle) => {
      if (this.waiting.push({ segment, settle }) === 1) {
        // After the requests that the event loop has ready, so that they join.
        setImmediate(() => {
          this.flush();
        });
      }
    });
  }

  /** Writes what waits, now. */
  flush(): void {
    const { waiting } = this;
    if (waiting.length === 0) {
      return;
    }
    this.waiting = [];
    let problem: AppendProblem | undefined;
    try {
      this.write(waiting.map(({ segment }) => segment));
    } catch (error) {
      const fault = storeFault(error);
      problem = { fault: fault ?? 'unwritable', message: (error as Error).message };
      if (fault === undefined) {
        this.hooks.failed(error as Error);
      }
    }
    for (const { settle } of waiting) {
      settle(problem ? err(problem) : ok(undefined));
    }
    this.hooks.afterWrite(problem);
  }

  /** Answers those that wait: their file is closed. */
  abandon(problem: AppendProblem): void {
    const { waiting } = this;
    this.waiting = [];
    for (const { settle } of waiting) {
      settle(err(problem));
    }
  }

  private write(segments: readonly Segment[]): void {
    const arrivedMs = this.hooks.nowMs();
    const ids: (number | undefined)[] = [];
    this.database.exec('BEGIN IMMEDIATE');
    try {
      this.hooks.beforeWrite(segments.reduce((bytes, { body }) => bytes + body.length, 0));
      for (const segment of segments) {
        ids.push(this.insertOnce(segment, arrivedMs));
      }
      this.database.exec('COMMIT');
    } catch (error) {
      // SQLite has rolled back already after some faults.
      if (this.database.isTransaction) {
        this.database.exec('ROLLBACK');
      }
      throw error;
    }
    ids.forEach((id, i) => {
      if (id !== undefined) {
        this.hooks.written(id, segments[i]!);
      }
    });
  }

  /** The new segment's id, or `undefined` where the same request is stored already. */
  private insertOnce({ kind, rows, body }: Segment, arrivedMs: number): number | undefined {
    let digest: Uint8Array | null = null;
    if (kind !== SegmentKind.spans) {
      digest = createHash('sha256').update(body).digest();
      if (this.byDigest.get(digest)) {
        return undefined;
      }
    }
    const counter = counterOfKind[kind];
    if (counter !== undefined) {
      this.count.run(counter, rows);
    }
    return Number(this.insert.run(kind, arrivedMs, rows, digest, body).lastInsertRowid);
  }
}
