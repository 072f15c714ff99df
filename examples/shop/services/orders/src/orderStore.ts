import { randomUUID } from 'node:crypto';
import { Problem } from '../../kit/src/problem.ts';
import { totalCents, type Line, type Order, type Parcel, type Scan } from './order.ts';

const SEEDED_ORDERS = 48;
const KEPT_ORDERS = 5000;
const orders = new Map<string, Order>();

for (let number = 1; number <= SEEDED_ORDERS; number++) {
  const id = `o-${1000 + number}`;
  const lines = [
    { sku: `sku-${100 + (number % 24)}`, quantity: 1 + (number % 3), unitCents: 1290 + 35 * number },
  ];
  orders.set(id, {
    id,
    tenant: 'house',
    lines,
    currency: 'EUR',
    totalCents: totalCents(lines),
    parcels: [{ label: `JD${4_410_000 + number}`, carrier: 'DHL', scans: seededScans(number) }],
  });
}

/** The newest labels were printed, but the carrier has not picked the parcels up. */
function seededScans(number: number): Scan[] {
  const day = String(1 + (number % 27)).padStart(2, '0');
  const scans: Scan[] = [
    { at: `2026-03-${day}T07:40:00Z`, place: 'Leipzig', what: 'picked-up' },
    { at: `2026-03-${day}T19:05:00Z`, place: 'Hannover', what: 'sorted' },
    { at: `2026-03-${day}T21:30:00Z`, place: 'Bremen', what: 'delivered' },
  ];
  return number > SEEDED_ORDERS - 3 ? [] : scans.slice(0, 1 + (number % 3));
}

export function orderById(id: string): Order {
  const order = orders.get(id);
  if (order === undefined) {
    throw new Problem(404, 'order-not-found', `there is no order ${id}`);
  }
  return order;
}

export function newOrder(tenant: string, lines: readonly Line[]): Order {
  const parcels: Parcel[] = [];
  return { id: `o-${randomUUID()}`, tenant, lines, currency: 'EUR', totalCents: totalCents(lines), parcels };
}

/** Keeps a paid order; the oldest make room. */
export function keepOrder(order: Order): void {
  orders.set(order.id, order);
  if (orders.size > KEPT_ORDERS + SEEDED_ORDERS) {
    const oldest = [...orders.keys()][SEEDED_ORDERS];
    if (oldest !== undefined) {
      orders.delete(oldest);
    }
  }
}
