import type { RawRequest } from "../channels/channel";
import { connectionForMail, openConnection } from "../db/connections";
import { newId } from "../platform/id";
import { log } from "../platform/log";
import { deliverSoon, keepForLater } from "./retry";
import { logWebhook } from "./webhook-log";

/** Which provider's connections take mail from the platform's own routing. */
const PROVIDER = "cloudflare-email";

/** The part of the platform's message that we use; the test and the local runtime make their own. */
export interface MailMessage { readonly from: string; readonly to: string; readonly raw: ReadableStream<Uint8Array>; readonly rawSize: number; setReject(reason: string): void }

/**
 * One mail for one of our addresses. Once it is kept it never bounces: what fails after that is ours to repeat.
 * A mail to an address that nobody connected is refused, so that its sender hears of it.
 */
export async function receiveMail(env: Env, message: MailMessage, now: number): Promise<void> {
  const connectionId = await connectionForMail(env, PROVIDER, message.to);
  const open = connectionId ? await openConnection(env, connectionId) : null;
  if (!open) return message.setReject("There is no such mailbox");
  const body = new Uint8Array(await new Response(message.raw).arrayBuffer());
  const request: RawRequest = { method: "MAIL", url: `mail:${open.row.id}`, headers: { "x-envelope-from": message.from, "x-envelope-to": message.to }, body, receivedAt: now };
  const line = { id: newId("wh", now), at: new Date(now).toISOString(), events: [] as string[], detail: null as string | null, conversationId: null as string | null };
  try {
    if (open.row.status === "disabled") {
      await keepForLater(open, request);
      return await logWebhook(open.account, open.row.id, { ...line, outcome: "queued", detail: "Kept until the connection is switched on again" });
    }
    const { delivered, events } = await deliverSoon(open, request);
    const entries = delivered.flatMap((one) => one.entries);
    await logWebhook(open.account, open.row.id, {
      ...line, events, outcome: entries.length === 0 ? "ignored" : entries.every(({ repeated }) => repeated) ? "repeated" : "stored",
      conversationId: delivered[0]?.conversationId ?? null, detail: entries[0]?.id ?? null,
    });
  } catch (error) {
    log("mail-failed", { account: open.account.id, connection: open.row.id, error: String(error) });
    await env.INBOUND_RETRY.send(await keepForLater(open, request));
  }
}
