import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { Indexer } from './indexer';

/** How large and how old data may grow. */
export interface StoreBounds {
  readonly maxBytes: number;
  readonly maxAgeMs: number;
}

/** Room kept free below the bound, for what one transaction adds. */
const headroom = 1 / 16;
/** Segments let go of in one step at most, unless there is no room left at all. */
const stepSegments = 64;
/** Beyond the bound by a quarter and this much, SQLite itself says that the disk is full: what is derived from segments needs some room. */
const slackBytes = 16 * 1024 * 1024;

/** Keeps the store within its bounds: what arrived first goes first. */
export class Eviction {
  private readonly indexer: Indexer;
  private readonly pages: StatementSync;
  private readonly oldest: StatementSync;
  private readonly database: DatabaseSync;
  private limitedTo = 0;

  constructor(database: DatabaseSync, indexer: Indexer) {
    this.database = database;
    this.indexer = indexer;
    this.pages = database.prepare(
      `SELECT page_count AS pages, freelist_count AS free, page_size AS bytes
       FROM pragma_page_count(), pragma_freelist_count(), pragma_page_size()`,
    );
    this.oldest = database.prepare(
      'SELECT id, arrivedMs, length(body) AS bytes FROM segments WHERE id <= ? ORDER BY id LIMIT 1',
    );
  }

  /** Size of the store's file, free pages included. */
  fileBytes(): number {
    const { pages, pageBytes } = this.size();
    return pages * pageBytes;
  }

  /** Within a transaction: makes room for `bytes` more where there is none. */
  makeRoom(bounds: StoreBounds, bytes: number): void {
    this.limitFile(bounds.maxBytes);
    while (this.usedBytes() + bytes > bounds.maxBytes && this.evict(stepSegments, Infinity, 0) > 0) {
      // The bound holds before what comes.
    }
  }

  /** Within a transaction: lets go of some of what is too old or too much. */
  keepBounds(bounds: StoreBounds, nowMs: number): void {
    const excess = this.usedBytes() - bounds.maxBytes * (1 - headroom);
    this.evict(stepSegments, excess, nowMs - bounds.maxAgeMs);
  }

  /** Outside of transactions: gives free pages back to the system where the file is above its bound. */
  shrinkFile(bounds: StoreBounds): void {
    const { pages, free, pageBytes } = this.size();
    const excess = Math.ceil((pages * pageBytes - bounds.maxBytes) / pageBytes);
    if (excess > 0 && free > 0) {
      this.database.exec(`PRAGMA incremental_vacuum(${Math.min(excess, free)})`);
    }
  }

  private limitFile(maxBytes: number): void {
    if (this.limitedTo !== maxBytes) {
      this.limitedTo = maxBytes;
      const pages = Math.ceil((maxBytes * 1.25 + slackBytes) / this.size().pageBytes);
      this.database.exec(`PRAGMA max_page_count = ${pages}`);
    }
  }

  private evict(limit: number, excessBytes: number, arrivedBeforeMs: number): number {
    let excess = excessBytes;
    let count = 0;
    const indexed = this.indexer.indexedSegment();
    while (count < limit) {
      const row = this.oldest.get(indexed);
      if (!row || (excess <= 0 && Number(row['arrivedMs']) >= arrivedBeforeMs)) {
        break;
      }
      this.indexer.evict(Number(row['id']));
      excess -= Number(row['bytes']);
      count++;
    }
    return count;
  }

  private usedBytes(): number {
    const { pages, free, pageBytes } = this.size();
    return (pages - free) * pageBytes;
  }

  private size(): { readonly pages: number; readonly free: number; readonly pageBytes: number } {
    const row = this.pages.get();
    return {
      pages: Number(row?.['pages']),
      free: Number(row?.['free']),
      pageBytes: Number(row?.['bytes']),
    };
  }
}
