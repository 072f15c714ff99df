import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { err, ok, type Result } from '../../base/result';
import { isSqliteError } from './sqliteError';

/** Who holds a store's lock, as that process wrote it down: for people to read, never to decide by. */
export interface LockHolder {
  readonly pid?: number;
  readonly port?: number;
}

/**
 * The right to write a store: an open exclusive transaction on a small SQLite file beside it. The system releases it when the process
 * dies, however it dies, which a file with a process id does not.
 */
export class WriterLock {
  private readonly database: DatabaseSync;
  private readonly storeFile: string;

  private constructor(database: DatabaseSync, storeFile: string) {
    this.database = database;
    this.storeFile = storeFile;
  }

  /** Takes the lock, or says `held`. Throws what SQLite throws where the lock file cannot be written. */
  static take(storeFile: string): Result<WriterLock, 'held'> {
    const database = new DatabaseSync(`${storeFile}-lock`, { timeout: 0 });
    try {
      database.exec('PRAGMA journal_mode = DELETE; BEGIN EXCLUSIVE');
      return ok(new WriterLock(database, storeFile));
    } catch (error) {
      database.close();
      if (isSqliteError(error, 'busy')) {
        return err('held');
      }
      throw error;
    }
  }

  /** Tells other processes where this one listens. */
  announce(port: number | undefined): void {
    const file = holderFile(this.storeFile);
    try {
      writeFileSync(`${file}.new`, JSON.stringify({ pid: process.pid, ...(port !== undefined && { port }) }));
      renameSync(`${file}.new`, file);
    } catch {
      // Without this note others still know that the lock is held, only not by whom.
    }
  }

  release(): void {
    rmSync(holderFile(this.storeFile), { force: true });
    this.database.close();
  }
}

/** What the holder of the lock last wrote about itself. */
export function lockHolder(storeFile: string): LockHolder {
  try {
    const note: unknown = JSON.parse(readFileSync(holderFile(storeFile), 'utf8'));
    const { pid, port } = (note ?? {}) as Record<string, unknown>;
    return {
      ...(typeof pid === 'number' && { pid }),
      ...(typeof port === 'number' && { port }),
    };
  } catch {
    return {};
  }
}

function holderFile(storeFile: string): string {
  return `${storeFile}-holder.json`;
}
