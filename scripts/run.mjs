// Every npm script works right after a clone: node scripts/run.mjs NAME [argument ...] runs under any Node from 20 on, installs the packages where
// they are missing or old, and goes on with scripts/NAME.mts under the Node among them.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';

const root = path.join(import.meta.dirname, '..');
const node = path.join(
  root,
  'node_modules',
  'node',
  'bin',
  process.platform === 'win32' ? 'node.exe' : 'node',
);

if (Number(process.versions.node.split('.')[0]) < 20) {
  console.error(`Node ${process.versions.node} is too old: 20 or newer is needed.`);
  process.exit(1);
}
if (!isInstalled()) {
  console.log('Installing packages (once) …');
  const install = spawnSync('npm', ['ci', '--no-fund', '--no-audit'], {
    cwd: root,
    stdio: 'inherit',
    shell: process.platform === 'win32',
  });
  if (install.status !== 0) process.exit(install.status ?? 1);
}

const [name, ...rest] = process.argv.slice(2);
const script = path.join(import.meta.dirname, `${name}.mts`);
// The scripts are modules by their extension; what they share with bundled code is typed TypeScript without one.
const flags = ['--disable-warning=MODULE_TYPELESS_PACKAGE_JSON'];
const child = spawn(node, [...flags, script, ...rest], { cwd: root, stdio: 'inherit' });
// A terminal sends Ctrl+C to both processes: the child tidies up, this one waits for it.
process.on('SIGINT', () => undefined);
for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
// Who ends npm by its id ends npm and the shell under it; the shell hands no signal on.
const parent = process.ppid;
const watch = setInterval(() => {
  if (process.ppid === parent) return;
  clearInterval(watch);
  child.kill('SIGTERM');
}, 500);
child.once('exit', (code) => process.exit(code ?? 1));

/** Whether node_modules holds what the lock file asks for. */
function isInstalled() {
  const installedLock = path.join(root, 'node_modules', '.package-lock.json');
  if (!existsSync(installedLock) || !existsSync(node)) return false;
  const wanted = readPackages(path.join(root, 'package-lock.json'));
  const installed = readPackages(installedLock);
  return Object.entries(wanted).every(
    ([name, { version, optional }]) => name === '' || optional || installed[name]?.version === version,
  );
}

function readPackages(file) {
  return JSON.parse(readFileSync(file, 'utf8')).packages;
}
