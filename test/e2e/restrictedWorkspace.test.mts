import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, afterEach, before, describe, it } from 'mocha';
import type { Browser } from 'playwright-core';
import { launchBrowser } from '../kit/browser.mts';
import { repositoryRoot } from '../kit/repository.mts';
import { startVscodeServer, type VscodeServer } from '../kit/vscodeServer.mts';
import { Workbench } from '../kit/workbench.mts';
import { keepPicture } from './keepPicture.mts';
import { openStackOfFile, pressPickButton } from './lineSteps.mts';

const settings = JSON.stringify({
  'spanline.sourceMappings': [{ from: '/opt/build/7f', to: 'services/orders' }],
});

describe('a workspace that is not trusted', () => {
  let folder: string;
  let server: VscodeServer | undefined;
  let browser: Browser | undefined;
  let workbench: Workbench;

  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'spanline-e2e-'));
    const source = 'import ledger\ndef refund(amount):\n    return ledger.book(-amount)\n';
    await write('services/orders/refunds.py', source);
    await write('services/payments/refunds.py', source);
    await write('.vscode/settings.json', settings);
    await write(
      'refunds.log',
      [
        'Traceback (most recent call last):',
        '  File "/opt/build/7f/refunds.py", line 3, in refund',
        '    return ledger.book(-amount)',
        'ledger.LedgerClosed: the month is closed',
      ].join('\n'),
    );
    server = await startVscodeServer({
      version: 'newest',
      progress: console.log,
      settings: {
        'security.workspace.trust.enabled': true,
        'security.workspace.trust.startupPrompt': 'never',
        'security.workspace.trust.banner': 'never',
      },
      extensions: [repositoryRoot],
    });
    browser = await launchBrowser(console.log);
    workbench = await Workbench.open(server, browser, { workspace: folder });
    await workbench.openContainer('Spanline');
  });

  afterEach(async function () {
    if (this.currentTest?.state === 'failed') await keepPicture(workbench, this.currentTest.fullTitle());
  });

  after(async () => {
    await browser?.close();
    await server?.stop();
    await rm(folder, { recursive: true, force: true });
  });

  async function write(name: string, text: string): Promise<void> {
    const file = path.join(folder, name);
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(file, text);
  }

  it('has its path mappings neither used nor written, and says so', async () => {
    await openStackOfFile(workbench, 'refunds.log');
    await workbench.tree('Failures').click(/^refund refunds\.py:3 · no line$/);
    await pressPickButton(workbench, 'refunds.py:3', 'services/payments/refunds.py', 'Save Mapping');
    const { buttons } = await workbench.notification(
      /^Path mappings are not used until the workspace is trusted\.$/,
    );
    assert.deepEqual(buttons, ['Manage Workspace Trust']);
    assert.equal(await readFile(path.join(folder, '.vscode', 'settings.json'), 'utf8'), settings);
  });

  it('has them used from the moment that it is trusted', async () => {
    await workbench.pressNotificationButton(/^Path mappings are not used/, 'Manage Workspace Trust');
    await workbench.page.locator('.workspace-trust-editor .monaco-button', { hasText: /^Trust$/ }).click();
    await workbench.tree('Failures').row(/^refund refunds\.py:3$/);
  });
});
