// Pictures of every view in every theme, wide and narrow, to .cache/shots; the README's to docs: npm run shots [-- word ...]
import { build } from 'esbuild';
import { execFileSync } from 'node:child_process';
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Browser } from 'playwright-core';
import type { Progress } from '../test/kit/install.mts';
import { launchBrowser } from '../test/kit/browser.mts';
import { waitFor } from '../test/kit/deadline.mts';
import { receiverSettings } from '../test/kit/demo.mts';
import {
  startFullJaeger,
  startSilentJaeger,
  startStrictJaeger,
  type JaegerServer,
} from '../test/kit/jaegerServers.mts';
import { freePort, isListening } from '../test/kit/ports.mts';
import { cacheFolder, repositoryRoot } from '../test/kit/repository.mts';
import { recordedWorkspace, replayShop } from '../test/kit/shopRecording.mts';
import { sendSmallTrace } from '../test/kit/smallTrace.ts';
import { TimelinePage } from '../test/kit/timelinePage.mts';
import { startVscodeServer } from '../test/kit/vscodeServer.mts';
import { themes, Workbench, type Theme } from '../test/kit/workbench.mts';
import { buildAll } from './build.mts';

/** What the bundled kit exports. */
interface OpeningPictures {
  readonly takeOpeningPictures: (browser: Browser, folder: string, progress: Progress) => Promise<void>;
}

/**
 * Nothing set up; the receiver waits; the recorded run of the shop was received; the only connection is a server that is down;
 * the shop is a repository whose files changed since the recorded revision, and a stack was opened; nothing fails; a server knows more
 * than it was asked for; one server turns the token down while another says nothing.
 */
type Stage =
  'empty' | 'waiting' | 'received' | 'snoozed' | 'dead' | 'changed' | 'healthy' | 'capped' | 'refused';

/** What one window goes through, one after the other. */
const inFirstWindow: ReadonlySet<Stage> = new Set(['empty', 'waiting', 'received', 'snoozed']);

interface Shot {
  readonly name: string;
  /** Brings the window into the state of the picture; called once per picture, from no open editors. */
  readonly show: (workbench: Workbench) => Promise<void>;
  readonly when: Stage;
  /** Theme in which the README shows it, as `docs/<name>.png`. */
  readonly readme?: Theme;
}

const poolFailure = /^LedgerBusyError /;
/** Its line was rewritten since it was deployed. */
const goneFailure = /^BankUnavailableError /;
const deployedTag = 'v1.4.0';
/** Its paths do not tell which of two files it means. */
const ambiguousStack = [
  'Traceback (most recent call last):',
  '  File "/opt/build/7f/refunds.py", line 3, in refund',
  '    return ledger.book(-amount)',
  '  File "/usr/lib/python3.12/asyncio/runners.py", line 118, in run',
  '    return self._loop.run_until_complete(task)',
  'ledger.LedgerClosed: booking of 2026-11 is closed',
].join('\n');

/** One line per view and state that people should look at. */
const shots: readonly Shot[] = [
  { name: 'welcome', when: 'empty', show: (workbench) => workbench.openContainer('Spanline') },
  { name: 'waiting', when: 'waiting', show: (workbench) => workbench.openContainer('Spanline') },
  { name: 'deadServer', when: 'dead', show: (workbench) => workbench.openContainer('Spanline') },
  { name: 'failures', when: 'received', show: expandFailure },
  { name: 'tooltip', when: 'received', show: hoverFailure },
  { name: 'timeline', when: 'received', readme: 'dark', show: openTimelineBesideLine },
  { name: 'timelineAlone', when: 'received', show: openTimeline },
  { name: 'find', when: 'received', show: openFind },
  { name: 'line', when: 'received', show: showLine },
  { name: 'notification', when: 'received', show: showNotifications },
  { name: 'snoozePick', when: 'received', show: askSnooze },
  { name: 'snoozed', when: 'snoozed', show: snoozeAndRead },
  { name: 'windowPick', when: 'received', show: askWindow },
  { name: 'noFailures', when: 'healthy', show: (workbench) => workbench.openContainer('Spanline') },
  { name: 'capped', when: 'capped', show: (workbench) => workbench.openContainer('Spanline') },
  { name: 'refused', when: 'refused', show: unfoldRefused },
  { name: 'movedLine', when: 'changed', show: showLine },
  { name: 'lineHover', when: 'changed', show: hoverLine },
  { name: 'whyPick', when: 'changed', show: askWhy },
  { name: 'deployedLine', when: 'changed', show: showDeployed },
  { name: 'compare', when: 'changed', show: compareDeployed },
  { name: 'frames', when: 'changed', show: expandFrames },
  { name: 'details', when: 'changed', show: openDetails },
  { name: 'codeLens', when: 'changed', show: showCodeLens },
  { name: 'gutterMark', when: 'changed', show: showGutterMark },
  { name: 'pasted', when: 'changed', show: openStack },
  { name: 'candidates', when: 'changed', show: askCandidates },
  { name: 'saveMapping', when: 'changed', show: askSaveMapping },
];

