import { after, before, describe, it } from 'mocha';
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { ConfigurationTarget, workspace } from 'vscode';
import type { App } from '../../src/app.ts';
import type { ConnectionTreeNode } from '../../src/host/connections/connectionsTree.ts';
import { eventually, freePort, runningApp, textOfItem } from './runningApp.ts';

const key = 'spanline.connections';

describe('connections', () => {
  let app: App;
  let port: number;

  before(async function () {
    const running = await runningApp();
    if (!running) {
      this.skip();
    }
    app = running;
    port = await freePort();
  });

  after(async () => {
    await workspace.getConfiguration().update(key, undefined, ConfigurationTarget.Global);
  });

  const rowOf = (id: string): ConnectionTreeNode | undefined =>
    app.connections.getChildren().find(({ connectionId }) => connectionId === id);
  const textOf = (row: ConnectionTreeNode): string => textOfItem(app.connections.getTreeItem(row));

  it('shows a connection of the settings, and that nothing listens at its address', async () => {
    const connection = {
      id: 'dead',
      kind: 'jaeger',
      name: 'Jaeger (local)',
      url: `http://127.0.0.1:${port}`,
    };
    await workspace.getConfiguration().update(key, [connection], ConfigurationTarget.Global);
    await eventually('the connection', app.connections.onDidChangeTreeData, () => rowOf('dead'));
    await app.failures.refresh();
    const row = await eventually('its error', app.model.onDidChange, () => {
      const found = rowOf('dead');
      return found && textOf(found).includes('nothing listens') ? found : undefined;
    });
    assert.equal(textOf(row), `Jaeger (local) | nothing listens on 127.0.0.1:${port}`);
    assert.deepEqual(app.connections.getChildren(row).map(textOf), [
      'Try Again | ',
      'Edit Connection… | ',
      'Show Log | ',
    ]);
  });

  it('waits for no connection that is silent, and says that it has not answered', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    assert.ok(typeof address === 'object' && address);
    const url = `http://127.0.0.1:${address.port}`;
    const sockets = new Set<Socket>();
    server.on('connection', (socket) => sockets.add(socket));
    try {
      const connection = { id: 'silent', kind: 'jaeger', name: 'Jaeger (silent)', url };
      await workspace.getConfiguration().update(key, [connection], ConfigurationTarget.Global);
      await eventually('the connection', app.connections.onDidChangeTreeData, () => rowOf('silent'));
      const row = await eventually('the list without it', app.model.onDidChange, async () => {
        await app.failures.refresh();
        const found = rowOf('silent');
        return found && textOf(found).includes('waiting') ? found : undefined;
      });
      assert.equal(textOf(row), `Jaeger (silent) | waiting for its answer · 127.0.0.1:${address.port}`);
      assert.ok(sockets.size > 0, 'it was asked');
    } finally {
      sockets.forEach((socket) => socket.destroy());
      server.close();
    }
  });

  it('skips an entry of the settings that is no connection', async () => {
    const entries = [{ id: 'x', kind: 'jaeger', name: 'x', url: 'ftp://127.0.0.1' }, { kind: 'other' }, 7];
    await workspace.getConfiguration().update(key, entries, ConfigurationTarget.Global);
    await eventually('an empty list', app.connections.onDidChangeTreeData, () =>
      rowOf('silent') === undefined ? true : undefined,
    );
    assert.equal(rowOf('x'), undefined);
  });
});
