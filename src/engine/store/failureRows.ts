import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { FailureOccurrence } from '../../core/failures/traceAnalysis';
import { bytesOfKey } from './segmentView';

/** Groups whose row number is remembered. */
const rememberedGroups = 10_000;

/** Reads and writes failure groups and their occurrences. */
export class FailureRows {
  private readonly groups = new Map<string, number>();
  /** When the first and last run of each group began of those added since {@link write}. */
  private readonly seenMs = new Map<number, { firstMs: number; lastMs: number }>();
  private readonly upsertGroup: StatementSync;
  private readonly seen: StatementSync;
  private readonly insert: StatementSync;
  private readonly remove: StatementSync;

  constructor(database: DatabaseSync) {
    this.upsertGroup = database.prepare(
      `INSERT INTO failureGroups (key, operation, fingerprint, type, firstSeenMs, lastSeenMs, read)
       VALUES (?1, ?2, ?3, ?4, min(?5, coalesce((SELECT firstSeenMs FROM groupMemory WHERE key = ?1), ?5)), ?5,
         coalesce((SELECT read FROM groupMemory WHERE key = ?1), 0))
       ON CONFLICT DO UPDATE SET key = key RETURNING id`,
    );
    this.seen = database.prepare(
      'UPDATE failureGroups SET firstSeenMs = min(firstSeenMs, ?), lastSeenMs = max(lastSeenMs, ?) WHERE id = ?',
    );
    this.insert = database.prepare(
      'INSERT INTO occurrences (groupId, recovered, startMs, trace, traceId, origin) VALUES (?, ?, ?, ?, ?, ?)',
    );
    this.remove = database.prepare('DELETE FROM occurrences WHERE trace = ?');
  }

  /** Row of the group a failure belongs to; made when first met. */
  group(failure: FailureOccurrence, operation: number, startMs: number): number {
    let id = this.groups.get(failure.groupId);
    if (id === undefined) {
      const { groupId, fingerprint, type } = failure;
      id = Number(this.upsertGroup.get(groupId, operation, fingerprint, type, startMs)?.['id']);
      if (this.groups.size >= rememberedGroups) {
        this.groups.clear();
      }
      this.groups.set(groupId, id);
    }
    return id;
  }

  add(group: number, failure: FailureOccurrence, startMs: number, trace: number, traceKey: string): void {
    const { message, origin, type } = failure;
    const recovered = failure.failedRun ? 0 : 1;
    const text = JSON.stringify({ type, message, origin });
    this.insert.run(group, recovered, startMs, trace, bytesOfKey(traceKey), text);
    const seen = this.seenMs.get(group);
    if (seen) {
      seen.firstMs = Math.min(seen.firstMs, startMs);
      seen.lastMs = Math.max(seen.lastMs, startMs);
    } else {
      this.seenMs.set(group, { firstMs: startMs, lastMs: startMs });
    }
  }

  /** Within the transaction: writes when groups were seen. */
  write(): void {
    for (const [group, { firstMs, lastMs }] of this.seenMs) {
      this.seen.run(firstMs, lastMs, group);
    }
    this.seenMs.clear();
  }

  removeOfTrace(trace: number): void {
    this.remove.run(trace);
  }

  /** Forgets row numbers: groups were deleted. */
  forget(): void {
    this.groups.clear();
  }

  /** Forgets what was gathered, too: the transaction was rolled back. */
  reset(): void {
    this.forget();
    this.seenMs.clear();
  }
}
