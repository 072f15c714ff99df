import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, afterEach, before, describe, it } from 'mocha';
import type { Browser } from 'playwright-core';
import { launchBrowser } from '../kit/browser.mts';
import { waitFor } from '../kit/deadline.mts';
import { receiverSettings } from '../kit/demo.mts';
import { importBundled } from '../kit/importBundled.mts';
import { freePort, isListening } from '../kit/ports.mts';
import { repositoryRoot } from '../kit/repository.mts';
import { RetryingSender } from '../kit/retryingSender.ts';
import { recordedWorkspace } from '../kit/shopRecording.mts';
import type { storedCounts as storedCountsOf } from '../kit/storedSpans.ts';
import { startVscodeServer, type VscodeServer } from '../kit/vscodeServer.mts';
import { Workbench } from '../kit/workbench.mts';
import { keepPicture } from './keepPicture.mts';

interface StoredSpans {
  readonly storedCounts: typeof storedCountsOf;
}

const senders = 2;

describe('an extension host that is killed', () => {
  let folder: string;
  let port: number;
  let server: VscodeServer | undefined;
  let browser: Browser | undefined;
  let workbench: Workbench;

  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'spanline-e2e-'));
    port = await freePort();
    server = await startVscodeServer({
      version: 'newest',
      progress: console.log,
      settings: receiverSettings(port),
      extensions: [repositoryRoot],
      // The store is read after the server has ended.
      dataFolder: folder,
    });
    browser = await launchBrowser(console.log);
    workbench = await Workbench.open(server, browser, { workspace: recordedWorkspace });
    await workbench.openContainer('Spanline');
    await workbench.runCommand('Spanline: Start Local Receiver');
    await waitFor('the receiver to listen', () => isListening(port));
  });

  afterEach(async function () {
    if (this.currentTest?.state === 'failed') await keepPicture(workbench, this.currentTest.fullTitle());
  });

  after(async () => {
    await browser?.close();
    await server?.stop();
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  });

  it('comes back, receives by itself and has every acknowledged span exactly once', async () => {
    assert.ok(server);
    const all = Array.from({ length: senders }, () => new RetryingSender());
    const done = all.map((sender) => sender.run(() => port));
    const acknowledged = (): number => all.reduce((sum, sender) => sum + sender.acknowledged.size, 0);
    await waitFor('answers before the kill', () => acknowledged() > 2_000, 60_000);

    const killed = await server.extensionHostPids();
    assert.equal(killed.length, 1);
    process.kill(killed[0]!, 'SIGKILL');
    await waitFor(
      'the next extension host',
      async () => {
        const running = await server!.extensionHostPids();
        return running.length === 1 && running[0] !== killed[0];
      },
      60_000,
    );
    const before = acknowledged();
    await waitFor('answers of the next host', () => acknowledged() > before + 2_000, 60_000);

    for (const sender of all) sender.stop();
    await Promise.all(done);
    await server.stop();
    const { storedCounts } = (await importBundled('test/kit/storedSpans.ts')) as StoredSpans;
    const file = path.join(folder, 'data', 'User', 'globalStorage', 'spanline.spanline', 'spans.db');
    const counts = storedCounts(file);
    const keys = all.flatMap((sender) => [...sender.acknowledged]);
    assert.deepEqual(
      keys.filter((key) => counts.get(key) !== 1),
      [],
    );
    // All that was sent was acknowledged in the end: nothing else is there.
    assert.equal(counts.size, keys.length);
  });
});
