import { callService } from '../../kit/src/callService.ts';
import { required } from '../../kit/src/serve.ts';

const ORDERS_TIMEOUT_MS = 2500;
const INVENTORY_TIMEOUT_MS = 1000;

export function getFromOrders<T>(tenant: string, path: string): Promise<T> {
  const url = required('ORDERS_URL') + path;
  return callService<T>({ service: 'orders', url, tenant, timeoutMs: ORDERS_TIMEOUT_MS });
}

export function postToOrders<T>(tenant: string, path: string, body: unknown): Promise<T> {
  const url = required('ORDERS_URL') + path;
  return callService<T>({
    service: 'orders',
    url,
    method: 'POST',
    body,
    tenant,
    timeoutMs: ORDERS_TIMEOUT_MS,
  });
}

export interface Stock {
  readonly onHand: number;
  readonly daysOfCover: number;
}

/** The stock of an article, or `undefined` where the shop runs without an inventory service. */
export async function stockOf(tenant: string, sku: string): Promise<Stock | undefined> {
  const base = process.env['INVENTORY_URL'];
  if (base === undefined) {
    return undefined;
  }
  const url = `${base}/stock/${encodeURIComponent(sku)}`;
  return callService<Stock>({ service: 'inventory', url, tenant, timeoutMs: INVENTORY_TIMEOUT_MS });
}
