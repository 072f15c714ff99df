import * as vscode from 'vscode';

import { Command, sourceScheme, type EditorLine, type FailingFrame } from '../../contributions';
import type { ResolvedFrame } from '../../protocol/resolve';
import {
  evidenceText,
  gradeText,
  joinFacts,
  lineWords,
  locationReasonText,
  matchedText,
  tooltipTerms,
} from '../../words';
import { appendTerms } from '../markdownTerms';
import { gradeAndReasonText } from './lineText';
import { mappedPathOf } from './place';

const mostCharacters = 2000;
/** Several failures of one line are told one below the other. */
const mostFailures = 3;

/** Tells of the failures whose line is under the pointer. */
export class LineHover implements vscode.HoverProvider, vscode.Disposable {
  private readonly failuresAt: (uri: string, lineBase1: number) => readonly FailingFrame[];
  private readonly registration: vscode.Disposable;

  constructor(failuresAt: (uri: string, lineBase1: number) => readonly FailingFrame[]) {
    this.failuresAt = failuresAt;
    this.registration = vscode.languages.registerHoverProvider(
      [{ scheme: 'file' }, { scheme: sourceScheme }],
      this,
    );
  }

  provideHover(document: vscode.TextDocument, { line }: vscode.Position): vscode.Hover | undefined {
    const uri = String(document.uri);
    const failures = this.failuresAt(uri, line + 1).slice(0, mostFailures);
    return failures.length === 0
      ? undefined
      : new vscode.Hover(
          [...failures.map(failureText), whyLink({ uri, lineBase1: line + 1 })],
          document.lineAt(line).range,
        );
  }

  dispose(): void {
    this.registration.dispose();
  }
}

/** What failed and how sure the line is. Text of traces is appended as text: no Markdown, no links, no commands. */
function failureText({ type, message, service, frame }: FailingFrame): vscode.MarkdownString {
  const text = new vscode.MarkdownString();
  if (type !== undefined && type !== '') {
    text.appendMarkdown('**').appendText(type.slice(0, 200)).appendMarkdown('**  \n');
  }
  if (message !== undefined && message !== '') {
    text.appendText(message.slice(0, mostCharacters)).appendMarkdown('\n\n');
  }
  const { location, deployed } = frame;
  text.appendMarkdown(`**${gradeText(location?.grade)}** · `);
  appendTerms(text, [
    ['', whyText(frame)],
    [tooltipTerms.service(), service ?? ''],
    [tooltipTerms.evidence(), (location?.evidence ?? []).map(evidenceText).join(', ')],
    ['', location?.matched === undefined ? '' : matchedText(location.matched)],
    [
      tooltipTerms.deployed(),
      deployed
        ? joinFacts([`${mappedPathOf(deployed)}:${deployed.lineBase1}`, deployed.revision.slice(0, 7)])
        : '',
    ],
    [tooltipTerms.printed(), frame.raw],
  ]);
  return text;
}

function whyText(frame: ResolvedFrame): string {
  return frame.location ? locationReasonText(frame.location.reason) : gradeAndReasonText(frame);
}

/** Our own link, in a text that holds nothing of a trace. */
function whyLink(line: EditorLine): vscode.MarkdownString {
  const link = new vscode.MarkdownString();
  link.isTrusted = { enabledCommands: [Command.whyThisLine] };
  const args = encodeURIComponent(JSON.stringify([line]));
  return link.appendMarkdown(`[${lineWords.whyThisLine()}](command:${Command.whyThisLine}?${args})`);
}
