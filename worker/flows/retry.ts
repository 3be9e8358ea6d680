import type { RawRequest } from "../channels/channel";
import { forgetConnection, openConnection, type OpenConnection } from "./open-connection";
import { fromBase64, toBase64 } from "../platform/vault";
import { deliver, type Delivered } from "./inbound";

/** A verified request that could not be processed at once; its bytes lie in the bucket. */
export interface RetryJob { connectionId: string; key: string }

/** Tries within the time a provider waits for its answer. */
const TRIES = 3;
const WAITS_MS = [100, 400];

/** A machine remembers a connection for 60 s. */
const LOOK_AGAIN_S = 90;

/** What is kept of a request: everything, so that processing it later is the same as processing it now. */
interface Kept extends Omit<RawRequest, "body"> { body: string }

/** Delivers now; throws after the last try. The first failure is often a database or object that is restarting. */
export async function deliverSoon(open: OpenConnection, request: RawRequest): Promise<{ delivered: Delivered[]; events: string[] }> {
  for (let attempt = 0; ; attempt++) {
    try {
      const events = await open.channel.receive(request, open.connection);
      return { delivered: await deliver(open.account, open.connection, events, request), events: events.map((event) => event.kind) };
    } catch (error) {
      if (attempt + 1 >= TRIES) throw error;
      await new Promise((resolve) => setTimeout(resolve, WAITS_MS[attempt]! * (0.5 + Math.random())));
    }
  }
}

/** Puts a verified request away until it can be processed. Throws only if even that fails: then the provider must try again. */
export async function keepForLater(open: OpenConnection, request: RawRequest): Promise<RetryJob> {
  const key = `a/${open.account.id}/inbound/${open.row.id}/${request.receivedAt}-${crypto.randomUUID()}`;
  await open.account.bucket.put(key, JSON.stringify({ ...request, body: toBase64(request.body) } satisfies Kept));
  return { connectionId: open.row.id, key };
}

/**
 * Puts away what came over a connection that is switched off, until it is switched on. Looked at once more after every
 * machine has heard of the switch: this one may not have heard yet that it is on again.
 */
export async function holdForLater(open: OpenConnection, request: RawRequest): Promise<RetryJob> {
  const job = await keepForLater(open, request);
  await open.account.env.INBOUND_RETRY.send(job, { delaySeconds: LOOK_AGAIN_S });
  return job;
}

/** Processes a request that was put away. Repeats are harmless; done means its bytes are gone from the bucket. */
export async function processKept(env: Env, job: RetryJob): Promise<void> {
  const object = await env.BUCKET.get(job.key);
  if (!object) return;
  // What is remembered may be older than the switch that brought us here.
  forgetConnection(job.connectionId);
  const open = await openConnection(env, job.connectionId);
  if (!open) return void (await env.BUCKET.delete(job.key));
  // Switched off: it stays until someone switches the connection on again.
  if (open.row.status === "disabled") return;
  const request = await readKept(object);
  await deliver(open.account, open.connection, await open.channel.receive(request, open.connection), request);
  await env.BUCKET.delete(job.key);
}

/** The request as it came. */
export async function readKept(object: R2ObjectBody): Promise<RawRequest> {
  const kept = JSON.parse(await object.text()) as Kept;
  return { ...kept, body: fromBase64(kept.body) };
}

/** After a connection was switched on: everything that came in the meantime, oldest first. */
export async function processHeld(env: Env, accountId: string, connectionId: string): Promise<number> {
  let count = 0, cursor: string | undefined;
  do {
    const page = await env.BUCKET.list({ prefix: `a/${accountId}/inbound/${connectionId}/`, cursor });
    for (const { key } of page.objects) {
      await env.INBOUND_RETRY.send({ connectionId, key });
      count++;
    }
    cursor = page.truncated ? page.cursor : undefined;
  } while (cursor);
  return count;
}
