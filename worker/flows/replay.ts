import type { RawRequest } from "../channels/channel";
import { openConnection } from "./open-connection";
import type { Account } from "../db/locate";
import { rawKey, redeliver } from "./inbound";

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
  const kept = line?.conversationId && line.detail ? await account.conversation(line.conversationId).rawRequest(line.detail) : null;
  if (!kept) return null;
  const head = JSON.parse(kept.request) as Omit<RawRequest, "body">;
  const stored = kept.body ?? await (await account.bucket.get(rawKey(account.id, kept.id)))?.arrayBuffer();
  if (!stored) return null;
  const request: RawRequest = { ...head, body: new Uint8Array(stored) };
  if (what === "read") {
    const headers = Object.fromEntries(Object.entries(head.headers).map(([name, value]) => [name, PROOF.test(name) ? `${value.slice(0, 6)}…` : value]));
    return { request: { method: head.method, url: head.url, headers, body: new TextDecoder().decode(request.body) } };
  }
  const delivered = await redeliver(open, line!.conversationId!, await open.channel.receive(request, open.connection), request);
  return { entries: delivered.flatMap(({ entries }) => entries.map(({ id, repeated }) => ({ id, repeated }))) };
}
