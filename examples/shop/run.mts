import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { buildServices, bundleOf, type NodeService } from './runner/buildServices.mts';
import { generateLoad, type LoadOptions, type LoadReport } from './runner/generateLoad.mts';
import { installPackages } from './runner/installPackages.mts';
import { installPython, type Python } from './runner/installPython.mts';
import { stagePython } from './runner/stagePython.mts';
import { startService, type Service } from './runner/startService.mts';

export interface ShopOptions {
  /** Base URL of an OTLP/HTTP receiver, for instance `http://127.0.0.1:4318`. */
  readonly otlpEndpoint: string;
  /** Traffic to send; `false` for none. */
  readonly load?: LoadOptions | false;
  /** Gets a line of text per step. */
  readonly log?: (message: string) => void;
  /** Stops the start, or the running shop. */
  readonly signal?: AbortSignal;
  /** Variables for all services, over the ones they get anyway. */
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
  /** Stops the load, then every process, after it has sent its last spans. */
  stop(): Promise<void>;
}

const ROOT = import.meta.dirname;
const VERSIONS = { payments: '3.2.0', orders: '2.7.1', gateway: '5.0.4', inventory: '1.4.0' };

/** Installs and builds what changed, starts the services on free ports of 127.0.0.1, and sends them traffic. */
export async function startShop(options: ShopOptions): Promise<Shop> {
  const { log = () => undefined } = options;
  const failed = new AbortController();
  const signal = AbortSignal.any([failed.signal, ...(options.signal ? [options.signal] : [])]);
  const setup = { root: ROOT, log, signal };
  let python: Python;
  try {
    [python] = await Promise.all([
      installPython(setup),
      installPackages(setup).then(() => buildServices(setup)),
    ]);
  } catch (error) {
    failed.abort();
    throw error;
  }

  const services: Service[] = [];
  const start = async (
    name: keyof typeof VERSIONS | 'bank',
    command: string,
    args: string[],
    own: Record<string, string>,
  ) => {
    const env = environment(name, options, own);
    const service = await startService({ name, command, args, cwd: ROOT, env, log, signal });
    services.push(service);
    return service;
  };
  const startNode = (name: NodeService, own: Record<string, string>, args: string[] = []) =>
    start(name, process.execPath, [bundleOf(ROOT, name), ...args], own);
  const startInventory = async (): Promise<Service | undefined> => {
    if ('skipped' in python) {
      log(`shop: the inventory service is left out, ${python.skipped}`);
      return undefined;
    }
    const folder = await stagePython(ROOT, options.stageDir);
    return start('inventory', python.interpreter, [join(folder, 'app.py')], {});
  };

  const load = new AbortController();
  let loadDone: Promise<LoadReport> = Promise.resolve({ sent: 0, answers: {} });
  let stopped: Promise<void> | undefined;
  const stop = (): Promise<void> => {
    stopped ??= (async () => {
      signal.removeEventListener('abort', onAbort);
      load.abort();
      await loadDone;
      // Callers first: nobody is left to call a service that is gone.
      await Promise.all(services.toReversed().map((service) => service.stop()));
    })();
    return stopped;
  };
  const onAbort = (): void => void stop();

  try {
    log('shop: starting the services');
    const startPayments = async () => {
      const seed = options.load === false ? undefined : options.load?.seed;
      const bank = await startNode('bank', {}, ['--seed', String(seed ?? 1)]);
      const ledgerPort = String(bank.announced['ledgerPort']);
      return startNode('payments', { BANK_URL: bank.url, LEDGER_PORT: ledgerPort });
    };
    const started = await Promise.allSettled([startInventory(), startPayments()]);
    const [inventory, payments] = started.map(valueOrThrow) as [Service | undefined, Service];
    const orders = await startNode('orders', { PAYMENTS_URL: payments.url });
    const gatewayEnv = { ORDERS_URL: orders.url, ...(inventory && { INVENTORY_URL: inventory.url }) };
    const gateway = await startNode('gateway', gatewayEnv);
    log(`shop: running, the gateway is at ${gateway.url}`);

    if (options.load !== false) {
      const target = { gatewayUrl: gateway.url, withInventory: inventory !== undefined, signal: load.signal };
      loadDone = generateLoad(target, options.load ?? {});
    }
    signal.addEventListener('abort', onAbort, { once: true });
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

function valueOrThrow<T>(result: PromiseSettledResult<T>): T {
  if (result.status === 'rejected') {
    throw result.reason;
  }
  return result.value;
}

function environment(
  name: keyof typeof VERSIONS | 'bank',
  options: ShopOptions,
  own: Record<string, string>,
): NodeJS.ProcessEnv {
  const inherited = Object.entries(process.env).filter(
    // What steers this process must not steer the services: source maps turned on, another exporter, other packages.
    ([key]) => !/^(OTEL_|NODE_OPTIONS$|PYTHON|INVENTORY_URL$|PORT$)/.test(key),
  );
  return {
    ...Object.fromEntries(inherited),
    OTEL_SERVICE_NAME: name,
    ...(name !== 'bank' && {
      OTEL_RESOURCE_ATTRIBUTES: `service.version=${VERSIONS[name]},deployment.environment.name=demo`,
    }),
    OTEL_EXPORTER_OTLP_ENDPOINT: options.otlpEndpoint,
    OTEL_EXPORTER_OTLP_PROTOCOL: 'http/protobuf',
    OTEL_EXPORTER_OTLP_COMPRESSION: 'gzip',
    OTEL_TRACES_EXPORTER: 'otlp',
    OTEL_METRICS_EXPORTER: 'none',
    OTEL_LOGS_EXPORTER: 'none',
    // Without the process detector, whose command line names folders and the user: traces of the shop can be shown around.
    OTEL_NODE_RESOURCE_DETECTORS: 'env,host,serviceinstance',
    // Failures are to be seen within a second, not the usual five.
    OTEL_BSP_SCHEDULE_DELAY: '500',
    ...options.env,
    ...own,
  };
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      endpoint: { type: 'string', default: 'http://127.0.0.1:4318' },
      requests: { type: 'string' },
      seed: { type: 'string' },
      rate: { type: 'string' },
    },
  });
  const number = (text: string | undefined, option: string, name: keyof LoadOptions) => {
    if (text === undefined) {
      return {};
    }
    const value = Number(text);
    if (!(value > 0)) {
      throw new Error(`--${option} takes a number above 0, not ${text}`);
    }
    return { [name]: value };
  };
  const interrupted = new AbortController();
  process.once('SIGINT', () => interrupted.abort());
  process.once('SIGTERM', () => interrupted.abort());

  let shop: Shop;
  try {
    shop = await startShop({
      otlpEndpoint: values.endpoint,
      load: {
        ...number(values.requests, 'requests', 'requests'),
        ...number(values.seed, 'seed', 'seed'),
        ...number(values.rate, 'rate', 'requestsPerSecond'),
      },
      log: (message) => console.error(message),
      signal: interrupted.signal,
    });
  } catch (error) {
    if (interrupted.signal.aborted) {
      return;
    }
    throw error;
  }
  console.log(JSON.stringify({ event: 'ready', urls: shop.urls, python: shop.python }));
  const report = await shop.loadDone;
  await shop.stop();
  console.log(JSON.stringify({ event: 'done', ...report }));
}

if (import.meta.main) {
  await main();
}
