import * as vscode from 'vscode';

import { DisposableStore, type Disposable } from '../../base/disposable';
import { Setting } from '../../contributions';
import type { ConnectionConfig } from '../../protocol/backend';
import { recommendationQuestion, recommendationWords } from '../../words';
import type { Log } from '../log';
import { withoutLinks } from '../plainText';
import { onDidChangeSettings, readWorkspaceSetting } from '../settings';
import { connectionFromUnknown } from './connectionConfig';
import type { ConnectionStore } from './connectionStore';

const declinedKey = 'connections.declined';

/**
 * Asks once about each connection that the open workspace recommends, once the workspace is trusted; nothing is added or asked of a server
 * without a yes.
 */
export class Recommendations implements Disposable {
  private readonly store: ConnectionStore;
  private readonly memory: vscode.Memento;
  private readonly log: Log;
  private readonly subscriptions = new DisposableStore();
  /** Addresses asked about since VS Code started: a question that was closed is not put again. */
  private readonly asked = new Set<string>();

  constructor(store: ConnectionStore, memory: vscode.Memento, log: Log) {
    this.store = store;
    this.memory = memory;
    this.log = log;
    const offer = (): void => {
      this.offer();
    };
    this.subscriptions.add(vscode.workspace.onDidGrantWorkspaceTrust(offer));
    this.subscriptions.add(onDidChangeSettings([Setting.recommendedConnections], offer));
    offer();
  }

  dispose(): void {
    this.subscriptions.dispose();
  }

  private offer(): void {
    const entries: unknown = readWorkspaceSetting(Setting.recommendedConnections);
    if (!Array.isArray(entries) || !vscode.workspace.isTrusted) {
      return;
    }
    for (const entry of entries) {
      const connection = connectionFromUnknown(entry);
      if (connection && !this.asked.has(connection.url)) {
        this.asked.add(connection.url);
        this.ask(connection).catch((error: unknown) => {
          this.log.error(Setting.recommendedConnections, error);
        });
      }
    }
  }

  private async ask(connection: ConnectionConfig): Promise<void> {
    const isDeclined = this.memory.get<readonly string[]>(declinedKey, []).includes(connection.url);
    const isKnown = this.store.list().some(({ id, url }) => id === connection.id || url === connection.url);
    if (isDeclined || isKnown) {
      return;
    }
    const add = recommendationWords.add();
    const never = recommendationWords.never();
    const picked = await vscode.window.showInformationMessage(
      withoutLinks(recommendationQuestion(connection.name, connection.url)),
      add,
      never,
    );
    if (picked === add) {
      // Headers of a workspace would go to a server of the workspace's choice: only what the user types is sent.
      const { id, kind, name, url } = connection;
      await this.store.save({ id, kind, name, url });
    } else if (picked === never) {
      const declined = this.memory.get<readonly string[]>(declinedKey, []);
      await this.memory.update(declinedKey, [...declined, connection.url]);
    }
  }
}
