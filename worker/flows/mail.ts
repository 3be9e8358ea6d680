import { cloudflareEmail } from "../channels/email-cloudflare";
import { connectionForMail } from "../db/connections";
import { takeInKept } from "./intake";
import { openConnection } from "./open-connection";
import { keepStream } from "./retry";
import { logWebhook } from "./webhook-log";

/** The part of the platform's message that we use; the test and the local runtime make their own. */
export interface MailMessage { readonly from: string; readonly to: string; readonly raw: ReadableStream<Uint8Array>; readonly rawSize: number; setReject(reason: string): void }

/**
 * One mail for one of our addresses. It goes to the bucket as it comes, and is read there: once it is kept it never bounces,
 * because what fails after that is ours to repeat.
 * A mail to an address that nobody connected is refused, so that its sender hears of it.
 */
export async function receiveMail(env: Env, message: MailMessage, later: (work: Promise<void>) => void, now: number): Promise<void> {
  const connectionId = await connectionForMail(env, cloudflareEmail.provider, message.to);
  const open = connectionId ? await openConnection(env, connectionId) : null;
  if (!open) return message.setReject("There is no such mailbox");
  const request = { method: "MAIL", url: `mail:${open.row.id}`, headers: { "x-envelope-from": message.from, "x-envelope-to": message.to.toLowerCase() }, receivedAt: now };
  const job = await keepStream(open, request, message.raw, message.rawSize);
  later(logWebhook(open.account, open.row.id, await takeInKept(open, job, request)));
}
