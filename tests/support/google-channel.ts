import { generateKeyPairSync } from "node:crypto";
import { PLAIN_MESSAGE, type ChannelIo, type OutboundMessage, type RawRequest } from "../../worker/channels/channel";

/** The moment at which the recorded requests of Google's were made. */
export const NOW = 1_795_341_600_000;
const TOKEN_URL = "https://oauth2.googleapis.com/token";

export interface Sent { url: string; method: string; headers: Headers; body: string }

export const says = (status: number, body: unknown, headers: Record<string, string> = {}) => () => new Response(typeof body === "string" ? body : JSON.stringify(body), { status, headers });
export const granted = says(200, { access_token: "T", expires_in: 3600, token_type: "Bearer" });

/** Answers one request after the other, the last answer again and again; gives a token whenever asked for one, unless `token` says otherwise. */
export function google(answers: (() => Response)[], { token = granted, now = () => NOW }: { token?: () => Response; now?: () => number } = {}): ChannelIo & { sent: Sent[]; tokens: Sent[] } {
  const sent: Sent[] = [], tokens: Sent[] = [];
  return {
    sent, tokens, now,
    fetch: async (input, init) => {
      const { method = "GET", headers, body } = (init ?? {}) as RequestInit;
      const one = { url: input as string, method, headers: new Headers(headers), body: (body as string | undefined) ?? "" };
      if (one.url === TOKEN_URL) {
        tokens.push(one);
        return token();
      }
      sent.push(one);
      return answers[Math.min(sent.length, answers.length) - 1]!();
    },
  };
}

export const rawOf = (body: string, headers: Record<string, string> = {}, url = "https://inbox.example.com/hooks/google/cn_1"): RawRequest =>
  ({ method: "POST", url, headers: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value])), body: new TextEncoder().encode(body), receivedAt: NOW });

export const draft = (change: Partial<OutboundMessage> = {}): OutboundMessage => ({
  ...PLAIN_MESSAGE, id: "m_1", reference: "c_1:m_1", from: "us", to: "+14155550123", text: "Hi", media: [], email: null, statusUrl: "https://inbox.example.com/s", ...change,
});

/** A service account's key file, made for this run. */
export const serviceAccount = (() => {
  const { privateKey, publicKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  return { publicKey, json: JSON.stringify({ type: "service_account", client_email: "agent@example-project.iam.gserviceaccount.com", private_key: privateKey.export({ type: "pkcs8", format: "pem" }) }) };
})();
