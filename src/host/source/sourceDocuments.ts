import * as vscode from 'vscode';

import { remotePathFrom } from '../../core/locate/remotePath';
import { sourceScheme } from '../../contributions';
import type { DocumentSource } from '../../protocol/analysis';
import { lineWords } from '../../words';
import type { AnalysisCalls } from '../analysisCalls';
import { baseName } from './lineText';

/** Read-only texts that are no files: code inside archives and source maps, and files as they were at a revision. */
export class SourceDocuments implements vscode.TextDocumentContentProvider, vscode.Disposable {
  private readonly analysis: AnalysisCalls;
  private readonly changes = new vscode.EventEmitter<vscode.Uri>();
  private readonly subscriptions: vscode.Disposable;

  readonly onDidChange = this.changes.event;

  constructor(analysis: AnalysisCalls) {
    this.analysis = analysis;
    this.subscriptions = vscode.Disposable.from(
      this.changes,
      vscode.workspace.registerTextDocumentContentProvider(sourceScheme, this),
      analysis.on('linesChanged', () => {
        // A map or an archive may be another one now; a revision stays what it is.
        for (const { uri } of vscode.workspace.textDocuments) {
          if (uri.scheme === sourceScheme && uri.authority !== 'revision') {
            this.changes.fire(uri);
          }
        }
      }),
    );
  }

  /** The document of a text; `undefined` where it cannot be read any more. */
  async open(source: DocumentSource): Promise<vscode.TextDocument | undefined> {
    return (await this.analysis.call('documentText', source)) === undefined
      ? undefined
      : vscode.workspace.openTextDocument(uriOfSource(source));
  }

  async provideTextDocumentContent(uri: vscode.Uri): Promise<string> {
    const source = sourceOfUri(uri);
    const text = source && (await this.analysis.call('documentText', source));
    if (text === undefined) {
      throw new Error(lineWords.unreadable());
    }
    return text;
  }

  dispose(): void {
    this.subscriptions.dispose();
  }
}

/** Where a text stands, with a path that people can read and that tells the language: `spanline-source://revision/4f2c1d0/app/db (4f2c1d0).py`. */
export function uriOfSource(source: DocumentSource): vscode.Uri {
  return vscode.Uri.from({
    scheme: sourceScheme,
    authority: source.kind,
    path: `/${shownPath(source)}`,
    query: JSON.stringify(source),
  });
}

/** The text that a document of ours shows; `undefined` for what is no such URI. */
export function sourceOfUri(uri: vscode.Uri): DocumentSource | undefined {
  if (uri.scheme !== sourceScheme) {
    return undefined;
  }
  try {
    return JSON.parse(uri.query) as DocumentSource;
  } catch {
    // Not made by uriOfSource: it names nothing.
    return undefined;
  }
}

function shownPath(source: DocumentSource): string {
  switch (source.kind) {
    case 'archive':
      return `${baseName(source.archive)}/${source.entry.replace(/^\/+/, '')}`;
    case 'sourcesContent':
      return `${baseName(source.map)}/${(remotePathFrom(source.source)?.path ?? baseName(source.source)).replace(/^\/+/, '')}`;
    case 'revision': {
      const revision = source.revision.slice(0, 7);
      return [
        revision,
        ...(source.folder === undefined ? [] : [source.folder]),
        // A tab shows the last name only, and stands beside the one of the file as it is now.
        source.path.replace(/(?=\.[^./]+$)/, ` (${revision})`),
      ].join('/');
    }
  }
}
