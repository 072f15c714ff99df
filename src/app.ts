/** Composition root of the extension: everything built and connected by plain `new`, nothing hidden. */
import path from 'node:path';
import type * as vscode from 'vscode';

import { DisposableStore, type Disposable } from './base/disposable';
import { Command, View } from './contributions';
import { Alerts } from './host/alerts/alerts';
import { AnalysisSetup } from './host/analysisSetup';
import { CodeLenses } from './host/codeLens/codeLenses';
import { CodeTracesOfFile } from './host/codeLens/codeTracesOfFile';
import { Commands } from './host/commands';
import { registerConnectionCommands } from './host/connections/connectionCommands';
import { ConnectionStore } from './host/connections/connectionStore';
import { ConnectionsTree } from './host/connections/connectionsTree';
import { ConnectionsView } from './host/connections/connectionsView';
import { Recommendations } from './host/connections/recommendations';
import { useDisplayLanguage } from './host/environment';
import { registerFailureCommands } from './host/failures/failureCommands';
import { defaultChoices, FailuresModel, type FailureChoices } from './host/failures/failuresModel';
import { FailuresView } from './host/failures/failuresView';
import { RemoteGroups } from './host/failures/remoteGroups';
import { Snoozes } from './host/failures/snoozes';
import { Log } from './host/log';
import { registerPastedCommands } from './host/pasted/pastedCommands';
import { PastedStacks } from './host/pasted/pastedStacks';
import { Receiver } from './host/receiver/receiver';
import { registerReceiverCommands } from './host/receiver/receiverCommands';
import { TerminalVariables } from './host/receiver/terminals';
import { Lines } from './host/source/lines';
import { StatusBar } from './host/statusBar';
import { registerSupportCommands } from './host/supportCommands';
import { TimelineEditors } from './host/timeline/timelineEditors';
import { timelineModel } from './host/timeline/timelineModel';
import { WorkerHandle } from './host/workers';
import { reportCrashes } from './host/workerCrashes';
import type { AnalysisContract } from './protocol/analysis';
import type { EngineContract } from './protocol/engine';

const choicesKey = 'failures.choices';

/** The running extension. Workers start with the first call that needs them. */
export class App implements Disposable {
  private readonly parts = new DisposableStore();
  readonly engine: WorkerHandle<EngineContract>;
  readonly analysis: WorkerHandle<AnalysisContract>;
  readonly receiver: Receiver;
  readonly failures: FailuresView;
  readonly model: FailuresModel;
  readonly connections: ConnectionsTree;
  readonly pasted: PastedStacks;
  readonly lines: Lines;

  constructor(context: vscode.ExtensionContext) {
    useDisplayLanguage();
    const { parts } = this;
    const { globalState, workspaceState, extensionUri } = context;
    const log = parts.add(new Log());
    const commands = new Commands(log);
    const data = { storageDir: context.globalStorageUri.fsPath };
    const bundleOf = (name: string): string => path.join(context.extensionPath, 'dist', `${name}.js`);

    this.engine = parts.add(new WorkerHandle({ name: 'engine', file: bundleOf('engineWorker'), data }, log));
    this.analysis = parts.add(
      new WorkerHandle<AnalysisContract>(
        { name: 'analysis', file: bundleOf('analysisWorker'), data, opensWith: 'configure' },
        log,
      ),
    );
    const store = parts.add(new ConnectionStore(context.secrets, log));
    this.receiver = parts.add(new Receiver(this.engine, globalState));
    const terminals = parts.add(
      new TerminalVariables(context.environmentVariableCollection, workspaceState, this.receiver),
    );
    const snoozes = parts.add(new Snoozes(globalState));

    this.model = parts.add(
      new FailuresModel(this.analysis, {
        ...defaultChoices,
        ...workspaceState.get<Partial<FailureChoices>>(choicesKey, {}),
      }),
    );
    this.lines = parts.add(new Lines(context, this.analysis, this.model));
    const { opener } = this.lines;
    this.pasted = parts.add(new PastedStacks(this.analysis, workspaceState));
    parts.add(new RemoteGroups(this.model, this.receiver));
    this.failures = parts.add(
      new FailuresView({
        model: this.model,
        analysis: this.analysis,
        receiver: this.receiver,
        connections: store,
        snoozes,
        pasted: this.pasted,
        log,
      }),
    );
    this.connections = parts.add(new ConnectionsTree(this.receiver, store, () => this.model.answers));
    parts.add(new ConnectionsView(View.connections, this.connections, this.model, this.receiver));
    parts.add(new StatusBar(this.model));
    parts.add(new Alerts(this.model, snoozes, workspaceState));
    parts.add(
      new AnalysisSetup(this.analysis, store, this.lines.said, log, () => {
        this.failures.planUpdate();
      }),
    );
    parts.add(reportCrashes(this.engine, this.analysis, this.receiver, this.failures));

    parts.add(
      registerFailureCommands({
        commands,
        model: this.model,
        view: this.failures,
        analysis: this.analysis,
        receiver: this.receiver,
        connections: store,
        snoozes,
        opener,
        remember: async (choices) => workspaceState.update(choicesKey, choices),
      }),
    );
    parts.add(
      registerReceiverCommands({
        commands,
        receiver: this.receiver,
        terminals,
        extensionUri,
        analysis: this.analysis,
        log,
        refresh: () => void this.failures.refresh(),
      }),
    );
    parts.add(
      new TimelineEditors({
        commands,
        model: timelineModel(this.analysis, this.receiver),
        opener,
        extensionUri,
        memento: workspaceState,
      }),
    );
    this.lines.registerCommands(commands, () => this.failures.selected());
    const functions = parts.add(new CodeTracesOfFile(this.analysis, this.model, this.lines.buffers));
    parts.add(new CodeLenses(functions));
    parts.add(
      commands.register(Command.showTracesHere, async (called) => {
        const { showTracesHere } = await import('./host/codeLens/showTracesHere');
        await showTracesHere(called, functions, this.analysis, this.model);
      }),
    );
    parts.add(registerPastedCommands({ commands, pasted: this.pasted, view: this.failures, opener }));
    parts.add(registerConnectionCommands(commands, store, this.analysis));
    parts.add(new Recommendations(store, globalState, log));
    parts.add(
      commands.register(Command.openTrace, async (reference) => {
        const { openTrace } = await import('./host/openTrace');
        await openTrace(this.analysis, reference);
      }),
    );
    parts.add(
      registerSupportCommands(commands, {
        extension: context.extension as vscode.Extension<unknown>,
        receiver: this.receiver,
        connections: store,
        model: this.model,
        log,
      }),
    );

    this.resume(log);
  }

  dispose(): void {
    this.parts.dispose();
  }

  /** Listens again where the user wants it, without holding up the start of VS Code. */
  private resume(log: Log): void {
    this.receiver
      .resume()
      .then(() => {
        if (this.receiver.isOn) {
          this.failures.planUpdate();
        }
      })
      .catch((error: unknown) => {
        log.error('receiver', error);
      });
  }
}
