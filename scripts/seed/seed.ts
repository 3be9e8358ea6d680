import { randomUUID } from "node:crypto";
import type { Miniflare } from "miniflare";
import type { WorldConnection, WorldMessage } from "../../simulator/api.ts";
import { eventually, patiently } from "./asking.ts";
import { inDays, opening, type Opening } from "./data.ts";
import { asHerself, asStrangers, byEveryChannel, EVERYWHERE } from "./everywhere.ts";
import { googleOpening } from "./google.ts";
import { mailOpening } from "./mail.ts";
import { metaOpening } from "./meta.ts";
import { smsOpening } from "./sms.ts";
import { tiktokOpening } from "./tiktok.ts";
import { movedTo } from "./move.ts";

const KEY = "sb_demo_owner_key";

/** Makes the demo account if the state is empty, then lets its customers write as customers do: through the simulator. */
export async function seedDemo(runtime: Miniflare, base: string): Promise<void> {
  const seed = await runtime.getWorker("seed");
  const { seeded, connections } = await (await seed.fetch("http://seed/")).json() as { seeded: boolean; connections: WorldConnection[] };
  if (!seeded) return move(base);
  await post(`${base}/simulator/api/connections`, connections);
  for (const connection of connections) if (connection.provider === "whatsapp") await api(base, "POST", "/templates/sync", { connectionId: connection.connectionId });
  // First, so that what their platforms call her is known by the time she is merged.
  const strangers = await Promise.all(asStrangers.map((one) => play(base, one)));
  // Whoever writes by one channel does so in this order; by several, at the same time.
  const byChannel = Object.groupBy([...smsOpening, ...mailOpening, ...metaOpening, ...tiktokOpening, ...googleOpening, ...opening], ({ provider }) => provider);
  await Promise.all(Object.values(byChannel).map(async (customers) => { for (const one of customers ?? []) await play(base, one); }));
  const herself = await play(base, asHerself);
  for (const id of strangers) if (id) await mergeInto(base, EVERYWHERE, id);
  for (const one of byEveryChannel) await play(base, one, herself);
}

/** Lets a customer write, where it is known in the conversation they have, and the shop do what it does then. Answers the conversation. */
async function play(base: string, { provider, body, by, reply, template, further, later, change }: Opening, known: string | null = null): Promise<string | null> {
  await post(`${base}/simulator/api/${provider}/inbound`, body);
  const id = known ? await heardIn(base, known, String(body["text"])) : await conversationOf(base, String(body["text"]));
  if (!id) return null;
  const { channels } = await api(base, "GET", `/conversations/${id}`) as { channels: string[] };
  // Somebody may have written by more than one channel: the answer goes back by this one.
  const channel = channels.find((kind) => kind === provider) ?? channels[0];
  const answer = (said: Record<string, unknown>) => api(base, "POST", `/conversations/${id}/messages`, { clientId: randomUUID(), channel, undoMs: 0, ...(by && { connectionId: by }), ...said });
  if (reply) await answer({ text: reply });
  if (template) await answer({ template });
  if (later) await answer({ text: later, sendAt: inDays(1) });
  if (further && reply) await arrival(base, provider, reply);
  for (const next of further ?? []) await post(`${base}/simulator/api/${provider}/inbound`, { from: body["from"], ...next });
  if (change) await api(base, "PATCH", `/conversations/${id}`, change);
  return id;
}

/** Whoever this conversation is with is that contact. */
async function mergeInto(base: string, contactId: string, conversationId: string): Promise<void> {
  const { contactId: otherId } = await api(base, "GET", `/conversations/${conversationId}`) as { contactId: string };
  await api(base, "POST", `/contacts/${contactId}/merge`, { otherId });
}

/** Tells the pretend world, and the chat that stands on its web shop, where the app answers this time. */
async function move(base: string): Promise<void> {
  const known = await (await fetch(`${base}/simulator/api/connections`)).json() as WorldConnection[];
  const moved = movedTo(base, known);
  if (JSON.stringify(moved) === JSON.stringify(known)) return;
  await post(`${base}/simulator/api/connections`, moved);
  // Whoever has taken the demo key or a connection away wants it so.
  for (const { connectionId, secrets } of moved.filter((connection) => connection.secrets["origins"] !== undefined))
    await api(base, "PATCH", `/connections/${connectionId}`, { settings: { origins: secrets["origins"] } }).catch(() => undefined);
}

/** So much of what was said tells it from everything else. */
const TELLING_CHARS = 40;
interface Preview { text: string }

const begins = (preview: Preview | null, words: string): boolean => preview?.text.startsWith(words.replace(/\s+/g, " ").slice(0, TELLING_CHARS)) === true;

/** This conversation, once it has heard these words: it need not wait for the list. */
const heardIn = (base: string, id: string, words: string): Promise<string | null> => eventually(async () => {
  const { preview } = await api(base, "GET", `/conversations/${id}`) as { preview: Preview | null };
  return begins(preview, words) ? id : null;
});

/** The conversation whose preview begins as these words do, once the list shows it. */
const conversationOf = (base: string, words: string): Promise<string | null> => eventually(async () => {
  const { items } = await api(base, "GET", "/conversations?limit=50") as { items: { id: string; preview: Preview | null }[] };
  return items.find(({ preview }) => begins(preview, words))?.id;
});

/** Waits until the customer has what we wrote. */
const arrival = (base: string, provider: string, text: string): Promise<unknown> => eventually(async () => {
  const sent = await (await patiently(() => fetch(`${base}/simulator/api/${provider}/sent`))).json() as WorldMessage[];
  return sent.find((message) => message.text === text);
});

async function api(base: string, method: string, path: string, body?: unknown): Promise<unknown> {
  const response = await patiently(() => fetch(`${base}/api/v1${path}`, { method, headers: { authorization: `Bearer ${KEY}`, ...(body !== undefined && { "content-type": "application/json" }) }, ...(body !== undefined && { body: JSON.stringify(body) }) }));
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
  return response.status === 204 ? null : response.json();
}

async function post(url: string, body: unknown): Promise<void> {
  const response = await patiently(() => fetch(url, { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body) }));
  if (!response.ok) throw new Error(`${url}: ${response.status} ${await response.text()}`);
}
