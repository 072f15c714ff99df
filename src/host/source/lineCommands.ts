import * as vscode from 'vscode';

import { Command, type CalledOnLine, type FailingFrame } from '../../contributions';
import { lineWords } from '../../words';
import type { Commands } from '../commands';
import { failingFrameOfRow } from '../failures/failingFrame';
import type { Row } from '../failures/rows';
import type { LineEditor } from './lineEditor';
import type { Saying } from './saying';
import { sourceOfUri } from './sourceDocuments';

/** What the commands about lines work on. */
export interface LineCommandParts {
  readonly commands: Commands;
  readonly editor: LineEditor;
  readonly saying: () => Promise<Saying>;
  /** The row that is selected in the Failures view. */
  selected(): Promise<Row | undefined>;
  /** Failures whose line is marked in an editor. */
  failuresAt(uri: string, lineBase1: number): readonly FailingFrame[];
  /** The frame whose line was opened last. */
  last(): FailingFrame | undefined;
}

/** *Why This Line?* and what a person can say about a line. */
export function registerLineCommands(parts: LineCommandParts): vscode.Disposable {
  const { commands, editor, saying } = parts;

  const selected = async (): Promise<FailingFrame | undefined> => {
    const row = await parts.selected();
    return row && failingFrameOfRow(row);
  };

  /** The frame that a command was called on; from the palette the marked line at the cursor, else the selected row, else the line opened last. */
  async function failingOf(called: CalledOnLine | undefined): Promise<FailingFrame | undefined> {
    if (called === undefined) {
      return atCursor() ?? (await selected()) ?? parts.last();
    }
    if ('rowId' in called) {
      return failingFrameOfRow(called as Row);
    }
    if ('selected' in called) {
      return selected();
    }
    return 'frame' in called ? called : parts.failuresAt(called.uri, called.lineBase1)[0];
  }

  function atCursor(): FailingFrame | undefined {
    const active = vscode.window.activeTextEditor;
    return active && parts.failuresAt(String(active.document.uri), active.selection.active.line + 1)[0];
  }

  const onFrame =
    (run: (failing: FailingFrame) => Promise<void>) =>
    async (called?: CalledOnLine): Promise<void> => {
      const failing = await failingOf(called);
      if (failing) {
        await run(failing);
      } else {
        void vscode.window.showInformationMessage(lineWords.noneChosen());
      }
    };

  return vscode.Disposable.from(
    commands.registerForRow(
      Command.whyThisLine,
      onFrame(async (failing) => (await saying()).why.show(failing)),
    ),
    commands.registerForRow(
      Command.mapFolder,
      onFrame(async (failing) => (await saying()).mappings.mapFolder(failing)),
    ),
    commands.registerForRow(
      Command.chooseSourceMap,
      onFrame(async (failing) => (await saying()).maps.ask(failing)),
    ),
    commands.registerForRow(
      Command.setDeployedRevision,
      onFrame(async (failing) => (await saying()).revisions.ask(failing)),
    ),
    commands.register(Command.compareWithWorkingFile, async () => {
      const deployed = vscode.window.activeTextEditor?.document.uri;
      const source = deployed && sourceOfUri(deployed);
      if (source?.kind === 'revision') {
        await editor.compare(source, deployed!);
      }
    }),
  );
}
