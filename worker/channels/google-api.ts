import { z } from "zod";
import type { FailureClass } from "../contract/entry";
import { jsonOf, waitOf } from "./answer";
import type { ChannelIo, SendResult } from "./channel";
import { accessToken, forgetToken, type Grant } from "./google-auth";

const DETAIL_MAX = 300;

/** What Google said. `failure` is null when it said yes. `body` is unchecked JSON, null when it was none. */
export interface GoogleAnswer { status: number; body: unknown; failure: Failure | null }
export type Failure = Extract<SendResult, { ok: false }>;

export interface GoogleCall { method: "GET" | "POST" | "PUT" | "DELETE"; url: string; body?: Record<string, unknown> }

/** https://cloud.google.com/apis/design/errors */
const Refusal = z.object({
  error: z.object({
    status: z.string().catch(""), message: z.string().catch(""),
    details: z.array(z.looseObject({ metadata: z.looseObject({ quota_limit_value: z.string().optional() }).optional().catch(undefined) })).catch([]),
  }),
});

const CLASSES: Readonly<Record<string, FailureClass>> = {
  UNAUTHENTICATED: "auth", PERMISSION_DENIED: "config", FAILED_PRECONDITION: "config", NOT_FOUND: "permanent", ALREADY_EXISTS: "permanent", ABORTED: "temporary",
  INVALID_ARGUMENT: "permanent", RESOURCE_EXHAUSTED: "rate", UNAVAILABLE: "temporary", INTERNAL: "temporary", DEADLINE_EXCEEDED: "temporary", UNKNOWN: "temporary",
};

/**
 * Calls Google with an access token; one that Google no longer takes is replaced once. Only for what may be repeated: an
 * error of Google's own is `temporary`. Throws when the network does, but not for the token alone: then nothing was asked.
 */
export async function callGoogle(call: GoogleCall, grant: Grant, io: ChannelIo): Promise<GoogleAnswer> {
  const first = await askOnce(call, grant, io);
  if (first.status !== 401) return first;
  forgetToken(grant);
  return askOnce(call, grant, io);
}

async function askOnce({ method, url, body }: GoogleCall, grant: Grant, io: ChannelIo): Promise<GoogleAnswer> {
  const access = await accessToken(grant, io).catch((error: unknown) => ({ ok: false as const, class: "temporary" as const, code: "token-unavailable", detail: String(error).slice(0, DETAIL_MAX) }));
  if (!access.ok) return { status: 0, body: null, failure: access };
  const response = await io.fetch(url, {
    method, redirect: "manual", headers: { authorization: `Bearer ${access.token}`, ...(body && { "content-type": "application/json" }) }, ...(body && { body: JSON.stringify(body) }),
  });
  const answer = jsonOf(await response.text());
  return { status: response.status, body: answer, failure: response.status >= 200 && response.status < 300 ? null : failureOf(response, answer, io.now()) };
}

function failureOf({ status, headers }: Response, body: unknown, now: number): Failure {
  const error = Refusal.safeParse(body).data?.error;
  const detail = (error?.message || `Google answered ${status}`).slice(0, DETAIL_MAX);
  // Until Google has approved a project for this API, its quota is nought.
  if (error?.details.some(({ metadata }) => metadata?.quota_limit_value === "0")) return { ok: false, class: "config", code: "not-approved", detail };
  const wait = waitOf(headers.get("retry-after"), now);
  return {
    ok: false, code: error?.status || `http-${status}`, detail,
    class: CLASSES[error?.status ?? ""] ?? classByStatus(status), ...(wait !== undefined && { retryAfterMs: wait }),
  };
}

function classByStatus(status: number): FailureClass {
  if (status === 401) return "auth";
  if (status === 403) return "config";
  if (status === 429) return "rate";
  return status >= 400 && status < 500 && status !== 408 ? "permanent" : "temporary";
}

const SETTINGS = "Settings → Channels";
/** What Google's codes mean to either channel; each adds what only it has. */
export const GOOGLE_SENTENCES: Readonly<Record<string, string>> = {
  invalid_grant: `Google does not accept our access any more. Ask an admin to connect again in ${SETTINGS}.`,
  invalid_client: `Google does not know our client. Ask an admin to check the client ID and secret in ${SETTINGS}.`,
  "bad-key": `The service account's key cannot be read. Ask an admin to paste the whole JSON file again in ${SETTINGS}.`,
  "token-unavailable": "Google is not available at the moment. The message was not sent and will be tried again.",
  "token-rate": "Google takes no more requests from us at the moment. The message will be sent a little later.",
  UNAUTHENTICATED: `Google does not accept our access any more. Ask an admin to connect again in ${SETTINGS}.`,
  RESOURCE_EXHAUSTED: "Google takes no more requests from us at the moment. The message will be sent a little later.",
  UNAVAILABLE: "Google is not available at the moment. The message was not sent and will be tried again.",
  INTERNAL: "Google is not available at the moment. The message was not sent and will be tried again.",
};
