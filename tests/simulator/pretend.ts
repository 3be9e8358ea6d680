import { env } from "cloudflare:workers";
import { runInDurableObject } from "cloudflare:test";
import { vi } from "vitest";
import type { InboundResult, WireLine, WorldConnection, WorldMessage } from "../../simulator/api";
import { Engine } from "../../simulator/engine";
import { TABLES } from "../../simulator/schema";
import type { SimulatorEnv } from "../../simulator/env";

export const PUBLIC_URL = "https://inbox.example.com";
export const ACCOUNT = `AC${"0".repeat(31)}1`;
export const TOKEN = "test_twilio_auth_token_0123456789";
export const SVIX_SECRET = "whsec_cmVzZW5kLXRlc3Qtc2VjcmV0LTAxMjM0NTY3ODlhYmNk";

export const CONNECTIONS: WorldConnection[] = [
  { provider: "twilio", connectionId: "cn_sms", address: "+15005550006", webhookUrl: `${PUBLIC_URL}/hooks/twilio/cn_sms`, secrets: { accountSid: ACCOUNT, authToken: TOKEN } },
  { provider: "resend", connectionId: "cn_out", address: "support@acme.example", webhookUrl: `${PUBLIC_URL}/hooks/resend/cn_out`, secrets: { apiKey: "re_test", webhookSecret: SVIX_SECRET, domain: "acme.example" } },
  { provider: "cloudflare-email", connectionId: "cn_in", address: "support@acme.example", webhookUrl: "", secrets: { domain: "acme.example" } },
];

/** What reached the app, or its `email()` handler. */
export interface Arrived { url: string; headers: Headers; body: string; at: number }

export interface Pretend {
  engine: Engine;
  hooks: Arrived[];
  mails: Arrived[];
  /** What the app answers from now on. */
  answers: { hook: number; mail: number };
  /** Lets everything happen that is planned, each thing at its time. */
  settle(): Promise<void>;
  call(url: string, init?: RequestInit): Promise<Response>;
  api<T>(path: string, body?: unknown): Promise<T>;
  inbound(provider: string, body: object): Promise<InboundResult>;
  sent(provider: string): Promise<WorldMessage[]>;
  wire(): Promise<WireLine[]>;
}

/** A fresh pretend world, on the storage of an object that has an alarm of its own to leave alone. */
export const inWorld = (play: (world: Pretend) => Promise<void>): Promise<void> =>
  runInDurableObject(env.CONNECTION.getByName(crypto.randomUUID()), async (_, { storage }) => {
    const hooks: Arrived[] = [];
    const mails: Arrived[] = [];
    const answers = { hook: 200, mail: 200 };
    const background = new Set<Promise<unknown>>();
    let wakeAt: number | null = null;

    const take = (list: Arrived[], kind: "hook" | "mail") => ({
      fetch: async (input: RequestInfo, init?: RequestInit) => {
        const request = new Request(input, init);
        if (new URL(request.url).pathname.startsWith("/media/")) return new Response("GIF89a", { headers: { "content-type": "image/gif" } });
        list.push({ url: request.url, headers: request.headers, body: new TextDecoder().decode(await request.arrayBuffer()), at: Date.now() });
        return new Response("", { status: answers[kind] });
      },
    });
    // A page and a namespace are never asked for: this is the engine without its Worker.
    const bindings = { APP: take(hooks, "hook"), MAIL: take(mails, "mail"), PUBLIC_URL } as unknown as SimulatorEnv;
    const engine = new Engine({
      sql: storage.sql, wake: async (at) => void (wakeAt = at),
      background: (work) => void background.add(work.finally(() => background.delete(work))),
    }, bindings);
    const call = (url: string, init?: RequestInit) => engine.fetch(new Request(url, init));
    const api = async <T>(path: string, body?: unknown): Promise<T> => {
      const response = await call(`${PUBLIC_URL}/simulator/api/${path}`, body === undefined ? {} : { method: "POST", body: JSON.stringify(body) });
      if (!response.ok) throw new Error(`${response.status} ${await response.text()}`);
      return response.json<T>();
    };
    const settle = async () => {
      while (wakeAt !== null) {
        vi.setSystemTime(Math.max(Date.now(), wakeAt));
        wakeAt = null;
        await engine.run();
        await Promise.all(background);
      }
    };
    await api("connections", CONNECTIONS);
    await play({
      engine, hooks, mails, answers, settle, call, api, inbound: (provider, body) => api(`${provider}/inbound`, body), sent: (provider) => api(`${provider}/sent`), wire: () => api("wire?after=0"),
    });
    for (const [, table] of TABLES.join().matchAll(/TABLE IF NOT EXISTS (\w+)/g)) storage.sql.exec(`DROP TABLE ${table}`);
  });
