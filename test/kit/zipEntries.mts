import { readFile } from 'node:fs/promises';

/** A file in an archive; sizes in bytes. */
export interface ZipEntry {
  readonly name: string;
  readonly size: number;
  readonly packedSize: number;
}

const endSignature = 0x06054b50;
const entrySignature = 0x02014b50;
const entryHeaderBytes = 46;

/** Lists the central directory of a zip file below 4 GB. */
export async function zipEntries(file: string): Promise<ZipEntry[]> {
  const bytes = await readFile(file);
  const endAt = bytes.lastIndexOf(Buffer.from(Uint32Array.of(endSignature).buffer));
  if (endAt === -1) throw new Error(`${file} is no zip file.`);
  const count = bytes.readUInt16LE(endAt + 10);
  let at = bytes.readUInt32LE(endAt + 16);
  const entries: ZipEntry[] = [];
  for (let i = 0; i < count; i++) {
    if (bytes.readUInt32LE(at) !== entrySignature) throw new Error(`${file} has a broken directory.`);
    const nameBytes = bytes.readUInt16LE(at + 28);
    entries.push({
      name: bytes.toString('utf8', at + entryHeaderBytes, at + entryHeaderBytes + nameBytes),
      size: bytes.readUInt32LE(at + 24),
      packedSize: bytes.readUInt32LE(at + 20),
    });
    at += entryHeaderBytes + nameBytes + bytes.readUInt16LE(at + 30) + bytes.readUInt16LE(at + 32);
  }
  return entries;
}
