import * as vscode from 'vscode';

import type { Disposable } from '../../base/disposable';
import { DisposableStore } from '../../base/disposable';
import { Command, RowFlag, type ConnectionRow } from '../../contributions';
import type { ConnectionAnswer } from '../../protocol/analysis';
import type { ConnectionConfig } from '../../protocol/backend';
import { localConnectionId } from '../../protocol/backend';
import {
  backendErrorDescription,
  backendErrorText,
  cappedText,
  connectionWords,
  joinFacts,
  receiverText,
  storeText,
} from '../../words';
import { commandLink } from '../commands';
import { oneLine } from '../plainText';
import type { Receiver } from '../receiver/receiver';
import { hostOfUrl } from './connectionConfig';
import type { ConnectionStore } from './connectionStore';

interface ReceiverTreeRow extends ConnectionRow {
  readonly kind: 'receiver';
}
interface ConnectionTreeRow extends ConnectionRow {
  readonly kind: 'connection';
  readonly connection: ConnectionConfig;
}
/** What to do about a row that is in trouble, as a row below it. */
interface FixRow extends ConnectionRow {
  readonly kind: 'fix';
  readonly title: string;
  readonly icon: string;
  readonly command: vscode.Command;
}
export type ConnectionTreeNode = ReceiverTreeRow | ConnectionTreeRow | FixRow;

/** Rows of the Connections view: the local receiver and every added connection, each with its state and what to do about it. */
export class ConnectionsTree implements vscode.TreeDataProvider<ConnectionTreeNode>, Disposable {
  private readonly receiver: Receiver;
  private readonly store: ConnectionStore;
  private readonly answers: () => readonly ConnectionAnswer[];
  private readonly changes = new vscode.EventEmitter<undefined>();
  private readonly subscriptions = new DisposableStore();

  readonly onDidChangeTreeData = this.changes.event;

  constructor(receiver: Receiver, store: ConnectionStore, answers: () => readonly ConnectionAnswer[]) {
    this.receiver = receiver;
    this.store = store;
    this.answers = answers;
    const redraw = (): void => {
      this.redraw();
    };
    this.subscriptions.add(receiver.onDidChange(redraw));
    this.subscriptions.add(store.onDidChange(redraw));
  }

  /** Draws all rows again, after connections answered. */
  redraw(): void {
    this.changes.fire(undefined);
  }

  getTreeItem(row: ConnectionTreeNode): vscode.TreeItem {
    const item = this.itemOf(row);
    item.id = row.kind === 'fix' ? `${row.connectionId}/${row.title}` : row.connectionId;
    return item;
  }

  getParent(): undefined {
    return undefined;
  }

  getChildren(row?: ConnectionTreeNode): ConnectionTreeNode[] {
    switch (row?.kind) {
      case undefined:
        return this.topRows();
      case 'receiver':
        return this.receiverFixes();
      case 'connection':
        return this.connectionFixes(row.connection);
      case 'fix':
        return [];
    }
  }

  dispose(): void {
    this.subscriptions.dispose();
    this.changes.dispose();
  }

  private topRows(): ConnectionTreeNode[] {
    const { status, store, isWanted } = this.receiver;
    const showsReceiver = isWanted || status.state !== 'off' || (store?.traces ?? 0) > 0;
    return [
      ...(showsReceiver ? [{ kind: 'receiver', connectionId: localConnectionId } as const] : []),
      ...this.store
        .list()
        .map((connection) => ({ kind: 'connection', connectionId: connection.id, connection }) as const),
    ];
  }

  private itemOf(row: ConnectionTreeNode): vscode.TreeItem {
    switch (row.kind) {
      case 'receiver':
        return this.receiverItem();
      case 'connection':
        return this.connectionItem(row.connection);
      case 'fix': {
        const item = new vscode.TreeItem(row.title);
        item.iconPath = new vscode.ThemeIcon(row.icon);
        item.command = row.command;
        return item;
      }
    }
  }

