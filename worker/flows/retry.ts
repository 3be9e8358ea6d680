import type { RawRequest } from "../channels/channel";
import { mailboxesOf } from "../domain/mail-address";
import { accountFacts } from "./account-facts";
import type { ConnectionRow } from "../db/connections";
import { forgetConnection, isAuthentic, openConnection, type OpenConnection } from "./open-connection";
import { log } from "../platform/log";
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
/** Where all but the body of a mail stands that was put away as it streamed in: percent-encoded JSON, because metadata is ASCII. */
const KEPT_BESIDE = "request";

/** Delivers now; throws after the last try. The first failure is often a database or object that is restarting. */
export async function deliverSoon(open: OpenConnection, request: RawRequest): Promise<{ delivered: Delivered[]; events: string[] }> {
  for (let attempt = 0; ; attempt++) {
    try {
      return await deliverAll(open, request);
    } catch (error) {
      if (attempt + 1 >= TRIES) throw error;
      await new Promise((resolve) => setTimeout(resolve, WAITS_MS[attempt]! * (0.5 + Math.random())));
    }
  }
}

/**
 * Brings a request to everyone it is meant for: the connection it came to and, where a provider's app has one URL for all its
 * pages and numbers, the account's others of the same app. Each of them checks the signature with its own secret, so that a
 * request proves nothing about a connection whose secret did not sign it. Mail goes to the mailboxes it is addressed to.
 */
async function deliverAll(open: OpenConnection, request: RawRequest): Promise<{ delivered: Delivered[]; events: string[] }> {
  const delivered: Delivered[] = [], kinds: string[] = [];
  for (const one of await reachedBy(open, request)) {
    const events = await one.channel.receive(request, one.connection);
    if (one !== open && one.row.status === "disabled") {
      if (events.length > 0) await holdForLater(one, request);
      continue;
    }
    kinds.push(...events.map((event) => event.kind));
    delivered.push(...await deliver(one.account, one.connection, events, request));
  }
  return { delivered, events: kinds };
}

/** For a connection that is switched off: the others behind its URL are not. */
export async function deliverBeside(open: OpenConnection, request: RawRequest): Promise<void> {
  for (const one of (await reachedBy(open, request)).filter((other) => other !== open)) {
    const events = await one.channel.receive(request, one.connection);
    if (events.length > 0 && one.row.status === "disabled") await holdForLater(one, request);
    else await deliver(one.account, one.connection, events, request);
  }
}

/** The connections a request is offered to: mail goes to the mailboxes it is for, everything else to whoever may find something of theirs in it. */
export async function reachedBy(open: OpenConnection, request: RawRequest): Promise<OpenConnection[]> {
  if (open.channel.recipients) return await mailboxesFor(open, request) ?? [open];
  return open.channel.sharesUrl ? [open, ...await siblings(open, request)] : [open];
}

async function siblings(open: OpenConnection, request: RawRequest): Promise<OpenConnection[]> {
  const opened = await Promise.all((await othersOf(open, request)).map(({ id }) => openConnection(open.account.env, id)));
  const signed = await Promise.all(opened.map((one) => one !== null && isAuthentic(one, request, request.receivedAt)));
  return opened.filter((one, index) => one !== null && signed[index] === true) as OpenConnection[];
}

/** The account's other connections to the same provider. */
async function othersOf({ account, row }: OpenConnection, { receivedAt }: RawRequest): Promise<ConnectionRow[]> {
  const { connections } = await accountFacts(account, receivedAt);
  return connections.filter(({ id, provider }) => provider === row.provider && id !== row.id);
}

/**
 * The mailboxes a mail is for; null where it names none of the account's, or only such as other companies bring mail to. That it
 * came to one of them with a valid proof is enough: it is the account's mail either way, and a company that has one
 * address for all mail of a domain knows no second password.
 */
async function mailboxesFor(open: OpenConnection, request: RawRequest): Promise<OpenConnection[] | null> {
  const others = await othersOf(open, request);
  const recipients = others.length > 0 ? open.channel.recipients!(request) : null;
  // The one it came to first, then those that are on: two may have one address.
  const mailboxes = [open.row, ...others.toSorted((a, b) => Number(a.status === "disabled") - Number(b.status === "disabled"))];
  const named = recipients?.map((people) => mailboxesOf(people, mailboxes)).find(({ length }) => length > 0) ?? [];
  const opened = await Promise.all(named.map(({ id }) => (id === open.row.id ? open : openConnection(open.account.env, id))));
  const reached = opened.filter((one) => one !== null);
  return reached.length > 0 ? reached : null;
}

const keyOf = (accountId: string, connectionId: string, at: number): string => `a/${accountId}/inbound/${connectionId}/${at}-${crypto.randomUUID()}`;

/** Whether a request that came to this connection is for it, and not only for others of the account. */
export const isFor = async (open: OpenConnection, request: RawRequest): Promise<boolean> => (await reachedBy(open, request)).includes(open);

/** Puts a verified request away until it can be processed. Throws only if even that fails: then the provider must try again. */
export async function keepForLater(open: OpenConnection, request: RawRequest): Promise<RetryJob> {
  const key = keyOf(open.account.id, open.row.id, request.receivedAt);
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

/**
 * Puts a mail away while it comes in, through one chunk at a time. Whoever dies before it is processed has asked for it to be
 * looked at again: a mail that is done is gone by then. Throws when it could not be kept: then its sender must try again.
 */
export async function keepStream({ account, row }: OpenConnection, request: Omit<RawRequest, "body">, raw: ReadableStream<Uint8Array>, size: number): Promise<RetryJob> {
  const job: RetryJob = { connectionId: row.id, key: keyOf(account.id, row.id, request.receivedAt) };
  await account.bucket.put(job.key, raw.pipeThrough(new FixedLengthStream(size)), { customMetadata: { [KEPT_BESIDE]: encodeURIComponent(JSON.stringify(request)) } });
  // Without it the mail is processed all the same, unless this machine dies in these seconds.
  await account.env.INBOUND_RETRY.send(job, { delaySeconds: LOOK_AGAIN_S }).catch((error: unknown) => log("look-again-failed", { connection: row.id, error }));
  return job;
}

/** Delivers what lies in the bucket, which then needs it no longer. */
export async function deliverKept(open: OpenConnection, { key }: RetryJob): ReturnType<typeof deliverSoon> {
  const object = await open.account.bucket.get(key);
  if (!object) throw new Error("what was kept is gone");
  const delivered = await deliverSoon(open, await readKept(object));
  await open.account.bucket.delete(key);
  return delivered;
}

/** Processes a request that was put away. Repeats are harmless; done means its bytes are gone from the bucket. */
export async function processKept(env: Env, job: RetryJob): Promise<void> {
  const object = await env.BUCKET.get(job.key);
  if (!object) return;
  // What is remembered may be older than the switch that brought us here.
  forgetConnection(job.connectionId);
  const open = await openConnection(env, job.connectionId);
  if (!open) return void (await env.BUCKET.delete(job.key));
  const request = await readKept(object);
  // Switched off: it stays until someone switches the connection on again.
  if (open.row.status === "disabled" && await isFor(open, request)) return;
  await deliverAll(open, request);
  await env.BUCKET.delete(job.key);
}

/** The request as it came. */
export async function readKept(object: R2ObjectBody): Promise<RawRequest> {
  const beside = object.customMetadata?.[KEPT_BESIDE];
  if (beside) return { ...JSON.parse(decodeURIComponent(beside)) as Omit<RawRequest, "body">, body: new Uint8Array(await object.arrayBuffer()) };
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
