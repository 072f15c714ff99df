import { build } from 'esbuild';
import path from 'node:path';
import { repositoryRoot } from './repository.mts';

/** Imports a module below the repository together with sources of the product, whose imports plain Node does not resolve. */
export async function importBundled(file: string): Promise<unknown> {
  const { outputFiles } = await build({
    entryPoints: [path.join(repositoryRoot, file)],
    bundle: true,
    write: false,
    platform: 'node',
    format: 'esm',
    logLevel: 'warning',
  });
  const code = Buffer.from(outputFiles[0]!.contents).toString('base64');
  return import(`data:text/javascript;base64,${code}`);
}
