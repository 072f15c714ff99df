import type { Disposable } from '../base/disposable';
import type { Result } from '../base/result';
import type { ConnectionAnswer, NetworkOptions, OpenConnection } from '../protocol/analysis';
import type { BackendError, Completeness, TraceBackend } from '../protocol/backend';

/** Makes the backends of one configuration; given by the composition root, since edges do not know each other. */
export interface BackendFactory {
  readonly local: TraceBackend & Disposable;
  /** The network's resources are released with `dispose`. */
  network(options: NetworkOptions): Disposable & { open(connection: OpenConnection): TraceBackend };
}

/** What one connection answered. */
export interface BackendAnswer<T> {
  readonly connectionId: string;
  readonly result: Result<T, BackendError>;
}

/** The local store and the connections as configured now; asks them side by side. */
export class OpenBackends implements Disposable {
  private readonly factory: BackendFactory;
  private network: ReturnType<BackendFactory['network']> | undefined;
  private remote: readonly TraceBackend[] = [];

  constructor(factory: BackendFactory) {
    this.factory = factory;
  }

  /** Takes over connections; one whose URL is none is left out, as the host shows it as broken. */
  configure(connections: readonly OpenConnection[], options: NetworkOptions): void {
    this.network?.dispose();
    const network = this.factory.network(options);
    this.network = network;
    this.remote = connections
      .filter(({ url }) => URL.canParse(url))
      .map((connection) => network.open(connection));
  }

  get all(): readonly TraceBackend[] {
    return [this.factory.local, ...this.remote];
  }

  /** A backend for a connection that may not be stored yet. */
  open(connection: OpenConnection): TraceBackend | undefined {
    return URL.canParse(connection.url) ? this.network?.open(connection) : undefined;
  }

  /** Every backend's answer, in the order of the backends. */
  async ask<T>(
    question: (backend: TraceBackend) => Promise<Result<T, BackendError>>,
  ): Promise<readonly BackendAnswer<T>[]> {
    return Promise.all(
      this.all.map(async (backend) => ({
        connectionId: backend.connectionId,
        result: await question(backend),
      })),
    );
  }

  dispose(): void {
    this.factory.local.dispose();
    this.network?.dispose();
  }
}

/** What of an answer views show about its connection. */
export function connectionAnswer({
  connectionId,
  result,
}: BackendAnswer<{ readonly completeness: Completeness }>): ConnectionAnswer {
  return result.ok
    ? { connectionId, completeness: result.value.completeness }
    : { connectionId, error: result.error };
}
