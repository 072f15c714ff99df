import * as vscode from 'vscode';

import type { Base1 } from '../../base/units';
import { ContextKey, timelineEditor, type FailingFrame } from '../../contributions';
import type { DocumentSource } from '../../protocol/analysis';
import type { LocationCandidate } from '../../protocol/resolve';
import {
  deployedLineText,
  editedLineText,
  gradeText,
  inexactLineText,
  lineWords,
  locationReasonText,
  noWorkingFileText,
} from '../../words';
import { setContextKey } from '../commands';
import { oneLine, withoutIcons, withoutLinks } from '../plainText';
import type { BufferLines } from './bufferLines';
import type { FailingLine } from './failingLine';
import { baseName, movedText } from './lineText';
import type { OutsideFiles } from './outsideFiles';
import { mappedPathOf, uriOfPlace } from './place';
import type { SourceDocuments } from './sourceDocuments';

/** How a line is shown. */
export interface ShowOptions {
  /** Leaves the focus where it is, as a debugger's stack frame does. */
  readonly preserveFocus?: boolean;
  readonly viewColumn?: vscode.ViewColumn;
}

/** What lines are shown with. */
export interface LineEditorParts {
  readonly failingLine: FailingLine;
  readonly buffers: BufferLines;
  readonly documents: SourceDocuments;
  readonly outside: OutsideFiles;
}

/** Shows lines in editors: marked, translated into unsaved changes, with what is not exact said. */
export class LineEditor {
  private readonly parts: LineEditorParts;
  /** What the status bar says of the line shown last. */
  private said: vscode.Disposable | undefined;

  constructor(parts: LineEditorParts) {
    this.parts = parts;
  }

  /** Shows the frame's line; whether it did. `quietly`: asks and says nothing. */
  async showLocation(failing: FailingFrame, options: ShowOptions, quietly = false): Promise<boolean> {
    const { location } = failing.frame;
    const uri =
      location &&
      (uriOfPlace(location) ?? (quietly ? undefined : await this.parts.outside.ask(location.path)));
    if (!uri) {
      return false;
    }
    const { lineBase1, columnBase1 } = location;
    const isEdited = await this.showFile(uri, { lineBase1, columnBase1 }, failing, options, noteOf(failing));
    if (!quietly && (isEdited || location.grade !== 'exact')) {
      this.said = sayInexact(failing, isEdited);
    }
    return true;
  }

  /** Shows one of several files that a frame may mean. */
  async showCandidate(
    failing: FailingFrame,
    candidate: LocationCandidate,
    options: ShowOptions,
  ): Promise<void> {
    const uri = uriOfPlace(candidate) ?? (await this.parts.outside.ask(candidate.path));
    if (uri) {
      await this.showFile(uri, candidate, failing, options, lineWords.picked());
    }
  }

  /** Shows code of a package: a file, after a question where it is outside the workspace, or a read-only text. */
  async showLibrary(failing: FailingFrame, options: ShowOptions): Promise<void> {
    const { library } = failing.frame;
    if (library?.source.kind === 'file') {
      const uri = await this.parts.outside.ask(library.source.path);
      if (uri) {
        await this.showFile(uri, library, failing, options, undefined);
      }
    } else if (library) {
      const { source, lineBase1, columnBase1 } = library;
      await this.showSource(source, { lineBase1, columnBase1 }, failing, options, undefined);
    }
  }

  /** Shows the line as it was deployed, beside the editor, read-only. */
  async showDeployed(failing: FailingFrame): Promise<void> {
    const { deployed } = failing.frame;
    if (deployed) {
      const { revision, path, folder, lineBase1 } = deployed;
      const source: DocumentSource = {
        kind: 'revision',
        revision,
        path,
        ...(folder === undefined ? {} : { folder }),
      };
      const note = deployedLineText(revision.slice(0, 7));
      // Beside nothing there would be an empty half.
      const isAlone = vscode.window.tabGroups.activeTabGroup.activeTab === undefined;
      const viewColumn = isAlone ? vscode.ViewColumn.Active : vscode.ViewColumn.Beside;
      await this.showSource(source, { lineBase1 }, failing, { viewColumn }, note);
    }
  }

