import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { CodeIndex } from '../../src/analysis/spanCode/codeIndex';
import { FileIndex } from '../../src/analysis/files/fileIndex';
import { SourceFiles } from '../../src/analysis/files/sourceFiles';
import { SpanCode } from '../../src/analysis/spanCode/spanCode';
import { traceOf } from '../kit/spanSpec';
import type { BenchReport } from './benchReport';

const FILES = 20_000;
const FILES_OF_FOLDER = 100;

/** The code of spans in a workspace of 20,000 source files of 5 kB. */
export async function bench(report: BenchReport): Promise<void> {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'spanline-bench-'));
  try {
    writeWorkspace(folder);
    const files = await FileIndex.open([{ name: 'shop', path: folder }], { useGit: false });
    await indexing(report, files);
    await asking(report, files);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function indexing(report: BenchReport, files: FileIndex): Promise<void> {
  const index = new CodeIndex(files, new AbortController().signal);
  const delay = monitorEventLoopDelay({ resolution: 1 });
  delay.enable();
  const startMs = performance.now();
  await index.ready();
  const value = (performance.now() - startMs) / 1000;
  delay.disable();
  report({
    name: `facts of ${index.size.toLocaleString('en')} files`,
    value,
    unit: 's',
    target: '≤ 15 s',
    ok: value <= 15,
  });
  const held = delay.max / 1e6;
  report({
    name: 'longest wait of another question',
    value: held,
    unit: 'ms',
    target: '≤ 50 ms',
    ok: held <= 50,
  });
}

async function asking(report: BenchReport, files: FileIndex): Promise<void> {
  const code = new SpanCode(files, new SourceFiles(files), new AbortController().signal);
  const spans = Array.from({ length: 100 }, (_, i) =>
    traceOf([
      {
        name: `GET /unit${i}/orders/:id`,
        kind: 'server',
        service: 'shop',
        language: 'nodejs',
        attributes: { 'http.request.method': 'GET', 'http.route': `/unit${i}/orders/:id` },
      },
    ]),
  );
  await code.of(spans[0]!, 0);
  const startMs = performance.now();
  for (const span of spans.slice(1)) {
    if (!(await code.of(span, 0))?.location) {
      throw new Error('A route of the workspace was not found.');
    }
  }
  const value = (performance.now() - startMs) / (spans.length - 1);
  report({
    name: 'code of a span that was not asked before',
    value,
    unit: 'ms',
    target: '≤ 20 ms',
    ok: value <= 20,
  });
}

function writeWorkspace(folder: string): void {
  const body = Array.from(
    { length: 60 },
    (_, i) => `export function part${i}(order: Order): number {\n  return order.lines.length + ${i};\n}\n`,
  ).join('\n');
  for (let i = 0; i < FILES; i++) {
    const unit = Math.floor(i / FILES_OF_FOLDER);
    const own = path.join(folder, `src/unit${unit}`);
    if (i % FILES_OF_FOLDER === 0) {
      mkdirSync(own, { recursive: true });
    }
    const route =
      i % FILES_OF_FOLDER === 0 ? `app.get('/unit${unit}/orders/:id', (request) => request);\n` : '';
    writeFileSync(path.join(own, `module${i}.ts`), `${route}${body}`);
  }
}
