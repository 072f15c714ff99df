import * as vscode from 'vscode';

import { Command } from '../../contributions';
import type { AnalysisCalls } from '../analysisCalls';
import type { Commands } from '../commands';
import type { ConnectionActions } from './connectionActions';
import type { ConnectionStore } from './connectionStore';

/** Add, edit, test, remove connections. What they do is read when first asked for. */
export function registerConnectionCommands(
  commands: Commands,
  store: ConnectionStore,
  analysis: AnalysisCalls,
): vscode.Disposable {
  let loaded: Promise<ConnectionActions> | undefined;
  const actions = (): Promise<ConnectionActions> =>
    (loaded ??= import('./connectionActions').then(({ connectionActions }) =>
      connectionActions(store, analysis),
    ));

  return vscode.Disposable.from(
    commands.register(Command.addConnection, async () => (await actions()).add()),
    commands.registerForRow(Command.editConnection, async (row) => (await actions()).edit(row)),
    commands.registerForRow(Command.updateToken, async (row) => (await actions()).updateToken(row)),
    commands.registerForRow(Command.testConnection, async (row) => (await actions()).test(row)),
    commands.registerForRow(Command.removeConnection, async (row) => (await actions()).remove(row)),
  );
}
