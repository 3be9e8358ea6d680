import { cloudflareSending, senderOfEvent } from "../channels/email-cloudflare-sending";
import { connectionForMail } from "../db/connections";
import { takeIn } from "../flows/intake";
import { openConnection } from "../flows/open-connection";
import { logWebhook } from "../flows/webhook-log";
import { log } from "../platform/log";

/** One event of Cloudflare Email Sending, brought to the connection that sent the mail. Repeats are harmless. */
export async function takeMailEvent(env: Env, event: unknown, now: number): Promise<void> {
  const sender = senderOfEvent(event);
  const connectionId = sender && await connectionForMail(env, cloudflareSending.provider, sender);
  const open = connectionId ? await openConnection(env, connectionId) : null;
  // Other Workers of the same Cloudflare account may send by the same domain.
  if (!open) return log("mail-event-of-nobody", {});
  const line = await takeIn(open, { method: "QUEUE", url: `queue:${open.row.id}`, headers: {}, body: new TextEncoder().encode(JSON.stringify(event)), receivedAt: now });
  await logWebhook(open.account, open.row.id, line);
}
