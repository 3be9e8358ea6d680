import { type ChannelConnection, type OutboundMessage, PLAIN_MESSAGE, type SendResult } from "../channels/channel";
import type { IdentityKind } from "../contract/channel";
import { consentOfAddress } from "../db/consents";
import { addressKey, isMailAddress, mailDomain } from "../domain/mail-address";
import { normalisePhone } from "../domain/phone";
import { newId } from "../platform/id";
import type { OpenConnection } from "./open-connection";
import { askingIo } from "./provider-io";

/** `refused`: by us, before anybody was asked. */
export interface TestOutcome { outcome: "sent" | "failed" | "refused"; sentence: string }

const SUBJECT = "A test message";

/** Sends one plain message past every conversation, so that an admin sees whether the connection carries it. What it tells of the credentials goes into the connection's health. */
export async function sendTestMessage(open: OpenConnection, draft: { to: string; text: string }, now: number): Promise<TestOutcome> {
  const { account, channel, connection, row } = open;
  const { send, capabilities } = channel;
  if (!send || !capabilities.start) return refused(`Nobody can be written to first here. Write to ${row.address} as a customer would, and answer in the inbox.`);
  if (row.status === "disabled") return refused("This channel is switched off. Switch it on first.");
  const to = addressOf(open, draft.to);
  if (!to) return refused(`“${draft.to}” is no address that ${channel.title} can reach. A phone number needs + and its country code.`);
  const consent = await consentOfAddress(account, { kind: to.kind, scope: to.scoped ? row.id : "", address: to.address }, channel.kind);
  if (consent === "inactive" || consent === "permanent") return refused("This person asked not to be written to on this channel. Test with another address.");
  let result: SendResult;
  try {
    result = await send(messageTo(open, to.address, draft.text, now), connection as ChannelConnection<never>, askingIo(now));
  } catch {
    return { outcome: "failed", sentence: "The provider did not answer, so it may or may not have been sent. Look whether it arrives before you try again." };
  }
  if (result.ok) {
    await account.connection(row.id).sent(now, null);
    return { outcome: "sent", sentence: `${channel.title} took the message to ${to.address}. It should arrive in a moment.` };
  }
  const sentence = channel.explain(result.code) ?? (result.detail || `${channel.title} refused it with the code ${result.code}.`);
  if (result.class === "auth" || result.class === "config") await account.connection(row.id).sent(now, sentence, result.class);
  return { outcome: "failed", sentence };
}

const refused = (sentence: string): TestOutcome => ({ outcome: "refused", sentence });

/** The address as it is stored. What has a form of its own is tried first: an id of the provider's may be any text. */
function addressOf({ channel, connection }: OpenConnection, written: string): { kind: IdentityKind; scoped: boolean; address: string } | null {
  const isFormed = (kind: IdentityKind): boolean => kind === "phone" || kind === "email";
  const reaches = channel.reaches.toSorted((a, b) => Number(isFormed(b.kind)) - Number(isFormed(a.kind)));
  for (const { kind, scoped } of reaches) {
    const address = kind === "phone" ? phoneOf(written, connection.country) : kind === "email" ? mailOf(written) : written;
    if (address !== null) return { kind, scoped, address };
  }
  return null;
}

function phoneOf(written: string, country: string): string | null {
  const phone = normalisePhone(written, country);
  return phone?.startsWith("+") ? phone : null;
}
const mailOf = (written: string): string | null => (isMailAddress(written) ? addressKey(written) : null);

/** No conversation has its reference, so reports on it change nothing. */
function messageTo({ account, channel, row }: OpenConnection, to: string, text: string, now: number): OutboundMessage {
  const id = newId("tm", now);
  const from = { name: row.name, address: row.address };
  return {
    ...PLAIN_MESSAGE, id, reference: id, from: row.address, to, text, media: [], statusUrl: `${account.env.PUBLIC_URL}/hooks/${row.provider}/${row.id}`,
    email: channel.capabilities.subject ? { from, to: [{ name: "", address: to }], cc: [], bcc: [], subject: SUBJECT, html: null, messageId: `<${id}@${mailDomain(row.address)}>`, inReplyTo: null, references: [], replyTo: null, headers: {} } : null,
  };
}