const progress = (line: string): void => {
  console.log(line);
};
const words = process.argv.slice(2);
const chosen = shots.filter(({ name }) => words.length === 0 || words.some((word) => name.includes(word)));
const folder = path.join(cacheFolder, 'shots');
const workFolder = await mkdtemp(path.join(tmpdir(), 'spanline-shots-'));
// The window's title and the stacks' paths come from here: a name that a reader of the README may see.
const workspace = path.join(workFolder, 'shop');

await buildAll({ dev: true });
await cp(recordedWorkspace, workspace, { recursive: true });
await mkdir(folder, { recursive: true });
const port = await freePort();
const browser = await launchBrowser(progress);
try {
  if (words.length === 0 || words.some((word) => 'opening'.includes(word))) {
    await takeOpening();
  }
  if (chosen.some(({ when }) => inFirstWindow.has(when))) {
    await inWindow(receiverSettings(port), async (workbench) => {
      await takeAll(workbench, 'empty');
      await workbench.runCommand('Spanline: Start Local Receiver');
      await waitFor('the receiver to listen', () => isListening(port));
      await workbench.tree('Connections').row(/^Local receiver waiting/);
      await takeAll(workbench, 'waiting');
      await replayShop(`http://127.0.0.1:${port}`);
      await workbench.tree('Failures').row(poolFailure);
      // Toasts go by themselves; a picture is of one view.
      await workbench.notification(/new failures in|requests since/);
      await workbench.runCommand('Notifications: Show Notifications');
      await takeAll(workbench, 'received');
      await takeAll(workbench, 'snoozed');
    });
  }
  if (chosen.some(({ when }) => when === 'changed')) {
    await changeShop();
    await inWindow(receiverSettings(port), async (workbench) => {
      await workbench.runCommand('Spanline: Start Local Receiver');
      await waitFor('the receiver to listen', () => isListening(port));
      await replayShop(`http://127.0.0.1:${port}`);
      await workbench.tree('Failures').row(/^LedgerBusyError ledgerPool\.ts:/);
      await workbench.notification(/new failures in|requests since/);
      await showLine(workbench);
      await workbench.runCommand('Spanline: Set Deployed Revision…');
      await workbench.page.locator('.quick-input-widget:visible').waitFor();
      await workbench.answerQuickInput(deployedTag);
      await workbench.tree('Failures').row(/^LedgerBusyError ledgerPool\.ts:\d+ \+3 /);
      await workbench.runCommand('Notifications: Show Notifications');
      await takeAll(workbench, 'changed');
    });
  }
  if (chosen.some(({ when }) => when === 'healthy')) {
    await inWindow(receiverSettings(port), async (workbench) => {
      await workbench.runCommand('Spanline: Start Local Receiver');
      await waitFor('the receiver to listen', () => isListening(port));
      for (let trace = 1; trace <= 24; trace++) {
        const id = trace.toString(16);
        const span = { spanId: id.padStart(16, '0'), name: 'GET /products' };
        await sendSmallTrace(`http://127.0.0.1:${port}`, id.padStart(32, '0'), [span]);
      }
      await workbench.tree('Failures').row(/^Widen Window/);
      await takeAll(workbench, 'healthy');
    });
  }
  if (chosen.some(({ when }) => when === 'capped')) {
    const server = await startFullJaeger();
    await inWindow(jaegerSettings({ production: server }), async (workbench) => {
      await workbench.tree('Failures').row(/^PoolExhausted .*≥/);
      await takeAll(workbench, 'capped');
    });
    server.close();
  }
  if (chosen.some(({ when }) => when === 'refused')) {
    const [strict, silent] = await Promise.all([startStrictJaeger(), startSilentJaeger()]);
    await inWindow(jaegerSettings({ production: strict, staging: silent }), async (workbench) => {
      await workbench.tree('Connections').row(/401/);
      await takeAll(workbench, 'refused');
    });
    strict.close();
    silent.close();
  }
  if (chosen.some(({ when }) => when === 'dead')) {
    await inWindow({ ...receiverSettings(port), ...(await deadConnection()) }, async (workbench) => {
      await workbench.tree('Connections').row(/nothing listens/);
      await takeAll(workbench, 'dead');
    });
  }
} finally {
  await browser.close();
  await rm(workFolder, { recursive: true, force: true });
}

