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
import { medianOf, packagedExtension, writeHostExtension } from './hostExtension';
import { oneTraceRequest } from './timelineTrace';

const opens = 7;

/** What is opened, each by a click on a row of a tree that runs a command which calls `vscode.open`, as rows of failures do. */
const rows = {
  timeline: { tree: 'Failures', row: /1 of 1/ },
  /** A page that holds one row and no script. */
  empty: { tree: 'Bench Pages', row: /^empty/ },
  /** A page that asks its host for one word, and shows the row when it has come. */
  asking: { tree: 'Bench Pages', row: /^asking/ },
} as const;
type Opened = keyof typeof rows;

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

/** The pages that ours is held against: the least that any custom editor costs. */
const benchPages = `
const vscode = require('vscode');

const row = '<div role="row">opened</div>';
const page = (body, script) => \`<!doctype html>
<html><head><meta http-equiv="Content-Security-Policy" content="default-src 'none'; script-src 'nonce-bench'"></head>
<body><div role="treegrid">\${body}</div>\${script}</body></html>\`;
const asks = \`<script nonce="bench">
addEventListener('message', () => { document.querySelector('[role="treegrid"]').innerHTML = '\${row}'; });
acquireVsCodeApi().postMessage('asked');
</script>\`;

exports.activate = () => {
  vscode.commands.registerCommand('benchPages.open', (name) =>
    vscode.commands.executeCommand('vscode.open', vscode.Uri.from({ scheme: 'bench', path: '/' + name + '.bench-page' }), { preview: true }));
  vscode.window.registerTreeDataProvider('benchPages', {
    getChildren: () => ['empty', 'asking'],
    getTreeItem: (name) => {
      const item = new vscode.TreeItem(name);
      item.command = { command: 'benchPages.open', title: name, arguments: [name] };
      return item;
    },
  });
  vscode.window.registerCustomEditorProvider('benchPages.page', {
    openCustomDocument: (uri) => ({ uri, dispose: () => undefined }),
    resolveCustomEditor: ({ uri }, { webview }) => {
      webview.options = { enableScripts: true };
      webview.onDidReceiveMessage(() => webview.postMessage('answered'));
      webview.html = uri.path.startsWith('/empty') ? page(row, '') : page('', asks);
    },
  });
};
`;

/** From the click on a failure's row to the painted timeline of its trace, in a real window, beside what VS Code itself needs to open a page. */
export async function bench(report: BenchReport): Promise<void> {
  const folder = await mkdtemp(path.join(tmpdir(), 'spanline-bench-'));
  const port = await freePort();
  const server = await startVscodeServer({
    version: 'newest',
    progress: () => undefined,
    settings: receiverSettings(port),
    vsix: packagedExtension(),
    extensions: [
      await writeHostExtension(folder, {
        name: 'bench-pages',
        code: benchPages,
        contributes: {
          views: { spanline: [{ id: 'benchPages', name: 'Bench Pages' }] },
          customEditors: [
            {
              viewType: 'benchPages.page',
              displayName: 'Bench Page',
              selector: [{ filenamePattern: '*.bench-page' }],
            },
          ],
        },
      }),
    ],
  });
  const browser = await launchBrowser(() => undefined);
  try {
    const workspace = await mkdtemp(path.join(folder, 'workspace-'));
    const workbench = await Workbench.open(server, browser, { workspace });
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

    const times: Record<Opened, number[]> = { empty: [], asking: [], timeline: [] };
    for (let open = 0; open < opens; open++) {
      for (const name of Object.keys(times) as Opened[]) {
        times[name].push(await openedMs(workbench, name));
        await workbench.closeEditors();
      }
    }
    const decodeMs = medianOf(
      Array.from({ length: opens }, () => {
        const startMs = performance.now();
        spansFromOtlpProto(body);
        return performance.now() - startMs;
      }),
    );
    const later = (name: Opened): number => medianOf(times[name].slice(1));
    const decoding = { unit: 'ms', baseline: 'decode only', baselineValue: decodeMs };
    const opening = { unit: 'ms', baseline: 'empty page', baselineValue: later('empty') };
    report({
      ...decoding,
      name: '10,000 spans: click to first paint, first timeline of a window',
      value: times.timeline[0]!,
    });
    report({
      ...decoding,
      name: `10,000 spans: click to first paint, median of ${opens - 1} more`,
      value: later('timeline'),
      target: '≤ 300 ms',
      ok: later('timeline') <= 300,
    });
    report({
      ...opening,
      name: 'of that, what an empty page in a custom editor does not take',
      value: later('timeline') - later('empty'),
    });
    report({ ...opening, name: 'a page that asks its host for one word', value: later('asking') });
  } finally {
    await browser.close();
    await server.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

async function openedMs(workbench: Workbench, name: Opened): Promise<number> {
  const { tree, row } = rows[name];
  await workbench.tree(tree).row(row, 60_000);
  await workbench.tree(tree).click(row);
  const frame = await workbench.webview('[role="treegrid"] [role="row"]', 15_000);
  const paintedMs = await waitFor('the first paint', () => numberIn(frame.parentFrame()!, 'paintedMs'));
  const clickedMs = await numberIn(workbench.page.mainFrame(), 'clickedMs');
  if (clickedMs === undefined) throw new Error('No click was seen.');
  return paintedMs - clickedMs;
}

async function numberIn(frame: Frame, name: string): Promise<number | undefined> {
  return frame.evaluate<number | undefined>(`window.${name}`);
}
