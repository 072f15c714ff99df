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
export interface WorkerOptions<Method extends string = string> {
  /** For log and messages. */
  readonly name: string;
  readonly file: string;
  readonly data: WorkerStart;
  /** The method that tells a started worker what it must know: other calls wait until it was called. */
  readonly opensWith?: Method;
}

type WorkerLog = Pick<Log, 'info' | 'warn' | 'error'>;

interface RunningWorker<C extends Contract> {
  readonly worker: Worker;
  readonly client: RpcClient<C>;
  /** Calls may be sent; rejects where the worker stopped before. */
  readonly opened: Promise<void>;
  readonly open: () => void;
  isOpen: boolean;
}

const firstRestartMs = 500;
const lastRestartMs = 30_000;
/** A worker that ran this long counts as healthy: the next restart waits the shortest time again. */
const healthyMs = 60_000;

/** A worker thread behind its contract: started by the first call, started again with growing delays when it crashes. */
export class WorkerHandle<C extends Contract> implements Disposable {
  private readonly options: WorkerOptions<keyof C['methods'] & string>;
  private readonly log: WorkerLog;
  private readonly subscriptions = new Set<(client: RpcClient<C>) => void>();
  private readonly started = new Emitter<undefined>();
  private readonly crashed = new Emitter<WorkerCrash>();
  private running: RunningWorker<C> | undefined;
  private restartMs = firstRestartMs;
  private restart: NodeJS.Timeout | undefined;
  private disposed = false;

  /** Fired after each start, before any call: the place to tell the worker what it must know. */
  readonly onDidStart = this.started.event;
  /** Fired when the worker stopped by itself. */
  readonly onDidCrash = this.crashed.event;

  constructor(options: WorkerOptions<keyof C['methods'] & string>, log: WorkerLog) {
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
    const running = this.start();
    const { client } = running;
    if (method === this.options.opensWith) {
      const answer = client.call(method, request, signal);
      running.open();
      return answer;
    }
    // A call held back whose asker has gone meanwhile is never sent.
    return running.isOpen
      ? client.call(method, request, signal)
      : running.opened.then(() => client.call(method, request, signal));
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

  private start(): RunningWorker<C> {
    if (this.running) {
      return this.running;
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
    let open = (): void => undefined;
    let fail: (reason: Error) => void = () => undefined;
    const opened = new Promise<void>((resolve, reject) => {
      open = resolve;
      fail = reject;
    });
    // Where no call waits, nobody misses the opening.
    opened.catch(() => undefined);
    const running: RunningWorker<C> = {
      worker,
      client,
      opened,
      open: () => {
        running.isOpen = true;
        open();
      },
      isOpen: this.options.opensWith === undefined,
    };
    this.running = running;
    for (const stream of [worker.stdout, worker.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => {
        this.log.info(`${this.options.name}: ${text.trimEnd()}`);
      });
    }
    worker.on('error', (error) => {
      this.log.error(this.options.name, error);
    });
    worker.once('exit', (code) => {
      const stopped = new WorkerStopped(`${this.options.name} stopped with code ${code}`);
      client.close(stopped);
      fail(stopped);
      if (this.running?.worker === worker) {
        this.running = undefined;
        this.planRestart(performance.now() - startedMs);
      }
    });
    for (const subscribe of this.subscriptions) {
      subscribe(client);
    }
    this.started.fire(undefined);
    return running;
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
