import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { FileIndex } from '../../src/analysis/files/fileIndex';
import { StackResolver } from '../../src/analysis/lines/resolver';
import type { BenchReport } from './benchReport';

const COMMITS = 500;
const FILES = 1000;
const LINES = 400;
const ROUNDS = 9;

/** A line of a commit 500 commits back in a repository of 1,000 files, of which each commit touches eight. */
export async function bench(report: BenchReport): Promise<void> {
  const folder = await mkdtemp(path.join(tmpdir(), 'spanline-drift-'));
  try {
    await importHistory(folder);
    await measure(folder, report);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function measure(folder: string, report: BenchReport): Promise<void> {
  const git = (...args: readonly string[]): string =>
    spawnSync('git', ['-C', folder, ...args], { encoding: 'utf8', maxBuffer: 1 << 28 }).stdout.trim();
  const deployed = git('rev-parse', `HEAD~${COMMITS}`);
  const head = git('rev-parse', 'HEAD');
  const index = await FileIndex.open([{ name: 'repo', path: folder }], { useGit: true });
  let first = Infinity;
  let other = Infinity;
  let again = Infinity;
  let alone = Infinity;
  for (let round = 0; round < ROUNDS; round++) {
    const resolver = new StackResolver(index);
    const ask = async (commit: string, file: string, line: number): Promise<number> => {
      const before = performance.now();
      const { deployed: known } = await resolver.resolveCode({
        service: 'shop',
        file: `/app/${file}`,
        lineBase1: line,
        revision: { candidates: [{ kind: 'commit', text: commit, isStated: true, isDirty: false }] },
        mappings: [],
      });
      if (known?.revision !== commit) {
        throw new Error(`${file}:${line} was not followed.`);
      }
      return performance.now() - before;
    };
    // The workspace is known, the revision is not.
    await ask(head, 'src/part0/file0.ts', 1);
    first = Math.min(first, await ask(deployed, 'src/part0/file0.ts', 300));
    other = Math.min(other, await ask(deployed, 'src/part1/file1.ts', 300));
    again = Math.min(again, await ask(deployed, 'src/part0/file0.ts', 200));
    resolver.dispose();
    const before = performance.now();
    git('diff', '-U0', '-M', deployed, '--', 'src/part0/file0.ts');
    alone = Math.min(alone, performance.now() - before);
  }
  report({
    name: `first line of a revision ${COMMITS} commits back, in a file that 20 of them touched`,
    value: first,
    unit: 'ms',
    baseline: 'git diff of the file alone',
    baselineValue: alone,
    target: '≤ 50 ms',
    ok: first <= 50,
  });
  report({
    name: 'first line of another file of it',
    value: other,
    unit: 'ms',
    target: '≤ 50 ms',
    ok: other <= 50,
  });
  report({
    name: 'another line of a file that was asked for',
    value: again,
    unit: 'ms',
    target: '≤ 1 ms',
    ok: again <= 1,
  });
}

/** Written by `git fast-import`: committing one by one takes minutes. */
async function importHistory(folder: string): Promise<void> {
  spawnSync('git', ['init', '-q', '-b', 'main', folder]);
  const child = spawn('git', ['-C', folder, 'fast-import', '--quiet'], {
    stdio: ['pipe', 'inherit', 'inherit'],
  });
  const texts = Array.from({ length: FILES }, (_, file) =>
    Array.from({ length: LINES }, (_line, i) => `const value${i} = compute(${file}, ${i});`),
  );
  const write = (data: string): void => {
    child.stdin.write(data);
  };
  const writeFile = (file: number): void => {
    const text = `${texts[file]!.join('\n')}\n`;
    write(`M 644 inline src/part${file % 50}/file${file}.ts\ndata ${text.length}\n${text}\n`);
  };
  for (let commit = 0; commit <= COMMITS; commit++) {
    write(`commit refs/heads/main\ncommitter a <a@example.org> ${1_700_000_000 + commit} +0000\ndata 1\n.\n`);
    if (commit === 0) {
      texts.forEach((_, file) => {
        writeFile(file);
      });
    }
    for (let touched = 0; commit > 0 && touched < 8; touched++) {
      // Some files change often: each of the first fifty by twenty commits.
      const file = touched < 2 ? (commit * 2 + touched) % 50 : (commit * 8 + touched) % FILES;
      const lines = texts[file]!;
      lines.splice((commit * 31) % lines.length, commit % 3, `changed${commit}(${touched});`);
      writeFile(file);
    }
  }
  child.stdin.end();
  await once(child, 'close');
  spawnSync('git', ['-C', folder, 'reset', '-q', '--hard', 'main']);
  // As a clone is: packed, not a chain of imported differences.
  spawnSync('git', ['-C', folder, 'gc', '-q']);
}
