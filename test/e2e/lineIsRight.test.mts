import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, afterEach, before, describe, it } from 'mocha';
import type { Browser } from 'playwright-core';
import { launchBrowser } from '../kit/browser.mts';
import { waitFor } from '../kit/deadline.mts';
import { receiverSettings } from '../kit/demo.mts';
import { GitHistory } from '../kit/gitHistory.ts';
import { freePort, isListening } from '../kit/ports.mts';
import { repositoryRoot } from '../kit/repository.mts';
import { sendSmallTrace } from '../kit/smallTrace.ts';
import { TimelinePage } from '../kit/timelinePage.mts';
import { startVscodeServer, type VscodeServer } from '../kit/vscodeServer.mts';
import { Workbench } from '../kit/workbench.mts';
import { literally } from './failureSteps.mts';
import { keepPicture } from './keepPicture.mts';
import { markedLines, notesInEditors, pressPickButton } from './lineSteps.mts';

interface RecordedFrame {
  readonly textLine: number;
  /** Absent where the frame is none of the project. */
  readonly path?: string;
  readonly line: number;
  readonly function: string;
}

interface RecordedStack {
  readonly name: string;
  readonly text: string;
  /** As the runtime told them apart from their text. */
  readonly frames: readonly RecordedFrame[];
}

const recordings = path.join(repositoryRoot, 'test', 'fixtures', 'accuracy');

/** Two checkouts of one Python project: nothing in a path below them tells which of them ran. */
const checkouts = ['blue', 'green'] as const;

/** Longer than a failure takes from its receipt to a list that is drawn anew. */
const busyMs = 3_000;

