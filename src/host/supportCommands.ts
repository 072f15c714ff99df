import * as vscode from 'vscode';

import { Command } from '../contributions';
import { copiedText } from '../words';
import type { Commands } from './commands';
import type { diagnosticsText } from './diagnostics';

/** *Show Log* and *Copy Diagnostics*. */
export function registerSupportCommands(
  commands: Commands,
  parts: Parameters<typeof diagnosticsText>[0],
): vscode.Disposable {
  return vscode.Disposable.from(
    commands.register(Command.showLog, () => {
      parts.log.show();
    }),
    commands.register(Command.copyDiagnostics, async () => {
      const { diagnosticsText } = await import('./diagnostics');
      await vscode.env.clipboard.writeText(diagnosticsText(parts));
      vscode.window.setStatusBarMessage(copiedText(), 3000);
    }),
  );
}
