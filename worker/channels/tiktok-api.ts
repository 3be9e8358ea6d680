import { z } from "zod";
import { hmacHex } from "../platform/hex";
import { sameSecret } from "../platform/vault";
import type { ChannelIo, RawRequest, SendResult } from "./channel";
import { formBody, type Streamed } from "./streamed";
import { classOf } from "./tiktok-errors";

/** Every path ends with a slash: https://business-api.tiktok.com/portal/docs */
const API = "https://business-api.tiktok.com/open_api/v1.3";
/** TikTok's own example tolerates 5 s, which drops real events from a slow queue; a replay within these is caught by its message's id. */
const TOLERANCE_S = 300;
const DETAIL_MAX = 300; // what we keep of a provider's free text

/** What TikTok said. `failure` is null when it said yes; its status says nothing, for refusals come with 200. `data` is unchecked JSON. */
export interface TikTokAnswer { status: number; data: unknown; failure: Extract<SendResult, { ok: false }> | null }

export interface TikTokCall {
  /** Between the version and the last slash. */
  path: string;
  /** Left out where the call asks for one. */
  token?: string;
  query?: Record<string, string>;
  /** An object travels as JSON, and makes it a POST. */
  body?: Record<string, unknown>;
  form?: FormData | Streamed;
}

const Envelope = z.object({ code: z.number().int(), message: z.string().catch(""), data: z.unknown().optional() });

/** Calls TikTok. Throws when the network does, and when the answer is neither yes nor no. */
export async function callTikTok({ path, token, query, body, form }: TikTokCall, io: ChannelIo): Promise<TikTokAnswer> {
  const sent = form ? formBody(form) : body && { body: JSON.stringify(body), headers: { "content-type": "application/json" } };
  const response = await io.fetch(`${API}/${path}/${query ? `?${new URLSearchParams(query).toString()}` : ""}`, {
    method: sent ? "POST" : "GET", redirect: "manual",
    headers: { ...(token !== undefined && { "access-token": token }), ...sent?.headers },
    ...(sent && { body: sent.body }),
  });
  const { status } = response;
  const said = Envelope.safeParse(tiktokJson(await response.text())).data;
  if (said?.code === 0 && status < 300) return { status, data: said.data, failure: null };
  if (!said && status !== 429 && (status < 400 || status >= 500)) throw new Error(`TikTok answered ${status} without saying what became of the call`);
  const code = said && said.code !== 0 ? String(said.code) : `http-${status}`;
  const seconds = Number(response.headers.get("retry-after") ?? Number.NaN);
  const words = said?.message || `TikTok answered ${status}`;
  return {
    status, data: null,
    failure: {
      ok: false, code, class: status === 429 ? "rate" : said ? classOf(code) : status === 401 || status === 403 ? "auth" : "permanent",
      detail: (token ? words.replaceAll(token, "…") : words).slice(0, DETAIL_MAX), ...(seconds >= 0 && { retryAfterMs: seconds * 1_000 }),
    },
  };
}

/** `Tiktok-Signature: t=<seconds>,s=<hex>`, in whatever order, over `<t>.<raw body>`. https://business-api.tiktok.com/portal/docs?id=1832190670631937 */
export async function isSignedByTikTok({ headers, body }: RawRequest, secret: string, now: number): Promise<boolean> {
  const pairs = (headers["tiktok-signature"] ?? "").split(",").map((part) => part.trim().split("=", 2) as [string, string]);
  const parts = new Map(pairs);
  // Said twice, one of the two would be nobody's.
  if (parts.size !== pairs.length) return false;
  const [at = "", given = ""] = [parts.get("t"), parts.get("s")];
  if (secret === "" || given === "" || !/^\d{1,12}$/.test(at) || Math.abs(now / 1_000 - Number(at)) > TOLERANCE_S) return false;
  const prefix = new TextEncoder().encode(`${at}.`);
  const signed = new Uint8Array(prefix.length + body.length);
  signed.set(prefix);
  signed.set(body, prefix.length);
  return sameSecret(await hmacHex(secret, signed), given);
}

/** Strings and numbers of JSON: a string is matched whole, so that digits in a customer's words stay as they are. */
const TOKENS = /"[^"\\]*(?:\\[\s\S][^"\\]*)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g;
/** Longer than a number here is exact. */
const WIDE = /^-?\d{16,}$/;

/** TikTok's JSON, null for what is none. Its 64-bit ids come out as strings. */
export function tiktokJson(text: string): unknown {
  try {
    return JSON.parse(text.replace(TOKENS, (token) => (WIDE.test(token) ? `"${token}"` : token)));
  } catch {
    return null;
  }
}
