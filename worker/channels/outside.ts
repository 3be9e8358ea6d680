import { refusedAddress } from "../domain/outside-address";
import type { ChannelIo } from "./channel";
import { joinedOf } from "./streamed";

const REDIRECTS_MAX = 4; // more hops than this is a loop
const REDIRECTS = new Set([301, 302, 303, 307, 308]);

/** An address, or one that it led to, that we do not ask: not public, not https, or not one of the hosts allowed. */
export class AddressRefused extends Error {
  constructor(readonly url: URL, why: string) { super(`address refused: ${url.hostname} (${why})`); }
}

/** The provider says that a file is there no more: asking again is of no use. */
export class MediaGone extends Error {}

/** Whom an address may lead to, and what is told to them. */
export interface Outside {
  /** The only hosts that may be asked, on every hop; any public one when left out. */
  hosts?: readonly string[];
  headers?: Record<string, string>;
  /** Goes to the first origin only, and is never taken up again. */
  credentials?: Record<string, string>;
}

/** Fetches an address that came from outside. Every hop of it is looked at before it is asked. */
export async function fetchOutside(address: string | URL, io: Pick<ChannelIo, "fetch">, { hosts, headers = {}, credentials = {} }: Outside = {}): Promise<Response> {
  let at = new URL(address);
  let secret = credentials;
  for (let hop = 0; hop <= REDIRECTS_MAX; hop++) {
    const why = refusedAddress(at, hosts);
    if (why !== null) throw new AddressRefused(at, why);
    const response = await io.fetch(at.href, { redirect: "manual", headers: { ...headers, ...secret } });
    const location = REDIRECTS.has(response.status) ? response.headers.get("location") : null;
    if (location === null) return response;
    await response.body?.cancel();
    const next = new URL(location, at);
    if (next.origin !== at.origin) secret = {};
    at = next;
  }
  throw new Error("redirects without end");
}

/** The bytes of an answer; null when there are more than `max`, whatever it says of its length. The rest is not read. */
export async function bytesOf(response: Response, max: number): Promise<Uint8Array<ArrayBuffer> | null> {
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const part of response.body ?? []) {
    size += part.byteLength;
    if (size > max) return null;
    parts.push(part);
  }
  return joinedOf(parts);
}
