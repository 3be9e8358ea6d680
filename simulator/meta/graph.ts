import { z } from "zod";
import type { WorldConnection } from "../api";
import { hmacHex } from "../hex";
import { type Answer, type Call, type Realm, json, secretOf, text } from "../provider";
import { People } from "./person";
import { newToken } from "./wire";

export const GRAPH_HOST = "graph.facebook.com";
export const INSTAGRAM_HOST = "graph.instagram.com";

/** What a Graph call is refused with. `details` stands in `error_data` and is WhatsApp's alone. */
export interface Refusal { code: number; subcode?: number; message: string; status?: number; details?: string }

export function graphError({ code, subcode, message, status = 400, details }: Refusal, headers: Record<string, string> = {}): Answer {
  return json(status, {
    error: {
      message, type: "OAuthException", code, ...(subcode !== undefined && { error_subcode: subcode }),
      ...(details !== undefined && { error_data: { messaging_product: "whatsapp", details } }), fbtrace_id: newToken(8),
    },
  }, headers);
}

export const isRefusal = (value: object): value is Refusal => "code" in value && "message" in value;

/** The path behind the version. Meta takes calls without one too, as its oldest. */
export const pathOf = ({ url }: Pick<Call, "url">): string[] => url.pathname.split("/").filter((part) => part !== "" && !/^v\d+\.\d+$/.test(part));

export function tokenOf({ headers, url }: Pick<Call, "headers" | "url">): string {
  const [scheme, token = ""] = (headers.get("authorization") ?? "").split(" ");
  return scheme?.toLowerCase() === "bearer" ? token : url.searchParams.get("access_token") ?? "";
}

/** What of a connection's settings names it in paths, and which of them is its token. */
export interface Keys { provider: string; ids: readonly string[]; token: string }

/** An id in the path, of ours or of a customer, counts more than the token: one token may serve several products. */
export function claimOf({ provider, ids, token }: Keys, call: Call, realm: Realm): number {
  const [id = ""] = pathOf(call);
  const given = tokenOf(call);
  return Math.max(0, ...realm.connections().filter((connection) => connection.provider === provider).map((connection) => {
    const isNamed = ids.some((key) => secretOf(connection, key) === id) || new People(realm.notes, provider, connection.connectionId).find(id) !== null;
    return (isNamed ? 2 : 0) + (given !== "" && secretOf(connection, token) === given ? 1 : 0);
  }));
}

const revokedKey = (provider: string) => `${provider} token revoked`;

const Validity = z.object({ valid: z.boolean() });

/** `POST {provider}/token`: takes the access tokens away, as a changed password does, or gives them back. */
export function revoke(provider: string, input: unknown, realm: Realm): { valid: boolean } {
  const { valid } = Validity.parse(input);
  realm.notes.put(revokedKey(provider), !valid);
  return { valid };
}

export const isTokenValid = (provider: string, realm: Realm): boolean => !realm.notes.get<boolean>(revokedKey(provider));

/** Meta answers a dead token with 401 on WhatsApp and 400 elsewhere; the code is the same. */
const badToken = (status: number, subcode: number, message: string): Refusal => ({ code: 190, subcode, message: `Error validating access token: ${message}`, status });

/** The connections whose token the call carries, once token and proof are right. */
export async function authorise({ provider, token }: Keys, status: number, call: Call, realm: Realm): Promise<WorldConnection[] | Refusal> {
  const given = tokenOf(call);
  if (given === "") return { code: 2500, message: "An active access token must be used to query information about the current user.", status };
  const mine = realm.connections().filter((connection) => connection.provider === provider && secretOf(connection, token) === given);
  if (mine.length === 0) return badToken(status, 467, "The access token is invalid.");
  if (!isTokenValid(provider, realm)) return badToken(status, 460, "The session has been invalidated because the user changed their password or Facebook has changed the session for security reasons.");
  const proof = call.url.searchParams.get("appsecret_proof") ?? bodyOf(call)["appsecret_proof"];
  if (proof === undefined || proof === null) return call.url.hostname === GRAPH_HOST ? { code: 100, message: "API calls from the server require an appsecret_proof argument" } : mine;
  const right = await Promise.all(mine.flatMap((connection) => ["appSecret", "instagramAppSecret"].map((key) => secretOf(connection, key)).filter(Boolean)).map((secret) => hmacHex(secret, given)));
  return right.includes(String(proof)) ? mine : { code: 100, message: "Invalid appsecret_proof provided in the API argument" };
}

export type Fields = Record<string, unknown>;

export const isFields = (value: unknown): value is Fields => typeof value === "object" && value !== null && !Array.isArray(value);

/** The parameters of a call: a JSON object, or a form whose objects are JSON. Anything else has none. */
export function bodyOf({ headers, body }: Pick<Call, "headers" | "body">): Fields {
  const type = headers.get("content-type") ?? "";
  if (type.startsWith("application/x-www-form-urlencoded")) return Object.fromEntries([...new URLSearchParams(text(body))].map(([key, value]) => [key, unpacked(value)]));
  if (type.startsWith("multipart/")) return {};
  const parsed = parsedJson(text(body));
  return isFields(parsed) ? parsed : {};
}

function parsedJson(source: string): unknown {
  try {
    return JSON.parse(source);
  } catch {
    // No JSON is no parameters: Meta then misses the first one it needs.
    return null;
  }
}

/** A form's value: objects and lists travel as JSON in it. */
export const unpacked = (value: string): unknown => (/^[[{]/.test(value) ? parsedJson(value) ?? value : value);

/** A form with files; null when it is none. */
export async function formOf({ headers, body }: Call): Promise<FormData | null> {
  const type = headers.get("content-type") ?? "";
  if (!type.startsWith("multipart/form-data")) return null;
  try {
    return await new Response(body, { headers: { "content-type": type } }).formData();
  } catch {
    return null;
  }
}

/** A refusal of the weather's, in Meta's words. */
export function refusalAs(rate: Refusal): (status: number, retryAfterS: number | null) => Answer {
  return (status, retryAfterS) => {
    const headers: Record<string, string> = retryAfterS === null ? {} : { "retry-after": String(retryAfterS) };
    if (status === 429) return graphError({ ...rate, status }, headers);
    if (status === 401) return graphError(badToken(status, 463, "Session has expired."), headers);
    if (status === 403) return graphError({ code: 10, message: "(#10) Application does not have permission for this action", status }, headers);
    if (status >= 500) return graphError({ code: 2, message: "An unexpected error has occurred. Please retry your request later.", status }, headers);
    return graphError({ code: 100, message: "(#100) Invalid parameter", status }, headers);
  };
}

export const unknownPath = ({ method, url }: Call): Refusal => ({
  code: 100, subcode: 33, message: `Unsupported ${method.toLowerCase()} request. Object with ID '${pathOf({ url })[0] ?? ""}' does not exist, cannot be loaded due to missing permissions, or does not support this operation`,
});
