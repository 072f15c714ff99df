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
import { sendSmallTrace } from '../kit/smallTrace.ts';
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

    it('opens a failure whose row is drawn anew at the moment of the click', async () => {
      const failing = [{ spanId: 'a'.repeat(16), name: 'PUT /stock/:sku', exceptionType: 'OversoldError' }];
      await sendSmallTrace(endpoint, '1'.repeat(32), failing);
      const tree = workbench.tree('Failures');
      await tree.row(/^OversoldError .*1 of 1 /);
      await workbench.closeEditors();
      // While the window is busy, the extension counts one more: what is clicked then is the row as it was.
      await sendSmallTrace(endpoint, '2'.repeat(32), failing);
      await tree.clickAfterBusy(/^OversoldError /, 2_500);
      await TimelinePage.of(workbench);
      await tree.row(/^OversoldError .*2 of 2 /);
    });

    it('shows spans that arrive while the timeline of their trace is open', async () => {
      const traceId = '3'.repeat(32);
      const root = { spanId: 'a'.repeat(16), name: 'POST /restock', exceptionType: 'PalletLostError' };
      await sendSmallTrace(endpoint, traceId, [root]);
      await workbench.closeEditors();
      await workbench.tree('Failures').click(/^PalletLostError /);
      const timeline = await TimelinePage.of(workbench);
      assert.equal((await timeline.rows()).length, 1);
      await sendSmallTrace(endpoint, traceId, [
        { spanId: 'b'.repeat(16), parentSpanId: root.spanId, name: 'count pallets' },
      ]);
      await waitFor('the row of the new span', async () => {
        const rows = await timeline.rows();
        return rows.length === 2 && rows[1]?.includes('count pallets');
      });
      assert.match(await timeline.selected(), /POST \/restock/);
    });

    it('keeps failures and the open timeline when the window is reloaded', async () => {
      await workbench.reload();
      await workbench.openContainer('Spanline');
      for (const failure of failures) await workbench.tree('Failures').row(rowOf(failure));
      await TimelinePage.of(workbench);
    });
  });
});
