import type { FailureClass } from "../contract/entry";

export interface ResendError { class: FailureClass; sentence: string; consent?: "inactive" | "permanent" }

const BAD_KEY = "Resend refused the API key. Make a new key and enter it in Settings, Channels.";
const BUG = "Resend refused the request as malformed. Send it again as a new message.";

/** By the `name` of Resend's error body, and by the codes we give its webhooks. https://resend.com/docs/api-reference/errors */
const ERRORS: Readonly<Record<string, ResendError>> = {
  validation_error: { class: "permanent", sentence: "Resend refused a field of this message. Check the recipients and the subject." },
  invalid_parameter: { class: "permanent", sentence: "Resend refused a field of this message. Check the recipients and the subject." },
  missing_required_field: { class: "permanent", sentence: "Resend misses a field. Check that the message has a recipient, a subject and a text." },
  invalid_from_address: { class: "permanent", sentence: "Resend does not accept the sender's address. Check the connection's address in Settings, Channels." },
  invalid_attachment: { class: "permanent", sentence: "Resend does not accept one of the files. Send it as a link or in another format." },
  invalid_idempotency_key: { class: "permanent", sentence: BUG },
  invalid_idempotent_request: { class: "permanent", sentence: "Resend already knows this message with other content. Send it again as a new message." },
  not_found: { class: "permanent", sentence: BUG },
  method_not_allowed: { class: "permanent", sentence: BUG },
  concurrent_idempotent_requests: { class: "temporary", sentence: "Resend is still working on this message. It is tried again by itself." },
  missing_api_key: { class: "auth", sentence: BAD_KEY },
  invalid_api_key: { class: "auth", sentence: BAD_KEY },
  restricted_api_key: { class: "auth", sentence: "This Resend API key may not send from here. Enter a key with sending access in Settings, Channels." },
  domain_not_verified: { class: "config", sentence: "Resend has not verified the sending domain. Add its DNS records and verify it in Resend, Domains." },
  refused: { class: "config", sentence: "Resend's firewall refused the request. An admin can check the Resend account's status." },
  rate_limit_exceeded: { class: "rate", sentence: "Resend is limiting how fast you send. The message is tried again by itself." },
  daily_quota_exceeded: { class: "config", sentence: "The Resend plan's quota for today is used up. Raise the plan or wait until tomorrow." },
  monthly_quota_exceeded: { class: "config", sentence: "The Resend plan's quota for this month is used up. Raise the plan." },
  invalid_address: { class: "permanent", sentence: "One of the addresses is not an email address. Correct it or remove it." },
  no_email: { class: "permanent", sentence: "This message has no email fields, so it cannot go out by mail." },
  "bounced/Permanent": { class: "permanent", sentence: "The recipient's mail server refused the message for good. Check the address or ask for another one.", consent: "inactive" },
  "bounced/Transient": { class: "temporary", sentence: "The recipient's mail server could not take the message, for example because the mailbox is full. Try again later." },
  "bounced/Undetermined": { class: "temporary", sentence: "The message came back, and the recipient's mail server did not say why. Check the address before trying again." },
  suppressed: { class: "permanent", sentence: "Resend does not send to this address any more, because mail to it bounced or was reported as spam. Remove it from the suppression list in Resend if that was wrong.", consent: "inactive" },
  failed: { class: "temporary", sentence: "Resend could not send the message. Try again later." },
  "failed/reached_daily_quota": { class: "temporary", sentence: "The Resend plan's quota for today is used up. Raise the plan or try again tomorrow." },
  "failed/reached_monthly_quota": { class: "temporary", sentence: "The Resend plan's quota for this month is used up. Raise the plan and try again." },
};

/** Codes may end in details (`bounced/Permanent/Suppressed`): the longest known beginning counts. */
export function resendError(code: string): ResendError | null {
  for (let known = code; ; known = known.slice(0, known.lastIndexOf("/"))) {
    if (Object.hasOwn(ERRORS, known)) return ERRORS[known]!;
    if (!known.includes("/")) return null;
  }
}
