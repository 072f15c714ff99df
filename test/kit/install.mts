import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { cp, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { cacheFolder, repositoryRoot } from './repository.mts';

/** Called with one line per long step. */
export type Progress = (line: string) => void;

/**
 * Installs the npm package of `test/vscode/<name>` into the cache, unless it is there already, and gives its folder.
 * `finish` runs in the new folder before it takes its place, so a folder in the cache is always complete.
 */
export async function installPackage(
  name: string,
  label: string,
  progress: Progress,
  finish: (folder: string) => Promise<void>,
): Promise<string> {
  const source = path.join(repositoryRoot, 'test', 'vscode', name);
  const files = await Promise.all(
    ['package.json', 'package-lock.json'].map((file) => readFile(path.join(source, file))),
  );
  const digest = createHash('sha256').update(files[0]!).update(files[1]!).digest('hex').slice(0, 12);
  const folder = path.join(cacheFolder, 'vscode', `${name}-${process.platform}-${process.arch}-${digest}`);
  if (existsSync(folder)) return folder;

  progress(`Installing ${label} (once) …`);
  const startMs = performance.now();
  const partial = `${folder}.partial-${process.pid}`;
  await rm(partial, { recursive: true, force: true });
  await mkdir(partial, { recursive: true });
  await cp(source, partial, { recursive: true });
  await runNpm(partial, ['ci', '--ignore-scripts', '--omit=dev']);
  await finish(partial);
  await rename(partial, folder).catch(async (error: unknown) => {
    // Another run was faster: its folder holds the same.
    await rm(partial, { recursive: true, force: true });
    if (!existsSync(folder)) throw error;
  });
  progress(`Installed ${label} in ${((performance.now() - startMs) / 1000).toFixed(0)} s.`);
  return folder;
}

/** Runs npm in `folder`; throws with npm's own last lines if it fails. */
export async function runNpm(folder: string, args: readonly string[]): Promise<void> {
  const child = spawn('npm', [...args, '--no-fund', '--no-audit', '--loglevel=error'], {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'pipe'],
    shell: process.platform === 'win32',
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => (output = (output + text).slice(-4_000)));
  }
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject).once('close', resolve);
  });
  if (code !== 0)
    throw new Error(`npm ${args.join(' ')} failed with exit code ${code ?? 'none'}:\n${output}`);
}

/** Replaces the text of a JSON file by what `change` makes of its value. */
export async function rewriteJson(file: string, change: (value: unknown) => unknown): Promise<void> {
  const value = change(JSON.parse(await readFile(file, 'utf8')));
  await writeFile(file, `${JSON.stringify(value, undefined, 2)}\n`);
}
