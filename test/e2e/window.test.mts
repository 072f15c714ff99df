import assert from 'node:assert/strict';
import path from 'node:path';
import type { Browser } from 'playwright-core';
import { after, before, describe, it } from 'mocha';
import { launchBrowser } from '../kit/browser.mts';
import { repositoryRoot } from '../kit/repository.mts';
import { startVscodeServer, type VscodeServer } from '../kit/vscodeServer.mts';
import { Workbench } from '../kit/workbench.mts';

describe('a window with Spanline', () => {
  let server: VscodeServer | undefined;
  let browser: Browser | undefined;
  let workbench: Workbench;

  before(async () => {
    server = await startVscodeServer({
      version: 'newest',
      progress: console.log,
      extensions: [repositoryRoot],
    });
    browser = await launchBrowser(console.log);
    const workspace = path.join(repositoryRoot, 'test', 'integration', 'workspace');
    workbench = await Workbench.open(server, browser, { workspace });
  });

  after(async () => {
    await browser?.close();
    await server?.stop();
  });

  it('opens a file of the workspace by its name', async () => {
    await workbench.openFile('src/checkout.ts', 3);
    const editor = await workbench.editorAt('src/checkout.ts', 3);
    assert.equal(editor.title, 'checkout.ts');
  });
});
