import * as vscode from 'vscode';

import type { Command, CommandArguments, ContextKey, ContextKeyTypes } from '../contributions';
import { failureWords } from '../words';
import type { Log } from './log';

/** Registers commands with typed arguments; what their code throws is logged with the command's name before VS Code shows it. */
export class Commands {
  private readonly log: Log;

  constructor(log: Log) {
    this.log = log;
  }

  register<K extends Command>(
    id: K,
    run: (...args: CommandArguments<K>) => Promise<void> | void,
  ): vscode.Disposable {
    return vscode.commands.registerCommand(id, async (...args: CommandArguments<K>) => {
      try {
        await run(...args);
      } catch (error) {
        this.log.error(id, error);
        throw error;
      }
    });
  }

  /**
   * Registers a command of rows' menus. VS Code names a menu's row by a handle that it forgets while the list is drawn anew: what comes then is
   * no row, and none that happens to be selected or open is meant.
   */
  registerForRow<K extends Command>(
    id: K,
    run: (...args: CommandArguments<K>) => Promise<void> | void,
  ): vscode.Disposable {
    return this.register(id, async (...args: CommandArguments<K>) => {
      if (args.length > 0 && args[0] === undefined) {
        void vscode.window.showInformationMessage(failureWords.drawnAnew());
      } else {
        await run(...args);
      }
    });
  }
}

/** A command for tree rows, status bar and notifications. */
export function commandLink<K extends Command>(
  id: K,
  title: string,
  ...args: CommandArguments<K>
): vscode.Command {
  return { command: id, title, arguments: args };
}

/** Runs one of our own commands. */
export async function runCommand<K extends Command>(id: K, ...args: CommandArguments<K>): Promise<void> {
  await vscode.commands.executeCommand(id, ...args);
}

/** Sets a context key that menus and welcome contents ask for. */
export function setContextKey<K extends ContextKey>(key: K, value: ContextKeyTypes[K]): void {
  void vscode.commands.executeCommand('setContext', key, value);
}
