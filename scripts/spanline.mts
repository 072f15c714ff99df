// Runs the command line from the sources: bundles it where a source is newer, then node scripts/spanline.mts COMMAND [OPTION]...
import { build } from 'esbuild';
import { spawn } from 'node:child_process';
import { mkdirSync, renameSync, statSync } from 'node:fs';
import { copyFile, glob } from 'node:fs/promises';
import path from 'node:path';

const root = path.join(import.meta.dirname, '..');
const outdir = path.join(root, '.cache/spanline');
const bundle = path.join(outdir, 'cli.js');

async function isStale(): Promise<boolean> {
  const builtMs = statSync(bundle, { throwIfNoEntry: false })?.mtimeMs ?? 0;
  for await (const file of glob('src/**/*.ts', { cwd: root })) {
    if ((statSync(path.join(root, file), { throwIfNoEntry: false })?.mtimeMs ?? 0) > builtMs) {
      return true;
    }
  }
  return false;
}

/** The bundled command line, built where a source is newer than it. */
export async function spanlineBundle(): Promise<string> {
  if (await isStale()) {
    mkdirSync(outdir, { recursive: true });
    // Under a name of its own until it is whole: several may build at once.
    const fresh = path.join(outdir, `cli-${process.pid}.js`);
    await build({
      absWorkingDir: root,
      entryPoints: ['src/cli.ts'],
      outfile: fresh,
      bundle: true,
      platform: 'node',
      target: 'node22.19',
      format: 'cjs',
      keepNames: true,
      sourcemap: 'inline',
      logLevel: 'warning',
    });
    await copyFile(
      path.join(root, 'node_modules/source-map/lib/mappings.wasm'),
      path.join(outdir, 'mappings.wasm'),
    );
    renameSync(fresh, bundle);
  }
  return bundle;
}

if (import.meta.main) {
  const file = await spanlineBundle();
  // Our own Node, which has SQLite: the one that runs this script may be older.
  const node = path.join(root, 'node_modules/node/bin/node');
  const child = spawn(node, ['--enable-source-maps', file, ...process.argv.slice(2)], { stdio: 'inherit' });
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => child.kill(signal));
  }
  child.on('exit', (code, signal) => {
    process.exitCode = code ?? (signal ? 1 : 0);
  });
}