describe('the line that is right', () => {
  let folder: string;
  let workspace: string;
  let deployed: string;
  let server: VscodeServer | undefined;
  let browser: Browser | undefined;
  let workbench: Workbench;
  let endpoint: string;

  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'spanline-e2e-'));
    workspace = path.join(folder, 'acme');
    await mkdir(workspace);
    await cp(path.join(recordings, 'jvm', 'project'), workspace, { recursive: true });
    for (const checkout of checkouts) {
      await cp(path.join(recordings, 'python', 'project'), path.join(workspace, checkout), {
        recursive: true,
      });
    }
    await writeFile(path.join(workspace, 'payments.log'), stackOf('jvm', 'java', 'executor').text);
    const history = new GitHistory(workspace);
    await history.git('init', '-q', '-b', 'main');
    deployed = await history.commit({});
    const file = checkFrame().path!;
    await history.commit({
      [file]: `// Orders of one customer.\n\n${await readFile(path.join(workspace, file), 'utf8')}`,
    });

    const port = await freePort();
    endpoint = `http://127.0.0.1:${port}`;
    server = await startVscodeServer({
      version: 'newest',
      progress: console.log,
      // In a browser, VS Code saves by itself.
      settings: { ...receiverSettings(port), 'files.autoSave': 'off' },
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
    await rm(folder, { recursive: true, force: true });
  });

  /** Closes all that is open in the list, whose rows would stand below its edge. */
  async function collapseAll(): Promise<void> {
    const tree = workbench.tree('Failures');
    for (const { label, level, expanded } of await tree.rows()) {
      if (level === 1 && expanded === true) await tree.collapse(new RegExp(`^${literally(label)} `));
    }
  }

  /** Opens the rows of a failure down to the frames of its only trace. */
  async function expandFailure(type: string, span: string): Promise<void> {
    const tree = workbench.tree('Failures');
    await collapseAll();
    await tree.expand(new RegExp(`^${type} `));
    await tree.expand(/^\d\d:\d\d:\d\d /);
    await tree.expand(new RegExp(`^${literally(span)} `));
  }

  /** A failure of its own: the list is drawn anew a second after. */
  function sendNext(exceptionType: string): Promise<void> {
    return sendSmallTrace(endpoint, exceptionType.length.toString(16).padStart(32, '3'), [
      { spanId: 'c'.repeat(16), name: 'PUT /stock', exceptionType },
    ]);
  }

  it('is where an older commit ran it, below unsaved changes, and says from where it moved', async () => {
    const { path: file, line } = checkFrame();
    const { text } = stackOf('jvm', 'java', 'constructors');
    await sendSmallTrace(
      endpoint,
      '1'.repeat(32),
      [
        {
          spanId: 'a'.repeat(16),
          name: 'POST /orders',
          exceptionType: 'java.lang.IllegalArgumentException',
          stack: text,
        },
      ],
      { 'service.name': 'orders', 'vcs.ref.head.revision': deployed },
    );
    await expandFailure('IllegalArgumentException', 'POST /orders');
    const onDisk = await readFile(path.join(workspace, file!), 'utf8');
    await workbench.openFile(file!, 1);
    await workbench.editorAt(file!, 1);
    try {
      for (let count = 0; count < 3; count++) await workbench.page.keyboard.press('Enter');
      await workbench.editorAt(file!, 4);

      await workbench.tree('Failures').click(rowOfFrame({ ...checkFrame(), line: line + 2 }, ' +2'));
      await workbench.editorAt(file!, line + 5);
      await waitFor('the note behind the line', async () =>
        (await notesInEditors(workbench)).includes(`moved from ${line} in ${deployed.slice(0, 7)}`),
      );
      assert.equal(await readFile(path.join(workspace, file!), 'utf8'), onDisk, 'the changes stay unsaved');
    } finally {
      await workbench.openFile(file!, 1);
      await workbench.runCommand('File: Revert File');
    }
    await workbench.tree('Failures').click(rowOfFrame({ ...checkFrame(), line: line + 2 }, ' +2'));
    await workbench.editorAt(file!, line + 2);
  });

  it('keeps its mark in a file that is closed and opened again, and is marked in files that nobody went to', async () => {
    const { path: file, line } = checkFrame();
    const marked = async (expected: readonly number[]): Promise<void> => {
      await waitFor(`marks at ${expected.join(', ')}`, async () => {
        assert.deepEqual(await markedLines(workbench), expected);
        return true;
      });
    };
    /** Looks at the marks while the file is edited above them. */
    const edited = async (): Promise<void> => {
      await workbench.openFile(file!, 1);
      await workbench.editorAt(file!, 1);
      await marked([line + 2]);
      try {
        await workbench.page.keyboard.press('Enter');
        await marked([line + 3]);
        await workbench.page.keyboard.press('Control+Z');
        await marked([line + 2]);
      } finally {
        await workbench.runCommand('File: Revert File');
      }
    };
    await workbench.closeEditors();
    await edited();
    // Only one line is the one that was gone to last.
    const elsewhere = stackOf('jvm', 'java', 'constructors').frames.find(
      (frame) => frame.path !== undefined && frame.path !== file,
    )!;
    await workbench.tree('Failures').click(rowOfFrame(elsewhere));
    await workbench.editorAt(elsewhere.path!, elsewhere.line);
    await marked([elsewhere.line]);
    await edited();
  });

  it('is there for all frames of a service once the mapping of one of them is saved', async () => {
    const { text, frames } = stackOf('python', 'python', 'constructor');
    await sendSmallTrace(
      endpoint,
      '2'.repeat(32),
      [{ spanId: 'b'.repeat(16), name: 'GET /orders/-1', exceptionType: 'ValueError', stack: text }],
      { 'service.name': 'reports' },
    );
    await expandFailure('ValueError', 'GET /orders/-1');
    const tree = workbench.tree('Failures');
    for (const frame of frames) await tree.row(rowOfFrame(frame, ' · no line'));

    const asked = frames[2]!;
    await tree.click(rowOfFrame(asked, ' · no line'));
    await pressPickButton(
      workbench,
      path.basename(asked.path!) + `:${asked.line}`,
      `green/${asked.path}`,
      'Save Mapping',
    );
    await workbench.quickPickRow('/home/ci/checkout/shop → green').click();
    for (const frame of frames) await tree.row(rowOfFrame(frame));
    const settings = await readFile(path.join(workspace, '.vscode', 'settings.json'), 'utf8');
    assert.deepEqual(JSON.parse(settings), {
      'spanline.sourceMappings': [{ service: 'reports', from: '/home/ci/checkout/shop', to: 'green' }],
    });

    const other = frames[4]!;
    await tree.click(rowOfFrame(other));
    await workbench.editorAt(`green/${other.path}`, other.line);
  });

  it('opens from a frame whose row is drawn anew at the moment of the click', async () => {
    const frame = stackOf('python', 'python', 'constructor').frames[3]!;
    await workbench.closeEditors();
    await sendNext('DrawnAnewError');
    await workbench.tree('Failures').clickAfterBusy(rowOfFrame(frame), busyMs);
    await workbench.editorAt(`green/${frame.path!}`, frame.line);
    await workbench.tree('Failures').row(/^DrawnAnewError /);
  });

  it('is below a failure whose row is drawn anew at the moment of the click, which opens its timeline', async () => {
    await workbench.closeEditors();
    const tree = workbench.tree('Failures');
    await tree.row(/^DrawnAnewError .* 1 of 1 /);
    await sendSmallTrace(endpoint, '4'.repeat(32), [
      { spanId: 'd'.repeat(16), name: 'PUT /stock', exceptionType: 'DrawnAnewError' },
    ]);
    await tree.clickAfterBusy(/^DrawnAnewError /, busyMs);
    await (await TimelinePage.of(workbench)).shows(/PUT \/stock/);
    await tree.row(/^DrawnAnewError .* 2 of 2 /);
  });

  it('is explained of no other row where the one of a menu is drawn anew at that moment', async () => {
    const frame = stackOf('python', 'python', 'constructor').frames[5]!;
    await workbench.page.keyboard.press('Escape');
    const tree = workbench.tree('Failures');
    await tree.openMenu(rowOfFrame(frame));
    await sendNext('DrawnAgainError');
    await tree.chooseAfterBusy('Why This Line?', busyMs);
    await workbench.notification(/^The list changed at that moment/);
    assert.equal(await workbench.page.locator('.quick-input-widget:visible').count(), 0);
    await tree.row(/^DrawnAgainError /);
    await tree.menu(rowOfFrame(frame), 'Why This Line?');
    await workbench.quickPickRow(`${path.basename(frame.path!)}:${frame.line}`).waitFor();
    await workbench.page.keyboard.press('Escape');
  });

  it('opens from each frame of a Java stack that was selected in an editor', async () => {
    const { frames } = stackOf('jvm', 'java', 'executor');
    await collapseAll();
    await workbench.closeEditors();
    await workbench.openFile('payments.log', 1);
    await workbench.editorAt('payments.log', 1);
    await workbench.page.keyboard.press('Control+A');
    await workbench.runCommand('Spanline: Open Stack Trace');
    const tree = workbench.tree('Failures');
    await tree.row(/^ExecutionException Main\.java:94 · payments\.log · /);
    for (const cause of ['PaymentException', 'ArithmeticException']) {
      await tree.expand(new RegExp(`^\\S*${cause} caused by · `));
    }
    const own = frames.filter((frame) => frame.path !== undefined);
    assert.equal(own.length, 10);
    for (const frame of own) {
      await tree.click(rowOfFrame(frame));
      await workbench.editorAt(frame.path!, frame.line);
    }
  });
});

/** Matches a frame's row, `com.acme.payments.Order.charge Order.java:13`, and what stands behind its place. */
function rowOfFrame(frame: RecordedFrame, behind = ''): RegExp {
  const place = `${path.basename(frame.path!)}:${frame.line}${behind}`;
  return new RegExp(`^(?:\\S*\\.)?${literally(frame.function)} ${literally(place)}$`);
}

function checkFrame(): RecordedFrame {
  return stackOf('jvm', 'java', 'constructors').frames[0]!;
}

/** What a real runtime printed, with its own account of each frame. */
function stackOf(fixture: string, language: string, name: string): RecordedStack {
  const file = path.join(recordings, fixture, 'recordings.json');
  const all = JSON.parse(readFileSync(file, 'utf8')) as readonly {
    readonly language: string;
    readonly stacks: readonly RecordedStack[];
  }[];
  const found = all.find((each) => each.language === language)?.stacks.find((stack) => stack.name === name);
  if (!found) throw new Error(`No recording of ${language} is named ${name}.`);
  return found;
}
