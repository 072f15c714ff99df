import { open, stat, type FileHandle } from 'node:fs/promises';
import { promisify } from 'node:util';
import { inflateRaw } from 'node:zlib';
import { Lru } from '../../base/lru';

const inflate = promisify(inflateRaw);

/** A file inside an archive: where its header is, and how it is packed. */
interface ZipEntry {
  readonly offset: number;
  readonly packedBytes: number;
  readonly bytes: number;
  readonly method: number;
}

const END_SIGNATURE = Buffer.from([0x50, 0x4b, 0x05, 0x06]);
const ENTRY_SIGNATURE = 0x02014b50;
const LOCAL_SIGNATURE = 0x04034b50;
const ENTRY_HEADER_BYTES = 46;
const LOCAL_HEADER_BYTES = 30;
/** An archive's end may be followed by a comment of up to 64 kB. */
const MAX_END_BYTES = 66_000;
/** Bounds against archives that claim anything. */
const MAX_DIRECTORY_BYTES = 32 << 20;
const MAX_ENTRY_BYTES = 16 << 20;
const KEPT = 12;

/** Texts of zip archives below 4 GB, such as jars of sources. Directories are kept while an archive stays the same. */
export class ZipArchives {
  private readonly kept = new Lru<
    string,
    { readonly stamp: string; readonly entries: ReadonlyMap<string, ZipEntry> }
  >(KEPT);

  /** Names of all files; none where it is no archive. */
  async names(archive: string): Promise<readonly string[]> {
    return [...(await this.entries(archive)).keys()];
  }

  /** A file's text; `undefined` where it is not in the archive or cannot be read. */
  async text(archive: string, name: string): Promise<string | undefined> {
    const entry = (await this.entries(archive)).get(name);
    if (!entry || entry.bytes > MAX_ENTRY_BYTES || entry.packedBytes > MAX_ENTRY_BYTES) {
      return undefined;
    }
    const bytes = await withFile(archive, async (file) => {
      const header = await read(file, entry.offset, LOCAL_HEADER_BYTES);
      if (header?.readUInt32LE(0) !== LOCAL_SIGNATURE) {
        return undefined;
      }
      const at = entry.offset + LOCAL_HEADER_BYTES + header.readUInt16LE(26) + header.readUInt16LE(28);
      return read(file, at, entry.packedBytes);
    });
    if (!bytes) {
      return undefined;
    }
    try {
      const plain = entry.method === 0 ? bytes : await inflate(bytes, { maxOutputLength: MAX_ENTRY_BYTES });
      return plain.toString('utf8');
    } catch {
      // Damaged: to a reader that is the same as not being there.
      return undefined;
    }
  }

  private async entries(archive: string): Promise<ReadonlyMap<string, ZipEntry>> {
    const stats = await stat(archive).catch(() => undefined);
    if (!stats?.isFile()) {
      return new Map();
    }
    const stamp = `${stats.mtimeMs}:${stats.size}`;
    const kept = this.kept.get(archive);
    if (kept?.stamp === stamp) {
      return kept.entries;
    }
    const entries =
      (await withFile(archive, (file) => readDirectory(file, stats.size))) ?? new Map<string, ZipEntry>();
    this.kept.set(archive, { stamp, entries });
    return entries;
  }
}

async function readDirectory(file: FileHandle, size: number): Promise<Map<string, ZipEntry> | undefined> {
  const tailBytes = Math.min(size, MAX_END_BYTES);
  const tail = await read(file, size - tailBytes, tailBytes);
  const end = tail?.lastIndexOf(END_SIGNATURE) ?? -1;
  if (!tail || end === -1 || end + 20 > tail.length) {
    return undefined;
  }
  const directoryBytes = tail.readUInt32LE(end + 12);
  const directory =
    directoryBytes > MAX_DIRECTORY_BYTES
      ? undefined
      : await read(file, tail.readUInt32LE(end + 16), directoryBytes);
  const entries = new Map<string, ZipEntry>();
  for (let at = 0; directory && at + ENTRY_HEADER_BYTES <= directory.length;) {
    if (directory.readUInt32LE(at) !== ENTRY_SIGNATURE) {
      break;
    }
    const nameBytes = directory.readUInt16LE(at + 28);
    const name = directory.toString('utf8', at + ENTRY_HEADER_BYTES, at + ENTRY_HEADER_BYTES + nameBytes);
    entries.set(name, {
      method: directory.readUInt16LE(at + 10),
      packedBytes: directory.readUInt32LE(at + 20),
      bytes: directory.readUInt32LE(at + 24),
      offset: directory.readUInt32LE(at + 42),
    });
    at += ENTRY_HEADER_BYTES + nameBytes + directory.readUInt16LE(at + 30) + directory.readUInt16LE(at + 32);
  }
  return entries;
}

async function withFile<T>(path: string, use: (file: FileHandle) => Promise<T>): Promise<T | undefined> {
  const file = await open(path).catch(() => undefined);
  try {
    return file && (await use(file));
  } finally {
    await file?.close();
  }
}

/** Exactly so many bytes; `undefined` where the file is shorter. */
async function read(file: FileHandle, position: number, bytes: number): Promise<Buffer | undefined> {
  const buffer = Buffer.alloc(bytes);
  const { bytesRead } = await file.read(buffer, 0, bytes, position);
  return bytesRead === bytes ? buffer : undefined;
}
