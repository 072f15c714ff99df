import { after, before, describe, it } from 'mocha';
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import {
  commands,
  ConfigurationTarget,
  env,
  MarkdownString,
  Position,
  TabInputTextDiff,
  Uri,
  window,
  workspace,
  type Hover,
} from 'vscode';
import type { App } from '../../src/app.ts';
import { base1 } from '../../src/base/units.ts';
import { failingFrameOfRow } from '../../src/host/failures/failingFrame.ts';
import type { Row, StackRow } from '../../src/host/failures/rows.ts';
import type { ResolvedFrame } from '../../src/protocol/resolve.ts';
import { acceptUntil, eventually, runningApp, textOfItem } from './runningApp.ts';

/** Nothing in the paths tells which of the two services ran. */
const stack = [
  'Traceback (most recent call last):',
  '  File "/opt/build/7f/ledger.py", line 3, in charge',
  '    return pool.acquire()',
  '  File "/opt/build/7f/extra.py", line 2, in acquire',
  '    raise BusyError("[x](command:y) $(zap) `busy`")',
  'BusyError: [x](command:y) $(zap) `busy`',
].join('\n');
const ledger = 'import pool\ndef charge():\n    return pool.acquire()\n';
const other = 'import pool\n\ndef charge():\n    return None\n';
const extra = 'def acquire():\n    raise BusyError("[x](command:y) $(zap) `busy`")\n';

