import { build } from 'esbuild';
import { copyFile, mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { SourceMapConsumer } from 'source-map';
import { FileIndex } from '../../src/analysis/files/fileIndex';
import { StackResolver } from '../../src/analysis/lines/resolver';
import { SourceMapParts } from '../../src/analysis/sourceMaps/sourceMapParts';
import { inSlices } from '../../src/analysis/sourceMaps/sourceMapSlices';
import { checkSourceMap } from '../../src/core/sourcemaps/sourceMap';
import type { BenchReport } from './benchReport';

const ROUNDS = 15;
/** Turns of look-ups, ours and the library's one after the other. */
const TURNS = 1500;
const LOOK_UPS = 20_000;
/** What a click, a key or another answer of the worker may wait without being felt. */
const MAX_BLOCK_MS = 50;

/** Look-ups through the source map of the TypeScript compiler, minified, and through one of three times its size. */
export async function bench(report: BenchReport): Promise<void> {
  const folder = await mkdtemp(path.join(process.cwd(), '.cache/source-maps-'));
  try {
    const compiler = await readFile(require.resolve('typescript'), 'utf8');
    await mkdir(path.join(folder, 'src'));
    await writeFile(path.join(folder, 'src/compiler.js'), compiler);
    await bundle(folder, 'compiler');
    await manyModules(folder, compiler);
    await bundle(folder, 'modules');
    const map = path.join(folder, 'out/compiler.js.map');
    await lookUps(report, map);
    await firstLookUp(report, map);
    await besideOthers(report, folder);
    await manyMaps(report, folder);
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** Functions of one module, and how often all of them are written. */
const FUNCTIONS = 12;
const COPIES = 4;

/** The functions of the compiler as a program of thousands of files: a map of one file of 10 MB is nobody's. */
async function manyModules(folder: string, compiler: string): Promise<void> {
  const functions = compiler.match(/^function \w+\([^]*?\n\}$/gm) ?? [];
  const imports: string[] = [];
  for (let copy = 0; copy < COPIES; copy++) {
    for (let at = 0; at < functions.length; at += FUNCTIONS) {
      const name = `module${copy}_${at}.js`;
      const own = functions.slice(at, at + FUNCTIONS);
      const names = own.map((text) => /^function (\w+)/.exec(text)![1]!);
      const text = `// copy ${copy}\n${own.join('\n')}\nmodule.exports = { ${names.join(', ')} };\n`;
      await writeFile(path.join(folder, 'src', name), text);
      imports.push(`require('./${name}');`);
    }
  }
  await writeFile(path.join(folder, 'src/modules.js'), imports.join('\n'));
  await writeFile(
    path.join(folder, 'src/small.js'),
    'function small() {\n  throw new Error("x");\n}\nsmall();\n',
  );
}

async function bundle(folder: string, name: string): Promise<void> {
  await build({
    entryPoints: [path.join(folder, `src/${name}.js`)],
    outfile: path.join(folder, `out/${name}.js`),
    bundle: true,
    minify: true,
    platform: 'node',
    sourcemap: true,
    logLevel: 'error',
  });
}

/** Positions all over the generated file. */
function positions(consumer: SourceMapConsumer): { readonly line: number; readonly column: number }[] {
  const all: { readonly line: number; readonly column: number }[] = [];
  consumer.eachMapping(({ generatedLine, generatedColumn }) => {
    all.push({ line: generatedLine, column: generatedColumn });
  });
  return Array.from({ length: LOOK_UPS }, (_, i) => all[(i * 7919) % all.length]!);
}

async function lookUps(report: BenchReport, file: string): Promise<void> {
  const bytes = await readFile(file);
  const consumer = await new SourceMapConsumer(bytes.toString('utf8'));
  const asked = positions(consumer);
  const checked = await inSlices(checkSourceMap(bytes, undefined));
  if (!checked.ok) {
    throw new Error(checked.error);
  }
  const parts = new SourceMapParts();
  const map = checked.value;
  // Positions of one part are asked for together, as the frames of a stack are; opening is measured by itself.
  const near = asked.filter(({ line, column }) => map.partAt(line - 1, column) % 8 === 0);
  for (const { line, column } of near) {
    await parts.positionAt(map, line - 1, column);
  }
  // Answers are kept on both sides: the compiler of the runtime leaves out what nobody reads.
  const answers: unknown[] = [];
  const ours = (): void => {
    near.forEach(({ line, column }, i) => {
      answers[i] = parts.positionAt(map, line - 1, column);
    });
  };
  const theirs = (): void => {
    near.forEach(({ line, column }, i) => {
      answers[i] = consumer.originalPositionFor({ line, column });
    });
  };
  let own = Infinity;
  let library = Infinity;
  for (let turn = 0; turn < TURNS; turn++) {
    own = Math.min(own, turnMs(ours));
    library = Math.min(library, turnMs(theirs));
  }
  consumer.destroy();
  parts.dispose();
  report({
    name: 'source map, one look-up',
    value: (own / near.length) * 1000,
    unit: 'µs',
    baseline: 'the library alone',
    baselineValue: (library / near.length) * 1000,
    target: '≤ 1.1 ×',
    ok: own <= library * 1.1,
  });
}

/** By the clock: a turn is shorter than a slice of the processor, so that the least of many is one that nobody disturbed. */
function turnMs(run: () => void): number {
  const start = performance.now();
  run();
  return performance.now() - start;
}

/** Time of the processor and not of the clock, as other processes may be busy; it is counted in steps of milliseconds. */
function cpuMsSince(start: NodeJS.CpuUsage): number {
  const { user, system } = process.threadCpuUsage(start);
  return (user + system) / 1000;
}

async function firstLookUp(report: BenchReport, file: string): Promise<void> {
  const { size } = await stat(file);
  let own = Infinity;
  let library = Infinity;
  for (let round = 0; round < ROUNDS; round++) {
    let start = process.threadCpuUsage();
    const consumer = await new SourceMapConsumer(await readFile(file, 'utf8'));
    consumer.originalPositionFor({ line: 1000, column: 10 });
    library = Math.min(library, cpuMsSince(start));
    consumer.destroy();
    start = process.threadCpuUsage();
    const checked = await inSlices(checkSourceMap(await readFile(file), undefined));
    const parts = new SourceMapParts();
    await (checked.ok && parts.positionAt(checked.value, 999, 10));
    own = Math.min(own, cpuMsSince(start));
    parts.dispose();
  }
  report({
    name: `first look-up in a map of ${(size / 1e6).toFixed(1)} MB, checked`,
    value: own,
    unit: 'ms',
    baseline: 'the library, unchecked',
    baselineValue: library,
    target: '≤ 1.5 ×',
    ok: own <= library * 1.5,
  });
}

/** Small questions that are asked one after the other while a frame of the large bundle is looked up. */
async function besideOthers(report: BenchReport, folder: string): Promise<void> {
  const bundlePath = path.join(folder, 'out/modules.js');
  const { size } = await stat(`${bundlePath}.map`);
  const text = await readFile(bundlePath, 'utf8');
  const line = Math.floor(text.split('\n').length / 2);
  const large = `Error: x\n    at x (${bundlePath}:${line}:9)`;
  const small = `Error: x\n    at small (${path.join(folder, 'src/small.js')}:2:9)`;
  const index = await FileIndex.open([{ name: 'bench', path: folder }], { useGit: false });
  const resolver = new StackResolver(index);
  await resolver.resolveStack({ text: small, mappings: [] });
  const ask = (): Promise<unknown> => resolver.resolveStack({ text: small, mappings: [] });
  let alone = 0;
  for (let i = 0; i < 200; i++) {
    alone = Math.max(alone, await wallMs(ask));
  }
  let isDone = false;
  const start = performance.now();
  const answer = resolver.resolveStack({ text: large, mappings: [] }).finally(() => {
    isDone = true;
  });
  let longestBlock = 0;
  let longestAnswer = 0;
  let answers = 0;
  const watch = async (): Promise<void> => {
    for (let last = process.threadCpuUsage(); !isDone; last = process.threadCpuUsage()) {
      await setImmediate();
      longestBlock = Math.max(longestBlock, cpuMsSince(last));
    }
  };
  const askOn = async (): Promise<void> => {
    for (; !isDone; answers++) {
      longestAnswer = Math.max(longestAnswer, await wallMs(ask));
    }
  };
  await Promise.all([watch(), askOn(), answer]);
  const took = performance.now() - start;
  resolver.dispose();
  const [frame] = (await answer).exceptions[0]!.frames;
  const place = frame?.location ? 'its line' : String(frame?.reason);
  const name = `map of ${(size / 1e6).toFixed(0)} MB`;
  report({ name: `${name}: frame → ${place}, beside others`, value: took, unit: 'ms' });
  report({
    name: `${name}: longest block of the thread`,
    value: longestBlock,
    unit: 'ms',
    target: `≤ ${MAX_BLOCK_MS} ms`,
    ok: longestBlock <= MAX_BLOCK_MS,
  });
  report({
    name: `${name}: longest of ${answers} other answers meanwhile`,
    value: longestAnswer,
    unit: 'ms',
    baseline: 'of 200 with nothing else to do',
    baselineValue: alone,
  });
}

async function wallMs(run: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await run();
  return performance.now() - start;
}

/** Maps of so many bundles, each of 14 MB, are looked up one after the other. */
const MAPS = 16;
/** What a worker may take for maps, with what the runtime takes on the way. */
const MAX_MEMORY_MB = 300;

async function manyMaps(report: BenchReport, folder: string): Promise<void> {
  for (let copy = 0; copy < MAPS; copy++) {
    await copyFile(path.join(folder, 'out/compiler.js'), path.join(folder, `out/copy${copy}.js`));
    const map = await readFile(path.join(folder, 'out/compiler.js.map'));
    await writeFile(path.join(folder, `out/copy${copy}.js.map`), map);
  }
  const index = await FileIndex.open([{ name: 'bench', path: folder }], { useGit: false });
  const resolver = new StackResolver(index);
  collect();
  const before = process.memoryUsage();
  for (let copy = 0; copy < MAPS; copy++) {
    const file = path.join(folder, `out/copy${copy}.js`);
    const places = [200, 400, 600].map((line) => `    at x (${file}:${line}:9)`);
    await resolver.resolveStack({ text: `Error: x\n${places.join('\n')}`, mappings: [] });
  }
  collect();
  const after = process.memoryUsage();
  const value = (after.heapUsed + after.external - before.heapUsed - before.external) / 1e6;
  report({
    name: `memory after ${MAPS} maps of 14 MB`,
    value,
    unit: 'MB',
    target: `≤ ${MAX_MEMORY_MB} MB`,
    ok: value <= MAX_MEMORY_MB,
  });
  resolver.dispose();
}

function collect(): void {
  globalThis.gc?.();
  globalThis.gc?.();
}
