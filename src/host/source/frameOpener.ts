import * as vscode from 'vscode';

import { timelineEditor } from '../../contributions';
import type { Location, LocationCandidate, ResolvedFrame } from '../../protocol/resolve';
import {
  evidenceText,
  gradeText,
  inexactLineText,
  lineWords,
  locationReasonText,
  openOutsideQuestion,
} from '../../words';
import { oneLine, withoutIcons, withoutLinks } from '../plainText';
import { workspaceFoldersOnDisk } from '../workspaceFiles';
import { FailingLine } from './failingLine';
import { baseName, gradeAndReasonText, lineText } from './lineText';

/** How a line is shown. */
export interface ShowOptions {
  /** Leaves the focus where it is, as a debugger's stack frame does. */
  readonly preserveFocus?: boolean;
  readonly viewColumn?: vscode.ViewColumn;
}

interface CandidateItem extends vscode.QuickPickItem {
  readonly candidate: LocationCandidate;
}

/** Opens lines of frames in the editor. What is not exact says so; what is unknown is asked or explained, never guessed. */
export class FrameOpener implements vscode.Disposable {
  private readonly failingLine: FailingLine;

  constructor(extensionUri: vscode.Uri) {
    this.failingLine = new FailingLine(extensionUri);
  }

  /** Opens the frame's line, lets the user pick among candidates, or says why there is no line. */
  async open(frame: ResolvedFrame | undefined, options: ShowOptions = {}): Promise<void> {
    if (!frame) {
      void vscode.window.showInformationMessage(lineWords.noFrames());
      return;
    }
    if (frame.location) {
      await this.show(frame, options);
      return;
    }
    const candidates = frame.candidates ?? [];
    if (candidates.length > 0) {
      await this.pick(candidates, options);
      return;
    }
    void vscode.window.showInformationMessage(withoutLinks(gradeAndReasonText(frame)));
  }

  /** Shows the frame's line where it is known and in the workspace; asks and says nothing. Whether it did. */
  async reveal(frame: ResolvedFrame, options: ShowOptions): Promise<boolean> {
    const { location } = frame;
    const uri = location && uriOfPlace(location);
    if (!uri) {
      return false;
    }
    await this.showLine(uri, location.lineBase1, location.columnBase1, options, noteOf(location));
    return true;
  }

  dispose(): void {
    this.failingLine.dispose();
  }

  private async show(frame: ResolvedFrame, options: ShowOptions): Promise<void> {
    const location = frame.location!;
    const uri = uriOfPlace(location) ?? (await askOutside(location.path));
    if (!uri) {
      return;
    }
    await this.showLine(uri, location.lineBase1, location.columnBase1, options, noteOf(location));
    if (location.grade !== 'exact') {
      const text = inexactLineText(
        lineText(frame),
        gradeText(location.grade),
        locationReasonText(location.reason),
      );
      vscode.window.setStatusBarMessage(`$(question) ${withoutIcons(text)}`, 10_000);
    }
  }

  private async pick(candidates: readonly LocationCandidate[], options: ShowOptions): Promise<void> {
    const picked = await vscode.window.showQuickPick(
      candidates.map((candidate): CandidateItem => ({
        label: withoutIcons(
          candidate.lineBase1 === undefined
            ? baseName(candidate.path)
            : `${baseName(candidate.path)}:${candidate.lineBase1}`,
        ),
        description: withoutIcons(
          candidate.folder === undefined ? candidate.path : `${candidate.folder}/${candidate.path}`,
        ),
        detail: candidate.evidence.map(evidenceText).join(', '),
        candidate,
      })),
      { title: lineWords.pickCandidate(), matchOnDescription: true },
    );
    const uri = picked && (uriOfPlace(picked.candidate) ?? (await askOutside(picked.candidate.path)));
    if (uri) {
      await this.showLine(uri, picked.candidate.lineBase1, undefined, options, undefined);
    }
  }

  private async showLine(
    uri: vscode.Uri,
    lineBase1: number | undefined,
    columnBase1: number | undefined,
    options: ShowOptions,
    note: string | undefined,
  ): Promise<void> {
    const document = await vscode.workspace.openTextDocument(uri);
    const position = document.validatePosition(
      new vscode.Position((lineBase1 ?? 1) - 1, (columnBase1 ?? 1) - 1),
    );
    const editor = await vscode.window.showTextDocument(document, {
      preview: true,
      preserveFocus: options.preserveFocus ?? false,
      viewColumn: options.viewColumn ?? columnBesideTimeline(),
      selection: new vscode.Range(position, position),
    });
    if (lineBase1 !== undefined) {
      this.failingLine.mark(editor, position.line, note);
    }
  }
}

/** A file opened over a timeline's preview tab would replace it, so it opens beside. */
function columnBesideTimeline(): vscode.ViewColumn {
  const input = vscode.window.tabGroups.activeTabGroup.activeTab?.input;
  return input instanceof vscode.TabInputCustom && input.viewType === timelineEditor.viewType
    ? vscode.ViewColumn.Beside
    : vscode.ViewColumn.Active;
}

/** What stands behind a line that is not exact. */
function noteOf(location: Location): string | undefined {
  return location.grade === 'exact'
    ? undefined
    : oneLine(`${gradeText(location.grade)}: ${locationReasonText(location.reason)}`);
}

/** The file of a place inside the workspace; `undefined` for any other. */
export function uriOfPlace(place: {
  readonly path: string;
  readonly folder?: string;
}): vscode.Uri | undefined {
  const folders = workspaceFoldersOnDisk();
  const folder = place.folder === undefined ? folders[0] : folders.find(({ name }) => name === place.folder);
  if (!folder || isAbsolute(place.path) || place.path.split('/').includes('..')) {
    return undefined;
  }
  return vscode.Uri.joinPath(vscode.Uri.file(folder.path), place.path);
}

async function askOutside(path: string): Promise<vscode.Uri | undefined> {
  if (!isAbsolute(path)) {
    return undefined;
  }
  const open = lineWords.openOutside();
  const picked = await vscode.window.showWarningMessage(
    withoutLinks(openOutsideQuestion(path)),
    { modal: true },
    open,
  );
  return picked === open ? vscode.Uri.file(path) : undefined;
}

function isAbsolute(path: string): boolean {
  return path.startsWith('/') || path.startsWith('\\') || /^[a-z]:/i.test(path);
}
