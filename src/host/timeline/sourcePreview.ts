import * as vscode from 'vscode';

import type { SourcePreview } from '../../protocol/timeline';
import type { Location } from '../../protocol/resolve';
import { uriOfPlace } from '../source/place';

const linesBefore = 5;
const linesAfter = 4;
/** A minified line would cross whole. */
const mostCharacters = 400;

/** The lines around a place as they stand in the editor or on disk; `undefined` where the file cannot be read. */
export async function sourcePreview(location: Location): Promise<SourcePreview | undefined> {
  const uri = uriOfPlace(location);
  if (!uri) {
    return undefined;
  }
  let document: vscode.TextDocument;
  try {
    document = await vscode.workspace.openTextDocument(uri);
  } catch {
    // Deleted, or no text: the row's location says what is known of it.
    return undefined;
  }
  const line = Math.min(location.lineBase1 - 1, document.lineCount - 1);
  const first = Math.max(0, line - linesBefore);
  const last = Math.min(document.lineCount - 1, line + linesAfter);
  const lines: string[] = [];
  for (let index = first; index <= last; index++) {
    lines.push(document.lineAt(index).text.slice(0, mostCharacters));
  }
  return { firstLineBase1: first + 1, lines, languageId: document.languageId };
}
