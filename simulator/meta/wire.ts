import type { WorldConnection } from "../api";
import { hmacHex } from "../hex";
import { type Webhook, secretOf } from "../provider";

/** JSON as Meta writes it: ASCII alone, and every slash escaped. The signature is over these very bytes. */
export const metaJson = (value: unknown): string =>
  JSON.stringify(value).replaceAll("/", "\\/").replaceAll(/[\u007f-\uffff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`);

export async function signMeta(delivery: Webhook, connection: WorldConnection): Promise<Record<string, string>> {
  return { "user-agent": "facebookexternalua", "x-hub-signature-256": `sha256=${await hmacHex(secretOf(connection, "appSecret"), delivery.body)}` };
}

interface Batch { object: string; entry: ({ id: string } & Record<string, unknown>)[] }

/** Two requests as one: entries of the same account become one entry, as in Meta's batches. */
export function mergeMeta(first: Webhook, second: Webhook): Webhook {
  const [one, two] = [first, second].map(({ body }) => JSON.parse(body) as Batch) as [Batch, Batch];
  const entry = [...one.entry];
  for (const added of two.entry) {
    const index = entry.findIndex(({ id }) => id === added.id);
    if (index === -1) entry.push(added);
    else entry[index] = joined(entry[index]!, added);
  }
  return { ...second, eventId: `${first.eventId}+${second.eventId}`, body: metaJson({ object: one.object, entry }) };
}

const joined = (first: Batch["entry"][number], second: Batch["entry"][number]): Batch["entry"][number] => ({
  ...first, ...second, ...Object.fromEntries(Object.entries(second).flatMap(([key, list]) => (Array.isArray(list) ? [[key, [...(Array.isArray(first[key]) ? first[key] : []), ...list]]] : []))),
});

const MINUTE_MS = 60_000;
/** Meta says only "with decreasing frequency for 36 hours"; a hundred times as fast here. */
const RETRY_MINUTES = [1, 5, 15, 60, 180, 540, 1_300];
export const RETRY_DELAYS_MS: readonly number[] = RETRY_MINUTES.map((minutes) => (minutes * MINUTE_MS) / 100);

/** Random digits that do not begin with 0, as Meta's ids. */
export const newDigits = (length: number): string => `1${Array.from(crypto.getRandomValues(new Uint8Array(length - 1)), (byte) => String(byte % 10)).join("")}`;

/** The same digits for the same words, so that a pretend customer keeps the id after a reset. */
export function digitsOf(words: string, length: number): string {
  // FNV-1a, once for every few digits.
  const part = (salt: number) => [...`${salt} ${words}`].reduce((sum, char) => Math.imul(sum ^ char.codePointAt(0)!, 0x01000193) >>> 0, 0x811c9dc5);
  return `1${[0, 1, 2].map((salt) => String(part(salt)).padStart(10, "0")).join("")}`.slice(0, length);
}

export const newToken = (bytes: number): string => btoa(String.fromCharCode(...crypto.getRandomValues(new Uint8Array(bytes)))).replaceAll(/[^A-Za-z0-9]/g, "x");
