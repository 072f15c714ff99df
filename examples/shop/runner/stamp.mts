import { createHash } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';

/** A short hash over texts, in their order. */
export function hashOf(...texts: readonly (string | Buffer)[]): string {
  const hash = createHash('sha256');
  for (const text of texts) {
    hash.update(text).update('\0');
  }
  return hash.digest('hex').slice(0, 16);
}

/** Does `work` unless the stamp file says that it was done for the same `value`. */
export async function oncePer(stampFile: string, value: string, work: () => Promise<void>): Promise<void> {
  const done = await readFile(stampFile, 'utf8').catch(() => undefined);
  if (done === value) {
    return;
  }
  await work();
  await mkdir(dirname(stampFile), { recursive: true });
  await writeFile(stampFile, value);
}
