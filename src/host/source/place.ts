import * as vscode from 'vscode';

import { workspaceFoldersOnDisk } from '../workspaceFiles';

/** A file of the workspace: relative to its folder, which is named where there are several. */
export interface Place {
  readonly path: string;
  readonly folder?: string;
}

/** The file of a place inside the workspace; `undefined` for any other. */
export function uriOfPlace(place: Place): vscode.Uri | undefined {
  const folders = workspaceFoldersOnDisk();
  const folder = place.folder === undefined ? folders[0] : folders.find(({ name }) => name === place.folder);
  if (!folder || isAbsolute(place.path) || place.path.split('/').includes('..')) {
    return undefined;
  }
  return vscode.Uri.joinPath(vscode.Uri.file(folder.path), place.path);
}

/** A file or folder as mappings name it: relative to the workspace, below the folder's name where there are several; `undefined` outside. */
export function workspacePathOf(uri: vscode.Uri): string | undefined {
  const folders = workspaceFoldersOnDisk();
  for (const { name, path } of folders) {
    const root = vscode.Uri.file(path).path.replace(/\/$/, '');
    if (uri.scheme === 'file' && (uri.path === root || uri.path.startsWith(`${root}/`))) {
      const inside = uri.path.slice(root.length + 1);
      return folders.length > 1 ? `${name}/${inside}`.replace(/\/$/, '') : inside;
    }
  }
  return undefined;
}

/** A place as mappings name it: `orders/src/db.py`. */
export function mappedPathOf({ folder, path }: Place): string {
  return folder === undefined ? path : `${folder}/${path}`;
}

/** Whether a path begins at a root of any system. */
export function isAbsolute(path: string): boolean {
  return path.startsWith('/') || path.startsWith('\\') || /^[a-z]:/i.test(path);
}
