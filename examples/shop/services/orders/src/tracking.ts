import type { Order, Parcel, Scan } from './order.ts';

export interface Tracking {
  readonly orderId: string;
  readonly state: 'preparing' | 'on-its-way' | 'delivered';
  readonly lastSeen?: { readonly at: string; readonly place: string };
}

/** Where an order is, from the scans of its parcels. */
export function trackingOf(order: Order): Tracking {
  if (order.parcels.length === 0) {
    return { orderId: order.id, state: 'preparing' };
  }
  const delivered = order.parcels.every(isDelivered);
  const last = latestScan(order.parcels);
  return {
    orderId: order.id,
    state: delivered ? 'delivered' : 'on-its-way',
    lastSeen: { at: last.at, place: last.place },
  };
}

function isDelivered(parcel: Parcel): boolean {
  return parcel.scans.some((scan) => scan.what === 'delivered');
}

function latestScan(parcels: readonly Parcel[]): Scan {
  const scans = parcels.flatMap((parcel) => parcel.scans);
  scans.sort((a, b) => a.at.localeCompare(b.at));
  return scans[scans.length - 1];
}
