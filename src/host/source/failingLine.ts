import * as vscode from 'vscode';

import type { Base1 } from '../../base/units';
import type { FailingFrame } from '../../contributions';
import type { BufferLines, PinnedLine } from './bufferLines';

interface Mark {
  readonly uri: string;
  readonly pin: PinnedLine;
  readonly note: string | undefined;
  readonly failing: FailingFrame;
}

/** Marks the line that was opened last, as a debugger marks its stack frame. The mark moves with edits and goes when its own line is edited. */
export class FailingLine implements vscode.Disposable {
  private readonly buffers: BufferLines;
  private readonly line: vscode.TextEditorDecorationType;
  private readonly subscriptions: vscode.Disposable;
  private marked: Mark | undefined;

  constructor(extensionUri: vscode.Uri, buffers: BufferLines) {
    this.buffers = buffers;
    this.line = vscode.window.createTextEditorDecorationType({
      isWholeLine: true,
      backgroundColor: new vscode.ThemeColor('editor.stackFrameHighlightBackground'),
      overviewRulerColor: new vscode.ThemeColor('editorError.foreground'),
      overviewRulerLane: vscode.OverviewRulerLane.Full,
      light: { gutterIconPath: vscode.Uri.joinPath(extensionUri, 'media', 'failingLineLight.svg') },
      dark: { gutterIconPath: vscode.Uri.joinPath(extensionUri, 'media', 'failingLineDark.svg') },
      gutterIconSize: 'contain',
    });
    const moved = buffers.onDidChange((uri) => {
      if (uri === this.marked?.uri) {
        this.draw();
      }
    });
    this.subscriptions = vscode.Disposable.from(
      this.line,
      moved,
      vscode.window.onDidChangeVisibleTextEditors(() => {
        this.draw();
      }),
    );
  }

  /** The frame whose line was opened last, also where its mark is gone. */
  get last(): FailingFrame | undefined {
    return this.marked?.failing;
  }

  /** The frame whose mark stands on a line. */
  at(uri: string, lineBase1: number): FailingFrame | undefined {
    const { marked } = this;
    return marked?.uri === uri && lineOf(marked) === lineBase1 ? marked.failing : undefined;
  }

  /** Marks one line of a file as it is on disk, with a note behind it where its place is not exact. */
  async mark(
    document: vscode.TextDocument,
    diskLineBase1: Base1,
    failing: FailingFrame,
    note: string | undefined,
  ): Promise<void> {
    const pin = await this.buffers.pin(document, diskLineBase1);
    this.marked?.pin.dispose();
    this.marked = { uri: String(document.uri), pin, note, failing };
    this.draw();
  }

  dispose(): void {
    this.marked?.pin.dispose();
    this.subscriptions.dispose();
  }

  private draw(): void {
    for (const editor of vscode.window.visibleTextEditors) {
      editor.setDecorations(this.line, this.decorationsFor(editor.document));
    }
  }

  private decorationsFor(document: vscode.TextDocument): vscode.DecorationOptions[] {
    const { marked } = this;
    const lineBase1 = marked?.uri === String(document.uri) ? lineOf(marked) : undefined;
    if (marked === undefined || lineBase1 === undefined || lineBase1 > document.lineCount) {
      return [];
    }
    const { note } = marked;
    return [
      {
        range: document.lineAt(lineBase1 - 1).range,
        ...(note === undefined
          ? {}
          : {
              renderOptions: {
                after: {
                  contentText: note,
                  margin: '0 0 0 3em',
                  fontStyle: 'italic',
                  color: new vscode.ThemeColor('foreground'),
                },
              },
            }),
      },
    ];
  }
}

function lineOf({ pin }: Mark): Base1 | undefined {
  const { now } = pin;
  return now.kind === 'kept' ? now.lineBase1 : undefined;
}