describe('lines', () => {
  let app: App;
  let root: Uri | undefined;

  before(async function () {
    const running = await runningApp();
    if (!running) {
      this.skip();
    }
    app = running;
    root = folder();
    await write('orders/py/ledger.py', ledger);
    await write('billing/py/ledger.py', other);
    await write('orders/py/extra.py', extra);
    await write('billing/py/extra.py', extra);
    await env.clipboard.writeText(stack);
    await commands.executeCommand('spanline.openStackTrace');
  });

  after(async () => {
    if (!root) {
      return;
    }
    await commands.executeCommand('spanline.removeAllPasted');
    await commands.executeCommand('workbench.action.closeAllEditors');
    await workspace
      .getConfiguration()
      .update('spanline.sourceMappings', undefined, ConfigurationTarget.Workspace);
    for (const service of ['orders', 'billing']) {
      await workspace.fs.delete(Uri.joinPath(root, service), { recursive: true });
    }
  });

  const folder = (): Uri => workspace.workspaceFolders![0]!.uri;
  const fileUri = (path: string): Uri => Uri.joinPath(folder(), path);
  const write = (path: string, text: string): Thenable<void> =>
    workspace.fs.writeFile(fileUri(path), Buffer.from(text));

  async function frames(): Promise<Row[]> {
    const heading = (await app.failures.tree.getChildren()).find(({ kind }) => kind === 'pasted');
    const [row] = heading ? ((await app.failures.tree.getChildren(heading)) as StackRow[]) : [];
    return row ? app.failures.tree.getChildren(row) : [];
  }

  /** The row of a function's frame, once it says this place and, without one, knows the files that it may mean. */
  function frameAt(text: RegExp, rivals = 0): Promise<Row> {
    return eventually(`a frame like ${text.source}`, app.pasted.onDidChange, async () =>
      (await frames()).find(
        (row) =>
          text.test(textOfItem(app.failures.tree.getTreeItem(row))) &&
          (failingFrameOfRow(row)?.frame.candidates ?? []).length >= rivals,
      ),
    );
  }

  const failingAt = async (text: RegExp) => failingFrameOfRow(await frameAt(text))!;
  const marked = (path: string, lineBase1: number): boolean =>
    app.lines.failuresAt(String(fileUri(path)), lineBase1).length > 0;
  async function replace(path: string, line: number, character: number, text: string): Promise<void> {
    const document = await workspace.openTextDocument(fileUri(path));
    const editor = await window.showTextDocument(document);
    assert.ok(
      await editor.edit((edit) => {
        edit.insert(new Position(line, character), text);
      }),
    );
  }

  it('that several files fit are asked for, and the picked one opens', async () => {
    const frame = await frameAt(/^charge \| ledger\.py:3 · no line$/, 2);
    await acceptUntil(commands.executeCommand('spanline.goToLine', frame));
    assert.match(window.activeTextEditor!.document.uri.path, /\/py\/ledger\.py$/);
    assert.equal(window.activeTextEditor!.selection.active.line, 2);
  });

  it('follow a saved mapping, all of them at once', async () => {
    const failing = await failingAt(/^charge \| ledger\.py:3 · no line$/);
    const { mappings } = await app.lines.saying();
    await acceptUntil(mappings.save(failing, 'orders/py/ledger.py'));
    assert.deepEqual(workspace.getConfiguration().inspect('spanline.sourceMappings')?.workspaceValue, [
      { from: '/opt/build/7f', to: 'orders/py' },
    ]);
    const mapped = await failingAt(/^charge \| ledger\.py:3$/);
    assert.deepEqual(mapped.frame.location?.evidence.includes('mapping'), true);
    assert.equal((await failingAt(/^acquire \| extra\.py:2$/)).frame.location?.path, 'orders/py/extra.py');
  });

  it('follow a folder that was said to be theirs', async () => {
    const failing = await failingAt(/^charge \| ledger\.py:3$/);
    const { mappings } = await app.lines.saying();
    await acceptUntil(mappings.mapTo(failing, fileUri('billing/py')));
    assert.deepEqual(workspace.getConfiguration().inspect('spanline.sourceMappings')?.workspaceValue, [
      { from: '/opt/build/7f', to: 'billing/py' },
    ]);
    await frameAt(/^charge \| ledger\.py:3\?$/);
    await workspace
      .getConfiguration()
      .update(
        'spanline.sourceMappings',
        [{ from: '/opt/build/7f', to: 'orders/py' }],
        ConfigurationTarget.Workspace,
      );
    await frameAt(/^charge \| ledger\.py:3$/);
  });

  it('are explained: the pick begins with the line, which opens', async () => {
    const frame = await frameAt(/^charge \| ledger\.py:3$/);
    await acceptUntil(commands.executeCommand('spanline.whyThisLine', frame));
    assert.equal(window.activeTextEditor!.document.uri.path, fileUri('orders/py/ledger.py').path);
    assert.ok(marked('orders/py/ledger.py', 3));
  });

  it('tell in a hover what failed, and links of a trace only show', async () => {
    await commands.executeCommand('spanline.goToLine', await frameAt(/^acquire \| extra\.py:2$/));
    const hovers = await commands.executeCommand<Hover[]>(
      'vscode.executeHoverProvider',
      fileUri('orders/py/extra.py'),
      new Position(1, 4),
    );
    const own = hovers.flatMap(({ contents }) => contents).filter((text) => text instanceof MarkdownString);
    const text = own.map(({ value }) => value.replaceAll('&nbsp;', ' ')).join('\n');
    assert.match(text, /\*\*BusyError\*\*/);
    assert.match(text, /\*\*exact\*\* /);
    assert.doesNotMatch(text, /\[x\]\(command:y\)|(?<!\\)`busy/);
    for (const { value, isTrusted } of own) {
      assert.ok(
        isTrusted !== true && (value.includes('spanline.whyThisLine') || isTrusted === undefined),
        value,
      );
    }
  });

  it('are looked for with the source map and revision that a person said, until they are forgotten', async () => {
    const { said } = app.lines;
    const { maps, revisions } = await app.lines.saying();
    await maps.choose('/srv/app/dist/x.js', fileUri('x.js.map'));
    const chosen = maps.of('/srv/app/dist/x.js');
    assert.equal(chosen?.map, fileUri('x.js.map').fsPath);
    await maps.forget(chosen);
    assert.deepEqual(said.chosenMaps.list(), []);
    await revisions.set({ service: 'orders', version: '1.0', revision: 'v1' });
    await revisions.set({ service: 'orders', version: '1.0', revision: 'v2' });
    assert.deepEqual(said.revisions.list(), [{ service: 'orders', version: '1.0', revision: 'v2' }]);
    await said.revisions.remove({ service: 'orders', version: '1.0', revision: '' });
  });

  it('are translated into unsaved changes, and their mark moves with edits until it is edited itself', async () => {
    const file = 'orders/py/ledger.py';
    await replace(file, 0, 0, '# one\n# two\n');
    await commands.executeCommand('spanline.goToLine', await frameAt(/^charge \| ledger\.py:3$/));
    assert.equal(window.activeTextEditor!.selection.active.line, 4);
    assert.ok(marked(file, 5));
    await replace(file, 0, 0, '# three\n');
    assert.ok(marked(file, 6) && !marked(file, 5));
    await replace(file, 5, 4, 'x');
    assert.ok(!marked(file, 6));
    await commands.executeCommand('undo');
    assert.ok(marked(file, 6));
    await commands.executeCommand('workbench.action.files.revert');
  });

  it('that are gone since the deployed revision open as they were, and are compared with the file now', async () => {
    const file = 'orders/py/till.py';
    await write(file, ledger);
    const git = (...args: readonly string[]): string =>
      execFileSync('git', ['-c', 'user.name=Ada', '-c', 'user.email=ada@example.com', ...args], {
        cwd: folder().fsPath,
        encoding: 'utf8',
      });
    git('init', '-q');
    git('add', 'orders');
    git('commit', '-q', '-m', 'Deploy');
    const revision = git('rev-parse', 'HEAD').trim();
    await write(file, ledger.replace('pool.acquire()', 'pool.take(1)'));
    const deployed = { revision, path: file, lineBase1: base1(3) };
    const frame: ResolvedFrame = {
      raw: 'in charge',
      rawLine: 0,
      file: '/opt/build/7f/till.py',
      lineBase1: base1(3),
      kind: 'app',
      inApp: true,
      via: [],
      reason: 'lineGone',
      deployed,
    };
    // The sentence about it waits for its button.
    void app.lines.opener.open({ frame });
    const shown = await eventually('the deployed text', window.onDidChangeActiveTextEditor, () =>
      window.activeTextEditor?.document.uri.scheme === 'spanline-source'
        ? window.activeTextEditor
        : undefined,
    );
    assert.equal(shown.document.getText(), ledger);
    assert.equal(shown.document.languageId, 'python');
    assert.ok(
      await eventually('its line', window.onDidChangeTextEditorSelection, () =>
        shown.selection.active.line === 2 ? true : undefined,
      ),
    );
    await commands.executeCommand('spanline.compareWithWorkingFile');
    const { input } = window.tabGroups.activeTabGroup.activeTab!;
    assert.ok(input instanceof TabInputTextDiff);
    assert.deepEqual([input.original.scheme, input.modified.path], ['spanline-source', fileUri(file).path]);
  });
});
