// Shows how often Spanline finds the right line, as tables, and exits 1 where a limit is broken: node scripts/accuracy.mts [--flag word ...]
// Without a flag everything runs that needs nothing from outside; `test/accuracy/proofs.ts` lists what there is.
import { build } from 'esbuild';
import { spawnSync } from 'node:child_process';
import { rm } from 'node:fs/promises';
import path from 'node:path';

const root = path.join(import.meta.dirname, '..');
const outdir = path.join(root, '.cache/accuracy', String(process.pid));
const outfile = path.join(outdir, 'main.mjs');
await build({
  absWorkingDir: root,
  entryPoints: ['test/accuracy/main.ts'],
  outfile,
  bundle: true,
  platform: 'node',
  target: 'node22.19',
  format: 'esm',
  sourcemap: 'inline',
  logLevel: 'warning',
  packages: 'external',
});
const run = spawnSync(process.execPath, ['--enable-source-maps', outfile, ...process.argv.slice(2)], {
  stdio: 'inherit',
  cwd: root,
});
await rm(outdir, { recursive: true, force: true });
process.exitCode = run.status ?? 1;
