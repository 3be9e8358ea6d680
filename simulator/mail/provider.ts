import { type Delivery, type Provider, type Realm, Refused, json } from "../provider";
import { domainOf } from "./address";
import { receiveMail } from "./inbound";

const NAME = "cloudflare-email";
/** What sending servers do when ours is busy (1, 5, 15, 30 min), a hundred times as fast. */
const RETRIES_MS = [600, 3_000, 9_000, 18_000];
const REFUSED_FOR_GOOD = 550;

/** Mail from customers' mailboxes, through Cloudflare's routing to the app. What the app sends goes through others. */
export const cloudflareEmail: Provider = {
  name: NAME,
  hosts: [],
  finalStates: [],
  isSend: () => false,
  answer: () => Promise.resolve(json(404, {})),
  refuse: (status) => json(status, {}),
  receive: (input, realm) => receiveMail(input, NAME, realm),
  progress: () => Promise.reject(new Refused("nothing is sent through cloudflare-email")),
  sign: () => Promise.resolve({}),
  retryDelaysMs: (_, status) => (status === REFUSED_FOR_GOOD ? [] : RETRIES_MS),
  answered: (delivery, status, realm) => {
    if (status === REFUSED_FOR_GOOD && delivery.kind === "mail" && delivery.from !== "") returnToSender(delivery, realm);
  },
};

/** What the sender's own server puts into their mailbox when ours refused a mail for good. */
function returnToSender({ messageId, connectionId, from, to }: Extract<Delivery, { kind: "mail" }>, realm: Realm): void {
  const original = realm.messages.get(messageId ?? "")?.mail;
  if (!original) return;
  const at = new Date(realm.now()).toISOString();
  const sender = `mailer-daemon@${domainOf(from)}`;
  realm.messages.add({
    // Two of our addresses may refuse the same mail, each once.
    id: `${messageId} ${to} refused`, provider: NAME, connectionId, by: "provider", at, from: sender, to: from, text: `Your message to ${to} was refused by the receiving server.`, state: "delivered", code: null, media: [], history: [], raw: {},
    mail: { fromName: "Mail Delivery Subsystem", to: [from], cc: [], bcc: [], replyTo: null, subject: `Undelivered: ${original.subject}`, html: null, messageId: "", inReplyTo: original.messageId, references: [original.messageId], headers: {} },
  });
}
