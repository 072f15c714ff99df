import { readFile } from 'node:fs/promises';
import { inflateRawSync } from 'node:zlib';

/** A file in an archive; sizes in bytes. */
export interface ZipEntry {
  readonly name: string;
  readonly size: number;
  readonly packedSize: number;
  readonly text: () => string;
}

const endSignature = 0x06054b50;
const entrySignature = 0x02014b50;
const entryHeaderBytes = 46;
const localHeaderBytes = 30;

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
    const isDeflated = bytes.readUInt16LE(at + 10) === 8;
    const packedSize = bytes.readUInt32LE(at + 20);
    const headerAt = bytes.readUInt32LE(at + 42);
    const nameBytes = bytes.readUInt16LE(at + 28);
    entries.push({
      name: bytes.toString('utf8', at + entryHeaderBytes, at + entryHeaderBytes + nameBytes),
      size: bytes.readUInt32LE(at + 24),
      packedSize,
      text: () => {
        const dataAt =
          headerAt + localHeaderBytes + bytes.readUInt16LE(headerAt + 26) + bytes.readUInt16LE(headerAt + 28);
        const packed = bytes.subarray(dataAt, dataAt + packedSize);
        return (isDeflated ? inflateRawSync(packed) : packed).toString('utf8');
      },
    });
    at += entryHeaderBytes + nameBytes + bytes.readUInt16LE(at + 30) + bytes.readUInt16LE(at + 32);
  }
  return entries;
}
