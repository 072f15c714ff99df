import * as vscode from 'vscode';

import { formatClock } from '../../base/format';
import { shortType } from '../../core/failures/exceptionType';
import { RowFlag } from '../../contributions';
import { failureWords, joinFacts, pastedWords, resolveProblemText, stackOriginText } from '../../words';
import { lineLink } from '../failures/lineLink';
import type { PastedHeadingRow, StackRow } from '../failures/rows';
import { oneLine } from '../plainText';
import { leadsToLine, lineText } from '../source/lineText';
import { topFrameOf } from './topFrame';
import type { PastedStack } from './pastedStacks';

/** Characters of a message that its tooltip shows. */
const mostCharacters = 2000;

/** The row above the pasted stacks. */
export function pastedItem(row: PastedHeadingRow): vscode.TreeItem {
  const item = new vscode.TreeItem(pastedWords.heading(), vscode.TreeItemCollapsibleState.Expanded);
  item.description = String(row.count);
  item.contextValue = RowFlag.pasted;
  return item;
}

/** A pasted stack, named by its first exception as failures are: `TypeError`, `checkout.ts:31 · terminal zsh · 14:03:22 · message`. */
export function stackItem(row: StackRow, nowMs: number): vscode.TreeItem {
  const { stack, resolved } = row;
  const first = resolved.exceptions.find(({ frames }) => frames.length > 0) ?? resolved.exceptions[0];
  const label = oneLine(shortType(first?.type ?? '')) || failureWords.error();
  const item = new vscode.TreeItem(label, vscode.TreeItemCollapsibleState.Collapsed);
  const frame = topFrameOf(resolved);
  const origin = originOf(stack);
  const time = formatClock(stack.addedMs, nowMs);
  const message = oneLine(first?.message ?? '');
  item.description = joinFacts([lineText(frame), origin, time, message]);
  item.iconPath = new vscode.ThemeIcon('error', new vscode.ThemeColor('list.errorForeground'));
  item.tooltip = new vscode.MarkdownString()
    .appendText(
      [first?.type, first?.message]
        .filter((part) => part !== undefined)
        .join(': ')
        .slice(0, mostCharacters),
    )
    .appendMarkdown('\n\n')
    .appendText(joinFacts([origin, time]));
  for (const problem of resolved.problems) {
    item.tooltip.appendMarkdown('\n\n').appendText(resolveProblemText(problem).slice(0, mostCharacters));
  }
  item.accessibilityInformation = { label: joinFacts([label, item.description]) };
  const leads = leadsToLine(frame);
  item.contextValue = [
    RowFlag.stack,
    ...(leads ? [RowFlag.line] : []),
    ...(frame ? [RowFlag.frame] : []),
  ].join(' ');
  if (leads) {
    item.command = lineLink(label);
  }
  return item;
}

function originOf({ origin, originName }: PastedStack): string {
  return stackOriginText(origin, oneLine(originName ?? '', 60));
}
