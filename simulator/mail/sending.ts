import { z } from "zod";
import type { WorldMessage } from "../api";
import { type Answer, type Call, type Progress, type Provider, type Realm, Refused, json, secretOf, text } from "../provider";
import { domainOf, parseAddress } from "./address";
import { concerned, FINAL_STATES, mailPlan } from "./fates";
import { idsIn } from "./thread";

const NAME = "cloudflare-sending";
/** Where the app's binding brings its mail inside the pretend world; and the queue that tells what became of it. */
export const SENDING_HOST = "email-sending.cloudflare.invalid";
export const QUEUE_URL = "https://queue.cloudflare.invalid/mail-events";
const MAX_RECIPIENTS = 50;

const list = z.array(z.string()).default([]);
const Mail = z.object({
  from: z.union([z.string(), z.object({ email: z.string(), name: z.string() })]), to: list, cc: list, bcc: list, replyTo: z.string().optional(), subject: z.string(), text: z.string(), html: z.string().optional(),
  headers: z.record(z.string(), z.string()).default({}), files: z.array(z.object({ id: z.string(), name: z.string(), type: z.string(), size: z.number() })).default([]),
});

/** Mail that the app sends by Cloudflare's binding. */
export const cloudflareSending: Provider = {
  name: NAME,
  hosts: [SENDING_HOST],
  finalStates: [...FINAL_STATES, "failed", "rejected"],
  isSend: ({ method }) => method === "POST",
  answer: (call, realm) => Promise.resolve(answer(call, realm)),
  refuse: (status) => problem(status === 429 ? "E_RATE_LIMIT_EXCEEDED" : status >= 500 ? "E_INTERNAL_SERVER_ERROR" : "E_VALIDATION_ERROR", "The request was refused.", status),
  receive: () => Promise.reject(new Refused("this only sends; mail comes in through cloudflare-email")),
  progress,
  sign: () => Promise.resolve({}),
  retryDelaysMs: () => [1_000, 2_000, 4_000],
};

const problem = (code: string, message: string, status = 400): Answer => json(status, { code, message });

function answer(call: Call, realm: Realm): Answer {
  const mail = Mail.parse(JSON.parse(text(call.body)));
  const from = typeof mail.from === "string" ? { email: mail.from, name: "" } : mail.from;
  const everybody = [...mail.to, ...mail.cc, ...mail.bcc];
  const connection = realm.connections().find((one) => one.provider === NAME && secretOf(one, "domain") === domainOf(from.email));
  if (!connection) return problem("E_SENDER_DOMAIN_NOT_AVAILABLE", `${domainOf(from.email)} is not onboarded.`);
  if (everybody.length === 0 || everybody.some((address) => !parseAddress(address))) return problem("E_VALIDATION_ERROR", "A recipient is no address.");
  if (everybody.length > MAX_RECIPIENTS) return problem("E_TOO_MANY_RECIPIENTS", "A mail has at most 50 recipients.");
  // One such recipient refuses the whole mail.
  if (everybody.some((address) => /^suppressed[@+]/i.test(address))) return problem("E_RECIPIENT_SUPPRESSED", "A recipient is on the suppression list.");
  const id = `${crypto.randomUUID()}@${domainOf(from.email)}`;
  const at = new Date(realm.now()).toISOString();
  const header = (name: string): string => Object.entries(mail.headers).find(([key]) => key.toLowerCase() === name)?.[1] ?? "";
  realm.accept({
    id, provider: NAME, connectionId: connection.connectionId, by: "app", at, from: from.email, to: everybody.join(", "), text: mail.text, state: "sent", code: null,
    media: [], history: [{ state: "sent", code: null, at, answered: null }], raw: mail,
    mail: { fromName: from.name, to: mail.to, cc: mail.cc, bcc: mail.bcc, replyTo: mail.replyTo ?? null, subject: mail.subject, html: mail.html ?? null, messageId: `<${id}>`, inReplyTo: idsIn(header("in-reply-to"))[0] ?? null, references: idsIn(header("references")), headers: mail.headers },
  }, mailPlan(everybody));
  return json(200, { messageId: `<${id}>` });
}

const EVENTS: Readonly<Record<string, (code: string | null) => { type: string; terminal: boolean; detail: Record<string, unknown> }>> = {
  delivered: () => ({ type: "delivered", terminal: true, detail: { delivery: { status: "delivered", smtpStatusCode: 250, smtpEnhancedStatusCode: "2.0.0", smtpResponse: "250 2.0.0 OK" } } }),
  delayed: () => ({ type: "deferred", terminal: false, detail: { delivery: { status: "deferred", smtpStatusCode: 421, smtpResponse: "421 4.4.2 try again later" } } }),
  bounced: (code) => ({ type: "bounced", terminal: true, detail: { bounce: { type: code ?? "hard", classification: code === "soft" ? "mailbox_full" : "invalid_recipient", reason: "550 5.1.1 The email account that you tried to reach does not exist." } } }),
  complained: () => ({ type: "complained", terminal: true, detail: { complaint: { type: "abuse" } } }),
  failed: (code) => ({ type: "failed", terminal: true, detail: { failure: { reason: code ?? "internal" } } }),
  rejected: (code) => ({ type: "rejected", terminal: true, detail: { rejection: { reason: code ?? "suppressed", party: "cloudflare", detail: "recipient on suppression list" } } }),
};

/** The event about one recipient, as the queue brings it; null for states that are not reported. */
export function eventOf(message: WorldMessage, recipient: string, { state, code }: { state: string; code: string | null }, now: number): Record<string, unknown> | null {
  const event = EVENTS[state]?.(code);
  return event ? {
    type: `cf.email.sending.message.${event.type}`, source: { type: "email.sending", zoneId: "z1", domain: domainOf(message.from) },
    payload: { eventId: crypto.randomUUID(), messageId: message.mail?.messageId, sender: message.from, recipient, subject: message.mail?.subject, terminal: event.terminal, ...event.detail },
    metadata: { accountId: "a1", eventSubscriptionId: "s1", eventSchemaVersion: 1, eventTimestamp: new Date(now).toISOString() },
  } : null;
}

async function progress(message: WorldMessage, step: { state: string; code: string | null }, realm: Realm): Promise<Progress> {
  const deliveries = concerned(message, step.state).flatMap((recipient) => {
    const event = eventOf(message, recipient, step, realm.now());
    return event ? [{ kind: "webhook" as const, provider: NAME, connectionId: message.connectionId, eventId: crypto.randomUUID(), url: QUEUE_URL, type: "application/json", body: JSON.stringify(event), messageId: message.id }] : [];
  });
  for (const delivery of deliveries.slice(1)) await realm.deliver(delivery);
  return { ...step, delivery: deliveries[0] ?? null };
}
