/** An amount as the tenant's storefront shows it, for instance `12,90 €`. */
export function formatMoney(amountCents: number, currency: string, locale: string): string {
  const format = new Intl.NumberFormat(locale, { style: 'currency', currency });
  return format.format(amountCents / 100);
}
