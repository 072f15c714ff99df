import type * as vscode from 'vscode';

import { DisposableStore, type Disposable } from '../../base/disposable';
import { Emitter } from '../../base/emitter';
import { Setting } from '../../contributions';
import { ok, type Result } from '../../base/result';
import type {
  ReceiverOptions,
  ReceiverProblem,
  ReceiverStatus,
  SeenGroup,
  StoreStatus,
} from '../../protocol/engine';
import type { EngineCalls } from '../analysisCalls';
import { onDidChangeSettings, readSetting } from '../settings';

const wantedKey = 'receiver.wanted';
const pausedKey = 'receiver.paused';

/** The local receiver as this window sees it. Once asked for, it listens again whenever VS Code starts, until it is stopped. */
export class Receiver implements Disposable {
  private readonly engine: EngineCalls;
  private readonly memory: vscode.Memento;
  private readonly subscriptions = new DisposableStore();
  private readonly changes = new Emitter<undefined>();
  private readonly commits = new Emitter<undefined>();
  private receiverStatus: ReceiverStatus = { state: 'off' };
  private storeStatus: StoreStatus | undefined;

  /** State or counters changed. */
  readonly onDidChange = this.changes.event;
  /** Traces were stored: a hint to ask again. */
  readonly onDidCommit = this.commits.event;

  constructor(engine: EngineCalls, memory: vscode.Memento) {
    this.engine = engine;
    this.memory = memory;
    this.subscriptions.add(
      engine.on('receiver', (status) => {
        this.take(status);
      }),
    );
    this.subscriptions.add(
      engine.on('store', (status) => {
        this.storeStatus = status;
        this.changes.fire(undefined);
      }),
    );
    this.subscriptions.add(
      engine.on('committed', () => {
        this.commits.fire(undefined);
      }),
    );
    this.subscriptions.add(
      onDidChangeSettings(
        [Setting.receiverPort, Setting.receiverAllowedHosts, Setting.storeMaxSizeMb, Setting.storeMaxAgeDays],
        () => void this.configure(),
      ),
    );
  }

  get status(): ReceiverStatus {
    return this.receiverStatus;
  }

  /** Counters of the store; `undefined` before the engine first answered. */
  get store(): StoreStatus | undefined {
    return this.storeStatus;
  }

  /** The user asked for the receiver and has not stopped it. */
  get isWanted(): boolean {
    return this.memory.get<boolean>(wantedKey, false);
  }

  /** Traces are, or would be, taken in. */
  get isOn(): boolean {
    return this.receiverStatus.state === 'listening' || this.receiverStatus.state === 'elsewhere';
  }

  /** The address to send to; `undefined` while nothing listens. */
  get address(): string | undefined {
    const { receiverStatus: status } = this;
    const port = status.state === 'listening' || status.state === 'elsewhere' ? status.port : undefined;
    return port === undefined ? undefined : `http://127.0.0.1:${port}`;
  }

  /** Listens again after a restart of VS Code or of the engine, where the user wanted it. */
  async resume(): Promise<void> {
    if (this.isWanted) {
      await this.listen();
    }
  }

  /** Listens on the port of the settings and remembers that it was asked for. */
  async start(): Promise<ReceiverStatus> {
    await this.memory.update(wantedKey, true);
    await this.memory.update(pausedKey, false);
    await this.listen();
    return this.receiverStatus;
  }

  /** Stops listening, from now on also after a restart. */
  async stop(): Promise<void> {
    await this.memory.update(wantedKey, false);
    await this.memory.update(pausedKey, false);
    this.take(await this.engine.call('stop', undefined));
  }

  /** While paused senders are told to come back later and keep their data. */
  async pause(paused: boolean): Promise<void> {
    await this.memory.update(pausedKey, paused);
    this.take(await this.engine.call('pause', { paused }));
  }

  /** Deletes all stored traces, or says why not. */
  async clear(): Promise<Result<undefined, ReceiverProblem>> {
    const cleared = await this.engine.call('clear', undefined);
    if (!cleared.ok) {
      return cleared;
    }
    this.storeStatus = cleared.value;
    this.changes.fire(undefined);
    return ok(undefined);
  }

  /** Asks for the counters of the store, which say nothing by themselves where another window writes it. */
  async recount(): Promise<void> {
    this.storeStatus = (await this.engine.call('status', undefined)).store;
    this.changes.fire(undefined);
  }

  /** Stores one OTLP JSON request as if it had been received: the ids of its traces, or what was wrong with it. */
  importJson(
    body: Uint8Array,
  ): Promise<{ readonly traceIds: readonly string[] } | { readonly error: string }> {
    return this.engine.call('import', { contentType: 'application/json', body });
  }

  /** The groups are no longer new; says why where that cannot be written down. */
  markRead(groupIds: readonly string[]): Promise<Result<undefined, ReceiverProblem>> {
    return this.engine.call('markRead', { groupIds });
  }

  /** Keeps when groups of other connections were first seen; says why where that cannot be written down. */
  rememberGroups(groups: readonly SeenGroup[]): Promise<Result<undefined, ReceiverProblem>> {
    return this.engine.call('rememberGroups', { groups });
  }

  /** The engine stopped by itself: nothing listens until it is back. */
  lost(): void {
    this.take({ state: this.isWanted ? 'starting' : 'off' });
  }

  dispose(): void {
    this.subscriptions.dispose();
    this.changes.dispose();
    this.commits.dispose();
  }

  private async listen(): Promise<void> {
    this.take({ state: 'starting' });
    this.take(await this.engine.call('start', receiverOptions()));
    // A receiver that was paused stays so on another port and after a restart.
    if (this.memory.get<boolean>(pausedKey, false)) {
      this.take(await this.engine.call('pause', { paused: true }));
    }
    await this.recount();
  }

  private async configure(): Promise<void> {
    if (!this.engine.isRunning) {
      return;
    }
    const { status } = this;
    const options = receiverOptions();
    await this.engine.call('configure', options);
    if (this.isWanted && !(status.state === 'listening' && status.port === options.port)) {
      await this.listen();
    }
  }

  private take(status: ReceiverStatus): void {
    this.receiverStatus = status;
    this.changes.fire(undefined);
  }
}

function receiverOptions(): ReceiverOptions {
  return {
    port: readSetting(Setting.receiverPort),
    allowedHosts: readSetting(Setting.receiverAllowedHosts),
    maxBytes: readSetting(Setting.storeMaxSizeMb) * 1e6,
    maxAgeMs: readSetting(Setting.storeMaxAgeDays) * 86_400_000,
  };
}
