import * as vscode from 'vscode';

import { mappingBetween, pathsBelow, type FoundMapping } from '../../core/locate/mappingBetween';
import { Setting, type FailingFrame } from '../../contributions';
import type { PathMapping } from '../../protocol/analysis';
import {
  lineWords,
  mappingSavedText,
  mappingText,
  mappingWords,
  noMappingText,
  serviceFramesText,
  wholeDiskQuestion,
} from '../../words';
import { oneLine, withoutIcons, withoutLinks } from '../plainText';
import { readWorkspaceSetting, writeWorkspaceSetting } from '../settings';
import { askChoice, back, type Choice } from '../steps';
import { workspacePathOf } from './place';
import { withMapping } from './withMapping';

/** Path mappings that a person confirms; they are settings of the workspace, so that they can be reviewed and shared. */
export class SavedMappings {
  /** Shows the mapping from the frame's path to a file of the workspace, and saves it where that is confirmed. */
  async save(failing: FailingFrame, localPath: string): Promise<void> {
    if (!canSave()) {
      return;
    }
    const { file = '' } = failing.frame;
    const found = mappingBetween(file, localPath);
    if (!found.ok) {
      void vscode.window.showInformationMessage(
        withoutLinks(noMappingText(found.error, oneLine(file, 200), localPath)),
      );
      return;
    }
    const mapping = await confirm(found.value, failing.service);
    if (mapping) {
      await write(mapping);
    }
  }

  /** *Map Folder…*: a folder or file of the workspace for the frame's path. */
  async mapFolder(failing: FailingFrame): Promise<void> {
    if (!canSave()) {
      return;
    }
    const [folder] = vscode.workspace.workspaceFolders ?? [];
    const [picked] =
      (await vscode.window.showOpenDialog({
        title: mappingWords.dialogTitle(),
        openLabel: mappingWords.dialogButton(),
        canSelectFolders: true,
        canSelectFiles: true,
        ...(folder && { defaultUri: folder.uri }),
      })) ?? [];
    if (picked) {
      await this.mapTo(failing, picked);
    }
  }

  /** Maps the frame's path to a file, or to the file of that path in a folder. */
  async mapTo(failing: FailingFrame, target: vscode.Uri): Promise<void> {
    const local = workspacePathOf(target);
    if (local === undefined) {
      void vscode.window.showInformationMessage(withoutLinks(mappingWords.outside()));
      return;
    }
    const { file = '' } = failing.frame;
    const isFolder = (await typeOf(target)) === vscode.FileType.Directory;
    const path = isFolder ? await fileIn(target, local, file) : local;
    if (path === undefined) {
      void vscode.window.showInformationMessage(
        withoutLinks(noMappingText('notInFolder', oneLine(file, 200), local || '.')),
      );
      return;
    }
    await this.save(failing, path);
  }
}

function canSave(): boolean {
  if (!vscode.workspace.isTrusted) {
    const manage = mappingWords.manageTrust();
    void vscode.window.showWarningMessage(mappingWords.untrusted(), manage).then(async (picked) => {
      if (picked === manage) {
        await vscode.commands.executeCommand('workbench.trust.manage');
      }
    });
    return false;
  }
  if (!vscode.workspace.workspaceFolders) {
    void vscode.window.showInformationMessage(mappingWords.noFolder());
    return false;
  }
  return true;
}

/** Shows what would be written, and for whose frames. */
async function confirm(
  { from, to, isWholeDisk }: FoundMapping,
  service: string | undefined,
): Promise<PathMapping | undefined> {
  const label = `$(save) ${withoutIcons(mappingText(from, to))}`;
  const detail = vscode.workspace.workspaceFile
    ? mappingWords.toWorkspaceFile(Setting.sourceMappings)
    : mappingWords.toFolder(Setting.sourceMappings);
  const choices: Choice<PathMapping>[] = [
    { label, detail, description: mappingWords.everyService(), value: { from, to } },
  ];
  if (service !== undefined) {
    const description = withoutIcons(serviceFramesText(service));
    choices.unshift({ label, detail, description, value: { service, from, to } });
  }
  const picked = await askChoice(
    { title: lineWords.saveMapping(), step: 1, totalSteps: 1, placeholder: mappingWords.confirm() },
    choices,
  );
  if (picked === undefined || picked === back) {
    return undefined;
  }
  if (isWholeDisk) {
    const save = mappingWords.mapWholeDisk();
    const answer = await vscode.window.showWarningMessage(
      withoutLinks(wholeDiskQuestion(to)),
      { modal: true },
      save,
    );
    return answer === save ? picked : undefined;
  }
  return picked;
}

async function write(mapping: PathMapping): Promise<void> {
  const mappings = readWorkspaceSetting(Setting.sourceMappings) ?? [];
  await writeWorkspaceSetting(Setting.sourceMappings, withMapping(mappings, mapping));
  vscode.window.setStatusBarMessage(
    `$(save) ${withoutIcons(mappingSavedText(mappingText(mapping.from, mapping.to)))}`,
    10_000,
  );
}

/** The file in a folder that a printed path ends like, by most segments. */
async function fileIn(folder: vscode.Uri, local: string, printed: string): Promise<string | undefined> {
  for (const path of pathsBelow(printed, '')) {
    if ((await typeOf(vscode.Uri.joinPath(folder, path))) === vscode.FileType.File) {
      return local === '' ? path : `${local}/${path}`;
    }
  }
  return undefined;
}

async function typeOf(uri: vscode.Uri): Promise<vscode.FileType | undefined> {
  try {
    return (await vscode.workspace.fs.stat(uri)).type;
  } catch {
    // Not there.
    return undefined;
  }
}
