import { formatMoney } from './money.ts';

export interface QuoteRequest {
  readonly lines: readonly { readonly sku: string; readonly quantity: number; readonly unitCents: number }[];
  readonly currency: string;
  readonly locale: string;
}

const FREE_SHIPPING_FROM_CENTS = 5000;
const SHIPPING_CENTS = 495;

/** The price lines of a cart before checkout, as text in the tenant's language. */
export function quote({ lines, currency, locale }: QuoteRequest) {
  const goodsCents = lines.reduce((sum, line) => sum + line.quantity * line.unitCents, 0);
  const shippingCents = goodsCents >= FREE_SHIPPING_FROM_CENTS ? 0 : SHIPPING_CENTS;
  return {
    goods: formatMoney(goodsCents, currency, locale),
    shipping: formatMoney(shippingCents, currency, locale),
    total: formatMoney(goodsCents + shippingCents, currency, locale),
  };
}
