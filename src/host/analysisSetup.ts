import * as vscode from 'vscode';

import { DisposableStore, type Disposable } from '../base/disposable';
import { Setting } from '../contributions';
import type { AnalysisContract, ChosenMap, ServiceRevision } from '../protocol/analysis';
import { networkOptions } from './connections/network';
import type { ConnectionStore } from './connections/connectionStore';
import type { KeptList } from './keptList';
import type { Log } from './log';
import { onDidChangeSettings, readSetting } from './settings';
import type { WorkerHandle } from './workers';
import { WorkerStopped } from './workers';
import { WorkspaceFiles, workspaceFoldersOnDisk } from './workspaceFiles';

/** What people said about lines, besides the mappings in the settings. */
export interface SaidOfLines {
  readonly revisions: KeptList<ServiceRevision>;
  readonly chosenMaps: KeptList<ChosenMap>;
}

/** Tells the analysis worker what it must know: connections with their secrets, network, folders, what people said about lines, and each change of them. */
export class AnalysisSetup implements Disposable {
  private readonly analysis: WorkerHandle<AnalysisContract>;
  private readonly connections: ConnectionStore;
  private readonly said: SaidOfLines;
  private readonly log: Log;
  private readonly subscriptions = new DisposableStore();
  private sent: Promise<void> | undefined;

  /** `changed` is called after the worker took a change: lists may be different now. */
  constructor(
    analysis: WorkerHandle<AnalysisContract>,
    connections: ConnectionStore,
    said: SaidOfLines,
    log: Log,
    changed: () => void,
  ) {
    this.analysis = analysis;
    this.connections = connections;
    this.said = said;
    this.log = log;
    const resend = (): void => {
      if (analysis.isRunning) {
        void this.send().then(changed);
      }
    };
    this.subscriptions.add(analysis.onDidStart(() => void this.send()));
    this.subscriptions.add(connections.onDidChange(resend));
    this.subscriptions.add(said.revisions.onDidChange(resend));
    this.subscriptions.add(said.chosenMaps.onDidChange(resend));
    this.subscriptions.add(onDidChangeSettings([Setting.sourceMappings], resend));
    this.subscriptions.add(vscode.workspace.onDidChangeWorkspaceFolders(resend));
    this.subscriptions.add(vscode.workspace.onDidGrantWorkspaceTrust(resend));
    this.subscriptions.add(
      vscode.workspace.onDidChangeConfiguration((event) => {
        if (event.affectsConfiguration('http')) {
          resend();
        }
      }),
    );
    this.subscriptions.add(
      new WorkspaceFiles((changes) => {
        if (analysis.isRunning) {
          this.quietly(analysis.call('filesChanged', changes));
        }
      }),
    );
  }

  dispose(): void {
    this.subscriptions.dispose();
  }

  private send(): Promise<void> {
    const sent = this.configure().catch((error: unknown) => {
      this.report(error);
    });
    this.sent = sent;
    return sent;
  }

  private async configure(): Promise<void> {
    const before = this.sent;
    const connections = await this.connections.open();
    // In the order of the changes, so that the newest is what stays.
    await before;
    await this.analysis.call('configure', {
      connections,
      network: networkOptions(),
      folders: workspaceFoldersOnDisk(),
      mappings: readSetting(Setting.sourceMappings),
      revisions: this.said.revisions.list(),
      chosenMaps: this.said.chosenMaps.list(),
      trusted: vscode.workspace.isTrusted,
    });
  }

  private quietly(call: Promise<unknown>): void {
    call.catch((error: unknown) => {
      this.report(error);
    });
  }

  private report(error: unknown): void {
    if (!(error instanceof WorkerStopped)) {
      this.log.error('analysis', error);
    }
  }
}
