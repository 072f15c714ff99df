import * as vscode from 'vscode';

import type { Disposable } from '../base/disposable';
import { Command } from '../contributions';
import { lastWindowText, statusBarText, statusBarTooltip } from '../words';
import type { FailuresModel } from './failures/failuresModel';

/** `3 failing` in the status bar; a click goes to the Failures view. */
export class StatusBar implements Disposable {
  private readonly item = vscode.window.createStatusBarItem('spanline', vscode.StatusBarAlignment.Left);
  private readonly model: FailuresModel;
  private readonly subscription: Disposable;

  constructor(model: FailuresModel) {
    this.model = model;
    this.item.name = 'Spanline';
    this.item.command = Command.showFailures;
    this.subscription = model.onDidChange(() => {
      this.draw();
    });
    this.draw();
    this.item.show();
  }

  dispose(): void {
    this.subscription.dispose();
    this.item.dispose();
  }

  private draw(): void {
    const failing = (this.model.liveView?.groups ?? []).filter(
      (group) => group.failing > 0 && group.state !== 'resolved',
    ).length;
    const text = `$(pulse) ${statusBarText(failing)}`;
    const tooltip = statusBarTooltip(failing, lastWindowText(this.model.liveLengthMs));
    if (this.item.text === text && this.item.tooltip === tooltip) {
      return;
    }
    this.item.text = text;
    this.item.tooltip = tooltip;
    this.item.accessibilityInformation = { label: tooltip };
  }
}
