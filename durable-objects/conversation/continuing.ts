import { channelOf } from "../../worker/channels/registry";
import type { ChannelKind } from "../../worker/contract/channel";
import type { Contact } from "../../worker/contract/contact";
import type { EmailFields } from "../../worker/contract/entry";
import { findContact } from "../../worker/db/contact-records";
import type { ConnectionRow } from "../../worker/db/connections";
import { continuationMail } from "../../worker/domain/chat-mail";
import { mailDomain, sameAddress } from "../../worker/domain/mail-address";
import { ownMessageId } from "../../worker/domain/mail-thread";
import { windowKey } from "../../worker/domain/window";
import { accountFacts } from "../../worker/flows/account-facts";
import { openConnection } from "../../worker/flows/open-connection";
import type { Head } from "./head";
import type { SendingHost } from "./sending";
import type { Stored } from "./store";

/** More than anybody writes to somebody who has left; what is older was seen or mailed. */
const REACH = 50;

type Visitor = { visitorId: string; connectionId: string };

/** Who is at the widget right now, and what is known of them. */
export interface Visitors { isHere(visitor: Visitor): boolean; localeOf(visitor: Visitor): string | null }

/** Whether an email thread is one in which a chat went on. */
export const isContinuation = ({ continued = {} }: Pick<Head, "continued">, threadId: string): boolean => Object.values(continued).some((one) => one.threadId === threadId);

/** Whether a mail is between us and this visitor, in the thread in which their chat went on. Who else writes into that thread is not them. */
export function isContinued({ continued = {} }: Pick<Head, "continued">, { threadId, from, to, cc }: EmailFields, { connectionId, visitorId }: Visitor): boolean {
  const thread = continued[windowKey(connectionId, visitorId)];
  return thread?.threadId === threadId && [from, ...to, ...cc].some(({ address }) => sameAddress(address, thread.address));
}

/** The thread of a mail that came to the chat's own reply address (`conversationId`), whatever became of its other headers. */
export function continuedThread({ id, continued = {} }: Pick<Head, "id" | "continued">, conversationId: string | null, from: string): string | null {
  return conversationId === id ? Object.values(continued).findLast(({ address }) => sameAddress(address, from))?.threadId ?? null : null;
}

/** Mails a visitor what they have not read, once they have gone: an ordinary mail of this conversation, so that it is retried, reported and answered like any other. */
export class Continuing {
  constructor(private readonly host: SendingHost, private readonly visitors: Visitors) {}

  /** `seq` is the place of an answer that has waited long enough. Safe to repeat: what was mailed is marked. */
  async run(seq: number): Promise<void> {
    const { env, store, timers } = this.host;
    const key = `continue:${seq}`;
    const stored = store.at(seq);
    if (!stored || !isUnread(stored)) return timers.clear(key);
    const visitor = { visitorId: stored.internal.visitorId!, connectionId: stored.entry.connectionId! };
    const open = await openConnection(env, visitor.connectionId);
    const continues = open?.channel.continues?.(open.connection.settings);
    if (!open || !continues) return timers.clear(key);
    if (this.visitors.isHere(visitor)) return timers.set(key, this.host.now() + continues.afterMs);
    const [contact, { connections }] = await Promise.all([findContact(open.account, store.head.contactId), accountFacts(open.account, this.host.now())]);
    const address = mailOf(contact, visitor.connectionId);
    const sender = senderOf(connections, continues.mailbox);
    if (!address || !sender) return timers.clear(key);
    const locale = this.visitors.localeOf(visitor) ?? (contact?.language || null);
    this.host.write(() => this.mail(visitor, { name: contact?.name ?? "", address }, sender, open.row.name, locale, key));
  }

  private mail(visitor: Visitor, to: { name: string; address: string }, sender: ConnectionRow, business: string, locale: string | null, key: string): void {
    const { store, timers } = this.host;
    const now = this.host.now();
    timers.clear(key);
    const waiting = store.page({ limit: REACH }).filter((one) => isUnread(one) && one.internal.visitorId === visitor.visitorId && one.entry.connectionId === visitor.connectionId);
    const last = waiting.at(-1);
    // Read while we looked up where to mail it.
    if (!last) return;
    for (const one of waiting) {
      store.remember(one, { mailed: true });
      timers.clear(`continue:${one.entry.seq}`);
    }
    const at = windowKey(visitor.connectionId, visitor.visitorId);
    const before = store.head.continued?.[at];
    const messageId = ownMessageId(`msg_${crypto.randomUUID().replaceAll("-", "")}`, mailDomain(sender.address));
    const threadId = before?.threadId ?? messageId;
    store.head.continued = { ...store.head.continued, [at]: { threadId, messageId, address: to.address } };
    const { subject, text } = continuationMail(business, waiting.map(({ entry }) => ({ author: entry.author.name, text: entry.text, files: [], at: Date.parse(entry.at) })), locale);
    const { entry } = store.insert({
      kind: "message", direction: "out", channel: sender.channel as ChannelKind, connectionId: sender.id, author: last.entry.author, text, state: "queued", at: now, to: to.address,
      attachments: waiting.flatMap((one) => one.entry.attachments), recipients: [{ address: to.address, state: "sending", failure: null }],
      email: {
        threadId, subject, from: { name: business, address: sender.address }, to: [to], cc: [], bcc: [], replyTo: [], messageId,
        hasHtml: false, quoteAt: null, automatic: "no", warning: null,
      },
      internal: { continues: true, email: { inReplyTo: before?.messageId ?? null, references: before ? [before.messageId] : [] } },
    });
    timers.set(`send:${entry.seq}`, now);
  }
}

/** An answer that left for the widget and that nobody there has seen or got by mail. */
function isUnread({ entry, internal }: Stored): boolean {
  return entry.direction === "out" && !entry.deleted && internal.visitorId !== null && internal.mailed !== true && (entry.state === "sent" || entry.state === "delivered");
}

/** What was proved or a colleague knows goes first, then what they told this widget. */
function mailOf(contact: Contact | null, connectionId: string): string | null {
  const known = (contact?.identities ?? []).filter(({ kind }) => kind === "email").toSorted((a, b) => Number(b.primary) - Number(a.primary));
  return (known.find((one) => one.connectionId === null) ?? known.find((one) => one.connectionId?.startsWith(connectionId)))?.address ?? null;
}

/** The connection that was chosen for it, else the first that can send mail. */
function senderOf(rows: readonly ConnectionRow[], mailbox: string): ConnectionRow | null {
  const able = rows.filter(({ status, provider }) => status === "active" && channelOf(provider)?.capabilities.copies && channelOf(provider)?.capabilities.transport === "provider");
  return able.find(({ id }) => id === mailbox) ?? able[0] ?? null;
}
