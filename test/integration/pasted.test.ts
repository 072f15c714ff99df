import { after, before, describe, it } from 'mocha';
import assert from 'node:assert/strict';
import { commands, env, EventEmitter, Selection, window, workspace, type Pseudoterminal } from 'vscode';
import type { App } from '../../src/app.ts';
import type { Row, StackRow } from '../../src/host/failures/rows.ts';
import { waitFor } from '../kit/deadline.mts';
import { failingLine } from './failedCheckout.ts';
import { eventually, runningApp, textOfItem } from './runningApp.ts';

const stack = [
  'Error: checkout failed',
  `    at total (/srv/app/${failingLine.path}:${failingLine.lineBase1}:10)`,
  '    at next (/srv/app/node_modules/express/lib/router/layer.js:95:5)',
  'Caused by: TypeError: no price',
  `    at price (/srv/app/${failingLine.path}:7:1)`,
].join('\n');

describe('pasted stacks', () => {
  let app: App;
  let clipboard = '';

  before(async function () {
    const running = await runningApp();
    if (!running) {
      this.skip();
    }
    app = running;
    clipboard = await env.clipboard.readText();
  });

  after(async () => {
    await env.clipboard.writeText(clipboard);
    await commands.executeCommand('workbench.action.closeAllEditors');
  });

  const childrenOf = (row?: Row): Promise<Row[]> => app.failures.tree.getChildren(row);
  const textOf = (row: Row): string => textOfItem(app.failures.tree.getTreeItem(row));

  async function stackRows(): Promise<StackRow[]> {
    const heading = (await childrenOf()).find(({ kind }) => kind === 'pasted');
    return heading ? ((await childrenOf(heading)) as StackRow[]) : [];
  }

  it('open from the clipboard, with frames as failures have them, and show the line', async () => {
    await env.clipboard.writeText(stack);
    await commands.executeCommand('spanline.openStackTrace');
    const [row] = await stackRows();
    assert.ok(row);
    assert.match(textOf(row), /^Error \| checkout\.ts:3\?? · clipboard · \d\d:\d\d:\d\d · checkout failed$/);
    const rows = (await childrenOf(row)).map(textOf);
    assert.match(rows[0]!, /^total \| checkout\.ts:3\??$/);
    assert.deepEqual(rows.slice(1, 3), ['1 library frame | express', 'TypeError | caused by · no price']);
    const shown = window.visibleTextEditors.find(({ document }) =>
      document.uri.path.endsWith(failingLine.path),
    );
    assert.equal(shown?.selection.active.line, failingLine.lineBase1 - 1);
  });

  it('open from the selection of an editor rather than the clipboard, and each text once', async () => {
    const document = await workspace.openTextDocument({
      content: `before\n${stack}\nafter`,
      language: 'log',
    });
    const editor = await window.showTextDocument(document);
    editor.selection = new Selection(1, 0, 5, 1000);
    await commands.executeCommand('spanline.openStackTrace');
    const rows = await stackRows();
    assert.equal(rows.length, 1);
    assert.match(textOf(rows[0]!), / · Untitled-\d · /);
  });

  it('say that a text has no frames, and ask nothing else', async () => {
    await commands.executeCommand('workbench.action.closeAllEditors');
    await env.clipboard.writeText('$(zap) [no](command:x) stack');
    // The sentence waits for its button.
    void commands.executeCommand('spanline.openStackTrace');
    await commands.executeCommand('notifications.hideToasts');
    assert.equal((await stackRows()).length, 1);
  });

  it('open from the selection of a terminal and leave the clipboard as it was', async function () {
    const terminal = window.createTerminal({ name: 'shell', pty: talkingTerminal(stack) });
    terminal.show();
    await eventually('the terminal in front', window.onDidChangeActiveTerminal, () =>
      window.activeTerminal === terminal ? true : undefined,
    );
    await env.clipboard.writeText('');
    // A terminal shows what its program prints some time later, and tells nobody; asked without pause, it has no time to.
    const isShown = async (): Promise<boolean> => {
      await commands.executeCommand('workbench.action.terminal.selectAll');
      await commands.executeCommand('workbench.action.terminal.copySelection');
      return (await env.clipboard.readText()).includes(stack.split('\n').at(-1)!);
    };
    await waitFor('the text in the terminal', isShown);
    await env.clipboard.writeText('as before');
    await commands.executeCommand('workbench.action.terminal.selectAll');
    await commands.executeCommand('spanline.openTerminalStackTrace');
    assert.equal(await env.clipboard.readText(), 'as before');
    terminal.dispose();
    const [row] = await stackRows();
    assert.match(textOf(row!), / · terminal shell · /);
  });

  it('go one by one, and all together', async () => {
    const before = await stackRows();
    await commands.executeCommand('spanline.removePasted', before[0]);
    assert.equal((await stackRows()).length, before.length - 1);
    await commands.executeCommand('spanline.removeAllPasted');
    assert.deepEqual(await stackRows(), []);
  });
});

/** A terminal that prints a text when it opens. */
function talkingTerminal(text: string): Pseudoterminal {
  const written = new EventEmitter<string>();
  return {
    onDidWrite: written.event,
    open: () => {
      written.fire(`${text.replaceAll('\n', '\r\n')}\r\n`);
    },
    close: () => undefined,
  };
}
