import { inSpan } from '../../kit/src/inSpan.ts';
import { postToOrders, releaseStock, reserveStock } from './upstreams.ts';

export interface Cart {
  readonly lines: readonly { readonly sku: string; readonly quantity: number; readonly unitCents: number }[];
}

/** Holds the stock, then places the order. Without an order the stock is given back. */
export async function checkout(tenant: string, cart: Cart): Promise<unknown> {
  const attributes = { 'shop.lines': cart.lines.length };
  const reservationId = await inSpan('reserve stock', attributes, () => reserveStock(tenant, cart.lines));
  try {
    return await inSpan('place order', attributes, () => postToOrders(tenant, '/orders', cart));
  } catch (error) {
    await inSpan('release stock', {}, () => releaseStock(tenant, reservationId));
    throw error;
  }
}