/** The page's states around opening, from the kit of the page, whose imports plain Node does not resolve. */
async function takeOpening(): Promise<void> {
  const outfile = path.join(cacheFolder, 'openingPictures.mjs');
  await build({
    entryPoints: [path.join(repositoryRoot, 'test/kit/openingPictures.ts')],
    outfile,
    bundle: true,
    packages: 'external',
    platform: 'node',
    format: 'esm',
    logLevel: 'warning',
  });
  const { takeOpeningPictures } = (await import(outfile)) as OpeningPictures;
  await takeOpeningPictures(browser, folder, progress);
}

async function inWindow(
  settings: Readonly<Record<string, unknown>>,
  use: (workbench: Workbench) => Promise<void>,
): Promise<void> {
  const server = await startVscodeServer({
    version: 'newest',
    progress,
    settings,
    extensions: [repositoryRoot],
  });
  try {
    const workbench = await Workbench.open(server, browser, { workspace });
    await workbench.openContainer('Spanline');
    await use(workbench);
  } finally {
    await server.stop();
  }
}

async function deadConnection(): Promise<Readonly<Record<string, unknown>>> {
  const url = `http://127.0.0.1:${await freePort()}`;
  return { 'spanline.connections': [{ id: 'staging', kind: 'jaeger', name: 'Jaeger (staging)', url }] };
}

function jaegerSettings(servers: Readonly<Record<string, JaegerServer>>): Readonly<Record<string, unknown>> {
  return {
    'spanline.connections': Object.entries(servers).map(([id, { url }]) => ({
      id,
      kind: 'jaeger',
      name: `Jaeger (${id})`,
      url,
    })),
  };
}

async function takeAll(workbench: Workbench, when: Shot['when']): Promise<void> {
  for (const theme of Object.keys(themes) as Theme[]) {
    await workbench.setTheme(theme);
    for (const shot of chosen.filter((candidate) => candidate.when === when)) {
      await reset(workbench, when);
      await shot.show(workbench);
      await take(workbench, `${shot.name}-${theme}`);
      await workbench.setSidebarWidth(300);
      await take(workbench, `${shot.name}-${theme}-narrow`);
      if (shot.readme === theme) {
        await workbench.screenshot(path.join(repositoryRoot, 'docs', `${shot.name}.png`));
      }
      await workbench.setSidebarWidth(460);
    }
  }
}

async function reset(workbench: Workbench, when: Shot['when']): Promise<void> {
  await workbench.page.keyboard.press('Escape');
  await workbench.closeEditors();
  await workbench.hideNotifications();
  if (['received', 'snoozed', 'changed'].includes(when))
    await workbench.tree('Failures').collapse(poolFailure);
}

async function take(workbench: Workbench, name: string): Promise<void> {
  const file = path.join(folder, `${name}.png`);
  await workbench.screenshot(file);
  progress(path.relative(repositoryRoot, file));
}

async function expandFailure(workbench: Workbench): Promise<void> {
  const tree = workbench.tree('Failures');
  await tree.expand(poolFailure);
  await tree.expand(/^\d\d:\d\d:\d\d/);
  await tree.row(/^acquire ledger session /);
}

async function showLine(workbench: Workbench): Promise<void> {
  await workbench.tree('Failures').action(poolFailure, 'Go to Line');
  // The mark of the line comes after the line.
  await workbench.page.locator('.view-overlays .cdr[class*="ced-"]').first().waitFor();
  await pointNowhere(workbench);
}

