/** What a failed statement means for the store. */
export type StoreFault =
  /** Another process is writing. */
  | 'busy'
  /** Not an SQLite file, or damaged. */
  | 'corrupt'
  /** The disk is full. */
  | 'full'
  /** The file or its folder cannot be written or opened. */
  | 'unwritable';

// Primary result codes of SQLite (https://sqlite.org/rescode.html): the low byte of an extended code.
const faults: Readonly<Record<number, StoreFault>> = {
  3: 'unwritable', // PERM
  5: 'busy', // BUSY
  6: 'busy', // LOCKED
  8: 'unwritable', // READONLY
  10: 'unwritable', // IOERR
  11: 'corrupt', // CORRUPT
  13: 'full', // FULL
  14: 'unwritable', // CANTOPEN
  26: 'corrupt', // NOTADB
};

/** What an error thrown by `node:sqlite` says about the store; `undefined` for programmer errors. */
export function storeFault(error: unknown): StoreFault | undefined {
  const code = error instanceof Error && 'errcode' in error ? error.errcode : undefined;
  return typeof code === 'number' ? faults[code & 0xff] : undefined;
}

/** True where the file has not the first bytes of a database. */
export function isNoDatabase(error: unknown): boolean {
  return error instanceof Error && 'errcode' in error && error.errcode === 26;
}

/** True where the error means `fault`. */
export function isSqliteError(error: unknown, fault: StoreFault): boolean {
  return storeFault(error) === fault;
}
