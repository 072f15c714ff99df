import * as vscode from 'vscode';

import { Command, type FailingFrame } from '../../contributions';
import { lineWords } from '../../words';
import { runCommand } from '../commands';
import { withoutLinks } from '../plainText';
import { helpFor } from './frameHelp';
import type { LineEditor, ShowOptions } from './lineEditor';
import { gradeAndReasonText } from './lineText';
import type { Saying } from './saying';

/** Opens what a frame leads to. What is not exact says so; what is unknown is asked or explained, never guessed. */
export class FrameOpener {
  private readonly editor: LineEditor;
  private readonly saying: () => Promise<Saying>;

  constructor(editor: LineEditor, saying: () => Promise<Saying>) {
    this.editor = editor;
    this.saying = saying;
  }

  /** Opens the frame's line, its package's code or the deployed text, lets the user pick among candidates, or says why there is no line. */
  async open(failing: FailingFrame | undefined, options: ShowOptions = {}): Promise<void> {
    if (!failing) {
      void vscode.window.showInformationMessage(lineWords.noFrames());
      return;
    }
    const { location, library, deployed, candidates = [] } = failing.frame;
    if (location) {
      await this.editor.showLocation(failing, options);
    } else if (library) {
      await this.editor.showLibrary(failing, options);
    } else if (deployed) {
      await this.editor.showDeployed(failing);
      await this.explainGone(failing);
    } else if (candidates.length > 0) {
      const { why } = await this.saying();
      await why.show(failing, options);
    } else {
      await this.explain(failing);
    }
  }

  /** Shows the frame's line where it is known and in the workspace; asks and says nothing. Whether it did. */
  reveal(failing: FailingFrame, options: ShowOptions): Promise<boolean> {
    return this.editor.showLocation(failing, options, true);
  }

  /** Says that the line is not in the workspace any more, beside the text that was deployed. */
  private async explainGone(failing: FailingFrame): Promise<void> {
    const compare = lineWords.compare();
    const picked = await vscode.window.showInformationMessage(
      withoutLinks(gradeAndReasonText(failing.frame)),
      ...(failing.frame.reason === 'lineGone' ? [compare] : []),
    );
    if (picked === compare) {
      await runCommand(Command.compareWithWorkingFile);
    }
  }

  private async explain(failing: FailingFrame): Promise<void> {
    const helps = [...helpFor(failing.frame), 'whyThisLine' as const];
    const titles = {
      chooseSourceMap: lineWords.chooseSourceMap(),
      mapFolder: lineWords.mapFolder(),
      whyThisLine: lineWords.whyThisLine(),
    };
    const picked = await vscode.window.showInformationMessage(
      withoutLinks(gradeAndReasonText(failing.frame)),
      ...helps.map((help) => titles[help]),
    );
    const help = helps.find((each) => titles[each] === picked);
    if (help) {
      await runCommand(Command[help], failing);
    }
  }
}
