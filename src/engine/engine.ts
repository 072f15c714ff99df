import { Emitter } from '../base/emitter';
import { err, ok, type Result } from '../base/result';
import type {
  EngineContract,
  ReceiverOptions,
  ReceiverProblem,
  ReceiverStatus,
  StoreStatus,
} from '../protocol/engine';
import type { Handlers } from '../protocol/rpc';
import { ingest, traceIdsOf } from './ingest';
import { portHolder } from './receiver/portHolder';
import { startReceiver, type Outcome, type Receiver } from './receiver/receiver';
import type { LocalStore } from './store/localStore';
import { lockHolder } from './store/writerLock';

/** How often a window that does not hold the store looks whether it is free. */
const lockPollMs = 2000;
/** At most so often listeners hear that something was committed. */
const committedEveryMs = 250;

/** What an engine is built from. */
export interface EngineParts {
  readonly store: LocalStore;
  readonly textOf: (problem: ReceiverProblem) => string;
}

/** Receiver and store of one process: what the engine worker and `spanline receive` run. */
export class Engine {
  readonly onDidChangeReceiver = new Emitter<ReceiverStatus>();
  readonly onDidChangeStore = new Emitter<StoreStatus>();
  readonly onDidCommit = new Emitter<{ readonly traces: number }>();
  private readonly store: LocalStore;
  private readonly textOf: (problem: ReceiverProblem) => string;
  private receiver: Receiver | undefined;
  private receiverStatus: ReceiverStatus = { state: 'off' };
  private lockPoll: NodeJS.Timeout | undefined;
  private committedTimer: NodeJS.Timeout | undefined;
  private committedTraces = 0;
  /** What was asked for, also while another window receives. */
  private isPaused = false;
  /** What was last asked for. */
  private options: ReceiverOptions | undefined;
  /** Starts and stops happen one after the other, whoever asks. */
  private turn: Promise<unknown> = Promise.resolve();

  constructor(parts: EngineParts) {
    this.store = parts.store;
    this.textOf = parts.textOf;
    this.store.onDidIndex((traces) => {
      this.committed(traces);
    });
  }

  /** The contract's methods over this engine. */
  handlers(): Handlers<EngineContract> {
    return {
      start: (options) => this.start(options),
      stop: () => this.stop(),
      pause: ({ paused }) => Promise.resolve(this.pause(paused)),
      status: () => Promise.resolve({ receiver: this.receiverStatus, store: this.store.status() }),
      clear: () =>
        this.inTurn(async () => {
          const cleared = await this.withStore(() => {
            this.store.clear();
            return Promise.resolve();
          });
          return cleared.ok ? ok(this.storeChanged()) : cleared;
        }),
      import: (request) => this.inTurn(() => this.import(request.contentType, request.body)),
      configure: (options) => {
        this.configure(options);
        return Promise.resolve(undefined);
      },
      markRead: ({ groupIds }) =>
        this.inTurn(async () => {
          const marked = await this.withStore(() => {
            this.store.markRead(groupIds);
            return Promise.resolve(undefined);
          });
          if (marked.ok) {
            this.storeChanged();
          }
          return marked;
        }),
      rememberGroups: ({ groups }) =>
        this.inTurn(() =>
          this.withStore(() => {
            this.store.rememberGroups(groups);
            return Promise.resolve(undefined);
          }),
        ),
    };
  }

  start(options: ReceiverOptions): Promise<ReceiverStatus> {
    return this.inTurn(() => {
      this.isPaused = false;
      return this.startNow(options);
    });
  }

  stop(): Promise<ReceiverStatus> {
    return this.inTurn(async () => {
      this.unwatchLock();
      await this.receiver?.close();
      this.receiver = undefined;
      // Another window may receive now.
      this.store.close();
      return this.show({ state: 'off' });
    });
  }

  /** Also for later, where another window receives and this one takes over from it. */
  pause(paused: boolean): ReceiverStatus {
    this.isPaused = paused;
    if (this.receiver && this.receiverStatus.state === 'listening') {
      this.receiver.paused = paused;
      return this.show({ ...this.receiverStatus, paused });
    }
    return this.receiverStatus;
  }

  /** Counters and state of the store. */
  storeStatus(): StoreStatus {
    return this.store.status();
  }

  /** Stops listening, finishes what was acknowledged and closes the store. */
  async close(): Promise<void> {
    await this.stop();
    clearTimeout(this.committedTimer);
    this.store.close();
  }

  private async startNow(options: ReceiverOptions): Promise<ReceiverStatus> {
    if (this.receiver) {
      await this.receiver.close();
      this.receiver = undefined;
    }
    this.options = options;
    this.store.bounds = options;
    const problem = this.acquire();
    if (problem?.code === 'storeHeld') {
      this.watchLock();
      return this.show({ state: 'elsewhere', ...lockHolder(this.store.file) });
    }
    this.unwatchLock();
    if (problem) {
      this.store.close();
      return this.show({ state: 'failed', message: this.textOf(problem), problem });
    }
    this.show({ state: 'starting' });
    const status = await this.listen(options);
    if (status.state !== 'listening') {
      this.store.close();
    }
    return this.show(status);
  }

