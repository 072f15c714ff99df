import type { DatabaseSync } from 'node:sqlite';
import type { SeenGroup } from '../../protocol/engine';

/** Groups remembered at most; those first seen longest ago go, which no window reaches back to. */
const maxRemembered = 20_000;

/** Within a transaction: keeps the earliest time each group was seen, also for groups that only other connections saw. */
export function rememberGroups(database: DatabaseSync, groups: readonly SeenGroup[]): void {
  const remember = database.prepare(
    `INSERT INTO groupMemory (key, firstSeenMs) VALUES (?, ?)
     ON CONFLICT DO UPDATE SET firstSeenMs = min(firstSeenMs, excluded.firstSeenMs)`,
  );
  const adjust = database.prepare(
    'UPDATE failureGroups SET firstSeenMs = min(firstSeenMs, ?2) WHERE key = ?1',
  );
  for (const { id, firstSeenMs } of groups) {
    const wholeMs = Math.floor(firstSeenMs);
    // A connection may send any time.
    if (Number.isSafeInteger(wholeMs)) {
      remember.run(id, wholeMs);
      adjust.run(id, wholeMs);
    }
  }
  forgetOldest(database);
}

/** Within a transaction: the groups are no longer new, whoever sees them. */
export function markGroupsRead(database: DatabaseSync, ids: readonly string[], nowMs: number): void {
  const remember = database.prepare(
    `INSERT INTO groupMemory (key, firstSeenMs, read)
     VALUES (?1, coalesce((SELECT firstSeenMs FROM failureGroups WHERE key = ?1), ?2), 1)
     ON CONFLICT DO UPDATE SET read = 1`,
  );
  const mark = database.prepare('UPDATE failureGroups SET read = 1 WHERE key = ?');
  for (const id of ids) {
    remember.run(id, nowMs);
    mark.run(id);
  }
  forgetOldest(database);
}

function forgetOldest(database: DatabaseSync): void {
  const count = Number(database.prepare('SELECT count(*) AS count FROM groupMemory').get()?.['count']);
  if (count > maxRemembered) {
    database
      .prepare(
        'DELETE FROM groupMemory WHERE key IN (SELECT key FROM groupMemory ORDER BY firstSeenMs LIMIT ?)',
      )
      .run(count - maxRemembered);
  }
}
