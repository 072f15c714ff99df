import path from 'node:path';
import { existsSync } from 'node:fs';

/** Absolute path of the repository's root, found upwards from this file, which also runs from a bundle below `dist`. */
export const repositoryRoot = findRoot(import.meta.dirname);

/** Absolute path of the git-ignored folder that keeps downloads between runs. */
export const cacheFolder = path.join(repositoryRoot, '.cache');

function findRoot(folder: string): string {
  if (existsSync(path.join(folder, 'test', 'vscode'))) return folder;
  const parent = path.dirname(folder);
  if (parent === folder) throw new Error('The harness runs only inside the repository.');
  return findRoot(parent);
}
