// Runs unit tests whose file path contains one of the given words (all without any): node scripts/unit.mts [word ...]
import { build } from 'esbuild';
import { spawnSync } from 'node:child_process';
import { glob, rm } from 'node:fs/promises';
import path from 'node:path';

const root = path.join(import.meta.dirname, '..');
const words = process.argv.slice(2);
const files: string[] = [];
for await (const file of glob('test/{unit,contract}/**/*.test.ts', { cwd: root })) {
  if (words.length === 0 || words.some((word) => file.includes(word))) {
    files.push(file);
  }
}
const outdir = path.join(root, '.cache/unit', String(process.pid));
await build({
  absWorkingDir: root,
  entryPoints: files,
  outdir,
  outbase: path.join(root, 'test'),
  bundle: true,
  platform: 'node',
  target: 'node22.19',
  format: 'cjs',
  sourcemap: 'inline',
  keepNames: true,
  logLevel: 'warning',
  // `repositoryRoot` does without.
  logOverride: { 'empty-import-meta': 'silent' },
  packages: 'external',
});
const mocha = path.join(root, 'node_modules/mocha/bin/mocha.js');
const run = spawnSync(
  process.execPath,
  ['--enable-source-maps', mocha, '--timeout', '60000', '--recursive', `${outdir}/**/*.test.js`],
  { stdio: 'inherit', cwd: root },
);
await rm(outdir, { recursive: true, force: true });
process.exitCode = run.status ?? 1;
