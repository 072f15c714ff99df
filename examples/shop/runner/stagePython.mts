import { cp, lstat, mkdir, mkdtemp, readFile, readdir, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { hashOf } from './stamp.mts';

/**
 * Copies the inventory service to `…/srv/app/inventory` outside the workspace, as a container image would: its stack traces
 * name files that the workspace does not have at that path. The same sources give the same folder.
 */
export async function stagePython(root: string, stageDir?: string): Promise<string> {
  const source = join(root, 'services', 'inventory');
  const names = (await readdir(source)).filter((name) => name.endsWith('.py')).sort();
  if (stageDir !== undefined) {
    await copyFiles(source, names, stageDir);
    return stageDir;
  }
  const texts = await Promise.all(names.map((name) => readFile(join(source, name))));
  const user = process.getuid?.() ?? 'user';
  const image = join(tmpdir(), `shop-${user}-${hashOf(...texts)}`);
  if (await isOwnFolder(image)) {
    return join(image, 'srv', 'app', 'inventory');
  }
  const fresh = await mkdtemp(`${image}-`);
  await copyFiles(source, names, join(fresh, 'srv', 'app', 'inventory'));
  try {
    await rename(fresh, image);
  } catch {
    // Somebody was faster, or owns that name: an own folder is as good.
    if (!(await isOwnFolder(image))) {
      return join(fresh, 'srv', 'app', 'inventory');
    }
    await rm(fresh, { recursive: true, force: true });
  }
  return join(image, 'srv', 'app', 'inventory');
}

async function copyFiles(source: string, names: readonly string[], target: string): Promise<void> {
  await mkdir(dirname(target), { recursive: true });
  for (const name of names) {
    await cp(join(source, name), join(target, name), { preserveTimestamps: true });
  }
}

async function isOwnFolder(path: string): Promise<boolean> {
  const status = await lstat(path).catch(() => undefined);
  return status?.isDirectory() === true && (process.getuid === undefined || status.uid === process.getuid());
}
