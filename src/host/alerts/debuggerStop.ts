import * as vscode from 'vscode';

import { Emitter } from '../../base/emitter';

/** Whether a debug session stands at a breakpoint or step, by the messages of its adapter. */
export class DebuggerStop implements vscode.Disposable {
  private readonly stopped = new Set<string>();
  private readonly changes = new Emitter<undefined>();
  private readonly subscriptions: vscode.Disposable;

  readonly onDidChange = this.changes.event;

  constructor() {
    this.subscriptions = vscode.Disposable.from(
      vscode.debug.registerDebugAdapterTrackerFactory('*', {
        createDebugAdapterTracker: ({ id }) => ({
          onDidSendMessage: (message: unknown) => {
            const event = eventName(message);
            if (event === 'stopped') {
              this.set(id, true);
            } else if (event === 'continued' || event === 'terminated' || event === 'exited') {
              this.set(id, false);
            }
          },
          onWillReceiveMessage: (message: unknown) => {
            // Adapters need not send `continued` after they were asked to go on.
            if (runsOn.has(requestName(message) ?? '')) {
              this.set(id, false);
            }
          },
          onExit: () => {
            this.set(id, false);
          },
        }),
      }),
      vscode.debug.onDidTerminateDebugSession(({ id }) => {
        this.set(id, false);
      }),
    );
  }

  get isStopped(): boolean {
    return this.stopped.size > 0;
  }

  dispose(): void {
    this.subscriptions.dispose();
    this.changes.dispose();
  }

  private set(sessionId: string, stopped: boolean): void {
    const before = this.isStopped;
    if (stopped) {
      this.stopped.add(sessionId);
    } else {
      this.stopped.delete(sessionId);
    }
    if (before !== this.isStopped) {
      this.changes.fire(undefined);
    }
  }
}

const runsOn = new Set([
  'continue',
  'next',
  'stepIn',
  'stepOut',
  'stepBack',
  'reverseContinue',
  'disconnect',
]);

function eventName(message: unknown): string | undefined {
  return isObject(message) && 'event' in message && typeof message.event === 'string'
    ? message.event
    : undefined;
}

function requestName(message: unknown): string | undefined {
  return isObject(message) && 'command' in message && typeof message.command === 'string'
    ? message.command
    : undefined;
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}
