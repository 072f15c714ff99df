import * as vscode from 'vscode';

import { Command, type FailureRow } from '../../contributions';
import { noFramesText, pastedWords } from '../../words';
import { runCommand, type Commands } from '../commands';
import { failingFrameOfRow } from '../failures/failingFrame';
import type { FailuresView } from '../failures/failuresView';
import type { Row } from '../failures/rows';
import { baseName } from '../source/lineText';
import type { FrameOpener } from '../source/frameOpener';
import type { PastedStacks, StackOrigin } from './pastedStacks';
import { terminalSelection } from './terminalSelection';

/** A text that may hold a stack. */
interface StackText {
  readonly text: string;
  readonly origin: StackOrigin;
  readonly originName?: string;
}

/** What the commands about pasted stacks work on. */
export interface PastedCommandParts {
  readonly commands: Commands;
  readonly pasted: PastedStacks;
  readonly view: FailuresView;
  readonly opener: FrameOpener;
}

/** *Open Stack Trace* from editor, clipboard and terminal, and the removal of its rows. */
export function registerPastedCommands(parts: PastedCommandParts): vscode.Disposable {
  const { commands, pasted, view, opener } = parts;

  /** Opens a text as a stack; whether it has frames. */
  async function open({ text, origin, originName }: StackText): Promise<boolean> {
    const stack = text.trim() === '' ? undefined : await pasted.add(text, origin, originName, Date.now());
    if (!stack) {
      return false;
    }
    const row = await view.revealPasted(stack.id);
    const failing = row && failingFrameOfRow(row);
    if (failing) {
      await opener.reveal(failing, { preserveFocus: true });
    }
    return true;
  }

  /** Says that a text has no frames, and lets the user get another one. */
  async function sayNoFrames({ text, origin }: StackText, again: Command): Promise<void> {
    const tryAgain = pastedWords.tryAgain();
    const picked = await vscode.window.showInformationMessage(
      noFramesText(origin, text.trim() === ''),
      tryAgain,
    );
    if (picked === tryAgain) {
      await runCommand(again);
    }
  }

  const rowOf = async (row: FailureRow | undefined): Promise<Row | undefined> =>
    (row as Row | undefined) ?? (await view.selected());

  return vscode.Disposable.from(
    commands.register(Command.openStackTrace, async (calledOn) => {
      const selection = editorSelection();
      if (selection && (await open(selection))) {
        return;
      }
      // Called from an editor's menu its selection is meant; from the palette, a word that happens to be selected is not.
      if (selection && calledOn !== undefined) {
        await sayNoFrames(selection, Command.openStackTrace);
        return;
      }
      const copied = await clipboardText();
      if (!(await open(copied))) {
        await sayNoFrames(copied, Command.openStackTrace);
      }
    }),
    commands.register(Command.openTerminalStackTrace, async () => {
      const terminal = vscode.window.activeTerminal;
      const selection: StackText = {
        text: await terminalSelection(),
        origin: 'terminal',
        ...(terminal && { originName: terminal.name }),
      };
      if (!(await open(selection))) {
        await sayNoFrames(selection, Command.openTerminalStackTrace);
      }
    }),
    commands.registerForRow(Command.removePasted, async (called) => {
      const row = await rowOf(called);
      if (row?.kind === 'stack') {
        await pasted.remove(row.stack.id);
      }
    }),
    commands.register(Command.removeAllPasted, () => pasted.removeAll()),
  );
}

function editorSelection(): StackText | undefined {
  const editor = vscode.window.activeTextEditor;
  if (!editor || editor.selection.isEmpty) {
    return undefined;
  }
  const { document, selection } = editor;
  return {
    text: document.getText(selection),
    origin: 'editor',
    originName: baseName(document.uri.path),
  };
}

async function clipboardText(): Promise<StackText> {
  return { text: await vscode.env.clipboard.readText(), origin: 'clipboard' };
}
