import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { FileIndex } from '../../src/analysis/files/fileIndex';

/** Makes a folder with these files for the length of `use`. */
export async function withWorkspace<T>(
  files: Readonly<Record<string, string>>,
  use: (folder: string) => Promise<T>,
  copyOf?: string,
): Promise<T> {
  const folder = await mkdtemp(path.join(tmpdir(), 'spanline-workspace-'));
  try {
    if (copyOf !== undefined) {
      await cp(copyOf, folder, { recursive: true });
    }
    for (const [name, text] of Object.entries(files)) {
      await mkdir(path.join(folder, path.dirname(name)), { recursive: true });
      await writeFile(path.join(folder, name), text);
    }
    return await use(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** The index of one folder, walked. */
export function indexOf(folder: string): Promise<FileIndex> {
  return FileIndex.open([{ name: path.basename(folder), path: folder }], { useGit: false });
}
