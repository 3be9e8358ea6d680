import { findContact } from "../../worker/db/contact-records";
import { accountFacts } from "../../worker/flows/account-facts";
import { chatReplyAddress, replyAddress } from "../../worker/flows/reply-to";
import { automatedParts } from "../../worker/flows/unsubscribe";
import type { OutboundMessage } from "../../worker/channels/channel";
import { mailDomain } from "../../worker/domain/mail-address";
import { textToHtml } from "../../worker/domain/mail-html";
import { quoted } from "../../worker/domain/mail-quoted";
import { standing, windowOf } from "../../worker/domain/window";
import type { OpenConnection } from "../../worker/flows/open-connection";
import { mediaUrl, objectKey } from "../../worker/platform/media";
import { isContinuation } from "./continuing";
import { quotedBelow } from "./mailing";
import type { SendingHost } from "./sending";
import type { Stored } from "./store";

/** A stored message as its channel sends it. */
export async function outbound({ env, accountId, store, now }: SendingHost, { entry, internal }: Stored, open: OpenConnection): Promise<OutboundMessage> {
  const at = now();
  const { head } = store;
  const base = env.PUBLIC_URL;
  const reference = `${head.id}:${entry.id}`;
  const { content } = entry;
  const held = async (id: string) => (await env.BUCKET.get(objectKey(accountId, id)))!;
  // What a person wrote, and what a visitor asked for, is no automated mail, whatever sent it off.
  const automatic = entry.email && internal.automated ? await automatedParts(env, { accountId, connectionId: open.row.id, address: entry.to ?? "" },
    { isAnswer: internal.email?.inReplyTo != null, by: open.accountName, language: internal.isAside ? "" : (await findContact(open.account, head.contactId))?.language ?? "" }) : null;
  const answered = quotedBelow(store, internal);
  const quote = answered && quoted(answered, (await accountFacts(open.account, at)).settings.timeZone);
  // Neither is kept: our own thread shows what was written, and right above it what it answers.
  const below = [automatic?.footer, quote].filter((part) => part !== null && part !== undefined);
  // The provider drops repeats of one id. What it took and could not deliver is sent again under another one, or it would never leave.
  const past = internal.pastIds?.length ?? 0;
  return {
    id: past === 0 ? entry.id : `${entry.id}-${past}`, reference, from: open.row.address, to: entry.to ?? "", group: store.head.kind === "group" ? (entry.to ?? "").split(",") : [], text: entry.text && [entry.text, ...below.map(({ text }) => text)].join("\n\n"),
    statusUrl: `${base}/hooks/${open.row.provider}/${open.row.id}?ref=${encodeURIComponent(reference)}`,
    media: entry.attachments.map(({ id, name, type, size, contentId = null }) => ({
      id, name, type, size, contentId, url: `${base}${mediaUrl(env, accountId, id, name, at)}`,
      bytes: async () => new Uint8Array(await (await held(id)).arrayBuffer()),
      stream: async () => (await held(id)).body,
    })),
    email: entry.email && {
      from: entry.email.from, to: entry.email.to, cc: entry.email.cc, bcc: entry.email.bcc, subject: entry.email.subject, html: [store.html(entry.id) ?? textToHtml(entry.text), ...below.map(({ html }) => html)].join(""),
      messageId: entry.email.messageId!, inReplyTo: internal.email?.inReplyTo ?? null, references: internal.email?.references ?? [],
      replyTo: await (isContinuation(head, entry.email.threadId) ? chatReplyAddress : replyAddress)(env, head.id, mailDomain(entry.email.from.address)), headers: { ...internal.email?.headers, ...automatic?.headers },
    },
    replyTo: internal.answers ?? null, voice: content?.kind === "voice", location: content?.kind === "location" ? content : null, buttons: content?.kind === "buttons" ? content.options : [],
    template: internal.template ?? null, automated: internal.automated,
    inHumanWindow: standing(open.channel.capabilities.window, windowOf(head.windows, open.row.id, entry.to), at)?.state === "human",
  };
}
