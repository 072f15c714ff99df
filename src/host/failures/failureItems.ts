import * as vscode from 'vscode';

import { formatAge, formatClock } from '../../base/format';
import { shortType } from '../../core/failures/exceptionType';
import { durationText } from '../../core/timeline/durationText';
import { Command, RowFlag } from '../../contributions';
import type { LocatedGroup } from '../../protocol/analysis';
import type { ResolvedFrame } from '../../protocol/resolve';
import {
  exceptionRelationText,
  failureActionText,
  failureWords,
  groupStateText,
  groupAccessibleLabel,
  joinFacts,
  libraryFramesText,
  moreText,
  recoveredText,
  serviceCountText,
  spanCountText,
} from '../../words';
import { commandLink } from '../commands';
import { oneLine } from '../plainText';
import { pastedItem, stackItem } from '../pasted/pastedItems';
import { gradeAndReasonText, leadsToLine, lineText, printedPlaceText } from '../source/lineText';
import { packagesOf } from './childRows';
import { groupRate } from './groupRate';
import { lineLink } from './lineLink';
import { isUnread, type ActionRow, type GroupRow, type Row, type SpanRow, type TraceRow } from './rows';
import { timelineLink } from './timelineUri';
import { frameTooltip, groupTooltip } from './tooltips';

/** Facts that rows show but the rows themselves do not hold. */
export interface RowContext {
  readonly nowMs: number;
  readonly complete: boolean;
  isSnoozed(group: LocatedGroup): boolean;
  /** Whether the trace has a page in the own UI of one of its connections. */
  hasPage(connectionIds: readonly string[]): boolean;
  /** Name of an added connection. */
  nameOf(connectionId: string): string | undefined;
  /** Rows below `row` that are not shown yet. */
  moreBelow(row: GroupRow | undefined): number | undefined;
}

/** How VS Code shows a row. All text from traces is cut to one line and holds no marks. */
export function itemOfRow(row: Row, context: RowContext): vscode.TreeItem {
  const item = itemWithoutId(row, context);
  item.id = row.rowId;
  return item;
}

function itemWithoutId(row: Row, context: RowContext): vscode.TreeItem {
  switch (row.kind) {
    case 'group':
      return groupItem(row, context);
    case 'message': {
      const { group } = row.parent;
      const item = leaf(oneLine(group.message) || failureWords.noMessage());
      item.description = joinFacts([oneLine(group.service), oneLine(group.operation)]);
      item.iconPath = new vscode.ThemeIcon('quote');
      item.tooltip = plainTooltip(group.message);
      item.contextValue = flags(RowFlag.trace);
      return item;
    }
    case 'trace':
      return traceItem(row, context);
    case 'more': {
      const more = context.moreBelow(row.parent);
      const item = leaf(more === undefined ? failureWords.showMore() : moreText(more));
      // Without the row, for the reason that `lineLink` gives: the clicked one is the selected one.
      item.command = commandLink(Command.showMore, item.label as string);
      return item;
    }
    case 'span':
      return spanItem(row);
    case 'exception': {
      const item = branch(oneLine(row.exception.type ?? '') || failureWords.error());
      item.description = joinFacts([
        exceptionRelationText(row.exception.relation),
        oneLine(row.exception.message ?? ''),
      ]);
      item.iconPath = new vscode.ThemeIcon('debug-breakpoint-unverified');
      item.tooltip = plainTooltip(row.exception.message ?? '');
      return item;
    }
    case 'pasted':
      return pastedItem(row);
    case 'stack':
      return stackItem(row, context.nowMs);
    case 'frame':
      return frameItem(row.frame);
    case 'library': {
      const item = branch(libraryFramesText(row.frames.length));
      item.description = packagesOf(row.frames)
        .slice(0, 3)
        .map((name) => oneLine(name, 60))
        .join(', ');
      item.iconPath = new vscode.ThemeIcon('library');
      return item;
    }
    case 'heading': {
      const item = branch(
        oneLine(row.label) || failureWords.unnamed(),
        vscode.TreeItemCollapsibleState.Expanded,
      );
      item.description = String(row.groupIds.length);
      return item;
    }
    case 'action':
      return actionItem(row);
  }
}

/** What of a group's row a person sees without hovering, and what its click and menus depend on. */
export interface GroupTexts {
  readonly label: string;
  readonly description: string;
  readonly contextValue: string;
  /** The trace that a click opens. */
  readonly newestTraceId: string | undefined;
}