async function hoverFailure(workbench: Workbench): Promise<void> {
  await workbench.tree('Failures').tooltip(poolFailure);
}

async function openTimeline(workbench: Workbench): Promise<void> {
  await workbench.tree('Failures').click(poolFailure);
  const timeline = await TimelinePage.of(workbench);
  await timeline.closeFind();
  await timeline.select(/acquire ledger session/);
  await timeline.shows(/throw new LedgerBusyError\(/);
}

/** Moving the selection shows the line in the editor beside. */
async function openTimelineBesideLine(workbench: Workbench): Promise<void> {
  await openTimeline(workbench);
  const timeline = await TimelinePage.of(workbench);
  await timeline.press('Home');
  await timeline.select(/acquire ledger session/);
  await workbench.editorAt('services/payments/src/ledgerPool.ts', 39);
  // The edge between the two would be marked under the pointer.
  await workbench.page.mouse.move(700, 2);
}

async function openFind(workbench: Workbench): Promise<void> {
  await openTimeline(workbench);
  const timeline = await TimelinePage.of(workbench);
  await timeline.typeIntoFind('ledger');
}

async function showNotifications(workbench: Workbench): Promise<void> {
  await workbench.runCommand('Notifications: Show Notifications');
}

/** One failure is snoozed and another read; both stay so. */
async function snoozeAndRead(workbench: Workbench): Promise<void> {
  const tree = workbench.tree('Failures');
  if ((await tree.rows()).some(({ description }) => description.includes('snoozed'))) return;
  await openSnoozePick(workbench, /^RangeError /);
  await workbench.quickPickRow('1 Hour').click();
  await tree.row(/^RangeError .* snoozed/);
  await tree.menu(/^TypeError /, 'Mark as Read');
  await waitFor('it to be no longer new', async () =>
    (await tree.row(/^TypeError /)).accessibleLabel.includes('ongoing'),
  );
}

async function askSnooze(workbench: Workbench): Promise<void> {
  await openSnoozePick(workbench, poolFailure);
}

/** A pick that opens while the window is busy is closed again by what takes the focus then. */
async function openSnoozePick(workbench: Workbench, failure: RegExp): Promise<void> {
  await waitFor('the pick of Snooze…', async () => {
    await workbench.page.keyboard.press('Escape');
    await workbench.tree('Failures').menu(failure, 'Snooze');
    try {
      await workbench.quickPickRow('1 Hour').waitFor({ timeout: 3_000 });
      return true;
    } catch {
      return false;
    }
  });
}

async function askWindow(workbench: Workbench): Promise<void> {
  await workbench.runCommand('Spanline: Window…');
  await workbench.quickPickRow('Custom Range…').waitFor();
}

async function unfoldRefused(workbench: Workbench): Promise<void> {
  await workbench.openContainer('Spanline');
  await workbench.tree('Connections').expand(/401/);
}

/** Makes the shop a repository with its files as they were deployed, and changes some of them since. */
async function changeShop(): Promise<void> {
  const git = (...args: readonly string[]): void => {
    execFileSync('git', ['-c', 'user.name=Ada', '-c', 'user.email=ada@example.com', ...args], {
      cwd: workspace,
    });
  };
  for (const service of ['orders', 'payments']) {
    const folder = path.join(workspace, 'services', service, 'jobs');
    await mkdir(folder);
    await writeFile(
      path.join(folder, 'refunds.py'),
      'import ledger\ndef refund(amount):\n    return ledger.book(-amount)\n',
    );
  }
  await writeFile(path.join(workspace, 'refunds.log'), ambiguousStack);
  await writeFile(path.join(workspace, '.gitignore'), 'dist/\n');
  git('init', '-q', '-b', 'main');
  git('add', '.');
  git('commit', '-q', '-m', 'Ship the shop');
  git('tag', deployedTag);
  await edit(
    'services/payments/src/ledgerPool.ts',
    (text) => `// One session a booking.\n// Sessions are few:\n// the ledger has eight.\n${text}`,
  );
  await edit('services/payments/src/bank.ts', (text) =>
    text.replace('throw new BankUnavailableError(', 'throw BankUnavailableError.from('),
  );
}

/** The line was rewritten since: the deployed text opens beside, with the sentence that says so. */
async function showDeployed(workbench: Workbench): Promise<void> {
  await workbench.tree('Failures').action(goneFailure, 'Go to Line');
  await workbench.notification(/was changed or deleted/);
  await pointNowhere(workbench);
}

async function compareDeployed(workbench: Workbench): Promise<void> {
  await showDeployed(workbench);
  await workbench.pressNotificationButton(/was changed or deleted/, 'Compare with Working File');
  await workbench.page
    .locator('.monaco-diff-editor .line-insert, .monaco-diff-editor .char-insert')
    .first()
    .waitFor();
  await pointNowhere(workbench);
}

/** Down to the frames of the span where it began, with their grades. */
async function expandFrames(workbench: Workbench): Promise<void> {
  const tree = workbench.tree('Failures');
  await expandFailure(workbench);
  await tree.expand(/^acquire ledger session /);
  await workbench.page.locator('.sidebar .pane').first().hover();
  await workbench.page.mouse.wheel(0, 2_000);
  await tree.row(/^\S+ ledgerPool\.ts:42 \+3$/);
  await pointNowhere(workbench);
}

/** The pane of the span that failed: its line, its stack with grades, and what it carries. */
async function openDetails(workbench: Workbench): Promise<void> {
  await workbench.tree('Failures').click(poolFailure);
  const timeline = await TimelinePage.of(workbench);
  await timeline.closeFind();
  await timeline.select(/acquire ledger session/);
  await timeline.shows(/moved \+3/);
  await pointNowhere(workbench);
}

async function showCodeLens(workbench: Workbench): Promise<void> {
  await workbench.openFile('services/inventory/app.py', 34);
  await workbench.editorAt('services/inventory/app.py', 34);
  await workbench.page
    .locator('.codelens-decoration', { hasText: / failed / })
    .first()
    .waitFor();
  await pointNowhere(workbench);
}

/** A file that people open by themselves tells where failures of the list are. */
async function showGutterMark(workbench: Workbench): Promise<void> {
  await workbench.openFile('services/gateway/src/money.ts', 1);
  await workbench.page.locator('.glyph-margin-widgets .cgmr').first().waitFor();
  await pointNowhere(workbench);
}

async function edit(file: string, change: (text: string) => string): Promise<void> {
  const absolute = path.join(workspace, file);
  await writeFile(absolute, change(await readFile(absolute, 'utf8')));
}

/** A pointer that rests on a row shows its tooltip. */
async function pointNowhere(workbench: Workbench): Promise<void> {
  // The empty part of the activity bar: the title bar has tooltips of its own.
  await workbench.page.mouse.move(25, 600);
}

async function hoverLine(workbench: Workbench): Promise<void> {
  await showLine(workbench);
  await workbench.runCommand('Show or Focus Hover');
  await workbench.page.locator('.monaco-hover:visible').first().waitFor();
}

async function askWhy(workbench: Workbench): Promise<void> {
  await showLine(workbench);
  await workbench.page.keyboard.press('Control+K');
  await workbench.page.keyboard.press('y');
  await quickPickOpens(workbench);
}

async function openStack(workbench: Workbench): Promise<void> {
  await workbench.openFile('refunds.log', 1);
  await workbench.editorAt('refunds.log', 1);
  await workbench.page.keyboard.press('Control+A');
  await workbench.runCommand('Spanline: Open Stack Trace');
  await workbench.tree('Failures').row(/^refund /);
}

async function askCandidates(workbench: Workbench): Promise<void> {
  await openStack(workbench);
  await workbench.tree('Failures').click(/^refund /);
  await quickPickOpens(workbench);
}

async function quickPickOpens(workbench: Workbench): Promise<void> {
  await workbench.page
    .locator('.quick-input-widget:visible .quick-input-list .monaco-list-row')
    .first()
    .waitFor();
}

async function askSaveMapping(workbench: Workbench): Promise<void> {
  await askCandidates(workbench);
  await workbench.page.locator('.quick-input-list .monaco-list-row.focused').hover();
  await workbench.page
    .locator('.quick-input-list .monaco-list-row.focused .action-label[aria-label="Save Mapping"]')
    .click();
  await workbench.quickPickRow('/opt/build/7f → services/orders/jobs').waitFor();
}