  private receiverItem(): vscode.TreeItem {
    const { status, store } = this.receiver;
    const item = new vscode.TreeItem(
      connectionWords.localReceiver(),
      this.receiverFixes().length > 0
        ? vscode.TreeItemCollapsibleState.Expanded
        : vscode.TreeItemCollapsibleState.None,
    );
    const stored = store && store.traces > 0 ? storeText(store) : undefined;
    const problem =
      store?.writeError !== undefined || status.state === 'portTaken' || status.state === 'failed';
    item.description =
      status.state === 'listening' && !status.paused && !stored && !problem
        ? connectionWords.waiting(status.port)
        : joinFacts([receiverText(status), stored]);
    item.iconPath = problem
      ? new vscode.ThemeIcon('error', new vscode.ThemeColor('list.errorForeground'))
      : status.state === 'listening' && status.paused
        ? new vscode.ThemeIcon('debug-pause')
        : status.state === 'listening' && stored
          ? new vscode.ThemeIcon('pass', new vscode.ThemeColor('charts.green'))
          : status.state === 'elsewhere'
            ? new vscode.ThemeIcon('info')
            : new vscode.ThemeIcon('circle-outline');
    item.tooltip = joinFacts([
      receiverText(status),
      store && storeText(store),
      store?.file,
      store?.writeError,
    ]);
    return item;
  }

  private receiverFixes(): ConnectionTreeNode[] {
    const { status, store } = this.receiver;
    const rows: ConnectionTreeNode[] = [];
    if (status.state === 'portTaken') {
      rows.push(
        fix(localConnectionId, 'plug', commandLink(Command.useAnotherPort, connectionWords.useAnotherPort())),
      );
    }
    if (status.state === 'failed' || store?.writeError !== undefined) {
      rows.push(fix(localConnectionId, 'output', commandLink(Command.showLog, connectionWords.showLog())));
    }
    return rows;
  }

  private connectionItem(connection: ConnectionConfig): vscode.TreeItem {
    const answer = this.answers().find(({ connectionId }) => connectionId === connection.id);
    const item = new vscode.TreeItem(
      oneLine(connection.name),
      answer?.error ? vscode.TreeItemCollapsibleState.Collapsed : vscode.TreeItemCollapsibleState.None,
    );
    const { error, completeness } = answer ?? {};
    const capped = completeness && !completeness.complete ? cappedText(completeness.limit) : undefined;
    // Asked again all the time: only the first answer is waited for.
    const isUnheard = answer?.isPending === true && !error && !completeness;
    item.description = error
      ? backendErrorDescription(error)
      : joinFacts([isUnheard ? connectionWords.asked() : capped, hostOfUrl(connection.url)]);
    item.iconPath =
      !answer || isUnheard
        ? new vscode.ThemeIcon('circle-outline')
        : error
          ? error.kind === 'unreachable' || error.kind === 'timeout'
            ? new vscode.ThemeIcon('error', new vscode.ThemeColor('list.errorForeground'))
            : new vscode.ThemeIcon('warning', new vscode.ThemeColor('list.warningForeground'))
          : capped
            ? new vscode.ThemeIcon('info')
            : new vscode.ThemeIcon('pass', new vscode.ThemeColor('charts.green'));
    item.tooltip = new vscode.MarkdownString().appendText(
      [
        connection.url,
        error ? backendErrorText(connection.name, error) : '',
        ...(completeness?.queries ?? []),
      ]
        .filter((line) => line !== '')
        .join('\n'),
    );
    item.contextValue = RowFlag.connection;
    return item;
  }

  private connectionFixes(connection: ConnectionConfig): ConnectionTreeNode[] {
    const error = this.answers().find(({ connectionId }) => connectionId === connection.id)?.error;
    if (!error) {
      return [];
    }
    const row: ConnectionRow = { connectionId: connection.id };
    const rows: ConnectionTreeNode[] =
      error.kind === 'unauthorized'
        ? [fix(connection.id, 'key', commandLink(Command.updateToken, connectionWords.updateToken(), row))]
        : [
            fix(connection.id, 'refresh', commandLink(Command.refreshFailures, connectionWords.tryAgain())),
            fix(connection.id, 'edit', commandLink(Command.editConnection, connectionWords.edit(), row)),
          ];
    return [...rows, fix(connection.id, 'output', commandLink(Command.showLog, connectionWords.showLog()))];
  }
}

function fix(connectionId: string, icon: string, command: vscode.Command): FixRow {
  return { kind: 'fix', connectionId, title: command.title, icon, command };
}
