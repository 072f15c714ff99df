import { setTimeout as delay } from 'node:timers/promises';
import * as vscode from 'vscode';

import { DisposableStore, type Disposable } from '../../base/disposable';
import { formatAge, formatClock } from '../../base/format';
import { ContextKey, View } from '../../contributions';
import {
  allSilentText,
  badgeText,
  failuresDescription,
  fromRangeText,
  ofLastWindowText,
  failureWords,
  lastWindowText,
  narrowDetailText,
  newestCappedText,
  newestTraceText,
  noFailuresText,
  noTracesText,
  rangeText,
  someSilentText,
  stillAskedText,
} from '../../words';
import type { AnalysisCalls } from '../analysisCalls';
import { setContextKey } from '../commands';
import { hostOfUrl } from '../connections/connectionConfig';
import type { ConnectionStore } from '../connections/connectionStore';
import type { Log } from '../log';
import { oneLine } from '../plainText';
import { pastedRows } from '../pasted/pastedRows';
import type { PastedStacks } from '../pasted/pastedStacks';
import type { Receiver } from '../receiver/receiver';
import { WorkerStopped } from '../workers';
import { pageUrlOfConnection } from './backendPage';
import type { FailuresModel, WindowChoice } from './failuresModel';
import { FailuresTree } from './failuresTree';
import { viewStateOf, type Notice, type ViewState } from './notice';
import { isUnread, type Row, type StackRow } from './rows';
import type { Snoozes } from './snoozes';

/** Commits come many a second; asking more often than this shows nothing more. */
const updateEveryMs = 1000;
/** Ages in rows are in seconds only for the first minute. */
const redrawEveryMs = 10_000;
/** Another window's receiver and other connections have no way to tell that something came in. */
const pollStoreEveryMs = 3_000;
const pollConnectionsEveryMs = 30_000;
/** How long a busy window may take to draw the list. */
const mostDrawingMs = 5_000;

/** What the view is made of. */
export interface FailuresViewParts {
  readonly model: FailuresModel;
  readonly analysis: AnalysisCalls;
  readonly receiver: Receiver;
  readonly connections: ConnectionStore;
  readonly snoozes: Snoozes;
  readonly pasted: PastedStacks;
  readonly log: Log;
}

/** The Failures view: rows, description, message, badge and welcome content, kept up to date while traces arrive. */
export class FailuresView implements Disposable {
  readonly tree: FailuresTree;
  private readonly parts: FailuresViewParts;
  private readonly treeView: vscode.TreeView<Row>;
  private readonly subscriptions = new DisposableStore();
  private state: ViewState = { welcome: 'none', notice: undefined, actions: [] };
  private readonly lastAnswerMs = new Map<string, number>();
  private updateTimer: NodeJS.Timeout | undefined;
  private updating = false;
  private updateAgain = false;

  constructor(parts: FailuresViewParts) {
    this.parts = parts;
    const { model, receiver, connections, snoozes } = parts;
    this.tree = new FailuresTree(
      model,
      parts.analysis,
      {
        isSnoozed: (group) => snoozes.isSnoozed(group, Date.now()),
        hasPage: (ids) => ids.some((id) => pageUrlOfConnection(connections.get(id)) !== undefined),
        nameOf: (id) => connections.get(id)?.name,
      },
      () => [...this.state.actions, ...pastedRows(parts.pasted)],
    );
    this.treeView = vscode.window.createTreeView(View.failures, {
      treeDataProvider: this.tree,
      showCollapseAll: false,
    });
    this.subscriptions.add(this.treeView);
    this.subscriptions.add(this.tree);
    this.subscriptions.add(
      model.onDidChange(() => {
        this.describe();
      }),
    );
    this.subscriptions.add(
      receiver.onDidChange(() => {
        this.describe();
      }),
    );
    this.subscriptions.add(
      receiver.onDidCommit(() => {
        this.planUpdate();
      }),
    );
    this.subscriptions.add(
      snoozes.onDidChange(() => {
        this.tree.redraw();
        this.describe();
      }),
    );
    this.subscriptions.add(
      parts.analysis.on('linesChanged', () => {
        this.tree.forgetChildren();
        this.planUpdate();
      }),
    );
    this.subscriptions.add(
      parts.analysis.on('answeredLate', () => {
        this.tree.askPendingAgain();
        this.planUpdate();
      }),
    );
    this.subscriptions.add(
      this.treeView.onDidChangeVisibility(({ visible }) => {
        if (visible) {
          void this.refresh();
        }
      }),
    );
    this.subscriptions.add(
      parts.pasted.onDidChange(() => {
        this.tree.redraw();
      }),
    );
    const redraw = setInterval(() => {
      if (this.treeView.visible) {
        this.tree.redrawChanged();
      }
    }, redrawEveryMs);
    const pollStore = setInterval(() => {
      if (receiver.status.state === 'elsewhere') {
        void this.guarded(() => receiver.recount());
        this.planUpdate();
      }
    }, pollStoreEveryMs);
    const pollConnections = setInterval(() => {
      if (connections.list().length > 0) {
        this.planUpdate();
      }
    }, pollConnectionsEveryMs);
    this.subscriptions.add({
      dispose: () => {
        clearInterval(redraw);
        clearInterval(pollStore);
        clearInterval(pollConnections);
        clearTimeout(this.updateTimer);
      },
    });
    this.describe();
  }

