/** Early enough to notice and to paste a new token by hand when renewing fails. */
const LEAD_MS = 10 * 24 * 3_600_000;

/** When to renew an access token that ends at `expiresAt`: ten days before, or at half time where it lives less than twice that. Times in ms. */
export const renewalDue = (now: number, expiresAt: number): number => expiresAt - Math.min(LEAD_MS, Math.max(0, expiresAt - now) / 2);
