import { buildServices } from './runner/buildServices.mts';
import { commandLine } from './runner/commandLine.mts';
import { generateLoad, type LoadOptions, type LoadReport } from './runner/generateLoad.mts';
import { installPackages } from './runner/installPackages.mts';
import { installPython } from './runner/installPython.mts';
import type { Service } from './runner/startService.mts';
import { startServices } from './runner/startServices.mts';

export interface ShopOptions {
  /** Base URL of an OTLP/HTTP receiver, for instance `http://127.0.0.1:4318`. */
  readonly otlpEndpoint: string;
  /** Traffic to send; `false` for none. */
  readonly load?: LoadOptions | false;
  /** Gets a line of text per step. */
  readonly log?: (message: string) => void;
  /** Stops the start, or the running shop. */
  readonly signal?: AbortSignal;
  /** Variables for the traced services, over the ones they get anyway. */
  readonly env?: Readonly<Record<string, string>>;
  /** Where the Python service is copied to and runs from; by default a folder of the system's temporary directory. */
  readonly stageDir?: string;
}

export interface Shop {
  readonly urls: {
    readonly gateway: string;
    readonly orders: string;
    readonly payments: string;
    readonly inventory?: string;
  };
  readonly python: 'started' | { readonly skipped: string };
  /** Settles when a bounded load has got its last answer, or the load was stopped. */
  readonly loadDone: Promise<LoadReport>;
  /** Stops the load, lets open requests end, then stops every process once it has sent its last spans. */
  stop(): Promise<void>;
}

const DEFAULT_SEED = 1;

/** Installs and builds what changed, starts the services on free ports of 127.0.0.1, and sends them traffic. */
export async function startShop(options: ShopOptions): Promise<Shop> {
  const { log = () => undefined, load = {} } = options;
  const failed = new AbortController();
  const signal = AbortSignal.any([failed.signal, ...(options.signal ? [options.signal] : [])]);
  const setup = { root: import.meta.dirname, log, signal };

  const loadEnd = new AbortController();
  const started: Service[] = [];
  let loadDone: Promise<LoadReport> = Promise.resolve({ sent: 0, answers: {} });
  let stopped: Promise<void> | undefined;
  const stop = (): Promise<void> => {
    stopped ??= (async () => {
      signal.removeEventListener('abort', onAbort);
      loadEnd.abort();
      await loadDone;
      // Callers first: a service that is gone must not show as a failure of those that call it.
      for (const service of started.toReversed()) {
        await service.stop();
      }
    })();
    return stopped;
  };
  const onAbort = (): void => void stop();

  try {
    const [python] = await Promise.all([
      installPython(setup),
      installPackages(setup).then(() => buildServices(setup)),
    ]);
    log('shop: starting the services');
    const seed = load === false ? DEFAULT_SEED : (load.seed ?? DEFAULT_SEED);
    const { otlpEndpoint, env = {}, stageDir } = options;
    const serviceOptions = { otlpEndpoint, python, seed, env, stageDir };
    const { gateway, orders, payments, inventory } = await startServices(setup, serviceOptions, started);
    signal.throwIfAborted();
    signal.addEventListener('abort', onAbort, { once: true });
    log(`shop: running, the gateway is at ${gateway.url}`);

    if (load !== false) {
      const withInventory = inventory !== undefined;
      const target = { gatewayUrl: gateway.url, withInventory, signal: loadEnd.signal };
      loadDone = generateLoad(target, { ...load, seed });
    }
    return {
      urls: {
        gateway: gateway.url,
        orders: orders.url,
        payments: payments.url,
        ...(inventory && { inventory: inventory.url }),
      },
      python: 'skipped' in python ? python : 'started',
      loadDone,
      stop,
    };
  } catch (error) {
    failed.abort();
    await stop();
    throw error;
  }
}

if (import.meta.main) {
  await commandLine(startShop);
}
