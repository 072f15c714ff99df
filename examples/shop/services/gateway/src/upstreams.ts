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
  return callInventory<Stock>(tenant, 'GET', `/stock/${encodeURIComponent(sku)}`);
}

/** Holds the lines of a cart; the id that comes back releases them. */
export async function reserveStock(tenant: string, lines: readonly unknown[]): Promise<string | undefined> {
  const reservation = await callInventory<{ reservationId: string }>(tenant, 'POST', '/reservations', {
    lines,
  });
  return reservation?.reservationId;
}

export async function releaseStock(tenant: string, reservationId: string | undefined): Promise<void> {
  if (reservationId !== undefined) {
    await callInventory(tenant, 'DELETE', `/reservations/${encodeURIComponent(reservationId)}`);
  }
}

async function callInventory<T>(
  tenant: string,
  method: 'GET' | 'POST' | 'DELETE',
  path: string,
  body?: unknown,
): Promise<T | undefined> {
  const base = process.env['INVENTORY_URL'];
  if (base === undefined) {
    return undefined;
  }
  const url = base + path;
  return callService<T>({ service: 'inventory', url, method, body, tenant, timeoutMs: INVENTORY_TIMEOUT_MS });
}
