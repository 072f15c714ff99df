import type * as vscode from 'vscode';

import { Command } from '../../contributions';

/**
 * What a click on a row does that stands for a line. It names no row: VS Code keeps arguments in the extension host and forgets them when a row
 * is drawn anew, so that a click on the row that is still on screen would find no command. The row that was clicked is the selected one.
 */
export function lineLink(title: string): vscode.Command {
  return { command: Command.goToLine, title };
}
