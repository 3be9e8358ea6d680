import { randomUUID } from "node:crypto";
import type { Miniflare } from "miniflare";
import type { WorldConnection, WorldMessage } from "../../simulator/api.ts";
import { inDays, opening } from "./data.ts";
import { googleOpening } from "./google.ts";
import { mailOpening } from "./mail.ts";
import { metaOpening } from "./meta.ts";
import { smsOpening } from "./sms.ts";
import { tiktokOpening } from "./tiktok.ts";
import { movedTo } from "./move.ts";

const KEY = "sb_demo_owner_key";
/** How long a message may take to reach the inbox before the seed goes on without it. */
const PATIENCE_MS = 10_000;

/** Makes the demo account if the state is empty, then lets its customers write as customers do: through the simulator. */
export async function seedDemo(runtime: Miniflare, base: string): Promise<void> {
  const seed = await runtime.getWorker("seed");
  const { seeded, connections } = await (await seed.fetch("http://seed/")).json() as { seeded: boolean; connections: WorldConnection[] };
  if (!seeded) return move(base);
  await post(`${base}/simulator/api/connections`, connections);
  for (const connection of connections) if (connection.provider === "whatsapp") await api(base, "POST", "/templates/sync", { connectionId: connection.connectionId });
  for (const { provider, body, by, reply, template, further, later, change } of [...smsOpening, ...mailOpening, ...metaOpening, ...tiktokOpening, ...googleOpening, ...opening]) {
    await post(`${base}/simulator/api/${provider}/inbound`, body);
    const id = await conversationOf(base, String(body["text"]).split("\n")[0]!.slice(0, 30));
    if (!id) continue;
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
  }
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

/** The conversation whose preview begins with these words, once the list shows it. */
async function conversationOf(base: string, words: string): Promise<string | null> {
  for (const until = Date.now() + PATIENCE_MS; Date.now() < until;) {
    const { items } = await api(base, "GET", "/conversations?limit=50") as { items: { id: string; preview: { text: string } | null }[] };
    const found = items.find(({ preview }) => preview?.text.startsWith(words.slice(0, 20)));
    if (found) return found.id;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  return null;
}

/** Waits until the customer has what we wrote. */
async function arrival(base: string, provider: string, text: string): Promise<void> {
  for (const until = Date.now() + PATIENCE_MS; Date.now() < until;) {
    const sent = await (await fetch(`${base}/simulator/api/${provider}/sent`)).json() as WorldMessage[];
    if (sent.some((message) => message.text === text)) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

async function api(base: string, method: string, path: string, body?: unknown): Promise<unknown> {
  const response = await fetch(`${base}/api/v1${path}`, { method, headers: { authorization: `Bearer ${KEY}`, ...(body !== undefined && { "content-type": "application/json" }) }, ...(body !== undefined && { body: JSON.stringify(body) }) });
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
  return response.status === 204 ? null : response.json();
}

async function post(url: string, body: unknown): Promise<void> {
  const response = await fetch(url, { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body) });
  if (!response.ok) throw new Error(`${url}: ${response.status} ${await response.text()}`);
}
