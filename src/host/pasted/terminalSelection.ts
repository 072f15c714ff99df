import * as vscode from 'vscode';

/**
 * What is selected in the terminal in front; empty where nothing is. The selection itself is no API, so it goes through the
 * clipboard, whose text is put back.
 */
export async function terminalSelection(): Promise<string> {
  const { clipboard } = vscode.env;
  const before = await clipboard.readText();
  // Without a selection nothing is copied, and what stands in the clipboard would be taken for one.
  await clipboard.writeText('');
  try {
    await vscode.commands.executeCommand('workbench.action.terminal.copySelection');
    return await clipboard.readText();
  } finally {
    await clipboard.writeText(before);
  }
}
