import { channelOf } from "../channels/registry";
import type { RawRequest } from "../channels/channel";
import type { OriginalMail } from "../channels/mail-original";
import type { Entry } from "../contract/entry";
import type { Account } from "../db/locate";
import { rawKey } from "./inbound";
import { openOwnConnection } from "./open-connection";
import { askingIo } from "./provider-io";

/**
 * The received mail an entry was made from, out of the request that brought it; null when that is older than we keep them, or
 * when it held none. Only for an entry that the asker may see. Throws when the provider must be asked and cannot be.
 */
export async function sourceOf(account: Account, conversationId: string, entry: Entry, now: number): Promise<OriginalMail | null> {
  if (!entry.email || entry.direction !== "in" || entry.deleted || !entry.connectionId) return null;
  const [open, kept] = await Promise.all([openOwnConnection(account, entry.connectionId), account.conversation(conversationId).rawRequest(entry.id)]);
  const original = open && channelOf(open.row.provider)?.original;
  if (!kept || !original) return null;
  const body = kept.body ?? await (await account.bucket.get(rawKey(account.id, kept.id)))?.arrayBuffer();
  if (!body) return null;
  const request: RawRequest = { ...JSON.parse(kept.request) as Omit<RawRequest, "body">, body: new Uint8Array(body) };
  return original(request, open.connection, askingIo(now));
}
