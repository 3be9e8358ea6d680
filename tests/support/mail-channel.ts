import { PLAIN_MESSAGE, type ChannelIo, type OutboundEmail, type OutboundMedia, type OutboundMessage, type RawRequest } from "../../worker/channels/channel";

/** 2026-11-22T10:00:00Z, when the recorded requests were signed. */
export const NOW = 1_795_341_600_000;

export const recordedRequest = (provider: string, body: string | Uint8Array, headers: Record<string, string | undefined> = {}): RawRequest => ({
  method: "POST", url: `https://inbox.example.com/hooks/${provider}/cn_1`, body: typeof body === "string" ? new TextEncoder().encode(body) : body, receivedAt: NOW,
  headers: Object.fromEntries(Object.entries(headers).flatMap(([name, value]) => (value === undefined ? [] : [[name.toLowerCase(), value]]))),
});

/** A file imported as a data URL, which keeps every byte. */
export const bytesOfUrl = (url: string): Uint8Array => Uint8Array.from(atob(url.slice(url.indexOf(",") + 1)), (char) => char.charCodeAt(0));

export const fileOf = (name: string, type: string, bytes: Uint8Array, contentId: string | null = null): OutboundMedia => ({ id: "at_1", name, type, size: bytes.length, contentId, url: "https://inbox.example.com/media/x", bytes: () => Promise.resolve(bytes) });

export const letter = (email: Partial<OutboundEmail> = {}, change: Partial<OutboundMessage> = {}): OutboundMessage => ({
  ...PLAIN_MESSAGE, id: "msg_01J", reference: "c_1:en_1", from: "support@acme.example", to: "jane@example.com", text: "Hi", media: [], statusUrl: "https://inbox.example.com/hooks/x/cn_1", ...change,
  email: { from: { name: "Acme", address: "support@acme.example" }, to: [{ name: "", address: "jane@example.com" }], cc: [], bcc: [], subject: "Re: Order", html: "<p>Hi</p>", messageId: "msg_01J@acme.example", inReplyTo: "a@b", references: ["r@b", "a@b"], replyTo: null, headers: {}, ...email },
});

export interface Called { url: string; method: string; headers: Headers; body: string }

/** The outside world as a test plays it; `calls` is what was asked of it. */
export function pretendIo(answer: (call: Called) => Response | Promise<Response>, now = NOW): { io: ChannelIo; calls: Called[] } {
  const calls: Called[] = [];
  const io: ChannelIo = {
    now: () => now,
    fetch: async (input, init) => {
      const asked = new Request(input as RequestInfo, init);
      const call = { url: asked.url, method: asked.method, headers: asked.headers, body: await asked.text() };
      calls.push(call);
      return answer(call);
    },
  };
  return { io, calls };
}
