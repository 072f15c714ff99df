import { before, describe, it } from 'mocha';
import assert from 'node:assert/strict';
import {
  commands,
  ConfigurationTarget,
  TreeItemCollapsibleState,
  window,
  workspace,
  type TreeItem,
} from 'vscode';
import type { App } from '../../src/app.ts';
import type { GroupRow, Row, TraceRow } from '../../src/host/failures/rows.ts';
import { failedCheckout, failingLine } from './failedCheckout.ts';
import { acceptUntil, eventually, freePort, runningApp, textOfItem } from './runningApp.ts';

const traceId = '0af7651916cd43dd8448eb211c80319c';

describe('failures', () => {
  let app: App;

  before(async function () {
    const running = await runningApp();
    if (!running) {
      this.skip();
    }
    app = running;
    await commands.executeCommand('workbench.view.extension.spanline');
  });

  /** Sends one failed checkout, as an SDK would. */
  async function send(id: string): Promise<void> {
    const address = app.receiver.address;
    assert.ok(address, 'nothing listens');
    const response = await fetch(`${address}/v1/traces`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: failedCheckout(id, Date.now()),
    });
    assert.equal(response.status, 200);
  }

  function firstGroup(failing: number): Promise<GroupRow> {
    return eventually(`${failing} failing`, app.model.onDidChange, () =>
      app.model.groupRows.find(({ group }) => group.failing >= failing),
    );
  }

  const itemOf = (row: Row): TreeItem => app.failures.tree.getTreeItem(row);
  const textOf = (row: Row): string => textOfItem(itemOf(row));

  async function childrenOf(row: Row): Promise<Row[]> {
    return app.failures.tree.getChildren(row);
  }

  it('listens on the port of the settings once it is asked to', async () => {
    const port = await freePort();
    await workspace.getConfiguration().update('spanline.receiver.port', port, ConfigurationTarget.Global);
    await commands.executeCommand('spanline.startReceiver');
    assert.equal(app.receiver.address, `http://127.0.0.1:${port}`);
    const [receiver] = app.connections.getChildren();
    assert.ok(receiver);
    assert.equal(
      textOfItem(app.connections.getTreeItem(receiver)),
      `Local receiver | waiting on 127.0.0.1:${port}`,
    );
  });

  it('lists a received failure as one row: type, line, rate, age, message', async () => {
    await send(traceId);
    const row = await firstGroup(1);
    assert.match(
      textOf(row),
      /^TypeError \| checkout\.ts:3\?? · 1 of 1 \(100\.0 %\) · \d+ s · Cannot read properties of undefined \(reading 'cents'\)$/,
    );
    assert.match(itemOf(row).accessibilityInformation?.label ?? '', /^TypeError, new, checkout\.ts:3/);
  });

  it('leads from the group over its run and the spans to the frames', async () => {
    const group = await firstGroup(1);
    const [message, run] = await childrenOf(group);
    assert.equal(
      textOf(message!),
      "Cannot read properties of undefined (reading 'cents') | orders · POST /checkout",
    );
    assert.match(textOf(run!), /^\d\d:\d\d:\d\d \| 200 ms · 2 spans · 2 services$/);
    const spans = await childrenOf(run!);
    assert.equal(textOf(spans[0]!), 'POST /checkout | gateway · 200 ms');
    assert.match(textOf(spans[1]!), /^total \| checkout\.ts:3\?? · orders · 200 ms$/);
    const frames = await childrenOf(spans[1]!);
    assert.match(textOf(frames[0]!), /^total \| checkout\.ts:3\??$/);
    assert.equal(textOf(frames[1]!), '1 library frame | express');
    assert.equal(itemOf(frames[1]!).collapsibleState, TreeItemCollapsibleState.Collapsed);
  });

  it('opens the line of a frame', async () => {
    const group = await firstGroup(1);
    const [, run] = await childrenOf(group);
    const [, origin] = await childrenOf(run!);
    const [frame] = await childrenOf(origin!);
    await commands.executeCommand('spanline.goToLine', frame);
    const editor = window.activeTextEditor;
    assert.ok(editor, 'no editor opened');
    assert.ok(editor.document.uri.path.endsWith(failingLine.path));
    assert.equal(editor.selection.active.line + 1, failingLine.lineBase1);
  });

  it('opens the timeline of a run as a preview tab', async () => {
    const group = await firstGroup(1);
    const run = (await childrenOf(group))[1] as TraceRow;
    await commands.executeCommand('spanline.openTimeline', run);
    const tab = window.tabGroups.activeTabGroup.activeTab;
    assert.ok(tab);
    assert.ok(tab.isPreview);
    const { input } = tab;
    assert.ok(typeof input === 'object' && input !== null && 'uri' in input);
    assert.match(String(input.uri), new RegExp(`^spanline:/${traceId}/`));
  });

  it('changes rows in place: a second failure counts up in the same row', async () => {
    const before = await firstGroup(1);
    await send('0af7651916cd43dd8448eb211c80319d');
    const after = await firstGroup(2);
    assert.equal(after, before);
    assert.match(textOf(after), /· 2 of 2 \(100\.0 %\) ·/);
  });

  it('marks a group as read', async () => {
    const group = await firstGroup(1);
    assert.equal(group.group.state, 'new');
    await commands.executeCommand('spanline.markAsRead', group);
    await eventually('an ongoing group', app.model.onDidChange, () =>
      group.group.state === 'ongoing' ? true : undefined,
    );
  });

  it('snoozes a group until the snooze is ended', async () => {
    const group = await firstGroup(1);
    await acceptUntil(commands.executeCommand('spanline.snooze', group));
    assert.match(textOf(group), / · snoozed · /);
    await commands.executeCommand('spanline.unsnooze', group);
    assert.doesNotMatch(textOf(group), /snoozed/);
  });

  it('starts the engine again after a crash and goes on receiving', async () => {
    await app.engine.kill();
    await eventually('a receiver that listens again', app.receiver.onDidChange, () =>
      app.receiver.status.state === 'listening' ? true : undefined,
    );
    await send('0af7651916cd43dd8448eb211c80319e');
    await firstGroup(3);
  });

  it('asks the analysis again after it crashed', async () => {
    await app.analysis.kill();
    await eventually('the analysis', app.analysis.onDidStart, () =>
      app.analysis.isRunning ? true : undefined,
    );
    await app.failures.refresh();
    assert.equal(app.model.isStale, false);
    await firstGroup(3);
  });

  it('stops listening, and forgets that it was asked to listen', async () => {
    await commands.executeCommand('spanline.stopReceiver');
    assert.equal(app.receiver.status.state, 'off');
    assert.equal(app.receiver.isWanted, false);
  });
});
