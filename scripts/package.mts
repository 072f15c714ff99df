// Packs the extension into spanline-<version>.vsix: npm run package
import { createVSIX } from '@vscode/vsce';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { buildAll } from './build.mts';

const root = path.join(import.meta.dirname, '..');

/** Builds the small bundles and packs what `.vscodeignore` lets through; gives the absolute path of the package. */
export async function packageExtension(folder: string): Promise<string> {
  await buildAll();
  const { version } = JSON.parse(await readFile(path.join(root, 'package.json'), 'utf8')) as {
    version: string;
  };
  const packagePath = path.join(folder, `spanline-${version}.vsix`);
  await createVSIX({
    cwd: root,
    packagePath,
    // Everything that runs is in the bundles.
    dependencies: false,
    allowMissingRepository: true,
    rewriteRelativeLinks: false,
  });
  return packagePath;
}

if (import.meta.main) {
  console.log(await packageExtension(root));
}
