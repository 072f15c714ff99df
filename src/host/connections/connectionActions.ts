import * as vscode from 'vscode';

import { Command, type ConnectionRow } from '../../contributions';
import type { ConnectionConfig } from '../../protocol/backend';
import { backendErrorText, connectionTestText, connectionWords, removeConnectionQuestion } from '../../words';
import type { AnalysisCalls } from '../analysisCalls';
import { withoutIcons, withoutLinks } from '../plainText';
import { askChoice } from '../steps';
import { askConnection, askToken, type ConnectionTest } from './connectionForm';
import type { ConnectionStore } from './connectionStore';

/** What the commands about connections do, by their names. */
export type ConnectionActions = Readonly<
  Record<'add' | 'edit' | 'updateToken' | 'test' | 'remove', (row?: ConnectionRow) => Promise<void>>
>;

/** Add, edit, test, remove connections: questions, steps and answers. */
export function connectionActions(store: ConnectionStore, analysis: AnalysisCalls): ConnectionActions {
  const test: ConnectionTest = (connection, signal) =>
    analysis.call('testConnection', { connection }, signal);

  /** The row's connection; without a row, the only one or the one picked. */
  async function connectionOf(row: ConnectionRow | undefined): Promise<ConnectionConfig | undefined> {
    if (row) {
      return store.get(row.connectionId);
    }
    const all = store.list();
    if (all.length < 2) {
      return all[0];
    }
    const picked = await askChoice(
      { title: connectionWords.pick(), step: 1, totalSteps: 1 },
      all.map((connection) => ({
        label: withoutIcons(connection.name),
        description: withoutIcons(connection.url),
        value: connection,
      })),
    );
    return typeof picked === 'object' ? picked : undefined;
  }

  return {
    async add() {
      const draft = await askConnection(test);
      if (draft) {
        await store.save(draft.connection, draft.secretHeaders);
      }
    },
    async edit(row) {
      const connection = await connectionOf(row);
      if (!connection) {
        return;
      }
      const secretHeaders = await store.secretHeaders(connection.id);
      const draft = await askConnection(test, { connection, secretHeaders });
      if (draft) {
        await store.save(draft.connection, draft.secretHeaders);
      }
    },
    async updateToken(row) {
      const connection = await connectionOf(row);
      const headers = connection && (await askToken());
      if (headers) {
        await store.save(connection, headers);
      }
    },
    async test(row) {
      const connection = await connectionOf(row);
      if (!connection) {
        return;
      }
      const secretHeaders = await store.secretHeaders(connection.id);
      const result = await vscode.window.withProgress(
        {
          location: vscode.ProgressLocation.Notification,
          title: connectionWords.testingNamed(withoutLinks(connection.name)),
          cancellable: true,
        },
        async (_progress, token) => {
          const cancelled = new AbortController();
          token.onCancellationRequested(() => {
            cancelled.abort();
          });
          try {
            return await test({ ...connection, secretHeaders }, cancelled.signal);
          } catch (error) {
            if (cancelled.signal.aborted) {
              return undefined;
            }
            throw error;
          }
        },
      );
      if (!result) {
        return;
      }
      if (result.ok) {
        void vscode.window.showInformationMessage(
          `${withoutLinks(connection.name)}: ${connectionTestText(result.value.services)}`,
        );
        return;
      }
      const unauthorized = result.error.kind === 'unauthorized';
      const action = unauthorized ? connectionWords.updateToken() : connectionWords.edit();
      const picked = await vscode.window.showErrorMessage(
        withoutLinks(backendErrorText(connection.name, result.error)),
        action,
      );
      if (picked === action) {
        await vscode.commands.executeCommand(unauthorized ? Command.updateToken : Command.editConnection, {
          connectionId: connection.id,
        } satisfies ConnectionRow);
      }
    },
    async remove(row) {
      const connection = await connectionOf(row);
      if (!connection) {
        return;
      }
      const remove = connectionWords.remove();
      const picked = await vscode.window.showWarningMessage(
        withoutLinks(removeConnectionQuestion(connection.name)),
        { modal: true },
        remove,
      );
      if (picked === remove) {
        await store.remove(connection.id);
      }
    },
  };
}
