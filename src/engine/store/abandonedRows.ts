import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { CountedRun } from './contribution';

/**
 * Groups, operations and names that counts were taken from, and that may have lost their last run. Span names and messages may hold ids:
 * what nothing refers to any more must go with its traces, or the store would grow without bound.
 */
export class AbandonedRows {
  private readonly groups = new Set<number>();
  private readonly operations = new Set<number>();
  private readonly removeGroup: StatementSync;
  private readonly removeOperation: StatementSync;
  private readonly removeName: StatementSync;

  constructor(database: DatabaseSync) {
    this.removeGroup = database.prepare(
      'DELETE FROM failureGroups WHERE id = ?1 AND NOT EXISTS (SELECT 1 FROM occurrences WHERE groupId = ?1)',
    );
    // Every run is counted, and every group that is left has a run: no counts, no reference.
    this.removeOperation = database.prepare(
      `DELETE FROM operations WHERE id = ?1 AND NOT EXISTS (SELECT 1 FROM operationCounts WHERE operation = ?1)
       RETURNING service, name`,
    );
    this.removeName = database.prepare(
      `DELETE FROM names WHERE id = ?1 AND NOT EXISTS (SELECT 1 FROM operations WHERE service = ?1)
       AND NOT EXISTS (SELECT 1 FROM operations WHERE name = ?1)`,
    );
  }

  /** Notes what a run that no longer counts referred to. */
  note({ operation, failures }: CountedRun): void {
    this.operations.add(operation);
    for (const { group } of failures) {
      this.groups.add(group);
    }
  }

  /** Within the transaction, after counts are written: deletes of the noted rows those that nothing refers to; true where one was. */
  remove(): boolean {
    let removed = false;
    for (const group of this.groups) {
      removed = this.removeGroup.run(group).changes > 0 || removed;
    }
    const names = new Set<number>();
    for (const operation of this.operations) {
      const row = this.removeOperation.get(operation);
      if (row) {
        removed = true;
        names.add(Number(row['service'])).add(Number(row['name']));
      }
    }
    for (const name of names) {
      this.removeName.run(name);
    }
    this.clear();
    return removed;
  }

  /** Forgets what was noted: the transaction was rolled back. */
  clear(): void {
    this.groups.clear();
    this.operations.clear();
  }
}
