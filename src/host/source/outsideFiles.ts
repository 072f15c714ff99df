import path from 'node:path';
import * as vscode from 'vscode';

import { lineWords, openOutsideQuestion } from '../../words';
import { withoutLinks } from '../plainText';
import { isAbsolute, workspacePathOf } from './place';

/** Files that a trace names and that are not in the workspace: none opens without a question, asked once per folder and session. */
export class OutsideFiles {
  private readonly allowedFolders = new Set<string>();

  /** The file, where it may open. */
  async ask(file: string): Promise<vscode.Uri | undefined> {
    if (!isAbsolute(file)) {
      return undefined;
    }
    const uri = vscode.Uri.file(file);
    const folder = path.dirname(uri.fsPath);
    if (workspacePathOf(uri) !== undefined || this.allowedFolders.has(folder)) {
      return uri;
    }
    const open = lineWords.openOutside();
    const picked = await vscode.window.showWarningMessage(
      withoutLinks(openOutsideQuestion(file)),
      { modal: true },
      open,
    );
    if (picked !== open) {
      return undefined;
    }
    this.allowedFolders.add(folder);
    return uri;
  }
}
