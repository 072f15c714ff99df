import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { launchBrowser } from '../kit/browser.mts';
import { waitFor } from '../kit/deadline.mts';
import { firstLoadBytes } from '../kit/firstLoad.mts';
import { startVscodeServer } from '../kit/vscodeServer.mts';
import { Workbench } from '../kit/workbench.mts';
import type { BenchReport } from './benchReport';
import { medianOf, packagedExtension, writeHostExtension } from './hostExtension';

const starts = 9;

/** What VS Code says that activation took, beside an extension that does nothing, both in the same starts; and the size of what it loads first. */
export async function bench(report: BenchReport): Promise<void> {
  const kB = firstLoadBytes((name) => readFileSync(path.resolve('dist', name), 'utf8')) / 1000;
  report({ name: 'first-load bundle', value: kB, unit: 'kB', target: '≤ 150 kB', ok: kB <= 150 });

  const folder = await mkdtemp(path.join(tmpdir(), 'spanline-bench-'));
  const empty = await writeHostExtension(folder, { name: 'empty', code: 'exports.activate = () => {};' });
  const server = await startVscodeServer({
    version: 'newest',
    progress: () => undefined,
    extensions: [empty],
    vsix: packagedExtension(),
  });
  const browser = await launchBrowser(() => undefined);
  try {
    const own: number[] = [];
    const emptyMs: number[] = [];
    for (let start = 0; start < starts; start++) {
      const workbench = await Workbench.open(server, browser, { workspace: folder });
      await workbench.runCommand('Developer: Show Running Extensions');
      // The list holds the rows in view alone, and the fastest extension stands last.
      await workbench.setSize(1400, 4000);
      own.push(await activationMs(workbench, 'spanline'));
      emptyMs.push(await activationMs(workbench, 'empty'));
      await workbench.close();
    }
    const more = medianOf(own.map((ms, start) => ms - emptyMs[start]!));
    report({
      name: `activation, median of ${starts} starts`,
      value: medianOf(own),
      unit: 'ms',
      baseline: 'an empty extension',
      baselineValue: Math.max(1, medianOf(emptyMs)),
    });
    report({
      name: 'activation, more than an empty extension',
      value: more,
      unit: 'ms',
      target: '≤ 50 ms',
      ok: more <= 50,
    });
  } finally {
    await browser.close();
    await server.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

/** Milliseconds of loading and calling `activate`, as the list of running extensions shows them. */
async function activationMs(workbench: Workbench, name: string): Promise<number> {
  const row = workbench.page
    .locator('.runtime-extensions-editor .extension')
    .filter({ has: workbench.page.locator('.name', { hasText: new RegExp(`^${name}$`, 'i') }) });
  return waitFor(`the activation time of ${name}`, async () => {
    const text = await row.locator('.activation-time').innerText({ timeout: 2_000 });
    const match = /(\d+)\s*ms/.exec(text);
    return match ? Number(match[1]) : undefined;
  });
}
