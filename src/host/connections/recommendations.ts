import * as vscode from 'vscode';

import { Setting } from '../../contributions';
import { recommendationQuestion, recommendationWords } from '../../words';
import { withoutLinks } from '../plainText';
import { readWorkspaceSetting } from '../settings';
import { connectionFromUnknown } from './connectionConfig';
import type { ConnectionStore } from './connectionStore';

const declinedKey = 'connections.declined';

/** Asks once about each connection that the open workspace recommends; nothing is added or asked of a server without a yes. */
export async function offerRecommendedConnections(
  store: ConnectionStore,
  memory: vscode.Memento,
): Promise<void> {
  const entries: unknown = readWorkspaceSetting(Setting.recommendedConnections);
  if (!Array.isArray(entries) || !vscode.workspace.isTrusted) {
    return;
  }
  for (const entry of entries) {
    const connection = connectionFromUnknown(entry);
    const declined = memory.get<readonly string[]>(declinedKey, []);
    if (
      !connection ||
      declined.includes(connection.url) ||
      store.list().some(({ id, url }) => id === connection.id || url === connection.url)
    ) {
      continue;
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
      await store.save({
        id: connection.id,
        kind: connection.kind,
        name: connection.name,
        url: connection.url,
      });
    } else if (picked === never) {
      await memory.update(declinedKey, [...declined, connection.url]);
    }
  }
}
