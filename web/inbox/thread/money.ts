import { locale } from "../../lib/i18n";

export interface Item { quantity: number; price: number; currency: string }

/** Pure. An amount as people write it; a currency nobody knows keeps the letters it came with. */
export function money(amount: number, currency: string, maximumFractionDigits?: number): string {
  try {
    return new Intl.NumberFormat(locale, { style: "currency", currency, ...(maximumFractionDigits !== undefined && { maximumFractionDigits }) }).format(amount);
  } catch {
    return `${new Intl.NumberFormat(locale, { maximumFractionDigits: 2 }).format(amount)} ${currency}`.trim();
  }
}

/** Pure. What an order comes to, one sum for each currency in it. */
export function totals(items: readonly Item[]): { currency: string; amount: number }[] {
  const sums = new Map<string, number>();
  for (const { quantity, price, currency } of items) sums.set(currency, (sums.get(currency) ?? 0) + quantity * price);
  return [...sums].map(([currency, amount]) => ({ currency, amount }));
}
