import type { WireLine, WorldConnection } from "./api";
import type { SimulatorEnv } from "./env";
import { QUEUE_URL } from "./mail/sending";
import type { Delivery, Provider } from "./provider";

/** Twilio and Svix both give up on an answer after 15 s. */
const PATIENCE_MS = 15_000;
/** Of a mail, for the wire log: enough for its headers and its beginning. */
const SHOWN_BYTES = 8_000;
/** What nobody answered. */
export const UNANSWERED = 0;

export interface Carried { status: number; line: Omit<WireLine, "n"> }

/** Carries one delivery to the app once. Never throws: a broken connection is status 0. */
export async function carry(delivery: Delivery, provider: Provider, connection: WorldConnection, blob: (id: string) => Uint8Array<ArrayBuffer>, env: SimulatorEnv): Promise<Carried> {
  const startedAt = Date.now();
  const isWebhook = delivery.kind === "webhook";
  const raw = isWebhook ? new Uint8Array() : blob(delivery.blob);
  let requestHeaders: Record<string, string> = {};
  let status = UNANSWERED;
  let response: string;
  try {
    const request = isWebhook ? await webhook(delivery, provider, connection, startedAt) : mail(delivery, raw);
    requestHeaders = Object.fromEntries(request.headers);
    const answer = await (isWebhook ? reach(delivery.url, connection, request, env) : env.MAIL.fetch(request));
    status = answer.status;
    response = await answer.text();
  } catch (error) {
    // Whatever it was, a secret that cannot sign included: the app was not reached, and the wire log says why.
    response = String(error);
  }
  const url = isWebhook ? delivery.url : `smtp:${delivery.to}`;
  const shown = isWebhook ? delivery.body : new TextDecoder().decode(raw.subarray(0, SHOWN_BYTES));
  const line = { at: new Date(startedAt).toISOString(), provider: provider.name, kind: delivery.kind, method: "POST", url, requestHeaders, request: shown, status, response, ms: Date.now() - startedAt, note: null };
  return { status, line };
}

/** The app sits behind its public URL; a callback to anywhere else finds nobody. */
function reach(url: string, connection: WorldConnection, request: Request, env: SimulatorEnv): Promise<Response> {
  if (url === QUEUE_URL) return enqueue(request, env);
  const { origin } = new URL(url);
  const ours = [env.PUBLIC_URL, connection.webhookUrl].some((known) => URL.canParse(known) && new URL(known).origin === origin);
  return ours ? env.APP.fetch(request) : Promise.reject(new Error(`${origin} does not resolve`));
}

/** Events of the platform itself come through a queue. */
async function enqueue(request: Request, env: SimulatorEnv): Promise<Response> {
  await env.MAIL_EVENTS.send(await request.json());
  return new Response(null, { status: 202 });
}

async function webhook(delivery: Extract<Delivery, { kind: "webhook" }>, provider: Provider, connection: WorldConnection, now: number): Promise<Request> {
  const headers = { "content-type": delivery.type, ...(await provider.sign(delivery, connection, now)) };
  const body = await provider.sealed?.(delivery, connection, now) ?? delivery.body;
  return new Request(delivery.url, { method: "POST", headers, body, redirect: "manual", signal: AbortSignal.timeout(PATIENCE_MS) });
}

const mail = (delivery: Extract<Delivery, { kind: "mail" }>, raw: Uint8Array<ArrayBuffer>): Request =>
  new Request("https://mail.invalid/", { method: "POST", headers: { "content-type": "message/rfc822", "x-from": delivery.from, "x-to": delivery.to }, body: raw });
