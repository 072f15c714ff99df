// Runs every suite, or those named: node scripts/test.mts [suite ...] [--only word ...]
import { spawn } from 'node:child_process';
import { glob, mkdir } from 'node:fs/promises';
import path from 'node:path';
import { launchBrowser } from '../test/kit/browser.mts';
import { findDesktop, runInDesktop } from '../test/kit/desktopRun.mts';
import { runInWebWorkbench } from '../test/kit/integrationRun.mts';
import { runInNode } from '../test/kit/nodeRun.mts';
import { cacheFolder, repositoryRoot } from '../test/kit/repository.mts';
import type { SuiteResult } from '../test/kit/results.mts';
import { buildAll } from './build.mts';
import { packageExtension } from './package.mts';

interface Suite {
  readonly name: string;
  /** Fewer passed tests than this fail the run: a suite must not shrink or stop running unseen. */
  readonly floor: number;
  run(): Promise<SuiteResult | { readonly skippedBecause: string }>;
}

const argumentsOfRun = process.argv.slice(2);
const onlyAt = argumentsOfRun.indexOf('--only');
const names = onlyAt === -1 ? argumentsOfRun : argumentsOfRun.slice(0, onlyAt);
const words = onlyAt === -1 ? [] : argumentsOfRun.slice(onlyAt + 1);
const progress = (line: string): void => {
  console.log(line);
};

const suites: readonly Suite[] = [
  { name: 'check', floor: 3, run: check },
  { name: 'unit', floor: 1100, run: () => runFiles('dist/test/unit/**/*.test.js', 60_000) },
  { name: 'contract', floor: 34, run: () => runFiles('dist/test/contract/**/*.test.js', 60_000) },
  { name: 'integration', floor: 30, run: () => inBrowser('newest') },
  { name: 'integration-floor', floor: 30, run: () => inBrowser('floor') },
  { name: 'integration-desktop', floor: 30, run: inDesktop },
  { name: 'package', floor: 4, run: () => runFiles('test/package/**/*.test.mts', 60_000) },
  { name: 'integration-package', floor: 2, run: () => inBrowser('newest', vsix) },
  { name: 'e2e', floor: 59, run: () => runFiles('test/e2e/**/*.test.mts', 180_000) },
];

const chosen = suites.filter((suite) => names.length === 0 || names.includes(suite.name));
if (chosen.length === 0) {
  console.error(
    `No suite is named ${names.join(', ')}; there are ${suites.map((suite) => suite.name).join(', ')}.`,
  );
  process.exit(2);
}

console.log('Building …');
await mkdir(cacheFolder, { recursive: true });
let vsix = '';
try {
  vsix = await packageExtension(cacheFolder);
  process.env['SPANLINE_VSIX'] = vsix;
  await buildAll({ tests: true });
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  console.log('The build failed, so no suite ran.\n0 passed, 1 failed');
  process.exit(1);
}

let passed = 0;
let failed = 0;
let skipped = 0;
const summary: string[] = [];
for (const suite of chosen) {
  console.log(`\n${suite.name}`);
  const startMs = performance.now();
  const result = await suite.run().catch((error: unknown): SuiteResult => {
    console.error(error);
    return { passed: 0, failures: [{ title: `${suite.name} itself`, message: String(error) }], skipped: [] };
  });
  const minutes = ((performance.now() - startMs) / 60_000).toFixed(1);
  if ('skippedBecause' in result) {
    skipped++;
    summary.push(`${suite.name}: skipped, ${result.skippedBecause}`);
    continue;
  }
  const isShort = words.length === 0 && result.passed < suite.floor;
  passed += result.passed;
  failed += result.failures.length + (isShort ? 1 : 0);
  skipped += result.skipped.length;
  summary.push(
    `${suite.name}: ${result.passed} passed of at least ${suite.floor}, ${result.failures.length} failed, ${minutes} min`,
  );
  if (isShort) summary.push(`  ✖ ${suite.name} passed fewer tests than it must`);
  for (const failure of result.failures) summary.push(`  ✖ ${failure.title}`);
  for (const title of result.skipped) summary.push(`  - ${title}`);
}

if (passed + failed === 0) {
  failed++;
  summary.push('  ✖ no test ran');
}
console.log(`\n${summary.join('\n')}`);
console.log(`${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`);
process.exit(failed > 0 ? 1 : 0);

async function runFiles(pattern: string, timeoutMs: number): Promise<SuiteResult> {
  const files: string[] = [];
  for await (const file of glob(pattern, { cwd: repositoryRoot })) {
    if (words.length === 0 || words.some((word) => file.includes(word))) {
      files.push(path.join(repositoryRoot, file));
    }
  }
  if (files.length === 0) return { passed: 0, failures: [], skipped: [] };
  return runInNode(files.sort(), timeoutMs, progress);
}

async function inBrowser(version: 'newest' | 'floor', packageFile?: string): Promise<SuiteResult> {
  const browser = await launchBrowser(progress);
  try {
    return await runInWebWorkbench(version, browser, progress, words, packageFile);
  } finally {
    await browser.close();
  }
}

async function inDesktop(): Promise<SuiteResult | { readonly skippedBecause: string }> {
  const desktop = await findDesktop();
  if (desktop.kind === 'none') return { skippedBecause: desktop.reason };
  return runInDesktop(desktop, progress, words);
}

/** Types, lint rules and format, each as one test. */
async function check(): Promise<SuiteResult> {
  const tools: readonly (readonly [string, readonly string[]])[] = [
    ['typescript/bin/tsc', ['-b']],
    ['eslint/bin/eslint.js', ['.']],
    ['prettier/bin/prettier.cjs', ['--check', '--log-level', 'warn', '.']],
  ];
  let passedTools = 0;
  const failures: { title: string; message: string }[] = [];
  for (const [script, args] of tools) {
    const title = `${path.basename(script).split('.')[0] ?? script} ${args.join(' ')}`;
    const child = spawn(process.execPath, [path.join(repositoryRoot, 'node_modules', script), ...args], {
      cwd: repositoryRoot,
      stdio: ['ignore', 'inherit', 'inherit'],
    });
    const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
    console.log(`  ${code === 0 ? '✔' : '✖'} ${title}`);
    if (code === 0) passedTools++;
    else failures.push({ title, message: `exit code ${code ?? 'none'}` });
  }
  return { passed: passedTools, failures, skipped: [] };
}
