import { existsSync, statSync } from 'node:fs';
import { DatabaseSync, type StatementSync } from 'node:sqlite';
import { pathToFileURL } from 'node:url';
import { storeApplicationId, storeVersion } from '../../protocol/storeSchema';

/** Why a store cannot be read. */
export type ReadProblem =
  | { readonly code: 'absent' }
  /** A database of another program. */
  | { readonly code: 'foreign' }
  /** A store of another version of this program. */
  | { readonly code: 'otherVersion' }
  | { readonly code: 'unreadable'; readonly message: string };

/**
 * A read-only connection to the store, which another process may be writing. The file may come, go and be replaced at any time: it is
 * opened when first needed, and again when another file has taken its place.
 */
export class StoreReader {
  readonly file: string;
  private database: DatabaseSync | undefined;
  private inode: number | undefined;
  private readonly statements = new Map<string, StatementSync>();

  constructor(file: string) {
    this.file = file;
  }

  /** Runs `read` over one state of the store. */
  read<T>(read: (reader: StoreReader) => T): T | ReadProblem {
    const problem = this.ensureOpen();
    if (problem) {
      return problem;
    }
    try {
      this.database!.exec('BEGIN');
      const value = read(this);
      this.database!.exec('COMMIT');
      return value;
    } catch (error) {
      this.close();
      if (error instanceof Error && 'errcode' in error) {
        return { code: 'unreadable', message: error.message };
      }
      throw error;
    }
  }

  /** A prepared statement, made once per connection. */
  statement(sql: string): StatementSync {
    let statement = this.statements.get(sql);
    if (!statement) {
      statement = this.database!.prepare(sql);
      this.statements.set(sql, statement);
    }
    return statement;
  }

  close(): void {
    this.statements.clear();
    this.database?.close();
    this.database = undefined;
  }

  private ensureOpen(): ReadProblem | undefined {
    const inode = statSync(this.file, { throwIfNoEntry: false })?.ino;
    if (inode !== this.inode) {
      this.close();
      this.inode = inode;
    }
    if (inode === undefined) {
      return { code: 'absent' };
    }
    if (this.database) {
      return undefined;
    }
    try {
      const problem = this.problemOfFile();
      if (problem) {
        return problem;
      }
      this.database = new DatabaseSync(this.file, { readOnly: true, timeout: 2000 });
      this.database.exec('PRAGMA cache_size = -32768; PRAGMA mmap_size = 268435456');
      return undefined;
    } catch (error) {
      this.close();
      return { code: 'unreadable', message: error instanceof Error ? error.message : String(error) };
    }
  }

  /** What keeps the file from being read as a store. Looks without leaving files beside one of another program. */
  private problemOfFile(): ReadProblem | undefined {
    const address = pathToFileURL(this.file);
    if (!existsSync(`${this.file}-wal`)) {
      // Else SQLite would make a log beside a file in WAL mode, only to find nothing in it.
      address.searchParams.set('immutable', '1');
    }
    const database = new DatabaseSync(address, { readOnly: true, timeout: 2000 });
    try {
      const version = Number(database.prepare('PRAGMA user_version').get()?.['user_version']);
      const application = Number(database.prepare('PRAGMA application_id').get()?.['application_id']);
      if (application === storeApplicationId) {
        return version === storeVersion ? undefined : { code: 'otherVersion' };
      }
      const tables = Number(database.prepare('SELECT count(*) AS count FROM sqlite_schema').get()?.['count']);
      // Where nothing is in it, its writer is about to lay it out.
      return { code: application === 0 && version === 0 && tables === 0 ? 'absent' : 'foreign' };
    } finally {
      database.close();
    }
  }
}

/** Tells a problem from a value that was read. */
export function isReadProblem(value: unknown): value is ReadProblem {
  return typeof value === 'object' && value !== null && 'code' in value;
}
