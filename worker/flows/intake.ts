import type { RawRequest } from "../channels/channel";
import type { WebhookLine } from "../contract/channel";
import { newId } from "../platform/id";
import { log } from "../platform/log";
import type { Delivered } from "./inbound";
import type { OpenConnection } from "./open-connection";
import { deliverBeside, deliverKept, deliverSoon, holdForLater, isFor, keepForLater, type RetryJob } from "./retry";

type Outcome = Pick<WebhookLine, "outcome"> & Partial<WebhookLine>;

/**
 * Processes a request whose origin is proved, or keeps it until that is possible, and answers the line for the webhook
 * log. Throws only when it could be kept nowhere: then the sender must try again.
 */
export async function takeIn(open: OpenConnection, request: RawRequest): Promise<WebhookLine> {
  const isHeld = open.row.status === "disabled" && await isFor(open, request).catch(() => true);
  return lineOf(request, isHeld ? await hold(open, request) : await process(open, request));
}

/** The same for a mail that lies in the bucket already. Throws only when nobody would look at it there. */
export async function takeInKept(open: OpenConnection, job: RetryJob, request: Pick<RawRequest, "receivedAt">): Promise<WebhookLine> {
  if (open.row.status === "disabled") return lineOf(request, held(job));
  try {
    return lineOf(request, outcomeOf(await deliverKept(open, job)));
  } catch (error) {
    return lineOf(request, await putOff(open, job, error));
  }
}

/** A line of the webhook log. */
export const lineOf = ({ receivedAt }: Pick<RawRequest, "receivedAt">, outcome: Outcome): WebhookLine =>
  ({ id: newId("wh", receivedAt), at: new Date(receivedAt).toISOString(), events: [], detail: null, conversationId: null, ...outcome });

async function hold(open: OpenConnection, request: RawRequest): Promise<Outcome> {
  const job = await holdForLater(open, request);
  await deliverBeside(open, request);
  return held(job);
}

const held = ({ key }: RetryJob): Outcome => ({ outcome: "queued", detail: "Kept until the connection is switched on again", kept: key });

async function process(open: OpenConnection, request: RawRequest): Promise<Outcome> {
  try {
    return outcomeOf(await deliverSoon(open, request));
  } catch (error) {
    return putOff(open, await keepForLater(open, request), error);
  }
}

async function putOff({ account, row }: OpenConnection, job: RetryJob, error: unknown): Promise<Outcome> {
  log("inbound-failed", { account: account.id, connection: row.id, error });
  await account.env.INBOUND_RETRY.send(job);
  return { outcome: "queued", detail: "Kept and tried again soon", kept: job.key };
}

/** What a processed request's line says. `detail` names the entry, by which its raw bytes are found again. */
export function outcomeOf({ delivered, events }: { delivered: Delivered[]; events: string[] }): Outcome {
  const entries = delivered.flatMap((one) => one.entries);
  return {
    outcome: entries.length === 0 ? "ignored" : entries.every(({ repeated }) => repeated) ? "repeated" : "stored", events,
    conversationId: delivered[0]?.conversationId ?? null, detail: entries[0]?.id ?? null,
  };
}