/** Texts of a group's row: cheap enough to see at each answer which rows are to be drawn again. */
export function groupTexts(row: GroupRow, context: Omit<RowContext, 'moreBelow'>): GroupTexts {
  const { group } = row;
  const snoozed = context.isSnoozed(group);
  const line = lineText(group.frame);
  const age = formatAge(context.nowMs - group.lastSeenMs);
  const message = oneLine(group.message);
  const recovered = group.recovered > 0 ? recoveredText(group.recovered) : undefined;
  return {
    label: oneLine(shortType(group.type)) || failureWords.error(),
    description: row.isGone
      ? joinFacts([line, failureWords.noneInWindow(), age, message])
      : group.state === 'resolved'
        ? joinFacts([line, failureWords.resolved(), age, recovered, message])
        : joinFacts([
            line,
            group.failing > 0 ? groupRate(group, context.complete) : undefined,
            snoozed ? failureWords.snoozed() : undefined,
            age,
            recovered,
            message,
          ]),
    contextValue: flags(
      RowFlag.group,
      RowFlag.trace,
      leadsToLine(group.frame) && RowFlag.line,
      group.frame !== undefined && RowFlag.frame,
      isUnread(group) && RowFlag.unread,
      snoozed && RowFlag.snoozed,
      context.hasPage(group.connectionIds) && RowFlag.page,
    ),
    newestTraceId: group.traceIds[0],
  };
}

function groupItem(row: GroupRow, context: RowContext): vscode.TreeItem {
  const { group } = row;
  const { label, description, contextValue } = groupTexts(row, context);
  const item = branch(label);
  item.description = description;
  item.contextValue = contextValue;
  const snoozed = context.isSnoozed(group);
  item.iconPath = stateIcon(row, snoozed);
  item.accessibilityInformation = {
    label: groupAccessibleLabel({
      type: oneLine(shortType(group.type)),
      state: groupStateText(group, snoozed),
      line: lineText(group.frame),
      rate: row.isGone
        ? failureWords.noneInWindow()
        : group.failing > 0
          ? groupRate(group, context.complete)
          : recoveredText(group.recovered),
      age: formatAge(context.nowMs - group.lastSeenMs),
      message: oneLine(group.message),
    }),
  };
  opensTimeline(item, row);
  return item;
}

/** The tooltip of a row that has one only when the pointer rests on it: to make all of them at each change takes most of the time. */
export function lateTooltip(
  row: Row,
  context: Pick<RowContext, 'nowMs' | 'complete' | 'isSnoozed'>,
): vscode.MarkdownString | undefined {
  return row.kind === 'group' ? groupTooltip(row.group, context) : undefined;
}

function stateIcon({ group, isGone }: GroupRow, snoozed: boolean): vscode.ThemeIcon {
  if (isGone) {
    return new vscode.ThemeIcon('circle-outline', new vscode.ThemeColor('disabledForeground'));
  }
  if (snoozed && group.state !== 'resolved') {
    return new vscode.ThemeIcon('bell-slash', new vscode.ThemeColor('descriptionForeground'));
  }
  // Nothing failed: a ring, as for what was resolved.
  if (group.failing === 0 && group.state !== 'resolved') {
    return new vscode.ThemeIcon('circle-outline', new vscode.ThemeColor('charts.green'));
  }
  switch (group.state) {
    case 'new':
      return new vscode.ThemeIcon('circle-filled', new vscode.ThemeColor('charts.red'));
    case 'ongoing':
      return new vscode.ThemeIcon('color-mode', new vscode.ThemeColor('list.warningForeground'));
    case 'resolved':
      return new vscode.ThemeIcon('pass', new vscode.ThemeColor('charts.green'));
  }
}

function traceItem(row: TraceRow, context: RowContext): vscode.TreeItem {
  const { summary, parent } = row;
  const time = formatClock(summary.startMs, context.nowMs);
  const facts = [
    durationText(summary.durationMs * 1e6),
    spanCountText(summary.spanCount),
    serviceCountText(summary.services.length),
  ];
  const hasPage = context.hasPage([summary.connectionId]);
  if (parent) {
    const item = branch(time);
    item.description = joinFacts(facts);
    item.iconPath = new vscode.ThemeIcon('list-tree');
    item.tooltip = plainTooltip(joinFacts([summary.traceId, summary.services.join(', ')]));
    opensTimeline(item, row);
    item.contextValue = flags(RowFlag.trace, hasPage && RowFlag.page);
    return item;
  }
  const label = oneLine(summary.operation) || failureWords.unnamed();
  const item = summary.failed ? branch(label) : leaf(label);
  const description = joinFacts([oneLine(summary.entryService), time, ...facts]);
  item.description = description;
  item.iconPath = summary.failed
    ? new vscode.ThemeIcon('error', new vscode.ThemeColor('list.errorForeground'))
    : new vscode.ThemeIcon('list-tree');
  item.tooltip = plainTooltip(joinFacts([summary.traceId, summary.services.join(', ')]));
  item.accessibilityInformation = {
    label: joinFacts([label, summary.failed ? failureWords.failed() : undefined, description]),
  };
  opensTimeline(item, row);
  item.contextValue = flags(RowFlag.trace, hasPage && RowFlag.page);
  return item;
}

