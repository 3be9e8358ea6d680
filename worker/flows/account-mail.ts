import { PLAIN_MESSAGE } from "../channels/channel";
import { channelOf } from "../channels/registry";
import { listConnections } from "../db/connections";
import { openConnection } from "./open-connection";
import type { Account } from "../db/locate";
import { newId } from "../platform/id";
import { log } from "../platform/log";
import { askingIo } from "./provider-io";

/** Somebody asked for it, so there is nothing to unsubscribe from; but no machine should answer it (RFC 3834). */
const MADE_BY_US = { "Auto-Submitted": "auto-generated", "X-Auto-Response-Suppress": "All" };

/** A mail that the account itself sends to a colleague; never part of a conversation. */
export interface AccountMail { to: string; subject: string; text: string }

/** Sends through the account's first active mailbox whose provider carries mail. False when there is none, or when it refused. */
export async function sendAccountMail(account: Account, mail: AccountMail, now: number): Promise<boolean> {
  const row = (await listConnections(account)).find(({ status, provider }) => status === "active" && channelOf(provider)?.reaches[0]?.kind === "email" && channelOf(provider)?.send);
  const open = row && await openConnection(account.env, row.id);
  if (!open?.channel.send) return false;
  const id = newId("am", now);
  const from = { name: open.row.name, address: open.row.address };
  const result = await open.channel.send({
    ...PLAIN_MESSAGE, id, reference: id, from: from.address, to: mail.to, text: mail.text, media: [],
    statusUrl: `${account.env.PUBLIC_URL}/hooks/${open.row.provider}/${open.row.id}`,
    email: {
      from, to: [{ name: "", address: mail.to }], cc: [], bcc: [], subject: mail.subject, html: null,
      messageId: `<${id}@${from.address.slice(from.address.lastIndexOf("@") + 1)}>`, inReplyTo: null, references: [], replyTo: null, headers: MADE_BY_US,
    },
  }, open.connection, askingIo(now));
  if (!result.ok) log("account-mail-refused", { account: account.id, connection: open.row.id, code: result.code });
  return result.ok;
}
