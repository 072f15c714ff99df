import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { runTool } from './runTool.mts';
import type { Setup } from './setup.mts';
import { hashOf, oncePer } from './stamp.mts';

/** Installs the services' packages, once per lock file. */
export async function installPackages({ root, log, signal }: Setup): Promise<void> {
  const lock = await readFile(join(root, 'package-lock.json'));
  const stamp = join(root, 'node_modules', '.shop-installed');
  await oncePer(stamp, hashOf(lock, process.platform, process.arch), async () => {
    log('shop: installing packages, once (about 130 MB)');
    // --prefix, because under an npm script of another package npm would take that package for its own.
    const args = ['ci', '--prefix', root, '--no-fund', '--no-audit', '--loglevel=error'];
    const script = npmScript();
    await (script === undefined
      ? runTool({ command: 'npm', args, cwd: root, signal })
      : runTool({ command: process.execPath, args: [script, ...args], cwd: root, signal }));
  });
}

/** npm's own JavaScript where it can be known: Windows cannot start `npm` without a shell. */
function npmScript(): string | undefined {
  const fromNpm = process.env['npm_execpath'];
  if (fromNpm?.endsWith('npm-cli.js') === true) {
    return fromNpm;
  }
  return process.platform === 'win32'
    ? join(dirname(process.execPath), 'node_modules', 'npm', 'bin', 'npm-cli.js')
    : undefined;
}
