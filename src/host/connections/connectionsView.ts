import * as vscode from 'vscode';

import { DisposableStore, type Disposable } from '../../base/disposable';
import { ContextKey, settingDefaults, Setting } from '../../contributions';
import { setContextKey } from '../commands';
import type { FailuresModel } from '../failures/failuresModel';
import type { Receiver } from '../receiver/receiver';
import type { ConnectionTreeNode, ConnectionsTree } from './connectionsTree';

/** The Connections view, and the context keys that its menus ask for. */
export class ConnectionsView implements Disposable {
  private readonly receiver: Receiver;
  private readonly parts = new DisposableStore();

  constructor(id: string, tree: ConnectionsTree, model: FailuresModel, receiver: Receiver) {
    this.receiver = receiver;
    this.parts.add(vscode.window.createTreeView<ConnectionTreeNode>(id, { treeDataProvider: tree }));
    this.parts.add(
      model.onDidChange(() => {
        tree.redraw();
      }),
    );
    this.parts.add(
      receiver.onDidChange(() => {
        this.setKeys();
      }),
    );
    this.setKeys();
  }

  dispose(): void {
    this.parts.dispose();
  }

  private setKeys(): void {
    const { status } = this.receiver;
    const isElsewhere = status.state === 'elsewhere';
    const isPaused = status.state === 'listening' && status.paused;
    setContextKey(
      ContextKey.receiver,
      isElsewhere ? 'elsewhere' : isPaused ? 'paused' : status.state === 'listening' ? 'on' : 'off',
    );
    const port = status.state === 'listening' || status.state === 'elsewhere' ? status.port : undefined;
    setContextKey(ContextKey.standardPort, port === settingDefaults[Setting.receiverPort]);
  }
}
