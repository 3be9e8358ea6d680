import { z } from "zod";
import type { FailureClass } from "../contract/entry";
import { hmacHex } from "../platform/hex";
import { sameSecret } from "../platform/vault";
import { jsonOf, waitOf } from "./answer";
import type { ChannelIo, RawRequest, SendResult } from "./channel";
import { fetchOutside } from "./outside";
import { formBody, type Streamed } from "./streamed";

/** One pinned version of the Graph API: https://developers.facebook.com/docs/graph-api/changelog */
export const GRAPH = "v25.0";
/** Up to a thousand events in one request of at most 3 MB. */
export const META_BODY_BYTES = 4_000_000;
const GRAPH_HOST = "graph.facebook.com";
/** Meta's media hosts answer 4xx without one, and Workers send none by themselves. */
const USER_AGENT = "Switchboard/1.0";
const DETAIL_MAX = 300; // what we keep of a provider's free text
const CHALLENGE_MAX = 200; // Meta's is about ten digits; nobody gets more echoed
const SECONDS_END = 100_000_000_000; // as seconds the year 5138, as milliseconds 1973
const CLOCK_SKEW_MS = 5 * 60_000; // a clock further ahead is wrong, and would hold a window open
/** Hosts that Meta serves messages' media from, and whatever stands below them. */
const MEDIA_HOSTS = ["fbcdn.net", "fbsbx.com", "cdninstagram.com", "whatsapp.net", "facebook.com", "instagram.com"];

/** `detail` is Meta's own words. `transient` is their word that the same call may work later. */
export interface GraphError { code: number; subcode: number | null; type: string; detail: string; transient: boolean }

/** What Graph said. `error` is null when the body names none, whatever the status. `body` is unchecked JSON, null when it was none. */
export interface GraphAnswer { status: number; body: unknown; error: GraphError | null; retryAfterMs?: number }

export interface GraphCall {
  host?: string;
  /** After the version, without a leading slash; made of checked ids only. */
  path: string;
  token: string;
  appSecret: string;
  method: "GET" | "POST" | "DELETE";
  query?: Record<string, string>;
  /** An object travels as JSON. */
  body?: Record<string, unknown>;
  form?: FormData | Streamed;
}

const text = z.string().catch("");
const Refusal = z.object({
  error: z.object({
    code: z.coerce.number().int(),
    error_subcode: z.coerce.number().int().nullable().catch(null),
    type: text, message: text, error_user_msg: text,
    error_data: z.object({ details: text }).catch({ details: "" }),
    is_transient: z.boolean().catch(false),
  }),
});
/** Minutes until an account that called too often may call again: https://developers.facebook.com/docs/graph-api/overview/rate-limiting */
const Usage = z.record(z.string(), z.array(z.object({ estimated_time_to_regain_access: z.number().nonnegative().catch(0) })));

/**
 * `X-Hub-Signature-256` over the raw bytes, by any of these app secrets. Carries no time: a replay is caught by the ids inside.
 * https://developers.facebook.com/docs/graph-api/webhooks/getting-started#validate-payloads
 */
export async function isSignedByMeta({ headers, body }: RawRequest, secrets: readonly string[]): Promise<boolean> {
  const given = headers["x-hub-signature-256"];
  if (!given) return false;
  let signed = false;
  for (const secret of secrets) {
    if (secret !== "" && sameSecret(`sha256=${await hmacHex(secret, body)}`, given)) signed = true;
  }
  return signed;
}

/** The challenge to answer when Meta registers the webhook; null refuses. */
export function metaHandshake(url: URL, verifyToken: string): string | null {
  const asked = (name: string): string => url.searchParams.get(`hub.${name}`) ?? "";
  const challenge = asked("challenge");
  const isAsked = asked("mode") === "subscribe" && challenge !== "" && challenge.length <= CHALLENGE_MAX;
  return verifyToken !== "" && isAsked && sameSecret(verifyToken, asked("verify_token")) ? challenge : null;
}

/** Calls Graph with the token and its proof. Throws only when the network does. */
export async function graph(io: ChannelIo, { host = GRAPH_HOST, path, token, appSecret, method, query = {}, body, form }: GraphCall): Promise<GraphAnswer> {
  const params = new URLSearchParams({ ...query, appsecret_proof: await hmacHex(appSecret, new TextEncoder().encode(token)) });
  const sent = form ? formBody(form) : body && { body: JSON.stringify(body), headers: { "content-type": "application/json" } };
  const response = await io.fetch(`https://${host}/${GRAPH}/${path}?${params.toString()}`, {
    method, redirect: "manual",
    headers: { authorization: `Bearer ${token}`, "user-agent": USER_AGENT, ...sent?.headers },
    ...(sent && { body: sent.body }),
  });
  const answer = jsonOf(await response.text());
  const error = errorOf(answer, [token, appSecret]);
  const retryAfterMs = error ? patienceOf(response.headers, io.now()) : undefined;
  return { status: response.status, body: answer, error, ...(retryAfterMs !== undefined && { retryAfterMs }) };
}

