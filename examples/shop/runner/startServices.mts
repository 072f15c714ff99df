import { join } from 'node:path';
import { bundleOf, type NodeService } from './buildServices.mts';
import type { Python } from './installPython.mts';
import { plainEnvironment, tracedEnvironment, type TracedService } from './serviceEnvironment.mts';
import type { Setup } from './setup.mts';
import { stagePython } from './stagePython.mts';
import { startService, type Service } from './startService.mts';

export interface ServicesOptions {
  readonly otlpEndpoint: string;
  readonly python: Python;
  /** Decides when the bank refuses. */
  readonly seed: number;
  readonly env: Readonly<Record<string, string>>;
  readonly stageDir: string | undefined;
}

export interface Services {
  readonly gateway: Service;
  readonly orders: Service;
  readonly payments: Service;
  readonly inventory: Service | undefined;
}

/** Starts every service, callees first, and adds each to `started` as soon as it runs: also those before one that fails. */
export async function startServices(
  { root, log, signal }: Setup,
  { otlpEndpoint, python, seed, env, stageDir }: ServicesOptions,
  started: Service[],
): Promise<Services> {
  const start = async (name: string, command: string, args: string[], environment: NodeJS.ProcessEnv) => {
    const service = await startService({ name, command, args, cwd: root, env: environment, log, signal });
    started.push(service);
    return service;
  };
  const startTraced = (name: TracedService & NodeService, urls: Record<string, string>) => {
    const environment = { ...tracedEnvironment(name, otlpEndpoint), ...env, ...urls };
    return start(name, process.execPath, [bundleOf(root, name)], environment);
  };
  const startInventory = async (): Promise<Service | undefined> => {
    if ('skipped' in python) {
      log(`shop: the inventory service is left out, ${python.skipped}`);
      return undefined;
    }
    const folder = await stagePython(root, stageDir);
    const environment = { ...tracedEnvironment('inventory', otlpEndpoint), ...env };
    return start('inventory', python.interpreter, [join(folder, 'app.py')], environment);
  };
  const startOrders = async () => {
    const bankArgs = [bundleOf(root, 'bank'), '--seed', String(seed)];
    const bank = await start('bank', process.execPath, bankArgs, plainEnvironment());
    const ledgerPort = String(bank.announced['ledgerPort']);
    const payments = await startTraced('payments', { BANK_URL: bank.url, LEDGER_PORT: ledgerPort });
    const orders = await startTraced('orders', { PAYMENTS_URL: payments.url });
    return { payments, orders };
  };

  // Both have settled before an error goes on: nothing is still about to start when the caller stops what runs.
  const [inventoryResult, ordersResult] = await Promise.allSettled([startInventory(), startOrders()]);
  const inventory = valueOrThrow(inventoryResult);
  const { payments, orders } = valueOrThrow(ordersResult);
  const gateway = await startTraced('gateway', {
    ORDERS_URL: orders.url,
    ...(inventory && { INVENTORY_URL: inventory.url }),
  });
  return { gateway, orders, payments, inventory };
}

function valueOrThrow<T>(result: PromiseSettledResult<T>): T {
  if (result.status === 'rejected') {
    throw result.reason;
  }
  return result.value;
}