  /** The row that is selected, for commands without a row of their own. VS Code does not know it for a moment while the list is drawn anew. */
  async selected(): Promise<Row | undefined> {
    const { treeView, tree } = this;
    while (treeView.selection.length === 0 && performance.now() < tree.drawnAnewMs + mostDrawingMs) {
      await delay(50);
    }
    return treeView.selection[0];
  }

  /** Asks every connection, sorts, and shows progress in the view. */
  async refresh(): Promise<void> {
    await this.withProgress(async () => {
      this.tree.forgetChildren();
      await this.parts.model.refresh(Date.now());
    });
  }

  /** Runs `task` with VS Code's progress in the view. A stopped worker is said by the view itself. */
  async withProgress(task: () => Promise<void>): Promise<void> {
    await vscode.window.withProgress({ location: { viewId: View.failures } }, () => this.guarded(task));
  }

  /** Asks again soon, at most once a second. */
  planUpdate(): void {
    if (this.updating) {
      this.updateAgain = true;
      return;
    }
    this.updateTimer ??= setTimeout(() => {
      this.updateTimer = undefined;
      void this.update();
    }, updateEveryMs);
  }

  /** Shows a pasted stack's row with what is below it, and selects it. */
  async revealPasted(stackId: string): Promise<StackRow | undefined> {
    const rows = (await pastedRows(this.parts.pasted)[0]?.stacks()) ?? [];
    const row = rows.find(({ stack }) => stack.id === stackId);
    if (!row) {
      return undefined;
    }
    const options = { select: true, focus: true, expand: true };
    try {
      await this.treeView.reveal(row, options);
    } catch {
      // VS Code gives up where the tree is drawn anew meanwhile, as the new row makes it be.
      await this.treeView.reveal(row, options);
    }
    return row;
  }

  /** Shows a group's row and selects it. */
  async reveal(groupId: string): Promise<void> {
    const row = this.parts.model.groupRow(groupId);
    if (row) {
      await this.treeView.reveal(row, { select: true, focus: true });
    }
  }

  dispose(): void {
    this.subscriptions.dispose();
  }

  private async update(): Promise<void> {
    this.updating = true;
    await this.guarded(() => this.parts.model.update(Date.now()));
    this.updating = false;
    if (this.updateAgain) {
      this.updateAgain = false;
      this.planUpdate();
    }
  }

  private async guarded(task: () => Promise<void>): Promise<void> {
    try {
      await task();
    } catch (error) {
      if (!(error instanceof WorkerStopped)) {
        this.parts.log.error(View.failures, error);
      }
    }
  }

