import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { runTool } from './runTool.mts';
import type { Setup } from './setup.mts';
import { hashOf, oncePer } from './stamp.mts';

const OLDEST_MINOR = 10;

export type Python = { readonly interpreter: string } | { readonly skipped: string };

/** Installs the inventory service's packages into `.venv`, once per requirements file. Without Python 3 it says why not. */
export async function installPython(setup: Setup): Promise<Python> {
  const { root, log, signal } = setup;
  const found = await findPython(setup);
  if ('skipped' in found) {
    return found;
  }
  const environment = join(root, '.venv');
  const interpreter =
    process.platform === 'win32'
      ? join(environment, 'Scripts', 'python.exe')
      : join(environment, 'bin', 'python');
  const requirements = join(root, 'services', 'inventory', 'requirements.txt');
  const wanted = hashOf(await readFile(requirements), found.version);
  try {
    await oncePer(join(environment, '.shop-installed'), wanted, async () => {
      log('shop: installing the Python packages, once');
      await rm(environment, { recursive: true, force: true });
      await runTool({ command: found.command, args: ['-m', 'venv', environment], cwd: root, signal });
      const args = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '-r', requirements];
      await runTool({ command: interpreter, args, cwd: root, signal });
    });
  } catch (error) {
    if (signal.aborted) {
      throw error;
    }
    return { skipped: `its Python packages cannot be installed: ${firstLines(error)}` };
  }
  return { interpreter };
}

async function findPython({
  root,
  signal,
}: Setup): Promise<{ command: string; version: string } | { skipped: string }> {
  const commands = process.platform === 'win32' ? ['python', 'python3'] : ['python3', 'python'];
  let tooOld: string | undefined;
  for (const command of commands) {
    const output = await runTool({ command, args: ['--version'], cwd: root, signal }).catch(() => '');
    const version = /^Python 3\.(\d+)\.\S+/m.exec(output);
    if (version !== null && Number(version[1]) >= OLDEST_MINOR) {
      return { command, version: version[0] };
    }
    tooOld ??= output.startsWith('Python ') ? output.trim() : undefined;
  }
  return {
    skipped: tooOld === undefined ? 'Python 3 was not found' : `${tooOld} is older than 3.${OLDEST_MINOR}`,
  };
}

function firstLines(error: unknown): string {
  return String(error instanceof Error ? error.message : error)
    .split('\n')
    .slice(0, 3)
    .join(' ');
}
