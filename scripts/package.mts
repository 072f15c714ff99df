// Packs the extension into spanline-<version>.vsix: npm run package
import { createVSIX } from '@vscode/vsce';
import { readFile, writeFile } from 'node:fs/promises';
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
  const readmePath = 'dist/readme.md';
  await writeFile(path.join(root, readmePath), await packagedReadme());
  await createVSIX({
    cwd: root,
    packagePath,
    readmePath,
    // Everything that runs is in the bundles.
    dependencies: false,
    allowMissingRepository: true,
    rewriteRelativeLinks: false,
  });
  return packagePath;
}

/**
 * The README for who has the package alone, without what only holds in the repository. Its picture is part of that: the details page of an
 * extension shows pictures from the net only, neither from the package nor from the text.
 */
async function packagedReadme(): Promise<string> {
  const text = await readFile(path.join(root, 'README.md'), 'utf8');
  return text.replace(/<!-- only in the repository -->[^]*?(?:<!-- everywhere -->\n*|$)/g, '');
}

if (import.meta.main) {
  console.log(await packageExtension(root));
}
