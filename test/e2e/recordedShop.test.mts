import assert from 'node:assert/strict';
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, afterEach, before, describe, it } from 'mocha';
import type { Browser } from 'playwright-core';
import { launchBrowser } from '../kit/browser.mts';
import { waitFor } from '../kit/deadline.mts';
import { receiverSettings } from '../kit/demo.mts';
import { freePort, isListening } from '../kit/ports.mts';
import { repositoryRoot } from '../kit/repository.mts';
import { recordedFailures, recordedWorkspace, replayShop } from '../kit/shopRecording.mts';
import { TimelinePage } from '../kit/timelinePage.mts';
import { startVscodeServer, type VscodeServer } from '../kit/vscodeServer.mts';
import { Workbench } from '../kit/workbench.mts';
import { clickFrame, followFromTimeline, goToLine, literally, placeOf, rowOf } from './failureSteps.mts';
import { keepPicture } from './keepPicture.mts';

describe('a recorded run of the sample shop', () => {
  const failures = recordedFailures();
  let folder: string | undefined;
  let server: VscodeServer | undefined;
  let browser: Browser | undefined;
  let workbench: Workbench;
  let endpoint: string;

  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'spanline-e2e-'));
    const workspace = path.join(folder, 'shop');
    await cp(recordedWorkspace, workspace, { recursive: true });
    const port = await freePort();
    endpoint = `http://127.0.0.1:${port}`;
    server = await startVscodeServer({
      version: 'newest',
      progress: console.log,
      settings: receiverSettings(port),
      extensions: [repositoryRoot],
    });
    browser = await launchBrowser(console.log);
    workbench = await Workbench.open(server, browser, { workspace });
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
    if (folder !== undefined) await rm(folder, { recursive: true, force: true });
  });

  for (const failure of failures) {
    describe(failure.kind, () => {
      it('is told of once, with a way to its line', async () => {
        await replayShop(endpoint, [failure.operation]);
        const counts = `${failure.failing} of ${failure.runs} requests since \\d\\d:\\d\\d`;
        const text = `${failure.service}: ${failure.exceptionType} in ${literally(failure.operation)}, ${counts} → ${literally(placeOf(failure))}`;
        const message = new RegExp(`^${text}$`);
        const { buttons } = await workbench.notification(message);
        assert.deepEqual(buttons, ['Go to Line', 'Open Trace', 'Snooze…']);
        await workbench.pressNotificationButton(message, 'Go to Line');
        await workbench.editorAt(failure.seenAt.file, failure.seenAt.line);
        assert.deepEqual(await workbench.notifications(), []);
      });

      it('has a row with its line, its rate and both counts', async () => {
        const row = await workbench.tree('Failures').row(rowOf(failure));
        const share = ((failure.failing / failure.runs) * 100).toFixed(1);
        assert.ok(
          row.description.startsWith(
            `${placeOf(failure)} · ${failure.failing} of ${failure.runs} (${share} %) · `,
          ),
          row.description,
        );
      });

      it('opens its line from the row', async () => {
        await goToLine(workbench, failure);
      });

      it('opens its line from the frame', async () => {
        await clickFrame(workbench, failure);
      });

      it('shows its line beside the timeline', async () => {
        await followFromTimeline(workbench, failure);
      });
    });
  }

  describe('after all of them', () => {
    it('counts the new groups on the icon', async () => {
      assert.equal(await workbench.badge('Spanline'), String(failures.length));
    });

    it('types into Find of the timeline without moving or collapsing anything', async () => {
      const timeline = await TimelinePage.of(workbench);
      const rows = await timeline.rows();
      await timeline.typeIntoFind('service:cache0[');
      assert.equal(await timeline.findText(), 'service:cache0[');
      assert.deepEqual(await timeline.rows(), rows);
    });

    it('keeps failures and the open timeline when the window is reloaded', async () => {
      await workbench.reload();
      await workbench.openContainer('Spanline');
      for (const failure of failures) await workbench.tree('Failures').row(rowOf(failure));
      await TimelinePage.of(workbench);
    });
  });
});
