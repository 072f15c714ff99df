import { runTests } from '@vscode/test-electron';
import { existsSync, realpathSync } from 'node:fs';
import path from 'node:path';
import type { Progress } from './install.mts';
import { makeRunFolder } from './integrationRun.mts';
import { repositoryRoot } from './repository.mts';
import {
  filterVariable,
  integrationEntry,
  resultOf,
  resultsVariable,
  waitForResults,
  type SuiteResult,
} from './results.mts';

/** How a desktop VS Code can be had: its program, a download, or the reason why not. */
export type Desktop =
  | { readonly kind: 'installed'; readonly executablePath: string }
  | { readonly kind: 'download' }
  | { readonly kind: 'none'; readonly reason: string };

/** Looks for a desktop VS Code. `SPANLINE_DESKTOP=1` tries a download without asking whether it is possible. */
export async function findDesktop(): Promise<Desktop> {
  const forced = process.env['SPANLINE_DESKTOP'] === '1';
  const hasDisplay = Boolean(process.env['DISPLAY'] ?? process.env['WAYLAND_DISPLAY']);
  if (!forced && process.platform === 'linux' && !hasDisplay) {
    return { kind: 'none', reason: 'this machine has no display; SPANLINE_DESKTOP=1 tries it all the same' };
  }
  const executablePath = installedCode();
  if (executablePath !== undefined) return { kind: 'installed', executablePath };
  if (forced || (await canDownload())) return { kind: 'download' };
  return { kind: 'none', reason: 'no `code` is installed and VS Code cannot be downloaded here' };
}

/** Runs the suite inside the extension host of a desktop VS Code. */
export async function runInDesktop(
  desktop: Exclude<Desktop, { kind: 'none' }>,
  progress: Progress,
  filter: readonly string[] = [],
): Promise<SuiteResult> {
  const run = await makeRunFolder();
  let ended = false;
  const code = runTests({
    ...(desktop.kind === 'installed'
      ? { vscodeExecutablePath: desktop.executablePath }
      : { version: 'stable' }),
    extensionDevelopmentPath: repositoryRoot,
    extensionTestsPath: integrationEntry,
    extensionTestsEnv: { [resultsVariable]: run.resultsFile, [filterVariable]: filter.join(' ') },
    launchArgs: [
      run.workspace,
      '--disable-workspace-trust',
      `--user-data-dir=${path.join(run.folder, 'user')}`,
      `--extensions-dir=${path.join(run.folder, 'extensions')}`,
      ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
    ],
  }).finally(() => (ended = true));
  try {
    const [lines] = await Promise.all([waitForResults(run.resultsFile, progress, () => ended), code]);
    return resultOf(lines);
  } finally {
    await run.remove();
  }
}

/** The program behind the `code` command of this machine. */
function installedCode(): string | undefined {
  for (const folder of (process.env['PATH'] ?? '').split(path.delimiter)) {
    const command = path.join(folder, 'code');
    if (!existsSync(command)) continue;
    const home = path.join(path.dirname(realpathSync(command)), '..');
    const program = [path.join(home, 'code'), path.join(home, '..', '..', 'MacOS', 'Electron')].find((file) =>
      existsSync(file),
    );
    if (program !== undefined) return program;
  }
  return undefined;
}

async function canDownload(): Promise<boolean> {
  try {
    const answer = await fetch('https://update.code.visualstudio.com/api/releases/stable', {
      signal: AbortSignal.timeout(5_000),
    });
    return answer.ok;
  } catch {
    return false;
  }
}
