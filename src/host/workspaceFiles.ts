import * as vscode from 'vscode';

import type { Disposable } from '../base/disposable';
import type { WorkspaceFolderInfo } from '../protocol/analysis';

/** Changes are handed over in batches: a checkout touches thousands of files at once. */
const batchMs = 300;

/** Paths of files that came, changed and went. */
export interface FileChanges {
  readonly created: readonly string[];
  readonly changed: readonly string[];
  readonly deleted: readonly string[];
}

/** Folders of the workspace that are on disk, each by a name of its own; lines are found in no others. */
export function workspaceFoldersOnDisk(): readonly WorkspaceFolderInfo[] {
  const taken = new Set<string>();
  return (vscode.workspace.workspaceFolders ?? [])
    .filter(({ uri }) => uri.scheme === 'file')
    .map(({ name, uri }) => {
      let own = name;
      for (let number = 2; taken.has(own); number++) {
        own = `${name} (${number})`;
      }
      taken.add(own);
      return { name: own, path: uri.fsPath };
    });
}

/** Tells of files that come, change and go below the workspace's folders, in batches. */
export class WorkspaceFiles implements Disposable {
  private readonly watcher = vscode.workspace.createFileSystemWatcher('**/*');
  private readonly tell: (changes: FileChanges) => void;
  private readonly created = new Set<string>();
  private readonly changed = new Set<string>();
  private readonly deleted = new Set<string>();
  private timer: NodeJS.Timeout | undefined;

  constructor(tell: (changes: FileChanges) => void) {
    this.tell = tell;
    this.watcher.onDidCreate((uri) => {
      this.add(uri, this.created, this.deleted);
    });
    this.watcher.onDidChange((uri) => {
      this.add(uri, this.changed, this.deleted);
    });
    this.watcher.onDidDelete((uri) => {
      this.changed.delete(uri.fsPath);
      this.add(uri, this.deleted, this.created);
    });
  }

  dispose(): void {
    clearTimeout(this.timer);
    this.watcher.dispose();
  }

  private add(uri: vscode.Uri, to: Set<string>, from: Set<string>): void {
    if (uri.scheme !== 'file') {
      return;
    }
    from.delete(uri.fsPath);
    to.add(uri.fsPath);
    this.timer ??= setTimeout(() => {
      this.timer = undefined;
      const changes = { created: [...this.created], changed: [...this.changed], deleted: [...this.deleted] };
      this.created.clear();
      this.changed.clear();
      this.deleted.clear();
      this.tell(changes);
    }, batchMs);
  }
}