  /** Receives in place of a window that has let go of the store, unless this one was stopped meanwhile. */
  private takeOver(): Promise<void> {
    return this.inTurn(async () => {
      if (this.options && this.receiverStatus.state === 'elsewhere') {
        await this.startNow(this.options);
        this.storeChanged();
      }
    });
  }

  private inTurn<T>(task: () => Promise<T>): Promise<T> {
    const run = this.turn.then(task, task);
    this.turn = run.catch(() => undefined);
    return run;
  }

  private async listen(options: ReceiverOptions): Promise<ReceiverStatus> {
    const listening = await startReceiver({
      port: options.port,
      allowedHosts: options.allowedHosts,
      sink: (signal, format, body) => ingest(this.store, signal, format, body),
      textOf: this.textOf,
      onGrpc: () => {
        if (this.receiverStatus.state === 'listening' && this.receiverStatus.grpcSeen !== true) {
          this.show({ ...this.receiverStatus, grpcSeen: true });
        }
      },
    });
    if (listening.ok) {
      this.receiver = listening.value;
      this.receiver.paused = this.isPaused;
      this.store.announce(listening.value.port);
      const { port, hosts } = listening.value;
      return { state: 'listening', port, hosts, paused: this.isPaused };
    }
    if (listening.error.code === 'failed') {
      return { state: 'failed', message: listening.error.message };
    }
    const holder = await portHolder(options.port);
    return { state: 'portTaken', port: options.port, ...(holder && { holder }) };
  }

  private configure(options: ReceiverOptions): void {
    this.options &&= options;
    this.store.bounds = options;
    if (this.receiver) {
      this.receiver.allowedHosts = options.allowedHosts;
    }
  }

  private async import(
    contentType: 'application/json' | 'application/x-protobuf',
    body: Uint8Array,
  ): Promise<{ readonly traceIds: readonly string[] } | { readonly error: string }> {
    const format = contentType === 'application/json' ? 'json' : 'protobuf';
    const bytes = new Uint8Array(body);
    const outcome = await this.withStore(async () => {
      const stored = await ingest(this.store, 'traces', format, bytes);
      this.store.indexAll();
      return stored;
    });
    const problem = outcome.ok ? problemOf(outcome.value) : outcome.error;
    return problem ? { error: this.textOf(problem) } : { traceIds: traceIdsOf(format, bytes) };
  }

  /** Runs `task` with the store open for writing, and lets go of it where nothing is received. Says whose it is where it is not this process's. */
  private async withStore<T>(task: () => Promise<T>): Promise<Result<T, ReceiverProblem>> {
    const problem = this.acquire();
    if (problem) {
      return err(problem);
    }
    try {
      return ok(await task());
    } finally {
      if (!this.receiver) {
        this.store.close();
      }
    }
  }

  private acquire(): ReceiverProblem | undefined {
    switch (this.store.acquire()) {
      case 'ready':
        return undefined;
      case 'held':
        return { code: 'storeHeld' };
      case 'foreign':
        return { code: 'storeForeign', file: this.store.file };
    }
  }

  private show(status: ReceiverStatus): ReceiverStatus {
    this.receiverStatus = status;
    this.onDidChangeReceiver.fire(status);
    return status;
  }

  private storeChanged(): StoreStatus {
    const status = this.store.status();
    this.onDidChangeStore.fire(status);
    return status;
  }

  private committed(traces: number): void {
    this.committedTraces += traces;
    this.committedTimer ??= setTimeout(() => {
      this.committedTimer = undefined;
      const count = this.committedTraces;
      this.committedTraces = 0;
      this.onDidCommit.fire({ traces: count });
      this.storeChanged();
    }, committedEveryMs);
  }

  /** Keeps telling where the receiver is, and takes over once nobody holds the store any more. */
  private watchLock(): void {
    this.lockPoll ??= setInterval(() => {
      if (!this.store.isHeldElsewhere()) {
        this.unwatchLock();
        void this.takeOver();
        return;
      }
      const holder = lockHolder(this.store.file);
      const shown = this.receiverStatus;
      if (shown.state === 'elsewhere' && (shown.port !== holder.port || shown.pid !== holder.pid)) {
        this.show({ state: 'elsewhere', ...holder });
      }
    }, lockPollMs).unref();
  }

  private unwatchLock(): void {
    clearInterval(this.lockPoll);
    this.lockPoll = undefined;
  }
}

function problemOf(outcome: Outcome): ReceiverProblem | undefined {
  switch (outcome.code) {
    case 'stored':
      return undefined;
    case 'malformed':
      return outcome;
    case 'unavailable':
      return outcome.problem;
  }
}
