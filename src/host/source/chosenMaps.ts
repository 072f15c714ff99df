import * as vscode from 'vscode';

import type { FailingFrame } from '../../contributions';
import type { ChosenMap } from '../../protocol/analysis';
import { chooseMapTitle, lineWords, mapWords } from '../../words';
import type { KeptList } from '../keptList';
import { oneLine, withoutLinks } from '../plainText';
import { baseName } from './lineText';
import { uriOfPlace } from './place';

/** Source maps that a person chose for generated files, where the one that was found is another build's or none was. */
export class ChosenMaps {
  private readonly kept: KeptList<ChosenMap>;

  constructor(kept: KeptList<ChosenMap>) {
    this.kept = kept;
  }

  /** The map chosen for a file as stacks print it. */
  of(file: string): ChosenMap | undefined {
    return this.kept.list().find((chosen) => chosen.file === file);
  }

  /** *Choose Source Map…*: asks for the map of the frame's file. */
  async ask({ frame }: FailingFrame): Promise<void> {
    const { file, location } = frame;
    if (file === undefined) {
      void vscode.window.showInformationMessage(mapWords.noFile());
      return;
    }
    const beside = location && uriOfPlace(location);
    const folder = beside ? vscode.Uri.joinPath(beside, '..') : vscode.workspace.workspaceFolders?.[0]?.uri;
    const [picked] =
      (await vscode.window.showOpenDialog({
        title: oneLine(chooseMapTitle(baseName(file)), 200),
        openLabel: mapWords.dialogButton(),
        filters: { [mapWords.filter()]: ['map', 'json'] },
        ...(folder && { defaultUri: folder }),
      })) ?? [];
    if (picked) {
      await this.choose(file, picked);
    }
  }

  /** Uses a map for a file from now on. */
  async choose(file: string, map: vscode.Uri): Promise<void> {
    if (map.scheme !== 'file') {
      void vscode.window.showInformationMessage(withoutLinks(mapWords.notOnDisk()));
      return;
    }
    await this.kept.put({ file, map: map.fsPath });
    vscode.window.setStatusBarMessage(`$(file-symlink-file) ${lineWords.mapChosen()}`, 10_000);
  }

  /** Looks for the file's own map again. */
  forget(chosen: ChosenMap): Promise<void> {
    return this.kept.remove(chosen);
  }
}
