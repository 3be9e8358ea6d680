import type { RawRequest } from "../channels/channel";
import { cloudflareEmail } from "../channels/email-cloudflare";
import { connectionForMail } from "../db/connections";
import { takeIn } from "./intake";
import { openConnection } from "./open-connection";
import { logWebhook } from "./webhook-log";

/** The part of the platform's message that we use; the test and the local runtime make their own. */
export interface MailMessage { readonly from: string; readonly to: string; readonly raw: ReadableStream<Uint8Array>; readonly rawSize: number; setReject(reason: string): void }

/**
 * One mail for one of our addresses. Once it is kept it never bounces: what fails after that is ours to repeat.
 * A mail to an address that nobody connected is refused, so that its sender hears of it.
 */
export async function receiveMail(env: Env, message: MailMessage, later: (work: Promise<void>) => void, now: number): Promise<void> {
  const connectionId = await connectionForMail(env, cloudflareEmail.provider, message.to);
  const open = connectionId ? await openConnection(env, connectionId) : null;
  if (!open) return message.setReject("There is no such mailbox");
  const body = new Uint8Array(await new Response(message.raw).arrayBuffer());
  const request: RawRequest = { method: "MAIL", url: `mail:${open.row.id}`, headers: { "x-envelope-from": message.from, "x-envelope-to": message.to.toLowerCase() }, body, receivedAt: now };
  const line = await takeIn(open, request);
  later(logWebhook(open.account, open.row.id, line));
}
