import * as vscode from 'vscode';

import { Command, View, type FailureRow } from '../../contributions';
import { backendErrorText, choiceWords, connectionWords, copiedText, failureWords } from '../../words';
import type { AnalysisCalls } from '../analysisCalls';
import type { Commands } from '../commands';
import type { ConnectionStore } from '../connections/connectionStore';
import { withoutLinks } from '../plainText';
import type { Receiver } from '../receiver/receiver';
import { warnOfStore } from '../receiver/receiverCommands';
import type { FrameOpener } from '../source/frameOpener';
import { pageUrlOfTrace } from './backendPage';
import type { FailureChoices, FailuresModel } from './failuresModel';
import type { FailuresView } from './failuresView';
import { failingFrameOfRow } from './failingFrame';
import { groupOfRow, isUnread, traceIdOfRow, type Row } from './rows';
import { askSnooze } from './snoozePick';
import type { Snoozes } from './snoozes';
import { openTimeline, timelineName } from './timelineUri';

/** What the commands of the Failures view work on. */
export interface FailureCommandParts {
  readonly commands: Commands;
  readonly model: FailuresModel;
  readonly view: FailuresView;
  readonly analysis: AnalysisCalls;
  readonly receiver: Receiver;
  readonly connections: ConnectionStore;
  readonly snoozes: Snoozes;
  readonly opener: FrameOpener;
  /** Keeps what the user chose over reloads. */
  remember(choices: FailureChoices): Promise<void>;
}

/** Commands of the Failures view's title, rows and menus. */
export function registerFailureCommands(parts: FailureCommandParts): vscode.Disposable {
  const { commands, model, view, analysis, receiver, connections, snoozes, opener } = parts;

  /** The row a command was called on, or the selected one where it came from the palette. */
  const rowOf = async (row: FailureRow | undefined): Promise<Row | undefined> =>
    (row as Row | undefined) ?? (await view.selected());

  async function choose(choices: Partial<FailureChoices>): Promise<void> {
    await view.withProgress(() => model.choose(choices, Date.now()));
    view.tree.forgetChildren();
    view.tree.redraw();
    await parts.remember(model.choices);
  }

  async function markRead(groupIds: readonly string[]): Promise<void> {
    const marked = await receiver.markRead(groupIds);
    if (!marked.ok) {
      warnOfStore(marked.error);
      return;
    }
    view.planUpdate();
  }

  return vscode.Disposable.from(
    commands.register(Command.showFailures, async () => {
      await vscode.commands.executeCommand(`${View.failures}.focus`);
    }),
    commands.register(Command.refreshFailures, () => view.refresh()),
    commands.register(Command.searchFailures, async () => {
      const search = await vscode.window.showInputBox({
        title: choiceWords.searchTitle(),
        prompt: failureWords.searchPrompt(),
        value: model.choices.search,
      });
      if (search !== undefined) {
        await choose({ search: search.trim() });
      }
    }),
    commands.register(Command.clearSearch, () => choose({ search: '' })),
    commands.register(Command.pickWindow, async () => {
      const { askWindow } = await import('./choicePicks');
      const window = await askWindow(model.choices.window, Date.now());
      if (window) {
        await choose({ window });
      }
    }),
    commands.register(Command.pickFilter, async () => {
      const { askFilter } = await import('./choicePicks');
      const filter = await askFilter(model.choices.filter);
      if (filter) {
        await choose({ filter });
      }
    }),
    commands.register(Command.showAllTraces, () => choose({ filter: 'all' })),
    commands.register(Command.pickGrouping, async () => {
      const { askGrouping } = await import('./choicePicks');
      const grouping = await askGrouping(model.choices.grouping);
      if (grouping) {
        await choose({ grouping, filter: 'failed' });
      }
    }),
    commands.registerForRow(Command.openTimeline, async (called) => {
      const row = await rowOf(called);
      const traceId = row && traceIdOfRow(row);
      if (traceId !== undefined) {
        await openTimeline(traceId, timelineName(row!));
      }
    }),
    commands.registerForRow(Command.goToLine, async (called) => {
      const row = await rowOf(called);
      if (row) {
        await opener.open(failingFrameOfRow(row));
      }
    }),
    commands.registerForRow(Command.showMore, async (called) => {
      const row = await rowOf(called);
      if (row?.kind !== 'more') {
        return;
      }
      if (row.parent) {
        view.tree.showMore(row.parent);
      } else {
        await view.withProgress(() => model.showMoreTraces(Date.now()));
      }
    }),
    commands.registerForRow(Command.copyTraceId, async (called) => {
      const row = await rowOf(called);
      const traceId = row && traceIdOfRow(row);
      if (traceId !== undefined) {
        await copy(traceId);
      }
    }),
    commands.registerForRow(Command.copyAsMarkdown, async (called) => {
      const row = await rowOf(called);
      const group = row && groupOfRow(row);
      const traceId = row && traceIdOfRow(row);
      if (traceId === undefined) {
        return;
      }
      const { markdownOfFailure } = await import('./failureMarkdown');
      const path = await analysis.call('failurePath', { traceId, ...(group ? { groupId: group.id } : {}) });
      await copy(
        markdownOfFailure({
          traceId,
          group,
          complete: model.isExact,
          spans: path.ok ? path.value : [],
          nowMs: Date.now(),
        }),
      );
    }),
    commands.registerForRow(Command.copyOtlpJson, async (called) => {
      const row = await rowOf(called);
      const traceId = row && traceIdOfRow(row);
      if (traceId === undefined) {
        return;
      }
      const json = await analysis.call('exportTrace', { traceId });
      if (json.ok) {
        await copy(json.value);
      } else {
        void vscode.window.showErrorMessage(
          withoutLinks(backendErrorText(connectionWords.localReceiver(), json.error)),
        );
      }
    }),
    commands.registerForRow(Command.markAsRead, async (called) => {
      const row = await rowOf(called);
      const group = row && groupOfRow(row);
      if (group) {
        await markRead([group.id]);
      }
    }),
    commands.register(Command.markAllAsRead, async () => {
      // Those of the list and those that the badge counts.
      const groups = [...(model.view?.groups ?? []), ...(model.liveView?.groups ?? [])];
      await markRead([...new Set(groups.filter(isUnread).map(({ id }) => id))]);
    }),
    commands.registerForRow(Command.snooze, async (called) => {
      const row = await rowOf(called);
      const group = row && groupOfRow(row);
      const snooze = group && (await askSnooze(group, Date.now()));
      if (snooze) {
        await snoozes.set(group.id, snooze);
      }
    }),
    commands.registerForRow(Command.unsnooze, async (called) => {
      const row = await rowOf(called);
      const group = row && groupOfRow(row);
      if (group) {
        await snoozes.set(group.id, undefined);
      }
    }),
    commands.registerForRow(Command.openInBackend, async (called) => {
      const row = await rowOf(called);
      const traceId = row && traceIdOfRow(row);
      if (traceId === undefined) {
        return;
      }
      const ids =
        row?.kind === 'trace' ? [row.summary.connectionId] : (groupOfRow(row!)?.connectionIds ?? []);
      const url = ids
        .map((id) => pageUrlOfTrace(connections.get(id), traceId))
        .find((page) => page !== undefined);
      if (url !== undefined) {
        await vscode.env.openExternal(vscode.Uri.parse(url, true));
      }
    }),
  );
}

async function copy(text: string): Promise<void> {
  await vscode.env.clipboard.writeText(text);
  vscode.window.setStatusBarMessage(copiedText(), 3000);
}
