/** Total of a cart in cents. */
export function total(items: readonly { readonly cents: number }[]): number {
  return items.reduce((sum, item) => sum + item.cents, 0);
}
