import type { WorldMessage } from "../api";
import type { PlannedStep } from "../provider";
import { localOf } from "../mail/address";

const SENT_AFTER_MS = 120;
const ARRIVED_AFTER_MS = 420;
/** A complaint takes somebody who reads the mail first. */
const COMPLAINED_AFTER_MS = 900;

/** What becomes of a mail is written in its recipients' names, as with Resend's own test addresses. */
const FATES: Record<string, readonly string[]> = {
  bounce: ["bounced"], bounced: ["bounced"], complain: ["delivered", "complained"], complained: ["delivered", "complained"], delay: ["delivery_delayed", "delivered"], suppressed: ["suppressed"],
};

export function plan(recipients: readonly string[]): PlannedStep[] {
  const fate = recipients.map((address) => FATES[localOf(address)]).find((found) => found !== undefined) ?? ["delivered"];
  const later = fate.map((state, index) => ({ afterMs: index === 0 ? ARRIVED_AFTER_MS : COMPLAINED_AFTER_MS, state, code: null }));
  return [{ afterMs: SENT_AFTER_MS, state: "sent", code: null }, ...later];
}

const DETAILS: Record<string, (code: string | null) => Record<string, unknown>> = {
  bounced: (code) => ({
    bounce: {
      type: code ?? "Permanent", subType: "General", message: "The recipient's email provider sent a hard bounce message, but didn't specify the reason for the hard bounce.",
      diagnosticCode: ["smtp; 550 5.1.1 The email account that you tried to reach does not exist."],
    },
  }),
  failed: (code) => ({ failed: { reason: code ?? "reached_daily_quota" } }),
  suppressed: () => ({ suppressed: { message: "Resend has suppressed sending to this address because it is on the account-level suppression list.", type: "OnAccountSuppressionList" } }),
};

/** `2026-11-22 09:59:58.126000+00`: inside `data`, Resend writes times as its database does. */
const databaseTime = (at: string): string => at.replace("T", " ").replace("Z", "000+00");

/** The body of a webhook. One event names every recipient, whoever of them it is about. */
export function eventBody(message: WorldMessage, state: string, code: string | null, now: number): string {
  const { mail, raw } = message;
  const tags = raw["tags"];
  return JSON.stringify({
    type: `email.${state}`, created_at: new Date(now).toISOString(),
    data: {
      created_at: databaseTime(message.at), email_id: message.id, message_id: mail?.messageId, from: raw["from"], subject: mail?.subject, to: mail?.to,
      ...(mail && mail.cc.length > 0 && { cc: mail.cc }), ...(mail && mail.bcc.length > 0 && { bcc: mail.bcc }),
      ...(Array.isArray(tags) && { tags: Object.fromEntries((tags as { name: string; value: string }[]).map(({ name, value }) => [name, value])) }),
      ...DETAILS[state]?.(code),
    },
  });
}
