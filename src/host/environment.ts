import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';

/** Lets `words.ts` speak VS Code's display language, where a translation is installed. */
export function useDisplayLanguage(): void {
  if (vscode.l10n.bundle) {
    l10n.config({ contents: vscode.l10n.bundle });
  }
}

/** Whether the extension's own tests run. */
export function isTestRun(context: vscode.ExtensionContext): boolean {
  return context.extensionMode === vscode.ExtensionMode.Test;
}