  /** Compares a file as it was at a revision with the one in the workspace. */
  async compare(source: Extract<DocumentSource, { kind: 'revision' }>, deployed: vscode.Uri): Promise<void> {
    const working = uriOfPlace(source);
    if (working && (await exists(working))) {
      const title = `${baseName(source.path)} (${source.revision.slice(0, 7)}) ↔ ${baseName(source.path)}`;
      await vscode.commands.executeCommand('vscode.diff', deployed, working, oneLine(title));
    } else {
      void vscode.window.showInformationMessage(withoutLinks(noWorkingFileText(mappedPathOf(source))));
    }
  }

  private async showSource(
    source: DocumentSource,
    place: PlaceInFile,
    failing: FailingFrame,
    options: ShowOptions,
    note: string | undefined,
  ): Promise<void> {
    const document = await this.parts.documents.open(source);
    if (document) {
      await this.showDocument(document, place, failing, options, note);
    } else {
      void vscode.window.showInformationMessage(lineWords.unreadable());
    }
  }

  /** Whether the line was edited since its file was saved, so that only its place is shown. */
  private async showFile(
    uri: vscode.Uri,
    place: PlaceInFile,
    failing: FailingFrame,
    options: ShowOptions,
    note: string | undefined,
  ): Promise<boolean> {
    const document = await vscode.workspace.openTextDocument(uri);
    return this.showDocument(document, place, failing, options, note);
  }

  private async showDocument(
    document: vscode.TextDocument,
    { lineBase1: diskLineBase1, columnBase1 }: PlaceInFile,
    failing: FailingFrame,
    options: ShowOptions,
    note: string | undefined,
  ): Promise<boolean> {
    this.said?.dispose();
    let lineBase1 = diskLineBase1;
    let isEdited = false;
    if (diskLineBase1 !== undefined) {
      const pin = await this.parts.buffers.pin(document, diskLineBase1);
      const { now } = pin;
      pin.dispose();
      isEdited = now.kind === 'gone';
      lineBase1 = now.kind === 'kept' ? now.lineBase1 : (now.similarBase1 ?? diskLineBase1);
    }
    const position = document.validatePosition(
      new vscode.Position((lineBase1 ?? 1) - 1, (columnBase1 ?? 1) - 1),
    );
    await vscode.window.showTextDocument(document, {
      preview: true,
      preserveFocus: options.preserveFocus ?? false,
      viewColumn: options.viewColumn ?? columnBesideTimeline(),
      selection: new vscode.Range(position, position),
    });
    if (diskLineBase1 !== undefined) {
      await this.parts.failingLine.mark(document, diskLineBase1, failing, note);
      setContextKey(ContextKey.lineShown, true);
    }
    return isEdited;
  }
}

interface PlaceInFile {
  readonly lineBase1?: Base1 | undefined;
  readonly columnBase1?: Base1 | undefined;
}

/** A file opened over a timeline's preview tab would replace it, so it opens beside. */
function columnBesideTimeline(): vscode.ViewColumn {
  const input = vscode.window.tabGroups.activeTabGroup.activeTab?.input;
  return input instanceof vscode.TabInputCustom && input.viewType === timelineEditor.viewType
    ? vscode.ViewColumn.Beside
    : vscode.ViewColumn.Active;
}

function sayInexact(failing: FailingFrame, isEdited: boolean): vscode.Disposable {
  const { frame } = failing;
  const location = frame.location!;
  const line = `${baseName(location.path)}:${location.lineBase1}`;
  const moved = movedText(frame);
  const text = isEdited
    ? editedLineText(line)
    : moved === undefined
      ? inexactLineText(line, gradeText(location.grade), locationReasonText(location.reason))
      : `${line} ${moved}`;
  const icon = moved === undefined || isEdited ? 'question' : 'arrow-swap';
  return vscode.window.setStatusBarMessage(`$(${icon}) ${withoutIcons(text)}`, 10_000);
}

/** What stands behind a line that is not exact. */
function noteOf({ frame }: FailingFrame): string | undefined {
  const { location } = frame;
  return location === undefined || location.grade === 'exact'
    ? undefined
    : oneLine(movedText(frame) ?? `${gradeText(location.grade)}: ${locationReasonText(location.reason)}`);
}

async function exists(uri: vscode.Uri): Promise<boolean> {
  try {
    await vscode.workspace.fs.stat(uri);
    return true;
  } catch {
    // Not there: what was asked.
    return false;
  }
}
