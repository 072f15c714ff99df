import * as vscode from 'vscode';

import type { Disposable } from '../../base/disposable';
import { Emitter } from '../../base/emitter';
import { base0, type Base1 } from '../../base/units';
import { LineEdits, type BufferLine } from '../../core/drift/lineEdits';

/** A line of a file on disk, held on to while its document is edited and saved. */
export interface PinnedLine extends Disposable {
  /** Where it is in the buffer now; undone edits bring it back until the file is saved. */
  readonly now: BufferLine;
}

interface TrackedFile {
  edits: LineEdits;
  readonly pins: Set<Pin>;
}

interface Pin {
  /** In the file on disk; `undefined` once it was saved without the line. */
  diskLineBase1: Base1 | undefined;
}

/** Follows lines of files on disk into buffers with unsaved changes. */
export class BufferLines implements vscode.Disposable {
  private readonly files = new Map<string, TrackedFile>();
  private readonly changes = new Emitter<string>();
  private readonly subscriptions: vscode.Disposable;

  /** Lines of the document with this URI may have moved. */
  readonly onDidChange = this.changes.event;

  constructor() {
    this.subscriptions = vscode.Disposable.from(
      vscode.workspace.onDidChangeTextDocument(({ document, contentChanges }) => {
        const file = this.files.get(String(document.uri));
        if (!file || contentChanges.length === 0) {
          return;
        }
        file.edits.apply(
          contentChanges.map(({ range, text }) => ({
            startLineBase0: base0(range.start.line),
            startCharacter: range.start.character,
            endLineBase0: base0(range.end.line),
            endCharacter: range.end.character,
            text,
          })),
        );
        this.changes.fire(String(document.uri));
      }),
      vscode.workspace.onDidSaveTextDocument((document) => {
        const file = this.files.get(String(document.uri));
        if (file) {
          settle(file, document);
        }
      }),
      // A closed file tells nothing of its changes, and lines are held on to beyond.
      vscode.workspace.onDidOpenTextDocument((document) => {
        const file = this.files.get(String(document.uri));
        if (file) {
          file.edits.reopen(document.getText());
          if (!document.isDirty) {
            settle(file, document);
          }
          this.changes.fire(String(document.uri));
        }
      }),
    );
  }

  /** Holds on to a line of the document's file as it is on disk. */
  async pin(document: vscode.TextDocument, diskLineBase1: Base1): Promise<PinnedLine> {
    const key = String(document.uri);
    const file = await this.tracked(document);
    const pin: Pin = { diskLineBase1 };
    file.pins.add(pin);
    return {
      get now(): BufferLine {
        return pin.diskLineBase1 === undefined ? { kind: 'gone' } : file.edits.follow(pin.diskLineBase1);
      },
      dispose: () => {
        file.pins.delete(pin);
        if (file.pins.size === 0 && this.files.get(key) === file) {
          this.files.delete(key);
        }
      },
    };
  }

  dispose(): void {
    this.subscriptions.dispose();
    this.changes.dispose();
  }

  private async tracked(document: vscode.TextDocument): Promise<TrackedFile> {
    const key = String(document.uri);
    const known = this.files.get(key);
    if (known) {
      // The file may have changed on disk since, and the document with it.
      if (!document.isDirty) {
        settle(known, document);
      }
      return known;
    }
    const { version } = document;
    const disk = document.isDirty ? await textOnDisk(document) : document.getText();
    if (document.version !== version || this.files.has(key)) {
      return this.tracked(document);
    }
    const file: TrackedFile = { edits: new LineEdits(disk, document.getText()), pins: new Set() };
    this.files.set(key, file);
    return file;
  }
}

/** What is in the buffer is on disk now: lines count from there. */
function settle(file: TrackedFile, document: vscode.TextDocument): void {
  if (file.edits.isUnchanged) {
    return;
  }
  for (const pin of file.pins) {
    const now = pin.diskLineBase1 === undefined ? undefined : file.edits.follow(pin.diskLineBase1);
    pin.diskLineBase1 = now?.kind === 'kept' ? now.lineBase1 : undefined;
  }
  file.edits = new LineEdits(document.getText());
}

async function textOnDisk(document: vscode.TextDocument): Promise<string> {
  try {
    const bytes = await vscode.workspace.fs.readFile(document.uri);
    return await vscode.workspace.decode(bytes, { encoding: document.encoding });
  } catch {
    // Deleted, or never saved: all there is stands in the buffer.
    return document.getText();
  }
}
