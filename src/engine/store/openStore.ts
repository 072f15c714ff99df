import { existsSync, mkdirSync, renameSync } from 'node:fs';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { schemaSql, storeApplicationId, storeVersion } from '../../protocol/storeSchema';
import { isSqliteError } from './sqliteError';

/** A store opened for writing. */
export interface OpenStore {
  readonly database: DatabaseSync;
  /** Where a damaged or foreign store was moved. */
  readonly movedAside?: string;
}

/**
 * Opens the store for its only writer. A damaged file, or one of another version, is moved aside and a new store begun: what cannot be read
 * must not keep new data from being kept. Throws what SQLite throws where the file cannot be written.
 */
export function openStore(file: string): OpenStore {
  mkdirSync(path.dirname(file), { recursive: true });
  const database = openSound(file);
  if (database) {
    return { database };
  }
  const movedAside = moveAside(file);
  const fresh = openSound(file);
  if (!fresh) {
    throw new Error('a new store is not sound');
  }
  return { database: fresh, movedAside };
}

/** Moves a store's files to names that nothing uses and answers with the new name. */
export function moveAside(file: string): string {
  let number = 1;
  while (existsSync(`${file}.damaged-${number}`)) {
    number++;
  }
  const target = `${file}.damaged-${number}`;
  for (const suffix of ['-wal', '-shm', '']) {
    if (existsSync(file + suffix)) {
      renameSync(file + suffix, target + suffix);
    }
  }
  return target;
}

function openSound(file: string): DatabaseSync | undefined {
  let database: DatabaseSync | undefined;
  try {
    database = new DatabaseSync(file, { timeout: 5000, enableForeignKeyConstraints: false });
    // Takes effect in an empty file only, and before its first table.
    database.exec('PRAGMA page_size = 8192; PRAGMA auto_vacuum = INCREMENTAL;');
    database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 2000;');
    database.exec(
      'PRAGMA cache_size = -65536; PRAGMA temp_store = MEMORY; PRAGMA journal_size_limit = 16777216;',
    );
    if (isSound(database)) {
      return database;
    }
  } catch (error) {
    if (!isSqliteError(error, 'corrupt')) {
      database?.close();
      throw error;
    }
  }
  database?.close();
  return undefined;
}

function isSound(database: DatabaseSync): boolean {
  const version = pragma(database, 'user_version');
  const tables = database.prepare('SELECT count(*) AS count FROM sqlite_schema').get()?.['count'];
  if (version === 0 && tables === 0) {
    database.exec(
      `BEGIN; ${schemaSql} PRAGMA application_id = ${storeApplicationId}; PRAGMA user_version = ${storeVersion}; COMMIT`,
    );
    return true;
  }
  if (version !== storeVersion || pragma(database, 'application_id') !== storeApplicationId) {
    return false;
  }
  return database.prepare('PRAGMA quick_check(1)').get()?.['quick_check'] === 'ok';
}

function pragma(database: DatabaseSync, name: 'user_version' | 'application_id'): unknown {
  return database.prepare(`PRAGMA ${name}`).get()?.[name];
}
