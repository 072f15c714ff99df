// Runs the benches whose file path contains one of the given words (all without any), one after the other, each in a process of its
// own, and prints a table of their figures: node scripts/bench.mts [word ...]. Exits 1 where a figure misses its target.
import { build } from 'esbuild';
import { spawn } from 'node:child_process';
import { glob, mkdir, rm, writeFile } from 'node:fs/promises';
import { cpus } from 'node:os';
import path from 'node:path';
import { packageExtension } from './package.mts';

interface BenchLine {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  readonly baseline?: string;
  readonly baselineValue?: number;
  readonly target?: string;
  readonly ok?: boolean;
}

const root = path.join(import.meta.dirname, '..');
const words = process.argv.slice(2);
const outdir = path.join(root, '.cache/bench', String(process.pid));
// A bench tells its lines over IPC, so that whatever it prints cannot be mistaken for one.
const runner = `
const { bench } = require(process.argv[2]);
bench((line) => process.send(line)).then(
  () => process.disconnect(),
  (error) => { console.error(error); process.exit(1); },
);
`;

function figure(value: number): string {
  return value >= 100 ? Math.round(value).toLocaleString('en') : value.toPrecision(3);
}

function cells(line: BenchLine): string[] {
  const { value, unit, baseline, baselineValue } = line;
  const beside =
    baseline === undefined || baselineValue === undefined
      ? ''
      : `${(value / baselineValue).toFixed(2)} × ${baseline} (${figure(baselineValue)})`;
  const verdict = line.ok === undefined ? '' : line.ok ? 'met' : 'MISSED';
  return [line.name, `${figure(value)} ${unit}`, beside, line.target ?? '', verdict];
}

function printTable(rows: readonly string[][]): void {
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
  for (const row of rows) {
    console.log(
      row
        .map((cell, column) => (column === 1 ? cell.padStart(widths[column]!) : cell.padEnd(widths[column]!)))
        .join('  ')
        .trimEnd(),
    );
  }
}

async function runBench(
  script: string,
): Promise<{ readonly lines: BenchLine[]; readonly exitCode: number | null }> {
  const lines: BenchLine[] = [];
  const child = spawn(
    process.execPath,
    ['--expose-gc', '--enable-source-maps', path.join(outdir, 'runner.cjs'), script],
    { cwd: root, stdio: ['ignore', 'inherit', 'inherit', 'ipc'] },
  );
  child.on('message', (line) => lines.push(line as BenchLine));
  const exitCode = await new Promise<number | null>((resolve) => child.on('close', resolve));
  return { lines, exitCode };
}

const files: string[] = [];
for await (const file of glob('test/bench/**/*.bench.ts', { cwd: root })) {
  if (words.length === 0 || words.some((word) => file.includes(word))) {
    files.push(file);
  }
}
files.sort();
if (files.length === 0) {
  console.error('No bench has such a name.');
  process.exit(2);
}
if (files.some((file) => path.basename(file).startsWith('host'))) {
  // Those measure what a user installs.
  await mkdir(path.join(root, '.cache'), { recursive: true });
  process.env['SPANLINE_VSIX'] = await packageExtension(path.join(root, '.cache'));
}
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
  // `repositoryRoot` of the kit does without.
  logOverride: { 'empty-import-meta': 'silent' },
  packages: 'external',
});
await mkdir(outdir, { recursive: true });
await writeFile(path.join(outdir, 'runner.cjs'), runner);

const rows = [['measured', 'figure', 'beside', 'target', '']];
let failed = false;
try {
  for (const file of files) {
    console.log(`running ${file} …`);
    const script = path.join(outdir, path.relative('test', file).replace(/\.ts$/, '.js'));
    const { lines, exitCode } = await runBench(script);
    rows.push(...lines.map(cells));
    if (exitCode !== 0) {
      failed = true;
      console.error(`${file} ended with ${exitCode ?? 'a signal'}.`);
    }
    failed ||= lines.some((line) => line.ok === false);
  }
} finally {
  await rm(outdir, { recursive: true, force: true });
}
console.log(
  `\nNode ${process.versions.node}, ${cpus().length} × ${cpus()[0]?.model ?? 'unknown processor'}\n`,
);
printTable(rows);
process.exitCode = failed ? 1 : 0;
