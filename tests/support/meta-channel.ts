import { createHmac } from "node:crypto";
import { PLAIN_MESSAGE, type ChannelIo, type InboundEvent, type OutboundMessage, type RawRequest } from "../../worker/channels/channel";

/** The moment at which the recorded requests of Meta's were made. */
export const NOW = 1_795_341_600_000;
export const SECRET = "test_meta_app_secret";
export const VERIFY_TOKEN = "test_meta_verify_token";

export const signatureOf = (body: string | Uint8Array, secret = SECRET) => `sha256=${createHmac("sha256", secret).update(body).digest("hex")}`;

export function rawOf(body: string, signature = signatureOf(body)): RawRequest {
  return { method: "POST", url: "https://inbox.example.com/hooks/meta/cn_1", headers: { "content-type": "application/json", "x-hub-signature-256": signature }, body: new TextEncoder().encode(body), receivedAt: NOW };
}

export interface Sent { url: URL; method: string; headers: Headers; body: unknown; redirect: string | undefined }

/** Answers one request after the other, the last answer again and again; keeps what was asked. */
export function scripted(...answers: (() => Response)[]): ChannelIo & { sent: Sent[] } {
  const sent: Sent[] = [];
  return {
    sent,
    now: () => NOW,
    fetch: async (input, init) => {
      const { method = "GET", headers, body, redirect } = (init ?? {}) as RequestInit;
      sent.push({ url: new URL(input as string), method, headers: new Headers(headers), body: typeof body === "string" ? JSON.parse(body) : body, redirect });
      return answers[Math.min(sent.length, answers.length) - 1]!();
    },
  };
}

export const says = (status: number, body: unknown, headers: Record<string, string> = {}) => () => new Response(typeof body === "string" ? body : JSON.stringify(body), { status, headers });

export const refusal = (code: number, subcode?: number, status = 400) => says(status, { error: { message: "no", type: "OAuthException", code, ...(subcode !== undefined && { error_subcode: subcode }), fbtrace_id: "A" } });

export const draft = (change: Partial<OutboundMessage> = {}): OutboundMessage => ({
  ...PLAIN_MESSAGE, id: "m_1", reference: "c_1:m_1", from: "us", to: "5349573198712345", text: "Hi", media: [], email: null, statusUrl: "https://inbox.example.com/s", ...change,
});

export const file = (name: string, type: string) => ({ id: name, name, type, size: 10, url: `https://cdn.example.com/${name}`, bytes: async () => new Uint8Array(10) });

/** Events without an order, for comparing what two requests said. */
export const asSet = (events: readonly InboundEvent[]): string[] => [...new Set(events.map((event) => JSON.stringify(event)))].sort();
