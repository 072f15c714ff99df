import path from 'node:path';
import { existsSync } from 'node:fs';

/** Absolute path of the repository's root, found upwards from this file; from the working folder where a CommonJS bundle holds it, which has no `import.meta`. */
export const repositoryRoot = findRoot(
  // eslint-disable-next-line @typescript-eslint/no-unnecessary-condition -- the types know modules only
  import.meta.dirname ?? process.cwd(),
);

/** Absolute path of the git-ignored folder that keeps downloads between runs. */
export const cacheFolder = path.join(repositoryRoot, '.cache');

function findRoot(folder: string): string {
  if (existsSync(path.join(folder, 'test', 'vscode'))) return folder;
  const parent = path.dirname(folder);
  if (parent === folder) throw new Error('The harness runs only inside the repository.');
  return findRoot(parent);
}
