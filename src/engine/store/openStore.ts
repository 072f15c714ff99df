import { existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { schemaSql, storeApplicationId, storeVersion } from '../../protocol/storeSchema';
import { isSqliteError } from './sqliteError';

/** A store's files, its main one last: what is moved half is found again as a store. */
const suffixes = ['-wal', '-shm', ''];

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

/** Damaged stores kept beside the one in use; older ones go, as each may be as large as the store. */
const keptDamaged = 2;

/** Moves a store's files to names that nothing uses and answers with the new name; of those moved before it the newest stays. */
export function moveAside(file: string): string {
  const numbers = damagedNumbers(file);
  const nameOf = (number: number): string => `${file}.damaged-${number}`;
  const target = nameOf((numbers.at(-1) ?? 0) + 1);
  for (const suffix of suffixes) {
    if (existsSync(file + suffix)) {
      renameSync(file + suffix, target + suffix);
    }
  }
  for (const number of numbers.slice(0, -(keptDamaged - 1))) {
    for (const suffix of suffixes) {
      rmSync(nameOf(number) + suffix, { force: true });
    }
  }
  return target;
}

/** Numbers of the damaged stores that were kept, in ascending order. */
function damagedNumbers(file: string): readonly number[] {
  const prefix = `${path.basename(file)}.damaged-`;
  return readdirSync(path.dirname(file))
    .filter((name) => name.startsWith(prefix) && /^[1-9]\d{0,8}$/.test(name.slice(prefix.length)))
    .map((name) => Number(name.slice(prefix.length)))
    .sort((a, b) => a - b);
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
