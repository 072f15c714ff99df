import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { waitFor } from './deadline.mts';
import type { Progress } from './install.mts';
import { repositoryRoot } from './repository.mts';

/** One failed test. */
export interface TestFailure {
  readonly title: string;
  readonly message: string;
}

/** What a suite found. */
export interface SuiteResult {
  readonly passed: number;
  readonly failures: readonly TestFailure[];
  /** Titles of skipped tests with the reason. */
  readonly skipped: readonly string[];
}

/** A line of the file that a run inside the extension host writes its results to. */
export type ResultLine =
  | { readonly kind: 'start'; readonly pid: number }
  | { readonly kind: 'pass' | 'skip'; readonly title: string; readonly durationMs: number }
  | { readonly kind: 'fail'; readonly title: string; readonly message: string }
  | { readonly kind: 'end' }
  | { readonly kind: 'error'; readonly message: string };

/** Where a suite inside the extension host is bundled to. */
export const integrationEntry = path.join(repositoryRoot, 'dist', 'test', 'integration', 'index.js');

/** Variable that names the file of results. */
export const resultsVariable = 'SPANLINE_TEST_RESULTS';

/** Variable that holds words of file names, to run only those tests. */
export const filterVariable = 'SPANLINE_TEST_FILTER';

/** Longest time of one suite. */
const suiteTimeoutMs = 10 * 60_000;

/** Waits until the file says that the run has ended; throws if its process does so without saying it. */
export async function waitForResults(
  file: string,
  progress: Progress,
  hasEnded: () => boolean,
): Promise<ResultLine[]> {
  let reported = 0;
  return waitFor(
    'the end of the suite',
    async () => {
      const ended = hasEnded();
      const lines = await readResults(file);
      for (const line of lines.slice(reported)) reportLine(line, progress);
      reported = lines.length;
      if (lines.some((line) => line.kind === 'end' || line.kind === 'error')) return lines;
      // VS Code may start a host that crashed again, and the suite with it.
      const [start, again] = lines.filter((line) => line.kind === 'start');
      const died = start !== undefined && !isAlive(start.pid);
      // The end may have been written between the reading and the death.
      if ((died || ended) && (await readResults(file)).length > lines.length) return undefined;
      if (again !== undefined || died || ended) throw new CrashError();
      return undefined;
    },
    suiteTimeoutMs,
    (error) => error instanceof CrashError,
  );
}

/** Counts of a run that has ended. */
export function resultOf(lines: readonly ResultLine[]): SuiteResult {
  return {
    passed: lines.filter((line) => line.kind === 'pass').length,
    failures: lines.flatMap((line) => {
      if (line.kind === 'fail') return [{ title: line.title, message: line.message }];
      return line.kind === 'error' ? [{ title: 'the suite itself', message: line.message }] : [];
    }),
    skipped: lines.flatMap((line) => (line.kind === 'skip' ? [line.title] : [])),
  };
}

class CrashError extends Error {
  override readonly message = 'The extension host ended before the suite did.';
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

async function readResults(file: string): Promise<ResultLine[]> {
  if (!existsSync(file)) return [];
  const text = await readFile(file, 'utf8');
  const complete = text.slice(0, text.lastIndexOf('\n') + 1);
  return complete
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as ResultLine);
}

function reportLine(line: ResultLine, progress: Progress): void {
  if (line.kind === 'pass') progress(`  ✔ ${line.title} (${line.durationMs} ms)`);
  if (line.kind === 'skip') progress(`  - ${line.title}`);
  if (line.kind === 'error') progress(`  ✖ ${line.message}`);
  if (line.kind === 'fail') progress(`  ✖ ${line.title}\n${line.message}`);
}
