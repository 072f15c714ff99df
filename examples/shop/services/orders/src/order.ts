export interface Line {
  readonly sku: string;
  readonly quantity: number;
  readonly unitCents: number;
}

export interface Scan {
  readonly at: string;
  readonly place: string;
  readonly what: 'picked-up' | 'sorted' | 'out-for-delivery' | 'delivered';
}

export interface Parcel {
  readonly label: string;
  readonly carrier: string;
  readonly scans: readonly Scan[];
}

export interface Order {
  readonly id: string;
  readonly tenant: string;
  readonly lines: readonly Line[];
  readonly currency: string;
  readonly totalCents: number;
  readonly parcels: readonly Parcel[];
}

export function totalCents(lines: readonly Line[]): number {
  return lines.reduce((sum, line) => sum + line.quantity * line.unitCents, 0);
}
