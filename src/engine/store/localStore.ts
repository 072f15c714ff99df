import { statSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { Emitter } from '../../base/emitter';
import { err, type Result } from '../../base/result';
import type { MovedAside, SeenGroup, StoreStatus } from '../../protocol/engine';
import { SegmentKind } from '../../protocol/storeSchema';
import { Eviction, type StoreBounds } from './eviction';
import { markGroupsRead, rememberGroups } from './groupMemory';
import { Indexer } from './indexer';
import { IndexSchedule } from './indexSchedule';
import { fileState, isForeign, moveAside, openStore } from './openStore';
import { SegmentLog, type AppendProblem, type Segment } from './segmentLog';
import { SegmentViews } from './segmentViews';
import { storeFault } from './sqliteError';
import { WriterLock } from './writerLock';

/** A file that cannot be written is tried again no sooner. */
const retryOpenMs = 1000;

/** What a store is opened with. */
export interface LocalStoreOptions {
  readonly file: string;
  /** The user named the file: what is no store is left as it is. */
  readonly isNamed?: boolean;
  readonly nowMs: () => number;
}

interface OpenParts {
  readonly database: DatabaseSync;
  readonly log: SegmentLog;
  readonly views: SegmentViews;
  readonly indexer: Indexer;
  readonly eviction: Eviction;
}

/** The store as its only writer holds it. It lives on while its file cannot be written, and tries again with a later batch. */
export class LocalStore {
  readonly file: string;
  bounds: StoreBounds;
  private readonly indexed = new Emitter<number>();
  /** Traces changed, with how many. */
  readonly onDidIndex = this.indexed.event;
  private readonly failed = new Emitter<Error>();
  /** Something that should not happen did, and was passed over: for the log. */
  readonly onDidFail = this.failed.event;
  private readonly isNamed: boolean;
  private readonly nowMs: () => number;
  private lock: WriterLock | undefined;
  private open: OpenParts | undefined;
  /** State of the file as this process left it, sound: a store is opened and closed for each mark while nothing is received. */
  private leftState: string | undefined;
  private movedAside: MovedAside | undefined;
  private writeError: string | undefined;
  private lastReceivedMs: number | undefined;
  private lastOpenMs = -Infinity;
  /** Between {@link acquire} and {@link close}: a file that could not be opened is tried again. */
  private wanted = false;
  private readonly schedule = new IndexSchedule({
    index: (limit) => this.index(limit),
    settleGrown: (limit) => this.settle(({ indexer }) => indexer.settleDirty(limit)),
    settleRootless: (limit, all) => this.settle(({ indexer }) => indexer.settleAwaiting(limit, all)),
    rootlessInMs: () => this.open?.indexer.awaitingForMs(),
  });

  constructor(options: LocalStoreOptions, bounds: StoreBounds) {
    this.file = options.file;
    this.isNamed = options.isNamed ?? false;
    this.nowMs = options.nowMs;
    this.bounds = bounds;
  }

  /**
   * Takes the writer's lock and opens the file; `held` where another process has it, `foreign` where it is no store and not ours to move.
   * A file that cannot be written is no error here.
   */
  acquire(): 'ready' | 'held' | 'foreign' {
    if (this.open) {
      return 'ready';
    }
    this.wanted = true;
    this.lastOpenMs = this.nowMs();
    try {
      if (isForeign(this.file, this.isNamed)) {
        return 'foreign';
      }
      if (!this.lock) {
        const lock = WriterLock.take(this.file);
        if (!lock.ok) {
          return 'held';
        }
        this.lock = lock.value;
      }
      this.openDatabase();
      this.indexAll();
    } catch (error) {
      this.fail(error);
    }
    return 'ready';
  }

  /** Whether another process writes the store at this moment. */
  isHeldElsewhere(): boolean {
    if (this.lock) {
      return false;
    }
    try {
      const lock = WriterLock.take(this.file);
      if (lock.ok) {
        lock.value.release();
      }
      return !lock.ok;
    } catch {
      // Nobody can hold a lock in a folder that cannot be written.
      return false;
    }
  }

  /** Tells other processes where the receiver of this one listens. */
  announce(port: number | undefined): void {
    this.lock?.announce(port);
  }

  /** Settles when the segment is on disk. */
  async append(segment: Segment): Promise<Result<undefined, AppendProblem>> {
    const retries = this.wanted && this.nowMs() - this.lastOpenMs >= retryOpenMs;
    const reached = !this.open && retries ? this.acquire() : 'ready';
    if (reached === 'held') {
      return err({ fault: 'busy', message: 'another process holds the store' });
    }
    if (reached === 'foreign') {
      return err({
        fault: 'unwritable',
        message: 'another program has put its database in place of the store',
      });
    }
    if (!this.open) {
      return err({ fault: 'unwritable', message: this.writeError ?? 'closed' });
    }
    const { log } = this.open;
    const outcome = await log.append(segment);
    if (outcome.ok || outcome.error.fault !== 'corrupt') {
      return outcome;
    }
    // Of several that waited together the first has replaced the file already.
    if (this.currentLog() === log) {
      this.replaceDamaged(outcome.error.message);
    }
    return (await this.currentLog()?.append(segment)) ?? outcome;
  }

  /** Derives everything from what was received so far. */
  indexAll(): void {
    this.schedule.indexAll();
  }

  /** Deletes everything. */
  clear(): void {
    this.transact(({ database }) => {
      const tables = database.prepare(
        "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'",
      );
      for (const row of tables.all()) {
        database.exec(`DELETE FROM ${String(row['name'])}`);
      }
    });
    this.open?.views.clear();
    this.open?.indexer.reset();
    this.attempt(({ database }) => {
      database.exec('PRAGMA incremental_vacuum; PRAGMA wal_checkpoint(TRUNCATE)');
    });
    this.schedule.cleared();
    this.indexed.fire(0);
  }

  /** Groups that are no longer new, by their stable ids. */
  markRead(groupIds: readonly string[]): void {
    this.transact(({ database }) => {
      markGroupsRead(database, groupIds, this.nowMs());
    });
  }

  /** Keeps when groups were first seen, also those that only other connections saw. */
  rememberGroups(groups: readonly SeenGroup[]): void {
    this.transact(({ database }) => {
      rememberGroups(database, groups);
    });
  }

  status(): StoreStatus {
    const { counters, sizeBytes } =
      this.attempt(({ database, eviction }) => ({
        counters: readCounters(database),
        sizeBytes: eviction.fileBytes(),
      })) ?? statusFromOutside(this.file);
    return {
      traces: counters.get('traces') ?? 0,
      spans: counters.get('spans') ?? 0,
      logRecords: counters.get('logRecords') ?? 0,
      metricPoints: counters.get('metricPoints') ?? 0,
      sizeBytes,
      maxBytes: this.bounds.maxBytes,
      maxAgeMs: this.bounds.maxAgeMs,
      file: this.file,
      ...(this.lastReceivedMs !== undefined && { lastReceivedMs: this.lastReceivedMs }),
      ...(this.movedAside !== undefined && { movedAside: this.movedAside }),
      ...(this.writeError !== undefined && { writeError: this.writeError }),
    };
  }

  /** Writes what waits, and lets go of file and lock. */
  close(): void {
    this.wanted = false;
    if (this.open) {
      this.open.log.flush();
      this.indexAll();
    }
    this.closeDatabase();
    this.lock?.release();
    this.lock = undefined;
  }

  private currentLog(): SegmentLog | undefined {
    return this.open?.log;
  }

  private openDatabase(): void {
    const isKnownSound = this.leftState !== undefined && this.leftState === fileState(this.file);
    const { database, movedAside } = openStore(this.file, isKnownSound);
    this.movedAside = movedAside ?? this.movedAside;
    const views = new SegmentViews(database);
    const indexer = new Indexer(database, views, {
      nowMs: this.nowMs,
      onError: (error) => {
        this.failed.fire(error);
      },
    });
    const eviction = new Eviction(database, indexer);
    const log = new SegmentLog(database, {
      nowMs: this.nowMs,
      beforeWrite: (bytes) => {
        eviction.makeRoom(this.bounds, bytes);
      },
      written: (id, { kind, body }) => {
        this.schedule.added();
        if (kind === SegmentKind.spans || kind === SegmentKind.logs) {
          views.remember(id, kind, body);
        }
      },
      failed: (error) => {
        this.failed.fire(error);
      },
      afterWrite: (problem) => {
        this.afterWrite(problem);
      },
    });
    this.open = { database, log, views, indexer, eviction };
    this.writeError = undefined;
    this.schedule.start();
  }

  private closeDatabase(): void {
    this.schedule.stop();
    if (this.open) {
      this.open.database.close();
      this.open = undefined;
      this.leftState = fileState(this.file);
    }
  }

  private afterWrite(problem: AppendProblem | undefined): void {
    this.writeError = problem?.message;
    if (problem) {
      this.indexed.fire(0);
      return;
    }
    this.lastReceivedMs = this.nowMs();
    this.schedule.written();
  }

  /** Indexes at most `limit` segments and lets go of what is too old or too much. */
  private index(limit: number): number | undefined {
    const done = this.transact(({ indexer, eviction }) => {
      const step = indexer.step(limit);
      eviction.keepBounds(this.bounds, this.nowMs());
      return step;
    });
    if (!done) {
      return undefined;
    }
    this.attempt(({ eviction }) => {
      eviction.shrinkFile(this.bounds);
    });
    if (done.traces > 0) {
      this.indexed.fire(done.traces);
    }
    return done.segments;
  }

  /** Analyses traces that were put off; gives how many. */
  private settle(task: (parts: OpenParts) => number): number {
    const settled = this.transact(task) ?? 0;
    if (settled > 0) {
      this.indexed.fire(settled);
    }
    return settled;
  }

  /** Runs `task` as one transaction; `undefined` where the store cannot be written. */
  private transact<T>(task: (parts: OpenParts) => T): T | undefined {
    const { open } = this;
    if (!open) {
      return undefined;
    }
    try {
      open.database.exec('BEGIN IMMEDIATE');
      const value = task(open);
      open.database.exec('COMMIT');
      return value;
    } catch (error) {
      if (open.database.isTransaction) {
        open.database.exec('ROLLBACK');
      }
      open.indexer.reset();
      open.views.clear();
      this.fail(error);
      return undefined;
    }
  }

  private replaceDamaged(message: string): void {
    const log = this.currentLog();
    this.closeDatabase();
    this.leftState = undefined;
    log?.abandon({ fault: 'corrupt', message });
    try {
      this.movedAside = moveAside(this.file, 'damaged');
    } catch (error) {
      this.fail(error);
      return;
    }
    this.acquire();
  }

  /** Runs `task` outside of transactions; `undefined` where the file is at fault. */
  private attempt<T>(task: (parts: OpenParts) => T): T | undefined {
    if (!this.open) {
      return undefined;
    }
    try {
      return task(this.open);
    } catch (error) {
      this.fail(error);
      return undefined;
    }
  }

  /** Remembers why the store cannot be written; throws what is not the file's fault. */
  private fail(error: unknown): void {
    const fault = storeFault(error);
    if (fault === undefined && !isFileError(error)) {
      throw error;
    }
    if (fault === 'corrupt' && this.open) {
      this.replaceDamaged((error as Error).message);
      return;
    }
    this.writeError = (error as Error).message;
  }
}

function readCounters(database: DatabaseSync): ReadonlyMap<string, number> {
  const rows = database.prepare('SELECT name, value FROM counters').all();
  return new Map(rows.map((row) => [String(row['name']), Number(row['value'])]));
}

/** Counters of a store that this process does not hold: zeros where there is none, also where the file is no store. */
function statusFromOutside(file: string): {
  readonly counters: ReadonlyMap<string, number>;
  readonly sizeBytes: number;
} {
  const size = statSync(file, { throwIfNoEntry: false })?.size;
  if (size === undefined || isForeign(file)) {
    return { counters: new Map(), sizeBytes: 0 };
  }
  let database: DatabaseSync | undefined;
  try {
    database = new DatabaseSync(file, { readOnly: true });
    return { counters: readCounters(database), sizeBytes: size };
  } catch {
    // Not laid out yet, or not readable: whoever writes it says so.
    return { counters: new Map(), sizeBytes: size };
  } finally {
    database?.close();
  }
}

/** True for what `node:fs` throws where a folder cannot be made or a file renamed. */
function isFileError(error: unknown): boolean {
  return error instanceof Error && 'syscall' in error;
}
