import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Frame } from 'playwright-core';
import { spansFromOtlpProto } from '../../src/core/codecs/otlpProto';
import { launchBrowser } from '../kit/browser.mts';
import { waitFor } from '../kit/deadline.mts';
import { receiverSettings } from '../kit/demo.mts';
import { freePort, isListening } from '../kit/ports.mts';
import { startVscodeServer } from '../kit/vscodeServer.mts';
import { Workbench } from '../kit/workbench.mts';
import type { BenchReport } from './benchReport';
import { medianOf, packagedExtension } from './hostExtension';
import { oneTraceRequest } from './timelineTrace';

const opens = 7;
const failureRow = /1 of 1/;

/** In every frame: when it was clicked last, and when rows were first painted in a frame right below, whose own scripts end when its page is written. */
const clock = `
window.addEventListener('click', () => { window.clickedMs = Date.now(); }, true);
(function watch() {
  const pages = [...document.querySelectorAll('iframe')].map((frame) => frame.contentDocument);
  const row = pages.map((page) => page?.querySelector('[role="treegrid"] [role="row"]')).find(Boolean);
  if (row?.checkVisibility({ visibilityProperty: true })) {
    requestAnimationFrame(() => setTimeout(() => { window.paintedMs = Date.now(); }));
  } else {
    requestAnimationFrame(watch);
  }
})();
`;

/** From the click on a failure's row to the painted timeline of its trace, in a real window. */
export async function bench(report: BenchReport): Promise<void> {
  const folder = await mkdtemp(path.join(tmpdir(), 'spanline-bench-'));
  const port = await freePort();
  const server = await startVscodeServer({
    version: 'newest',
    progress: () => undefined,
    settings: receiverSettings(port),
    vsix: packagedExtension(),
  });
  const browser = await launchBrowser(() => undefined);
  try {
    const workbench = await Workbench.open(server, browser, { workspace: folder });
    await workbench.page.context().addInitScript(clock);
    await workbench.reload();
    await workbench.openContainer('Spanline');
    await workbench.runCommand('Spanline: Start Local Receiver');
    await waitFor('the receiver to listen', () => isListening(port));
    const body = oneTraceRequest(10_000, Date.now() - 1_000);
    const answer = await fetch(`http://127.0.0.1:${port}/v1/traces`, {
      method: 'POST',
      headers: { 'content-type': 'application/x-protobuf' },
      body,
    });
    if (answer.status !== 200) throw new Error(`The receiver answered ${answer.status}.`);

    const times: number[] = [];
    for (let open = 0; open < opens; open++) {
      times.push(await openedMs(workbench));
      await workbench.closeEditors();
    }
    const decodeMs = medianOf(
      Array.from({ length: opens }, () => {
        const startMs = performance.now();
        spansFromOtlpProto(body);
        return performance.now() - startMs;
      }),
    );
    const [first, ...later] = times;
    const baseline = { unit: 'ms', baseline: 'decode only', baselineValue: decodeMs };
    report({
      ...baseline,
      name: '10,000 spans: click to first paint, first timeline of a window',
      value: first!,
    });
    report({
      ...baseline,
      name: `10,000 spans: click to first paint, median of ${later.length} more`,
      value: medianOf(later),
      target: '≤ 300 ms',
      ok: medianOf(later) <= 300,
    });
  } finally {
    await browser.close();
    await server.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

async function openedMs(workbench: Workbench): Promise<number> {
  await workbench.tree('Failures').row(failureRow, 60_000);
  await workbench.tree('Failures').click(failureRow);
  const frame = await workbench.webview('[role="treegrid"] [role="row"]', 15_000);
  const paintedMs = await waitFor('the first paint', () => numberIn(frame.parentFrame()!, 'paintedMs'));
  const clickedMs = await numberIn(workbench.page.mainFrame(), 'clickedMs');
  if (clickedMs === undefined) throw new Error('No click was seen.');
  return paintedMs - clickedMs;
}

async function numberIn(frame: Frame, name: string): Promise<number | undefined> {
  return frame.evaluate<number | undefined>(`window.${name}`);
}
