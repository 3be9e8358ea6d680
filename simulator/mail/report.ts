import type { AutoMail, MailFacts } from "../api";
import { headers, multipart, textPart } from "./mime";
import { domainOf } from "./address";

/** The kinds of machine-made mail that report on another mail (RFC 3464, 8098, 5965). */
export type ReportKind = Extract<AutoMail, "bounce" | "delayed" | "read" | "complaint">;

export const isReport = (auto: AutoMail | undefined): auto is ReportKind => auto === "bounce" || auto === "delayed" || auto === "read" || auto === "complaint";

export interface Report {
  kind: ReportKind;
  /** The mail reported on, and who wrote it. */
  original: MailFacts;
  from: string;
  /** Whose mailbox it is about. */
  recipient: string;
  at: number;
  messageId: string;
}

const SUBJECTS: Record<ReportKind, string> = {
  bounce: "Delivery Status Notification (Failure)", delayed: "Delivery Status Notification (Delay)", read: "Read: ", complaint: "Complaint about message from our mail system",
};

const SENTENCES: Record<ReportKind, (recipient: string) => string> = {
  bounce: (recipient) => `** Address not found **\n\nYour message wasn't delivered to ${recipient} because the address couldn't be found.`,
  delayed: (recipient) => `** Delivery incomplete **\n\nThere was a temporary problem delivering your message to ${recipient}. We will try again for 46 more hours.`,
  read: (recipient) => `Your message was displayed on the screen of ${recipient}.`,
  complaint: (recipient) => `This is an email abuse report for a message to ${recipient}.`,
};

const fields = (lines: readonly string[]): string => `${lines.join("\r\n")}\r\n`;

function deliveryStatus({ original, recipient, at }: Report, failed: boolean): string {
  const date = new Date(at).toUTCString().replace("GMT", "+0000");
  return fields([
    "Content-Type: message/delivery-status", "", `Reporting-MTA: dns; mx.${domainOf(recipient)}`, `Arrival-Date: ${date}`, `X-Original-Message-ID: ${original.messageId}`, "",
    `Final-Recipient: rfc822; ${recipient}`, `Action: ${failed ? "failed" : "delayed"}`, `Status: ${failed ? "5.1.1" : "4.4.1"}`, `Remote-MTA: dns; mx.${domainOf(recipient)}`,
    `Diagnostic-Code: smtp; ${failed ? "550-5.1.1 The email account that you tried to reach does not exist." : "421-4.4.1 Connection timed out"}`, `Last-Attempt-Date: ${date}`,
  ]);
}

const STATUS: Record<ReportKind, { type: string; part(report: Report): string }> = {
  bounce: { type: "delivery-status", part: (report) => deliveryStatus(report, true) },
  delayed: { type: "delivery-status", part: (report) => deliveryStatus(report, false) },
  read: {
    type: "disposition-notification",
    part: ({ recipient, original }) => fields(["Content-Type: message/disposition-notification", "", `Reporting-UA: ${domainOf(recipient)}; mail`, `Final-Recipient: rfc822; ${recipient}`, `Original-Message-ID: ${original.messageId}`, "Disposition: manual-action/MDN-sent-manually; displayed"]),
  },
  complaint: {
    type: "feedback-report",
    part: ({ recipient, from }) => fields(["Content-Type: message/feedback-report", "", "Feedback-Type: abuse", "User-Agent: Feedback/1.0", "Version: 1", `Original-Mail-From: <${from}>`, `Original-Rcpt-To: <${recipient}>`]),
  },
};

const subjectOf = ({ kind, original }: Report): string => (kind === "read" ? SUBJECTS.read + original.subject : SUBJECTS[kind]);

/** The report as raw mail; it carries the headers of the mail it is about. */
export function buildReport(report: Report): { raw: Uint8Array; subject: string; text: string } {
  const { kind, original, from, recipient, at, messageId } = report;
  const subject = subjectOf(report);
  const text = SENTENCES[kind](recipient);
  const isRead = kind === "read";
  const head = headers({
    from: isRead ? { name: "", address: recipient } : { name: "Mail Delivery Subsystem", address: `mailer-daemon@${domainOf(recipient)}` }, to: [{ name: "", address: from }], cc: [], subject, at, messageId,
    inReplyTo: original.messageId, references: [original.messageId], headers: { "Return-Path": "<>", "Auto-Submitted": "auto-replied", ...(kind === "bounce" && { "X-Failed-Recipients": recipient }) },
  });
  const about = headers({
    from: { name: original.fromName, address: from }, to: original.to.map((address) => ({ name: "", address })), cc: [], subject: original.subject, at, messageId: original.messageId,
    inReplyTo: original.inReplyTo, references: original.references, headers: {},
  });
  const isWhole = kind === "complaint";
  const third = isWhole ? `Content-Type: message/rfc822\r\n\r\n${about}Content-Type: text/plain\r\n\r\n` : `Content-Type: text/rfc822-headers\r\n\r\n${about}`;
  const body = multipart("report", [textPart(text), STATUS[kind].part(report), third], `; report-type=${STATUS[kind].type}`);
  return { raw: new TextEncoder().encode(head + body), subject, text };
}
