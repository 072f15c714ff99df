import * as vscode from 'vscode';

import type { Disposable } from '../../base/disposable';
import { durationText } from '../../core/timeline/durationText';
import { Command, Setting } from '../../contributions';
import { codeLensText } from '../../words';
import { onDidChangeSettings, readSetting } from '../settings';
import type { CodeTracesOfFile } from './codeTracesOfFile';

/** Says above functions how often traces ran through them, and how often they failed. */
export class CodeLenses implements vscode.CodeLensProvider, Disposable {
  private readonly functions: CodeTracesOfFile;
  private readonly changes = new vscode.EventEmitter<void>();
  private readonly subscriptions: vscode.Disposable;

  readonly onDidChangeCodeLenses = this.changes.event;

  constructor(functions: CodeTracesOfFile) {
    this.functions = functions;
    this.subscriptions = vscode.Disposable.from(
      this.changes,
      functions.onDidChange(() => {
        this.changes.fire();
      }),
      onDidChangeSettings([Setting.editorCodeLens], () => {
        this.changes.fire();
      }),
      vscode.languages.registerCodeLensProvider({ scheme: 'file' }, this),
    );
  }

  /** Answers at once with what is known: reading traces and sources may take long, and the editor holds all lenses back until then. */
  provideCodeLenses(document: vscode.TextDocument): vscode.CodeLens[] {
    if (!readSetting(Setting.editorCodeLens)) {
      return [];
    }
    const uri = String(document.uri);
    return this.functions.known(document).map(
      ({ traces, lineBase1 }) =>
        new vscode.CodeLens(document.lineAt(lineBase1 - 1).range, {
          command: Command.showTracesHere,
          title: codeLensText(traces, durationText(traces.p95Ms * 1e6), Date.now()),
          arguments: [{ uri, lineBase1 }],
        }),
    );
  }

  dispose(): void {
    this.subscriptions.dispose();
  }
}
