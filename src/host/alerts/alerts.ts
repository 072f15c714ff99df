import * as vscode from 'vscode';

import type { Disposable } from '../../base/disposable';
import { alertsFrom, alertStep, type Alert, type AlertState } from '../../core/alerts/alerts';
import { quietHoursFrom } from '../../core/alerts/quietHours';
import { shortType } from '../../core/failures/exceptionType';
import { Command, Setting } from '../../contributions';
import type { LocatedGroup } from '../../protocol/analysis';
import { alertText, alertWords, mergedAlertText } from '../../words';
import { runCommand } from '../commands';
import { isExact, type FailuresModel } from '../failures/failuresModel';
import type { GroupRow } from '../failures/rows';
import type { Snoozes } from '../failures/snoozes';
import { oneLine, withoutLinks } from '../plainText';
import { readSetting } from '../settings';
import { leadsToLine, lineText } from '../source/lineText';
import { DebuggerStop } from './debuggerStop';

const key = 'alerts';

/** Shows what the rules of `core/alerts` decide to tell, as VS Code's own notifications. */
export class Alerts implements Disposable {
  private readonly model: FailuresModel;
  private readonly snoozes: Snoozes;
  private readonly memory: vscode.Memento;
  private readonly stop = new DebuggerStop();
  private readonly subscriptions: readonly Disposable[];
  private state: AlertState;
  private again: NodeJS.Timeout | undefined;

  constructor(model: FailuresModel, snoozes: Snoozes, memory: vscode.Memento) {
    this.model = model;
    this.snoozes = snoozes;
    this.memory = memory;
    this.state = memory.get<AlertState>(key) ?? alertsFrom(Date.now());
    const step = (): void => {
      this.step();
    };
    // What waited at a breakpoint is told when the program runs on.
    this.subscriptions = [model.onDidChange(step), this.stop.onDidChange(step), this.stop];
  }

  dispose(): void {
    clearTimeout(this.again);
    for (const subscription of this.subscriptions) {
      subscription.dispose();
    }
  }

  private step(): void {
    const view = this.model.liveView;
    if (!view) {
      return;
    }
    const now = new Date();
    const { state, alert, againMs } = alertStep(this.state, view.groups, now.getTime(), {
      enabled: readSetting(Setting.alertsEnabled),
      quietHours: quietHoursFrom(readSetting(Setting.alertsQuietHours)),
      minuteOfDay: now.getHours() * 60 + now.getMinutes(),
      stoppedInDebugger: this.stop.isStopped,
      snoozes: this.snoozes.all,
    });
    if (
      state.toldIds.length !== this.state.toldIds.length ||
      state.snoozed.length !== this.state.snoozed.length
    ) {
      void this.memory.update(key, state);
    }
    this.state = state;
    clearTimeout(this.again);
    if (againMs !== undefined) {
      this.again = setTimeout(() => {
        this.step();
      }, againMs - now.getTime());
    }
    if (alert?.kind === 'one') {
      void showOne(alert.group, isExact(view) && alert.group.isLowerBound !== true);
    } else if (alert) {
      void showSeveral(alert);
    }
  }
}

async function showOne(group: LocatedGroup, complete: boolean): Promise<void> {
  const row: GroupRow = { kind: 'group', rowId: `group/${group.id}`, group, isGone: false };
  const text = alertText({
    service: oneLine(group.service, 60),
    type: oneLine(shortType(group.type), 80),
    operation: oneLine(group.operation, 80),
    failing: group.failing,
    runs: group.runs,
    complete,
    sinceMs: group.firstSeenMs,
    ...(group.frame?.location ? { line: lineText(group.frame) } : {}),
  });
  const goToLine = alertWords.goToLine();
  const openTrace = alertWords.openTrace();
  const snooze = alertWords.snooze();
  const picked = await vscode.window.showErrorMessage(
    withoutLinks(text),
    ...(leadsToLine(group.frame) ? [goToLine] : []),
    openTrace,
    snooze,
  );
  switch (picked) {
    case goToLine:
      return runCommand(Command.goToLine, row);
    case openTrace:
      return runCommand(Command.openTimeline, row);
    case snooze:
      return runCommand(Command.snooze, row);
    default:
      return;
  }
}

async function showSeveral(alert: Extract<Alert<LocatedGroup>, { kind: 'several' }>): Promise<void> {
  const show = alertWords.show();
  const services = alert.services.map((service) => oneLine(service, 60));
  const picked = await vscode.window.showErrorMessage(
    withoutLinks(mergedAlertText(alert.groups.length, services)),
    show,
  );
  if (picked === show) {
    await runCommand(Command.showFailures);
  }
}
