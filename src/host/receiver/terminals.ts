import type * as vscode from 'vscode';

import type { Disposable } from '../../base/disposable';
import { ContextKey } from '../../contributions';
import { terminalVariablesText } from '../../words';
import { setContextKey } from '../commands';
import type { Receiver } from './receiver';

const key = 'terminals.export';

/** Variables that make an OpenTelemetry SDK export to the local receiver. */
export function exporterVariables(address: string): Readonly<Record<string, string>> {
  return {
    OTEL_EXPORTER_OTLP_ENDPOINT: address,
    // Some SDKs (Python's, for one) send gRPC unless told.
    OTEL_EXPORTER_OTLP_PROTOCOL: 'http/protobuf',
  };
}

/** Sets the exporter's variables in new terminals of this workspace while the receiver listens. */
export class TerminalVariables implements Disposable {
  private readonly environment: vscode.EnvironmentVariableCollection;
  private readonly memory: vscode.Memento;
  private readonly receiver: Receiver;
  private readonly subscription: Disposable;

  constructor(environment: vscode.EnvironmentVariableCollection, memory: vscode.Memento, receiver: Receiver) {
    this.environment = environment;
    // Kept variables would outlive the receiver: they are set anew each time it listens.
    this.environment.persistent = false;
    this.memory = memory;
    this.receiver = receiver;
    this.subscription = receiver.onDidChange(() => {
      this.apply();
    });
    this.apply();
  }

  /** Turns the variables on or off for terminals opened from now on. */
  async set(on: boolean): Promise<void> {
    await this.memory.update(key, on);
    this.apply();
  }

  dispose(): void {
    this.subscription.dispose();
  }

  private apply(): void {
    const on = this.memory.get<boolean>(key, false);
    const { address } = this.receiver;
    setContextKey(ContextKey.terminals, on);
    if (!on || address === undefined) {
      this.environment.clear();
      return;
    }
    const variables = Object.entries(exporterVariables(address));
    if (variables.every(([name, value]) => this.environment.get(name)?.value === value)) {
      return;
    }
    this.environment.description = terminalVariablesText(address);
    for (const [name, value] of variables) {
      this.environment.replace(name, value);
    }
  }
}
