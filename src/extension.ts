import type * as vscode from 'vscode';

import { App } from './app';
import { isTestRun } from './host/environment';

/** What the extension gives to its own tests; nothing anywhere else. */
export type Exports = { readonly app: App } | undefined;

/** Called once VS Code has started, or earlier by a command or a timeline. */
export function activate(context: vscode.ExtensionContext): Exports {
  const app = new App(context);
  context.subscriptions.push(app);
  return isTestRun(context) ? { app } : undefined;
}
