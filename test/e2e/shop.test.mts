import assert from 'node:assert/strict';
import { after, afterEach, before, describe, it } from 'mocha';
import type { Browser } from 'playwright-core';
import { launchBrowser } from '../kit/browser.mts';
import { startDemo, type Demo } from '../kit/demo.mts';
import { freePort } from '../kit/ports.mts';
import { plantedFailures } from '../kit/shopRecording.mts';
import { skipBecause } from '../kit/skip.mts';
import { Workbench } from '../kit/workbench.mts';
import {
  arrivalMs,
  clickFrame,
  followFromTimeline,
  goToLine,
  literally,
  placeOf,
  rowOf,
} from './failureSteps.mts';
import { keepPicture } from './keepPicture.mts';

/** Runs against the window that `npm start -- --check` names, or starts the demo itself. */
describe('the running sample shop', function () {
  this.timeout(arrivalMs + 60_000);

  let demo: Demo | undefined;
  let browser: Browser | undefined;
  let workbench: Workbench;
  let withoutPython = process.env['SPANLINE_E2E_NO_PYTHON'];

  before(async function () {
    // The shop's packages are installed on the first run.
    this.timeout(10 * 60_000);
    let url = process.env['SPANLINE_E2E_WINDOW'];
    if (url === undefined) {
      demo = await startDemo({
        version: 'newest',
        receiverPort: await freePort(),
        requestsPerSecond: 20,
        progress: console.log,
        signal: new AbortController().signal,
      });
      url = demo.server.windowUrl(demo.window);
      if (demo.shop.python !== 'started') withoutPython = demo.shop.python.skipped;
    }
    browser = await launchBrowser(console.log);
    workbench = await Workbench.openUrl(url, browser);
    await workbench.openContainer('Spanline');
  });

  afterEach(async function () {
    if (this.currentTest?.state === 'failed') await keepPicture(workbench, this.currentTest.fullTitle());
  });

  after(async () => {
    await browser?.close();
    await demo?.stop();
  });

  it('tells of a new failure and leads to its line', async () => {
    const { message, buttons } = await workbench.notification(/requests since|new failures in/, arrivalMs);
    if (message.includes('new failures in')) {
      assert.deepEqual(buttons, ['Show']);
      await workbench.pressNotificationButton(/new failures in/, 'Show');
      return;
    }
    const failure = plantedFailures().find(
      ({ exceptionType, operation }) => message.includes(exceptionType) && message.includes(operation),
    );
    assert.ok(failure, message);
    assert.match(message, new RegExp(`^${failure.service}: .* → ${literally(placeOf(failure))}$`));
    await workbench.pressNotificationButton(/requests since/, 'Go to Line');
    await workbench.editorAt(failure.seenAt.file, failure.seenAt.line);
  });

  for (const failure of plantedFailures()) {
    describe(failure.kind, () => {
      before(async function () {
        if (failure.seenAt.file.endsWith('.py') && withoutPython !== undefined) {
          skipBecause(this, withoutPython);
        }
        await workbench.tree('Failures').row(rowOf(failure), arrivalMs);
      });

      it('has a row with its line, its rate and both counts', async () => {
        const row = await workbench.tree('Failures').row(rowOf(failure));
        assert.match(row.description, /^\S+ · (≥ )?\d+ of \d+ \(\d+(\.\d)? %\) · /);
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
});
