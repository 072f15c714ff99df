import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { cacheFolder } from '../kit/repository.mts';
import type { Workbench } from '../kit/workbench.mts';

/** Saves what the window showed when a test failed, and says where. */
export async function keepPicture(workbench: Workbench, title: string): Promise<void> {
  const folder = path.join(cacheFolder, 'e2e');
  await mkdir(folder, { recursive: true });
  const file = path.join(folder, `${title.replace(/[^a-z0-9]+/gi, '-')}.png`);
  await workbench.screenshot(file);
  console.log(`    the window then: ${file}`);
}
