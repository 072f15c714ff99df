import { disposable, type Disposable } from '../base/disposable';

/** What a remote side offers: methods taking one JSON-like argument (buffers inside are transferred where the port can), and events. */
export interface Contract {
  readonly methods: Readonly<Record<string, { readonly request: unknown; readonly response: unknown }>>;
  readonly events: Readonly<Record<string, unknown>>;
}

type Methods<C extends Contract> = C['methods'];

/** The part of a MessagePort, Worker or webview that RPC needs. */
export interface Port {
  post(message: unknown, transfer?: readonly ArrayBuffer[]): void;
  /** Calls back with every message, in order, until disposed. */
  onMessage(listener: (message: unknown) => void): Disposable;
}

/** A method's failure that the other side did not expect: a programmer error, with its stack for the log. */
export class RemoteError extends Error {
  override name = 'RemoteError';
}

type Message =
  | { readonly t: 'call'; readonly id: number; readonly method: string; readonly request: unknown }
  | { readonly t: 'abort'; readonly id: number }
  | { readonly t: 'done'; readonly id: number; readonly response: unknown }
  | { readonly t: 'threw'; readonly id: number; readonly message: string; readonly stack: string }
  | { readonly t: 'event'; readonly event: string; readonly value: unknown };

/** Wraps a response whose buffers shall move instead of being copied. */
export class Transfer<T> {
  readonly value: T;
  readonly buffers: readonly ArrayBuffer[];

  constructor(value: T, buffers: readonly ArrayBuffer[]) {
    this.value = value;
    this.buffers = buffers;
  }
}

/** Answers for every method of a contract. */
export type Handlers<C extends Contract> = {
  readonly [M in keyof Methods<C>]: (
    request: Methods<C>[M]['request'],
    signal: AbortSignal,
  ) => Promise<Methods<C>[M]['response'] | Transfer<Methods<C>[M]['response']>>;
};

function abortError(signal: AbortSignal | undefined): Error {
  return signal?.reason instanceof Error ? signal.reason : new Error('aborted');
}

/** Calls the methods of a contract that the other end of a port serves. */
export class RpcClient<C extends Contract> implements Disposable {
  private readonly port: Port;
  private readonly pending = new Map<
    number,
    { resolve: (value: unknown) => void; reject: (error: Error) => void }
  >();
  private readonly listeners = new Map<string, Set<(value: unknown) => void>>();
  private readonly subscription: Disposable;
  private nextId = 1;
  private closedBy: Error | undefined;

  constructor(port: Port) {
    this.port = port;
    this.subscription = port.onMessage((message) => {
      this.receive(message as Message);
    });
  }

  /** The other side's answer; rejects with {@link RemoteError} where its code threw, and with the abort reason after an abort. */
  call<M extends keyof Methods<C> & string>(
    method: M,
    request: Methods<C>[M]['request'],
    signal?: AbortSignal,
  ): Promise<Methods<C>[M]['response']> {
    if (this.closedBy) {
      return Promise.reject(this.closedBy);
    }
    if (signal?.aborted) {
      return Promise.reject(abortError(signal));
    }
    const id = this.nextId++;
    const answer = this.answerTo<M>(id, signal);
    this.port.post({ t: 'call', id, method, request } satisfies Message);
    return answer;
  }

  /** The answer to a call that was posted before this client was there, with an id below 1. */
  answerTo<M extends keyof Methods<C> & string>(
    id: number,
    signal?: AbortSignal,
  ): Promise<Methods<C>[M]['response']> {
    return new Promise((resolve, reject) => {
      const onAbort = (): void => {
        this.pending.delete(id);
        this.port.post({ t: 'abort', id } satisfies Message);
        reject(abortError(signal));
      };
      signal?.addEventListener('abort', onAbort, { once: true });
      const settle = (): void => {
        signal?.removeEventListener('abort', onAbort);
      };
      this.pending.set(id, {
        resolve: (value) => {
          settle();
          resolve(value);
        },
        reject: (error) => {
          settle();
          reject(error);
        },
      });
    });
  }

  /** Calls `listener` with each event of that name until disposed. */
  on<E extends keyof C['events'] & string>(event: E, listener: (value: C['events'][E]) => void): Disposable {
    const own = (value: unknown): void => {
      listener(value as C['events'][E]);
    };
    const set = this.listeners.get(event) ?? new Set();
    this.listeners.set(event, set.add(own));
    return disposable(() => set.delete(own));
  }

  /** Rejects all open and later calls with `reason`. */
  close(reason: Error): void {
    this.closedBy ??= reason;
    this.subscription.dispose();
    for (const { reject } of this.pending.values()) {
      reject(reason);
    }
    this.pending.clear();
  }

  dispose(): void {
    this.close(new Error('closed'));
  }

  private receive(message: Message): void {
    if (message.t === 'event') {
      for (const listener of [...(this.listeners.get(message.event) ?? [])]) {
        listener(message.value);
      }
      return;
    }
    if (message.t !== 'done' && message.t !== 'threw') {
      return;
    }
    const call = this.pending.get(message.id);
    this.pending.delete(message.id);
    if (message.t === 'done') {
      call?.resolve(message.response);
    } else {
      const error = new RemoteError(message.message);
      error.stack = message.stack;
      call?.reject(error);
    }
  }
}

/** Serves a contract on a port. */
export class RpcServer<C extends Contract> implements Disposable {
  private readonly port: Port;
  private readonly handlers: Handlers<C>;
  private readonly running = new Map<number, AbortController>();
  private readonly subscription: Disposable;

  constructor(port: Port, handlers: Handlers<C>) {
    this.port = port;
    this.handlers = handlers;
    this.subscription = port.onMessage((message) => {
      this.receive(message as Message);
    });
  }

  /** Sends an event to the client; a hint, which hidden views may lose. */
  emit<E extends keyof C['events'] & string>(event: E, value: C['events'][E]): void {
    this.port.post({ t: 'event', event, value } satisfies Message);
  }

  dispose(): void {
    this.subscription.dispose();
    for (const controller of this.running.values()) {
      controller.abort();
    }
    this.running.clear();
  }

  private receive(message: Message): void {
    if (message.t === 'abort') {
      this.running.get(message.id)?.abort();
    } else if (message.t === 'call') {
      void this.answer(message.id, message.method, message.request);
    }
  }

  private async answer(id: number, method: string, request: unknown): Promise<void> {
    const controller = new AbortController();
    this.running.set(id, controller);
    try {
      if (!Object.hasOwn(this.handlers, method)) {
        throw new Error(`no method ${method}`);
      }
      const response: unknown = await this.handlers[method]!(request, controller.signal);
      if (controller.signal.aborted) {
        return;
      }
      if (response instanceof Transfer) {
        this.port.post(
          { t: 'done', id, response: response.value as unknown } satisfies Message,
          response.buffers,
        );
      } else {
        this.port.post({ t: 'done', id, response } satisfies Message);
      }
    } catch (error) {
      const { message, stack } = error instanceof Error ? error : new Error(String(error));
      this.port.post({ t: 'threw', id, message, stack: stack ?? message } satisfies Message);
    } finally {
      this.running.delete(id);
    }
  }
}
