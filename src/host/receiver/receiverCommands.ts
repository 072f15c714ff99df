import * as vscode from 'vscode';

import { Command, Setting } from '../../contributions';
import type { ReceiverProblem, ReceiverStatus } from '../../protocol/engine';
import {
  alertWords,
  clearDataQuestion,
  copiedText,
  importProblemText,
  portTakenText,
  receiverFailedText,
  receiverProblemText,
  receiverWords,
} from '../../words';
import type { AnalysisCalls } from '../analysisCalls';
import type { Commands } from '../commands';
import { openTimeline, timelineLabel } from '../failures/timelineUri';
import type { Log } from '../log';
import { withoutLinks } from '../plainText';
import { writeUserSetting } from '../settings';
import { askText } from '../steps';
import type { Receiver } from './receiver';
import { shiftOtlpTimes } from './sampleTrace';
import { exporterVariables, type TerminalVariables } from './terminals';

/** What the commands of the receiver work on. */
export interface ReceiverCommandParts {
  readonly commands: Commands;
  readonly receiver: Receiver;
  readonly terminals: TerminalVariables;
  readonly extensionUri: vscode.Uri;
  readonly analysis: AnalysisCalls;
  readonly log: Log;
  /** Asks for the failures again. */
  refresh(): void;
}

/** Start, pause, stop the receiver; its data, its variables, the sample trace. */
export function registerReceiverCommands(parts: ReceiverCommandParts): vscode.Disposable {
  const { commands, receiver, terminals, log } = parts;
  return vscode.Disposable.from(
    commands.register(Command.startReceiver, async () => {
      await reportStart(await receiver.start(), log);
    }),
    commands.register(Command.pauseReceiver, () => receiver.pause(true)),
    commands.register(Command.resumeReceiver, () => receiver.pause(false)),
    commands.register(Command.stopReceiver, () => receiver.stop()),
    commands.register(Command.useAnotherPort, async () => {
      const answer = await askText({
        title: receiverWords.portTitle(),
        step: 1,
        totalSteps: 1,
        prompt: receiverWords.portPrompt(),
        value: '',
        validate: (text) => (isPort(text) ? undefined : receiverWords.notPort()),
      });
      if (typeof answer === 'string') {
        await writeUserSetting(Setting.receiverPort, Number(answer));
        await reportStart(await receiver.start(), log);
      }
    }),
    commands.register(Command.clearData, async () => {
      const clear = receiverWords.clear();
      const picked = await vscode.window.showWarningMessage(
        clearDataQuestion(receiver.store?.traces ?? 0),
        { modal: true },
        clear,
      );
      if (picked === clear) {
        const cleared = await receiver.clear();
        if (!cleared.ok) {
          warnOfStore(cleared.error);
          return;
        }
        parts.refresh();
      }
    }),
    commands.register(Command.copyVariables, async () => {
      const address = receiver.address ?? 'http://127.0.0.1:4318';
      const variables = { ...exporterVariables(address), OTEL_SERVICE_NAME: 'my-service' };
      const text = Object.entries(variables).map(([name, value]) => `${name}=${value}\n`);
      await vscode.env.clipboard.writeText(text.join(''));
      vscode.window.setStatusBarMessage(copiedText(), 3000);
    }),
    commands.register(Command.exportFromTerminals, async () => {
      if (!receiver.isOn) {
        await reportStart(await receiver.start(), log);
      }
      await terminals.set(true);
    }),
    commands.register(Command.stopExportFromTerminals, () => terminals.set(false)),
    commands.register(Command.openSampleTrace, async () => {
      const file = vscode.Uri.joinPath(parts.extensionUri, 'media', 'sampleTrace.otlp.json');
      const recorded = new TextDecoder().decode(await vscode.workspace.fs.readFile(file));
      const now = shiftOtlpTimes(recorded, Date.now());
      const imported = await receiver.importJson(new TextEncoder().encode(now));
      if ('error' in imported) {
        void vscode.window.showErrorMessage(withoutLinks(importProblemText(imported.error)));
        return;
      }
      parts.refresh();
      const [traceId] = imported.traceIds;
      if (traceId !== undefined) {
        const found = await parts.analysis.call('findTrace', { traceId });
        const label = found.ok ? timelineLabel(found.value.name, found.value.startMs) : '';
        await openTimeline(traceId, label || receiverWords.sampleName());
      }
    }),
  );
}

/** Says what kept the receiver from listening, with what to do about it. */
export async function reportStart(status: ReceiverStatus, log: Log): Promise<void> {
  if (status.state === 'portTaken') {
    const another = receiverWords.useAnotherPort();
    const picked = await vscode.window.showErrorMessage(withoutLinks(portTakenText(status)), another);
    if (picked === another) {
      await vscode.commands.executeCommand(Command.useAnotherPort);
    }
  } else if (status.state === 'failed') {
    const showLog = alertWords.showLog();
    log.warn(status.message);
    const picked = await vscode.window.showErrorMessage(
      withoutLinks(receiverFailedText(status.message)),
      showLog,
    );
    if (picked === showLog) {
      log.show();
    }
  }
}

/** Says why the store was not changed. */
export function warnOfStore(problem: ReceiverProblem): void {
  void vscode.window.showWarningMessage(withoutLinks(receiverProblemText(problem)));
}

function isPort(text: string): boolean {
  return /^\d{1,5}$/.test(text) && Number(text) >= 1 && Number(text) <= 65_535;
}
