import { MediaGone } from "../../worker/channels/outside";
import type { FileProblem } from "../../worker/contract/entry";
import { openConnection } from "../../worker/flows/open-connection";
import { cleanName } from "../../worker/domain/file-name";
import { MAX_FILE_BYTES, storeMedia, TooLarge } from "../../worker/flows/media";
import { channelIo } from "../../worker/flows/provider-io";
import { log } from "../../worker/platform/log";
import { objectKey } from "../../worker/platform/media";
import type { SendingHost } from "./sending";

/** Tries, with waits of 1, 4, 16, 64, 256 s: providers serve some media only a moment after the webhook. */
const MAX_TRIES = 6;
const WAIT_MS = 1_000;
/** 25 MB over a slow line; a host that never ends must not hold up the object's other timers. */
const FETCH_TIMEOUT_MS = 60_000;
/** Longer than a fetch may take: one that died with the object is tried again after this. */
const LEASE_MS = FETCH_TIMEOUT_MS + 5_000;
/** The usual file is here by then; a slower one goes on beside the alarm. */
const STAY_MS = 1_000;

/** What an address answers whose file is there no more, or not yet. */
const GONE = new Set([404, 410]);

const problemOf = (error: unknown): FileProblem => (error instanceof TooLarge ? "too-large" : error instanceof MediaGone ? "gone" : "unreachable");

/** Fetches files one at a time, because each takes some MB of memory, beside whatever else the object does. */
export class Fetching {
  private last: Promise<void> = Promise.resolve();
  private readonly asked = new Set<string>();

  constructor(private readonly host: SendingHost) {}

  /** Puts a file in line; its timer becomes the lease. One that is in line already only keeps its lease. */
  start(seq: number, attachmentId: string): void {
    const key = `fetch:${seq}:${attachmentId}`;
    this.host.timers.set(key, this.host.now() + LEASE_MS);
    if (this.asked.has(key)) return;
    this.asked.add(key);
    this.last = this.last.then(() => fetchMedia(this.host, seq, attachmentId))
      .catch((error: unknown) => log("fetch-failed", { account: this.host.accountId, timer: key, error }))
      .finally(() => this.asked.delete(key));
  }

  /** Waits until everything in line is here, but not for long. */
  async stay(): Promise<void> {
    if (this.asked.size > 0) await Promise.race([this.last, new Promise((resolve) => setTimeout(resolve, STAY_MS))]);
  }
}

/** Fetches one attachment from the provider into the bucket. A failure keeps the message and says so. */
async function fetchMedia(host: SendingHost, seq: number, attachmentId: string): Promise<void> {
  const { store, timers, env, accountId } = host;
  const key = `fetch:${seq}:${attachmentId}`;
  const stored = store.at(seq);
  const wanted = stored?.internal.refs[attachmentId];
  if (!stored || !wanted || stored.entry.deleted) return timers.clear(key);
  // A try that dies with the object is a try too: count it before anything can go wrong.
  const tries = wanted.tries + 1;
  host.write(() => {
    store.remember(store.at(seq)!, { refs: { ...stored.internal.refs, [attachmentId]: { ...wanted, tries } } });
    timers.set(key, host.now() + LEASE_MS);
  });
  let problem: FileProblem | null = null;
  const fetched = await download().catch((error: unknown) => {
    problem = problemOf(error);
    log("media-failed", { account: accountId, conversation: store.head.id, attachment: attachmentId, tries, problem, error });
    return null;
  });
  // Erased or unsent meanwhile: what was fetched for it goes too.
  if (!store.exists) return env.BUCKET.delete(objectKey(accountId, attachmentId));
  if (store.at(seq)!.entry.deleted) {
    timers.clear(key);
    return env.BUCKET.delete(objectKey(accountId, attachmentId));
  }
  host.write(() => {
    const current = store.at(seq)!;
    // What is not there may only be late; what is too large stays so.
    if (!fetched && problem !== "too-large" && tries < MAX_TRIES) return timers.set(key, host.now() + WAIT_MS * 4 ** (tries - 1));
    timers.clear(key);
    const { [attachmentId]: _done, ...rest } = current.internal.refs;
    const attachments = current.entry.attachments.map((file) => (file.id !== attachmentId ? file
      : fetched ? { ...file, ...fetched, name: file.name || cleanName("", fetched.type), state: "ready" as const, problem: undefined } : { ...file, state: "failed" as const, problem: problem ?? "unreachable" }));
    store.update(current, { attachments }, { refs: fetched ? rest : { ...current.internal.refs, [attachmentId]: { ...wanted, tries: 0 } } }, { reindex: fetched !== null });
  });

  async function download(): Promise<{ type: string; size: number }> {
    const open = await openConnection(env, stored!.entry.connectionId!);
    if (!open?.channel.download) throw new Error("no connection to fetch from");
    const nth = stored!.entry.attachments.findIndex(({ id }) => id === attachmentId);
    const response = await open.channel.download({ ref: wanted!.ref, nth, ...(stored!.internal.externalId !== null && { message: stored!.internal.externalId }) }, open.connection, channelIo(() => host.now(), FETCH_TIMEOUT_MS));
    if (!response.ok) throw new (GONE.has(response.status) ? MediaGone : Error)(`status ${response.status}`);
    if (Number(response.headers.get("content-length") ?? 0) > MAX_FILE_BYTES) {
      await response.body?.cancel();
      throw new TooLarge(MAX_FILE_BYTES);
    }
    return storeMedia(env, accountId, attachmentId, response.body, { declared: response.headers.get("content-type") ?? "" });
  }
}
