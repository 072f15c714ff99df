import * as vscode from 'vscode';

/** Marks the line that was opened last, as a debugger marks its stack frame; an edit of the file takes the mark away. */
export class FailingLine implements vscode.Disposable {
  private readonly line: vscode.TextEditorDecorationType;
  private readonly subscriptions: vscode.Disposable;
  private marked: { readonly uri: string; readonly decoration: vscode.DecorationOptions } | undefined;

  constructor(extensionUri: vscode.Uri) {
    this.line = vscode.window.createTextEditorDecorationType({
      isWholeLine: true,
      backgroundColor: new vscode.ThemeColor('editor.stackFrameHighlightBackground'),
      overviewRulerColor: new vscode.ThemeColor('editorError.foreground'),
      overviewRulerLane: vscode.OverviewRulerLane.Full,
      light: { gutterIconPath: vscode.Uri.joinPath(extensionUri, 'media', 'failingLineLight.svg') },
      dark: { gutterIconPath: vscode.Uri.joinPath(extensionUri, 'media', 'failingLineDark.svg') },
      gutterIconSize: 'contain',
    });
    this.subscriptions = vscode.Disposable.from(
      this.line,
      vscode.window.onDidChangeVisibleTextEditors(() => {
        this.draw();
      }),
      vscode.workspace.onDidChangeTextDocument((event) => {
        // The line that was proven may not be the line any more.
        if (event.contentChanges.length > 0 && event.document.uri.toString() === this.marked?.uri) {
          this.marked = undefined;
          this.draw();
        }
      }),
    );
  }

  /** Marks one line, with a note behind it where its place is not exact. */
  mark(editor: vscode.TextEditor, lineBase0: number, note: string | undefined): void {
    const range = editor.document.lineAt(lineBase0).range;
    this.marked = {
      uri: editor.document.uri.toString(),
      decoration: {
        range,
        ...(note === undefined
          ? {}
          : {
              renderOptions: {
                after: {
                  contentText: note,
                  margin: '0 0 0 3em',
                  fontStyle: 'italic',
                  color: new vscode.ThemeColor('editorCodeLens.foreground'),
                },
              },
            }),
      },
    };
    this.draw();
  }

  dispose(): void {
    this.subscriptions.dispose();
  }

  private draw(): void {
    for (const editor of vscode.window.visibleTextEditors) {
      const isMarked = editor.document.uri.toString() === this.marked?.uri;
      editor.setDecorations(this.line, isMarked && this.marked ? [this.marked.decoration] : []);
    }
  }
}
