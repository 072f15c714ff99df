import * as vscode from 'vscode';

import { Command } from '../contributions';
import type { AnalysisContract } from '../protocol/analysis';
import type { EngineContract } from '../protocol/engine';
import { alertWords, workerStoppedText } from '../words';
import { runCommand } from './commands';
import type { FailuresView } from './failures/failuresView';
import type { Receiver } from './receiver/receiver';
import type { WorkerHandle } from './workers';

/** Says that a worker stopped by itself, and brings its work back once it runs again. */
export function reportCrashes(
  engine: WorkerHandle<EngineContract>,
  analysis: WorkerHandle<AnalysisContract>,
  receiver: Receiver,
  failures: FailuresView,
): vscode.Disposable {
  let engineCrashed = false;
  let analysisCrashed = false;
  const subscriptions = [
    engine.onDidCrash(() => {
      engineCrashed = true;
      receiver.lost();
      void say('engine');
    }),
    engine.onDidStart(() => {
      if (engineCrashed) {
        engineCrashed = false;
        void receiver.resume();
      }
    }),
    analysis.onDidCrash(() => {
      analysisCrashed = true;
      void say('analysis');
    }),
    analysis.onDidStart(() => {
      if (analysisCrashed) {
        analysisCrashed = false;
        failures.planUpdate();
      }
    }),
  ];
  return vscode.Disposable.from(...subscriptions);
}

async function say(worker: 'engine' | 'analysis'): Promise<void> {
  const showLog = alertWords.showLog();
  const picked = await vscode.window.showWarningMessage(workerStoppedText(worker), showLog);
  if (picked === showLog) {
    await runCommand(Command.showLog);
  }
}
