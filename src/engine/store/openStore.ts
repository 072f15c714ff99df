import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { pathToFileURL } from 'node:url';
import type { MovedAside } from '../../protocol/engine';
import { groupMemorySql, schemaSql, storeApplicationId, storeVersion } from '../../protocol/storeSchema';
import { isNoDatabase, isSqliteError, storeFault } from './sqliteError';

/** A store's files, its main one last: what is moved half is found again as a store. */
const suffixes = ['-wal', '-shm', ''];

/** A store opened for writing. */
export interface OpenStore {
  readonly database: DatabaseSync;
  readonly movedAside?: MovedAside;
}

/**
 * Opens the store for its only writer. A damaged file, or one of another version, is moved aside and a new store begun: what cannot be read
 * must not keep new data from being kept. A file that `isKnownSound` is not read whole to find damage. What {@link isForeign} must not come
 * here. Throws what SQLite throws where the file cannot be written.
 */
export function openStore(file: string, isKnownSound = false): OpenStore {
  mkdirSync(path.dirname(file), { recursive: true });
  const database = openSound(file, isKnownSound);
  if (typeof database !== 'string') {
    return { database };
  }
  const movedAside = moveAside(file, database);
  const fresh = openSound(file, false);
  if (typeof fresh === 'string') {
    throw new Error('a new store is not sound');
  }
  return { database: fresh, movedAside };
}

/** Whether the file is a sound database of another program, or, where the user named it, no database. Leaves no trace beside it. */
export function isForeign(file: string, isNamed = false): boolean {
  if (!existsSync(file)) {
    return false;
  }
  const address = pathToFileURL(file);
  if (!existsSync(`${file}-wal`)) {
    // Else SQLite would make a log beside a file in WAL mode, only to find nothing in it.
    address.searchParams.set('immutable', '1');
  }
  let database: DatabaseSync | undefined;
  try {
    database = new DatabaseSync(address, { readOnly: true });
    const application = pragma(database, 'application_id');
    if (application === storeApplicationId) {
      return false;
    }
    const isEmpty =
      application === 0 && pragma(database, 'user_version') === 0 && countTables(database) === 0;
    return !isEmpty;
  } catch (error) {
    if (storeFault(error) === undefined) {
      throw error;
    }
    // Damaged or locked: who opens it for writing says so.
    return isNamed && isNoDatabase(error);
  } finally {
    database?.close();
  }
}

/** Which file this is and when it was last written; `undefined` where there is none. What has the same state has the same content. */
export function fileState(file: string): string | undefined {
  const stats = statSync(file, { throwIfNoEntry: false });
  return stats && [stats.ino, stats.size, Math.floor(stats.mtimeMs)].join(' ');
}

/** Stores of one reason kept beside the one in use; older ones go, as each may be as large as the store. */
const keptAside = 2;

const labels = { damaged: 'damaged', otherVersion: 'other-version', noStore: 'no-store' } as const;

/** Moves a store's files to names that nothing uses; of those moved before it for the same reason the newest stays. */
export function moveAside(file: string, reason: MovedAside['reason']): MovedAside {
  const label = labels[reason];
  const numbers = numbersAside(file, label);
  const nameOf = (number: number): string => `${file}.${label}-${number}`;
  const target = nameOf((numbers.at(-1) ?? 0) + 1);
  for (const suffix of suffixes) {
    if (existsSync(file + suffix)) {
      renameSync(file + suffix, target + suffix);
    }
  }
  for (const number of numbers.slice(0, -(keptAside - 1))) {
    for (const suffix of suffixes) {
      rmSync(nameOf(number) + suffix, { force: true });
    }
  }
  return { file: target, reason };
}

/** Numbers of the stores that were moved aside under this label and kept, in ascending order. */
function numbersAside(file: string, label: string): readonly number[] {
  const prefix = `${path.basename(file)}.${label}-`;
  return readdirSync(path.dirname(file))
    .filter((name) => name.startsWith(prefix) && /^[1-9]\d{0,8}$/.test(name.slice(prefix.length)))
    .map((name) => Number(name.slice(prefix.length)))
    .sort((a, b) => a - b);
}

/** Opens the file for writing and lays it out where it is empty; says what keeps it from being used. */
function openSound(file: string, isKnownSound: boolean): DatabaseSync | MovedAside['reason'] {
  let database: DatabaseSync | undefined;
  try {
    database = new DatabaseSync(file, { timeout: 5000, enableForeignKeyConstraints: false });
    // Takes effect in an empty file only, and before its first table.
    database.exec('PRAGMA page_size = 8192; PRAGMA auto_vacuum = INCREMENTAL;');
    database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 2000;');
    database.exec(
      'PRAGMA cache_size = -65536; PRAGMA temp_store = MEMORY; PRAGMA journal_size_limit = 16777216;',
    );
    const reason = whyUnusable(database, isKnownSound);
    if (reason === undefined) {
      return database;
    }
    database.close();
    return reason;
  } catch (error) {
    database?.close();
    if (!isSqliteError(error, 'corrupt')) {
      throw error;
    }
    return isNoDatabase(error) ? 'noStore' : 'damaged';
  }
}

/** Lays out an empty store; says what keeps any other from being used. */
function whyUnusable(database: DatabaseSync, isKnownSound: boolean): MovedAside['reason'] | undefined {
  const version = pragma(database, 'user_version');
  if (version === 0 && countTables(database) === 0) {
    database.exec(
      `BEGIN; ${schemaSql} PRAGMA application_id = ${storeApplicationId}; PRAGMA user_version = ${storeVersion}; COMMIT`,
    );
    return undefined;
  }
  if (version !== storeVersion || pragma(database, 'application_id') !== storeApplicationId) {
    return 'otherVersion';
  }
  const isSound = isKnownSound || database.prepare('PRAGMA quick_check(1)').get()?.['quick_check'] === 'ok';
  if (!isSound) {
    return 'damaged';
  }
  database.exec(groupMemorySql);
  return undefined;
}

function countTables(database: DatabaseSync): unknown {
  return database.prepare('SELECT count(*) AS count FROM sqlite_schema').get()?.['count'];
}

function pragma(database: DatabaseSync, name: 'user_version' | 'application_id'): unknown {
  return database.prepare(`PRAGMA ${name}`).get()?.[name];
}
