import type { Email } from "postal-mime";
import type { EntryState } from "../contract/entry";
import { isMailAddress } from "../domain/mail-address";
import { bare, messageIds } from "../domain/mail-thread";
import { bytesOf } from "./mime-attachments";

const MAX_RECIPIENTS = 100; // groups of one delivery report; ours have at most 50 recipients
const MAX_REPORT = 256 * 1024; // bytes read of a report's part; the fields we need come first
const MAX_DETAIL = 500; // a diagnostic is shown in one line; servers send whole pages

/** What a mail system reports instead of a person writing. Ids are without brackets; null when the report names none. */
export type MailReport =
  | { kind: "delivery"; messageId: string | null; recipients: { address: string | null; state: EntryState; code: string; detail: string }[] }
  | { kind: "read"; messageId: string | null; recipient: string | null; displayed: boolean }
  | { kind: "complaint"; messageId: string | null; recipient: string | null };

type Fields = Map<string, string>;

/** Groups of `Name: value` fields, separated by empty lines; folded lines are joined, the first of a name counts. */
function fieldGroups(text: string): Fields[] {
  return text.replace(/\r\n?/g, "\n").replace(/\n[ \t]+/g, " ").split(/\n{2,}/).map((group) => {
    const fields: Fields = new Map();
    for (const line of group.split("\n")) {
      const colon = line.indexOf(":");
      const name = line.slice(0, colon).trim().toLowerCase();
      if (colon > 0 && !fields.has(name)) fields.set(name, line.slice(colon + 1).trim());
    }
    return fields;
  }).filter((fields) => fields.size > 0);
}

/** `rfc822; jane@example.com` → the address. */
const typedAddress = (value: string | undefined): string | null => {
  const address = (value ?? "").replace(/^[^;]*;/, "").trim().replace(/^<|>$/g, "");
  return isMailAddress(address) ? address : null;
};

const STATES: Readonly<Record<string, EntryState>> = { failed: "failed", delayed: "sending", delivered: "delivered", relayed: "sent", expanded: "sent" };

const partText = (mail: Email, types: readonly string[]): string | null => {
  const part = mail.attachments.find(({ mimeType }) => types.includes(mimeType));
  return part ? new TextDecoder().decode(bytesOf(part).subarray(0, MAX_REPORT)) : null;
};

const header = (mail: Email, name: string): string => mail.headers.find(({ key }) => key === name)?.value ?? "";

/** The message a report is about: its own fields first, then the returned headers, then where it was threaded. */
function originalId(mail: Email, named: string | undefined): string | null {
  const returned = partText(mail, ["message/rfc822", "text/rfc822-headers", "message/rfc822-headers"]);
  const fromReturned = fieldGroups(returned ?? "")[0]?.get("message-id");
  const first = [fromReturned, named, header(mail, "x-original-message-id"), header(mail, "in-reply-to")].map((value) => messageIds(value)[0]).find(Boolean);
  const id = first ?? messageIds(header(mail, "references")).at(-1);
  return id ? bare(id) : null;
}

function deliveryReport(mail: Email, text: string): MailReport {
  const [message, ...groups] = fieldGroups(text);
  const perRecipient = (message?.has("action") ? [message, ...groups] : groups).filter((fields) => fields.has("action") || fields.has("final-recipient")).slice(0, MAX_RECIPIENTS);
  return {
    kind: "delivery",
    messageId: originalId(mail, message?.get("x-original-message-id")),
    recipients: perRecipient.map((fields) => {
      const code = /[245]\.\d{1,3}\.\d{1,3}/.exec(fields.get("status") ?? "")?.[0] ?? "";
      const action = /^[a-z]+/.exec((fields.get("action") ?? "").toLowerCase())?.[0] ?? "";
      return {
        // The address we wrote to; the final one may lie behind a forward.
        address: typedAddress(fields.get("original-recipient")) ?? typedAddress(fields.get("final-recipient")),
        state: STATES[action] ?? (code.startsWith("5") ? "failed" : "sending"),
        code,
        detail: (fields.get("diagnostic-code") ?? "").replace(/^[^;]{1,20};\s*/, "").slice(0, MAX_DETAIL),
      };
    }),
  };
}

/** Exchange and old servers bounce without the report format. */
function informalBounce(mail: Email): MailReport | null {
  const sender = mail.from?.address ?? "";
  const failed = header(mail, "x-failed-recipients");
  const isNdr = mail.headers.some(({ key }) => key === "x-ms-exchange-message-is-ndr");
  if (!isNdr && !(failed && /^(?:mailer-daemon|postmaster|microsoftexchange[0-9a-f]*)@/i.test(sender))) return null;
  const messageId = originalId(mail, undefined);
  if (!messageId) return null;
  const addresses = failed.split(",").map((address) => address.trim()).filter(isMailAddress).slice(0, MAX_RECIPIENTS);
  const text = mail.text ?? "";
  const code = /\b[45]\.\d{1,3}\.\d{1,3}\b/.exec(text)?.[0] ?? "";
  return { kind: "delivery", messageId, recipients: (addresses.length > 0 ? addresses : [null]).map((address) => ({ address, state: "failed", code, detail: (mail.subject ?? "").slice(0, MAX_DETAIL) })) };
}

/** Recognises delivery reports (RFC 3464), read receipts (RFC 8098) and complaints (RFC 5965); null for everything people write. */
export function readReport(mail: Email): MailReport | null {
  const delivery = partText(mail, ["message/delivery-status", "message/global-delivery-status"]);
  const type = header(mail, "content-type");
  // A person may forward a bounce as an attachment: only a report says so in its own type.
  if (!/^multipart\/report\b/i.test(type)) return informalBounce(mail);
  if (delivery !== null) return deliveryReport(mail, delivery);
  const disposition = partText(mail, ["message/disposition-notification"]);
  if (disposition !== null) {
    const fields = fieldGroups(disposition)[0];
    const displayed = /;\s*displayed\b/i.test(fields?.get("disposition") ?? "");
    const named = messageIds(fields?.get("original-message-id"))[0];
    return { kind: "read", messageId: named ?? originalId(mail, undefined), recipient: typedAddress(fields?.get("original-recipient")) ?? typedAddress(fields?.get("final-recipient")), displayed };
  }
  const feedback = partText(mail, ["message/feedback-report"]);
  if (feedback === null) return null;
  const fields = fieldGroups(feedback)[0];
  const returned = fieldGroups(partText(mail, ["message/rfc822", "text/rfc822-headers"]) ?? "")[0];
  return {
    kind: "complaint",
    messageId: originalId(mail, undefined),
    recipient: typedAddress(fields?.get("original-rcpt-to")) ?? typedAddress(returned?.get("to")),
  };
}
