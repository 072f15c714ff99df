import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Setup } from './setup.mts';

/** The services in TypeScript, and the bank that stands outside. */
export const NODE_SERVICES = ['bank', 'payments', 'orders', 'gateway'] as const;

export type NodeService = (typeof NODE_SERVICES)[number];

export function bundleOf(root: string, service: NodeService): string {
  return join(root, 'services', service, 'dist', `server.${service === 'bank' ? 'mjs' : 'cjs'}`);
}

/** Bundles every service into one minified file beside its source map. Packages stay outside: instrumentation hooks `require`. */
export async function buildServices({ root, log }: Setup): Promise<void> {
  const { build, stop } = await import('esbuild');
  const startMs = performance.now();
  let written = 0;
  for (const service of NODE_SERVICES) {
    const result = await build({
      absWorkingDir: root,
      entryPoints: [join('services', service, 'src', 'server.ts')],
      outfile: bundleOf(root, service),
      bundle: true,
      minify: true,
      sourcemap: 'linked',
      platform: 'node',
      target: 'node24',
      format: service === 'bank' ? 'esm' : 'cjs',
      packages: 'external',
      write: false,
      logLevel: 'silent',
    });
    for (const file of result.outputFiles) {
      written += await writeIfChanged(file.path, file.contents);
    }
  }
  // Its child process would live on beside the services.
  await stop();
  if (written > 0) {
    log(`shop: built ${NODE_SERVICES.length} bundles in ${Math.round(performance.now() - startMs)} ms`);
  }
}

/** Leaves equal files alone, so that nobody who watches them does work. */
async function writeIfChanged(path: string, contents: Uint8Array): Promise<0 | 1> {
  const present = await readFile(path).catch(() => undefined);
  if (present?.equals(contents) === true) {
    return 0;
  }
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, contents);
  return 1;
}
