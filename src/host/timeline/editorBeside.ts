import * as vscode from 'vscode';

/** The column of a group beside `own` that shows a file, or `undefined` where none does. */
export function columnOfEditorBeside(own: vscode.ViewColumn | undefined): vscode.ViewColumn | undefined {
  return vscode.window.visibleTextEditors.find(
    (editor) => editor.viewColumn !== undefined && editor.viewColumn !== own && isFile(editor.document),
  )?.viewColumn;
}

/** The column that lines open in: the group beside that exists, or a new one. */
export function columnForLines(own: vscode.ViewColumn | undefined): vscode.ViewColumn {
  const other = vscode.window.tabGroups.all.find((group) => group.viewColumn !== own);
  return columnOfEditorBeside(own) ?? other?.viewColumn ?? vscode.ViewColumn.Beside;
}

/** Output panels and the like are text editors too. */
function isFile({ uri }: vscode.TextDocument): boolean {
  return uri.scheme !== 'output' && uri.scheme !== 'debug';
}
