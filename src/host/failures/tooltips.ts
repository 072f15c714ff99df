import * as vscode from 'vscode';

import { formatClock } from '../../base/format';
import type { LocatedGroup } from '../../protocol/analysis';
import type { ResolvedFrame } from '../../protocol/resolve';
import { agoText, joinFacts, recoveredText, groupStateText, tooltipTerms } from '../../words';
import { appendTerms, type Term } from '../markdownTerms';
import { gradeAndReasonText } from '../source/lineText';
import { groupRate } from './groupRate';

const maxCharacters = 2000;

/** Everything about a group. Text of traces is appended as text: no Markdown, no links, no commands. */
export function groupTooltip(
  group: LocatedGroup,
  context: {
    readonly nowMs: number;
    /** Whether the counts are no lower bounds. */
    readonly complete: boolean;
    readonly isSnoozed: (group: LocatedGroup) => boolean;
  },
): vscode.MarkdownString {
  const { nowMs, complete } = context;
  const tooltip = new vscode.MarkdownString();
  tooltip.appendMarkdown('**').appendText(group.type.slice(0, 200)).appendMarkdown('**\n\n');
  tooltip.appendText(group.message.slice(0, maxCharacters)).appendMarkdown('\n\n');
  appendTerms(tooltip, [
    [tooltipTerms.state(), groupStateText(group, context.isSnoozed(group))],
    [
      tooltipTerms.rate(),
      joinFacts([groupRate(group, complete), group.recovered > 0 ? recoveredText(group.recovered) : '']),
    ],
    [tooltipTerms.firstSeen(), timeText(group.firstSeenMs, nowMs)],
    [tooltipTerms.lastSeen(), timeText(group.lastSeenMs, nowMs)],
    [tooltipTerms.operation(), joinFacts([group.entryService, group.operation])],
    [tooltipTerms.service(), group.service],
    [tooltipTerms.release(), group.serviceVersion ?? ''],
    [tooltipTerms.origin(), group.origin.spanName],
    ...locationTerms(group.frame),
  ]);
  return tooltip;
}

/** Where a frame leads and how sure that is. */
export function frameTooltip(frame: ResolvedFrame): vscode.MarkdownString {
  const tooltip = new vscode.MarkdownString();
  tooltip.appendText(frame.raw.trim().slice(0, maxCharacters)).appendMarkdown('\n\n');
  appendTerms(tooltip, locationTerms(frame));
  return tooltip;
}

function locationTerms(frame: ResolvedFrame | undefined): readonly Term[] {
  if (!frame) {
    return [];
  }
  const { location } = frame;
  return [
    [tooltipTerms.location(), location ? `${location.path}:${location.lineBase1}` : ''],
    [location ? tooltipTerms.grade() : tooltipTerms.whyNoLine(), gradeAndReasonText(frame)],
  ];
}

function timeText(timeMs: number, nowMs: number): string {
  return `${formatClock(timeMs, nowMs)} (${agoText(nowMs - timeMs)})`;
}