  private describe(): void {
    const { model, receiver, connections, snoozes } = this.parts;
    const nowMs = Date.now();
    const { view, choices } = model;
    const window = windowText(choices.window, nowMs);
    const { fromMs, toMs } = model.window(nowMs);
    for (const { connectionId, completeness, isPending } of model.answers) {
      if (completeness && !isPending) {
        this.lastAnswerMs.set(connectionId, nowMs);
      }
    }
    const rows =
      choices.filter === 'all' ? model.traces.length : model.groupRows.filter(({ isGone }) => !isGone).length;
    const limit = model.answers.find(({ completeness }) => completeness?.limit !== undefined)?.completeness
      ?.limit;
    const before = JSON.stringify(this.state.actions);
    this.state = viewStateOf({
      view,
      stopped: model.isStale,
      rows,
      searching: choices.search !== '',
      receiver: receiver.status,
      stored: receiver.store?.traces ?? 0,
      connections: connections.list(),
      answers: model.answers,
      narrowDetail: narrowDetailText(toMs - fromMs, limit),
    });
    setContextKey(ContextKey.welcome, this.state.welcome);
    setContextKey(ContextKey.searching, choices.search !== '');
    const { treeView } = this;
    // Where nobody answered nothing was counted.
    const isCounted =
      this.state.welcome === 'none' &&
      this.state.notice?.kind !== 'allSilent' &&
      (rows > 0 || this.state.notice?.kind !== 'asking');
    treeView.description =
      this.state.welcome === 'noConnection'
        ? ''
        : failuresDescription({
            window,
            ...(!isCounted || !view
              ? {}
              : choices.filter === 'all'
                ? { traces: { count: rows, capped: model.hasMoreTraces } }
                : { groups: rows }),
            appended: model.appended,
            ...(choices.search === '' ? {} : { search: oneLine(choices.search, 40) }),
          });
    treeView.message = this.state.notice ? this.messageOf(this.state.notice, nowMs) : '';
    const unread = (model.liveView?.groups ?? []).filter(
      (group) => isUnread(group) && !snoozes.isSnoozed(group, nowMs),
    ).length;
    treeView.badge = unread === 0 ? undefined : { value: unread, tooltip: badgeText(unread) };
    if (JSON.stringify(this.state.actions) !== before) {
      this.tree.redraw();
    }
  }

  private messageOf(notice: Notice, nowMs: number): string {
    const ofWindow = ofWindowText(this.parts.model.choices.window, nowMs);
    const nameOf = (id: string): string => oneLine(this.parts.connections.get(id)?.name ?? id, 60);
    switch (notice.kind) {
      case 'stopped':
        return failureWords.stopped();
      case 'noTraces':
        return noTracesText(ofWindow);
      case 'nothingFound':
        return failureWords.noneFound();
      case 'asking':
        return stillAskedText(notice.connectionIds.map(nameOf));
      case 'someSilent':
        return someSilentText(notice.silent, notice.asked);
      case 'allSilent':
        return allSilentText(
          nameOf(notice.connection.id),
          hostOfUrl(notice.connection.url),
          notice.error,
          this.lastAnswerMs.get(notice.connection.id),
        );
      case 'capped':
        return notice.answers
          .map(({ connectionId, completeness }) =>
            newestCappedText(completeness?.limit, nameOf(connectionId)),
          )
          .join(' ');
      case 'noFailures': {
        const { newest } = notice.view;
        return [
          noFailuresText(notice.view.traces, ofWindow),
          newest && newestTraceText(oneLine(newest.operation, 60), formatAge(nowMs - newest.startMs)),
        ]
          .filter((sentence) => sentence !== undefined)
          .join(' ');
      }
    }
  }
}

/** `last 1 h`, or the two ends of a chosen range. */
export function windowText(choice: WindowChoice, nowMs: number): string {
  return choice.kind === 'last'
    ? lastWindowText(choice.lengthMs)
    : rangeText(formatClock(choice.fromMs, nowMs), formatClock(choice.toMs, nowMs));
}

/** {@link windowText} at the end of a sentence. */
function ofWindowText(choice: WindowChoice, nowMs: number): string {
  return choice.kind === 'last'
    ? ofLastWindowText(choice.lengthMs)
    : fromRangeText(formatClock(choice.fromMs, nowMs), formatClock(choice.toMs, nowMs));
}
