import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Browser } from 'playwright-core';
import type { Progress } from './install.mts';
import { repositoryRoot } from './repository.mts';
import {
  filterVariable,
  integrationEntry,
  resultOf,
  resultsVariable,
  waitForResults,
  type SuiteResult,
} from './results.mts';
import { startVscodeServer } from './vscodeServer.mts';
import type { VscodeVersion } from './vscodeInstall.mts';
import { Workbench } from './workbench.mts';

/** A copy of the suite's workspace that a run may write to. */
export interface RunFolder {
  readonly folder: string;
  readonly workspace: string;
  readonly resultsFile: string;
  remove(): Promise<void>;
}

/** Makes a temporary folder with a fresh copy of the suite's workspace. */
export async function makeRunFolder(): Promise<RunFolder> {
  const folder = await mkdtemp(path.join(tmpdir(), 'spanline-integration-'));
  const workspace = path.join(folder, 'workspace');
  await cp(path.join(repositoryRoot, 'test', 'integration', 'workspace'), workspace, { recursive: true });
  return {
    folder,
    workspace,
    resultsFile: path.join(folder, 'results.jsonl'),
    remove: () => rm(folder, { recursive: true, force: true, maxRetries: 5 }),
  };
}

/** Runs the suite inside the extension host of a VS Code in the browser. `filter` holds words of file names. */
export async function runInWebWorkbench(
  version: VscodeVersion,
  browser: Browser,
  progress: Progress,
  filter: readonly string[] = [],
  vsix?: string,
): Promise<SuiteResult> {
  const run = await makeRunFolder();
  const server = await startVscodeServer({
    version,
    progress,
    runsTests: true,
    env: { [resultsVariable]: run.resultsFile, [filterVariable]: filter.join(' ') },
    ...(vsix === undefined ? {} : { vsix }),
  });
  let workbench: Workbench | undefined;
  try {
    workbench = await Workbench.open(server, browser, {
      workspace: run.workspace,
      tests: {
        // The host runs tests only for an extension under development: with a .vsix, one that holds nothing.
        extension:
          vsix === undefined ? repositoryRoot : path.join(repositoryRoot, 'test', 'integration', 'empty'),
        entry: integrationEntry,
      },
    });
    let serverEnded = false;
    void server.exited.then(() => (serverEnded = true));
    const lines = await waitForResults(run.resultsFile, progress, () => serverEnded);
    return resultOf(lines);
  } catch (error) {
    const lines = (workbench?.consoleLines() ?? []).slice(-20).join('\n');
    throw new Error(`The suite did not run to its end in VS Code (${version}).\n${lines}`, { cause: error });
  } finally {
    await workbench?.close();
    await server.stop();
    await run.remove();
  }
}
