import * as vscode from 'vscode';

import type { Event } from '../../base/emitter';
import { Setting, type FailingFrame } from '../../contributions';
import { onDidChangeSettings, readSetting } from '../settings';
import type { BufferLines, PinnedLine } from './bufferLines';
import { uriOfPlace } from './place';

interface Mark {
  readonly pin: PinnedLine;
  readonly failing: FailingFrame;
}

/** Marks, in editors on screen, the lines of the failures that are in the list. The marks move with edits. */
export class GutterMarks implements vscode.Disposable {
  private readonly buffers: BufferLines;
  private readonly failures: () => readonly FailingFrame[];
  private readonly decoration: vscode.TextEditorDecorationType;
  private readonly subscriptions: vscode.Disposable;
  /** By URI of the document. */
  private marks = new Map<string, readonly Mark[]>();
  private shown = '';

  constructor(
    extensionUri: vscode.Uri,
    buffers: BufferLines,
    failures: () => readonly FailingFrame[],
    onDidChangeFailures: Event<unknown>,
  ) {
    this.buffers = buffers;
    this.failures = failures;
    this.decoration = vscode.window.createTextEditorDecorationType({
      light: { gutterIconPath: vscode.Uri.joinPath(extensionUri, 'media', 'gutterMarkLight.svg') },
      dark: { gutterIconPath: vscode.Uri.joinPath(extensionUri, 'media', 'gutterMarkDark.svg') },
      gutterIconSize: 'contain',
      overviewRulerColor: new vscode.ThemeColor('editorError.foreground'),
      overviewRulerLane: vscode.OverviewRulerLane.Left,
    });
    const update = (): void => void this.update();
    this.subscriptions = vscode.Disposable.from(
      this.decoration,
      onDidChangeFailures(update),
      vscode.window.onDidChangeVisibleTextEditors(update),
      onDidChangeSettings([Setting.editorGutterMarks], update),
      buffers.onDidChange((uri) => {
        if (this.marks.has(uri)) {
          this.draw();
        }
      }),
    );
    update();
  }

  /** Failures whose mark stands on a line. */
  at(uri: string, lineBase1: number): readonly FailingFrame[] {
    return (this.marks.get(uri) ?? [])
      .filter(({ pin: { now } }) => now.kind === 'kept' && now.lineBase1 === lineBase1)
      .map(({ failing }) => failing);
  }

  dispose(): void {
    this.subscriptions.dispose();
    this.release(this.marks);
  }

  /** Holds on to the lines of the failures in the documents on screen. */
  private async update(): Promise<void> {
    const wanted = this.wanted();
    // The list changes every second while traces arrive, its lines hardly ever.
    const shown = JSON.stringify(
      [...wanted].map(([document, failing]) => [
        String(document.uri),
        failing.map(({ frame }) => frame.location),
      ]),
    );
    if (shown === this.shown) {
      this.draw();
      return;
    }
    this.shown = shown;
    const marks = new Map<string, readonly Mark[]>();
    for (const [document, failures] of wanted) {
      const pinned: Mark[] = [];
      for (const failing of failures) {
        pinned.push({ failing, pin: await this.buffers.pin(document, failing.frame.location!.lineBase1) });
      }
      marks.set(String(document.uri), pinned);
    }
    if (this.shown !== shown) {
      this.release(marks);
      return;
    }
    const before = this.marks;
    this.marks = marks;
    this.release(before);
    this.draw();
  }

  private wanted(): ReadonlyMap<vscode.TextDocument, readonly FailingFrame[]> {
    if (!readSetting(Setting.editorGutterMarks)) {
      return new Map();
    }
    const failuresOfFile = new Map<string, FailingFrame[]>();
    for (const failing of this.failures()) {
      const { location } = failing.frame;
      const uri = location && uriOfPlace(location);
      if (uri) {
        failuresOfFile.set(String(uri), [...(failuresOfFile.get(String(uri)) ?? []), failing]);
      }
    }
    const documents = new Set(vscode.window.visibleTextEditors.map(({ document }) => document));
    return new Map(
      [...documents].flatMap((document) => {
        const failures = failuresOfFile.get(String(document.uri));
        return failures ? [[document, failures] as const] : [];
      }),
    );
  }

  private draw(): void {
    for (const editor of vscode.window.visibleTextEditors) {
      const { document } = editor;
      const lines = (this.marks.get(String(document.uri)) ?? []).flatMap(({ pin: { now } }) =>
        now.kind === 'kept' && now.lineBase1 <= document.lineCount ? [now.lineBase1 - 1] : [],
      );
      editor.setDecorations(
        this.decoration,
        [...new Set(lines)].map((line) => document.lineAt(line).range),
      );
    }
  }

  private release(marks: ReadonlyMap<string, readonly Mark[]>): void {
    for (const { pin } of [...marks.values()].flat()) {
      pin.dispose();
    }
  }
}
