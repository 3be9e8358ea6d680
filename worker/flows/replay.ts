import type { RawRequest } from "../channels/channel";
import { openConnection } from "./open-connection";
import type { WebhookLine } from "../contract/channel";
import type { Account } from "../db/locate";
import { deliver, rawKey, redeliver } from "./inbound";
import { reachedBy, readKept } from "./retry";

/** How far back a line is looked for. */
const LOG_MAX = 2_000;

type Replayed = { request: { method: string; url: string; headers: Record<string, string>; body: string } } | { entries: { id: string; repeated: boolean }[] };

/** Headers that hold proof of origin; shown shortened, because a log is no place for them. */
const PROOF = /signature|authorization|token|secret/i;

/** Finds the raw request behind a line of a webhook log, to read it or to take it through the same path again. Null when it is not kept (any more). */
export async function replay(account: Account, connectionId: string, lineId: string, what: "read" | "process"): Promise<Replayed | null> {
  const open = await openConnection(account.env, connectionId);
  if (!open || open.account.id !== account.id) return null;
  const line = (await account.connection(connectionId).lines(LOG_MAX)).find(({ id }) => id === lineId);
  const request = line && await requestOf(account, line);
  if (!request) return null;
  if (what === "read") {
    const headers = Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, PROOF.test(name) ? `${value.slice(0, 6)}…` : value]));
    return { request: { method: request.method, url: request.url, headers, body: new TextDecoder().decode(request.body) } };
  }
  const delivered = [];
  for (const one of await reachedBy(open, request)) {
    const events = await one.channel.receive(request, one.connection);
    delivered.push(...(line.conversationId ? await redeliver(one, line.conversationId, events, request) : await deliver(account, one.connection, events, request)));
  }
  // What was waiting for its turn has had it.
  if (line.kept) await account.bucket.delete(line.kept);
  return { entries: delivered.flatMap(({ entries }) => entries.map(({ id, repeated }) => ({ id, repeated }))) };
}

/** The bytes lie beside the entry they made, or in the bucket while they wait to be processed. */
async function requestOf(account: Account, { kept, conversationId, detail }: WebhookLine): Promise<RawRequest | null> {
  if (kept) {
    const object = await account.bucket.get(kept);
    return object && readKept(object);
  }
  const raw = conversationId && detail ? await account.conversation(conversationId).rawRequest(detail) : null;
  const body = raw && (raw.body ?? await (await account.bucket.get(rawKey(account.id, raw.id)))?.arrayBuffer());
  return raw && body ? { ...JSON.parse(raw.request) as Omit<RawRequest, "body">, body: new Uint8Array(body) } : null;
}
