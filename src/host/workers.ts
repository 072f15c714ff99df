import { mkdirSync } from 'node:fs';
import { Worker } from 'node:worker_threads';

import { disposable, type Disposable } from '../base/disposable';
import { Emitter } from '../base/emitter';
import type { WorkerStart } from '../protocol/engine';
import { RpcClient, type Contract, type Port } from '../protocol/rpc';
import type { Log } from './log';

/** The worker stopped by itself while a call was open, or has not started again yet. */
export class WorkerStopped extends Error {
  override name = 'WorkerStopped';
}

/** A worker that stopped by itself and when it will be back. */
export interface WorkerCrash {
  readonly name: string;
  readonly restartInMs: number;
}

/** How to start a worker. */
export interface WorkerOptions {
  /** For log and messages. */
  readonly name: string;
  readonly file: string;
  readonly data: WorkerStart;
}

const firstRestartMs = 500;
const lastRestartMs = 30_000;
/** A worker that ran this long counts as healthy: the next restart waits the shortest time again. */
const healthyMs = 60_000;

/** A worker thread behind its contract: started by the first call, started again with growing delays when it crashes. */
export class WorkerHandle<C extends Contract> implements Disposable {
  private readonly options: WorkerOptions;
  private readonly log: Log;
  private readonly subscriptions = new Set<(client: RpcClient<C>) => void>();
  private readonly started = new Emitter<undefined>();
  private readonly crashed = new Emitter<WorkerCrash>();
  private running: { readonly worker: Worker; readonly client: RpcClient<C> } | undefined;
  private restartMs = firstRestartMs;
  private restart: NodeJS.Timeout | undefined;
  private disposed = false;

  /** Fired after each start, before any call: the place to tell the worker what it must know. */
  readonly onDidStart = this.started.event;
  /** Fired when the worker stopped by itself. */
  readonly onDidCrash = this.crashed.event;

  constructor(options: WorkerOptions, log: Log) {
    this.options = options;
    this.log = log;
  }

  /** Whether the worker runs; asking does not start it. */
  get isRunning(): boolean {
    return this.running !== undefined;
  }

  /** The worker's answer; rejects with {@link WorkerStopped} where the worker crashed. */
  call<M extends keyof C['methods'] & string>(
    method: M,
    request: C['methods'][M]['request'],
    signal?: AbortSignal,
  ): Promise<C['methods'][M]['response']> {
    if (!this.running && (this.restart || this.disposed)) {
      return Promise.reject(new WorkerStopped(`${this.options.name} is not running`));
    }
    return this.start().call(method, request, signal);
  }

  /** Calls `listener` with each event of that name, over restarts, until disposed. */
  on<E extends keyof C['events'] & string>(event: E, listener: (value: C['events'][E]) => void): Disposable {
    const subscribe = (client: RpcClient<C>): void => {
      client.on(event, (value) => {
        if (this.subscriptions.has(subscribe)) {
          listener(value);
        }
      });
    };
    this.subscriptions.add(subscribe);
    if (this.running) {
      subscribe(this.running.client);
    }
    return disposable(() => this.subscriptions.delete(subscribe));
  }

  /** Ends the worker as a crash would, for tests of the restart. */
  async kill(): Promise<void> {
    await this.running?.worker.terminate();
  }

  dispose(): void {
    this.disposed = true;
    clearTimeout(this.restart);
    const running = this.running;
    this.running = undefined;
    running?.client.dispose();
    void running?.worker.terminate();
  }

  private start(): RpcClient<C> {
    if (this.running) {
      return this.running.client;
    }
    // VS Code names the folder but does not make it.
    mkdirSync(this.options.data.storageDir, { recursive: true });
    const worker = new Worker(this.options.file, {
      workerData: this.options.data,
      stdout: true,
      stderr: true,
    });
    const client = new RpcClient<C>(portOfWorker(worker));
    const startedMs = performance.now();
    this.running = { worker, client };
    for (const stream of [worker.stdout, worker.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => {
        this.log.info(`${this.options.name}: ${text.trimEnd()}`);
      });
    }
    worker.on('error', (error) => {
      this.log.error(this.options.name, error);
    });
    worker.once('exit', (code) => {
      client.close(new WorkerStopped(`${this.options.name} stopped with code ${code}`));
      if (this.running?.worker === worker) {
        this.running = undefined;
        this.planRestart(performance.now() - startedMs);
      }
    });
    for (const subscribe of this.subscriptions) {
      subscribe(client);
    }
    this.started.fire(undefined);
    return client;
  }

  private planRestart(ranMs: number): void {
    if (ranMs > healthyMs) {
      this.restartMs = firstRestartMs;
    }
    const restartInMs = this.restartMs;
    this.restartMs = Math.min(2 * this.restartMs, lastRestartMs);
    this.restart = setTimeout(() => {
      this.restart = undefined;
      this.start();
    }, restartInMs);
    this.log.warn(`${this.options.name} stopped and starts again in ${restartInMs} ms`);
    this.crashed.fire({ name: this.options.name, restartInMs });
  }
}

function portOfWorker(worker: Worker): Port {
  return {
    post(message, transfer = []) {
      worker.postMessage(message, [...transfer]);
    },
    onMessage(listener) {
      worker.on('message', listener);
      return disposable(() => worker.off('message', listener));
    },
  };
}
