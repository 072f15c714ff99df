import * as vscode from 'vscode';

import { settingDefaults, type Setting, type SettingTypes } from '../contributions';

/** The value of one setting in force; the only way to read one. */
export function readSetting<K extends Setting>(key: K): SettingTypes[K] {
  return vscode.workspace.getConfiguration().get<SettingTypes[K]>(key, settingDefaults[key]);
}

/** Writes one of the user's settings. */
export async function writeUserSetting<K extends Setting>(key: K, value: SettingTypes[K]): Promise<void> {
  await vscode.workspace.getConfiguration().update(key, value, vscode.ConfigurationTarget.Global);
}

/** What the open workspace itself says for a setting, without the user's own value. */
export function readWorkspaceSetting<K extends Setting>(key: K): SettingTypes[K] | undefined {
  const inspected = vscode.workspace.getConfiguration().inspect<SettingTypes[K]>(key);
  return inspected?.workspaceFolderValue ?? inspected?.workspaceValue;
}

/** Writes a setting of the open workspace: to its folder's settings, or to the workspace file. */
export async function writeWorkspaceSetting<K extends Setting>(
  key: K,
  value: SettingTypes[K],
): Promise<void> {
  await vscode.workspace.getConfiguration().update(key, value, vscode.ConfigurationTarget.Workspace);
}

/** Calls back when one of `keys` changes. */
export function onDidChangeSettings(keys: readonly Setting[], listener: () => void): vscode.Disposable {
  return vscode.workspace.onDidChangeConfiguration((event) => {
    if (keys.some((key) => event.affectsConfiguration(key))) {
      listener();
    }
  });
}