function spanItem(row: SpanRow): vscode.TreeItem {
  const { span } = row;
  const label = oneLine(span.name) || failureWords.unnamed();
  const hasRows = span.exceptions.some((exception) => exception.frames.length > 0);
  const item = hasRows
    ? branch(label, span.origin ? vscode.TreeItemCollapsibleState.Expanded : undefined)
    : leaf(label);
  item.description = joinFacts([
    span.frame ? lineText(span.frame) : undefined,
    oneLine(span.service),
    durationText(span.durationMs * 1e6),
  ]);
  const color = new vscode.ThemeColor('list.errorForeground');
  item.iconPath = span.origin
    ? new vscode.ThemeIcon('error', color)
    : span.error
      ? new vscode.ThemeIcon('close', color)
      : new vscode.ThemeIcon('circle-small');
  item.tooltip = span.frame ? frameTooltip(span.frame) : plainTooltip(span.name);
  item.accessibilityInformation = {
    label: [
      label,
      span.origin ? failureWords.origin() : span.error ? failureWords.passed() : '',
      item.description,
    ]
      .filter((part) => part !== '')
      .join(', '),
  };
  item.contextValue = flags(
    RowFlag.trace,
    leadsToLine(span.frame) && RowFlag.line,
    span.frame !== undefined && RowFlag.frame,
  );
  if (leadsToLine(span.frame)) {
    item.command = lineLink(label);
  } else {
    opensTimeline(item, row);
  }
  return item;
}

function frameItem(frame: ResolvedFrame): vscode.TreeItem {
  const item = leaf(oneLine(frame.sourceFunction ?? frame.function ?? '') || failureWords.anonymous());
  item.description = frame.location
    ? lineText(frame)
    : joinFacts([printedPlaceText(frame), frame.inApp ? failureWords.noLine() : '']);
  item.iconPath = new vscode.ThemeIcon('circle-small-filled');
  item.tooltip = frameTooltip(frame);
  item.accessibilityInformation = {
    label: joinFacts([item.label as string, item.description, gradeAndReasonText(frame)]),
  };
  item.contextValue = flags(RowFlag.line, RowFlag.frame);
  item.command = lineLink(item.label as string);
  return item;
}

function actionItem(row: ActionRow): vscode.TreeItem {
  const item = leaf(failureActionText(row.action));
  item.description = row.detail;
  item.iconPath = new vscode.ThemeIcon(actionIcons[row.action]);
  item.command = actionCommand(row, item.label as string);
  return item;
}

const actionIcons: Readonly<Record<ActionRow['action'], string>> = {
  narrow: 'filter',
  widen: 'history',
  showAll: 'list-flat',
  tryAgain: 'refresh',
  editConnection: 'edit',
  startReceiver: 'play',
  clearSearch: 'clear-all',
};

function actionCommand(row: ActionRow, title: string): vscode.Command {
  switch (row.action) {
    case 'narrow':
    case 'widen':
      return commandLink(Command.pickWindow, title);
    case 'showAll':
      return commandLink(Command.showAllTraces, title);
    case 'tryAgain':
      return commandLink(Command.refreshFailures, title);
    case 'editConnection':
      return row.connectionId === undefined
        ? commandLink(Command.editConnection, title)
        : commandLink(Command.editConnection, title, { connectionId: row.connectionId });
    case 'startReceiver':
      return commandLink(Command.startReceiver, title);
    case 'clearSearch':
      return commandLink(Command.clearSearch, title);
  }
}

function opensTimeline(item: vscode.TreeItem, row: Row): void {
  const link = timelineLink(row, item.label as string);
  if (link) {
    item.command = link;
  }
}

function leaf(label: string): vscode.TreeItem {
  return new vscode.TreeItem(label, vscode.TreeItemCollapsibleState.None);
}

function branch(label: string, state = vscode.TreeItemCollapsibleState.Collapsed): vscode.TreeItem {
  return new vscode.TreeItem(label, state);
}

function flags(...words: readonly (RowFlag | false)[]): string {
  return words.filter((word) => word !== false).join(' ');
}

/** A tooltip of plain text: nothing in it is read as Markdown. */
function plainTooltip(text: string): vscode.MarkdownString {
  return new vscode.MarkdownString().appendText(text.slice(0, 4000));
}
