import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Progress } from './install.mts';
import { spawnOwned, stopOwned } from './processes.mts';
import { repositoryRoot } from './repository.mts';
import { resultOf, waitForResults, type SuiteResult } from './results.mts';

/** Runs mocha files in a Node process of their own. */
export async function runInNode(
  files: readonly string[],
  timeoutMs: number,
  progress: Progress,
  env: NodeJS.ProcessEnv = process.env,
): Promise<SuiteResult> {
  const folder = await mkdtemp(path.join(tmpdir(), 'spanline-run-'));
  const resultsFile = path.join(folder, 'results.jsonl');
  const script = path.join(repositoryRoot, 'test', 'kit', 'mochaRun.mts');
  const child = spawnOwned(
    process.execPath,
    [
      '--enable-source-maps',
      '--disable-warning=MODULE_TYPELESS_PACKAGE_JSON',
      script,
      resultsFile,
      String(timeoutMs),
      ...files,
    ],
    { cwd: repositoryRoot, env, stdio: ['ignore', 'inherit', 'inherit'] },
  );
  try {
    return resultOf(
      await waitForResults(resultsFile, progress, () => child.exitCode !== null || child.signalCode !== null),
    );
  } finally {
    await stopOwned(child);
    await rm(folder, { recursive: true, force: true });
  }
}