/** The code that `explain` is asked about later: `131047`, or `10/2534022` with a subcode. */
export const graphCode = ({ code, subcode }: GraphError): string => (subcode === null ? String(code) : `${code}/${subcode}`);

/**
 * What became of a send. An answer that says neither yes nor no, and an error classified `unknown`, throw: the message may
 * have gone out, and nobody may repeat it blindly.
 */
export function outcomeOf(answer: GraphAnswer, classify: (error: GraphError) => FailureClass, externalIdOf: (body: unknown) => string | null): SendResult {
  const { status, body, error, retryAfterMs } = answer;
  const externalId = status >= 200 && status < 300 && !error ? externalIdOf(body) : null;
  if (externalId !== null) return { ok: true, externalId };
  const failure = error ? classify(error) : classByStatus(status);
  if (failure === "unknown") throw new Error(`Meta answered ${status}${error ? ` (${graphCode(error)})` : ""} without saying what became of the message`);
  return {
    ok: false, class: failure,
    code: error ? graphCode(error) : `http-${status}`,
    detail: error?.detail ?? `Meta answered ${status}`,
    ...(retryAfterMs !== undefined && { retryAfterMs }),
  };
}

/** A refusal without an error object comes from a gateway in front of Graph. */
function classByStatus(status: number): FailureClass {
  if (status === 401 || status === 403) return "auth";
  if (status === 429) return "rate";
  return status >= 400 && status < 500 && status !== 408 ? "permanent" : "unknown";
}

/** Fetches media. Every hop must stay with Meta; `credentials` (a token) go to the first origin only. */
export const metaDownload = (address: string, io: ChannelIo, credentials: Record<string, string> = {}): Promise<Response> =>
  fetchOutside(address, io, { hosts: MEDIA_HOSTS, headers: { "user-agent": USER_AGENT }, credentials });

/**
 * Meta's JSON, or null for bytes that are none. `wideKeys` name members whose numbers may be longer than a number here is
 * exact: they come out as strings. (Quotes inside JSON strings are escaped, so a customer's words never look like a member.)
 */
export function metaJson(body: Uint8Array, wideKeys: readonly string[] = []): unknown {
  const json = new TextDecoder().decode(body);
  return jsonOf(wideKeys.length === 0 ? json : json.replace(new RegExp(`"(${wideKeys.join("|")})":\\s*(\\d+)`, "g"), '"$1":"$2"'));
}

/** Meta's time in seconds or milliseconds, as a number or a string, in ms. What is none, or lies in the future, is `now`. */
export function metaTime(value: unknown, now: number): number {
  const given = typeof value === "number" || typeof value === "string" ? Number(value) : Number.NaN;
  const ms = Math.floor(given < SECONDS_END ? given * 1_000 : given);
  return ms > 0 && ms <= now + CLOCK_SKEW_MS ? ms : now;
}

/** Meta repeats a malformed token in its words; people see those, and logs keep them. */
function errorOf(body: unknown, secrets: string[]): GraphError | null {
  const refusal = Refusal.safeParse(body);
  if (!refusal.success) return null;
  const { code, error_subcode, type, message, error_user_msg, error_data, is_transient } = refusal.data.error;
  const said = error_data.details || error_user_msg || message;
  const detail = secrets.filter(Boolean).reduce((words, secret) => words.replaceAll(secret, "…"), said).slice(0, DETAIL_MAX);
  return { code, subcode: error_subcode, type, detail, transient: is_transient };
}

/** What `Retry-After` says, else the longest of the waits that the usage headers name. */
function patienceOf(headers: Headers, now: number): number | undefined {
  const given = waitOf(headers.get("retry-after"), now);
  if (given !== undefined) return given;
  const usage = Usage.safeParse(jsonOf(headers.get("x-business-use-case-usage") ?? ""));
  const minutes = usage.success ? Math.max(0, ...Object.values(usage.data).flat().map((one) => one.estimated_time_to_regain_access)) : 0;
  return minutes > 0 ? minutes * 60_000 : undefined;
}
