import { createHmac, randomBytes, randomUUID } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { Agent, request as httpRequest } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build } from "esbuild";
import { convertV4MiniflareOptions, Log, LogLevel, Miniflare, Response } from "miniflare";
import { unstable_getMiniflareWorkerOptions as workerOptionsOf } from "wrangler";
import { root } from "../../scripts/build.ts";
import { migrate } from "../../scripts/runtime.ts";
import { type Heap, openHeap } from "./heap.ts";

export const PRODUCT = "worker/index.ts";
export const COUNTING = "tests/bench/counting/worker.ts";

const OUR_NUMBER = "+15550100001";
const TWILIO = { accountSid: `AC${"0".repeat(32)}`, authToken: "bench-auth-token" };

/** As much as one message may carry. */
export const LARGE_FILE_BYTES = 25 * 1024 * 1024 - 1_000;

export interface Answer { status: number; body: string; headers: Record<string, unknown> }
export interface Sent { sid: string; statusUrl: string }

/** The product and the floor in one workerd with state on disk, and one account with one Twilio number. */
export interface Stage {
  url: string;
  key: string;
  /** Any request; sockets are kept open and there are as many as asked at once. */
  ask(method: string, path: string, body?: string, headers?: Record<string, string>): Promise<Answer>;
  api<T>(method: string, path: string, body?: unknown): Promise<T>;
  /** A signed webhook: customer `customer` writes. */
  write(customer: number, text: string, media?: string): Promise<Answer>;
  /** A signed webhook: the provider reports on what we sent. */
  report(sent: Sent, status: string): Promise<Answer>;
  /** What the provider was asked to deliver so far. */
  sent: Sent[];
  socket(path: string): Promise<WebSocket>;
  /** Of the product's own isolate. */
  heap(): Promise<Heap>;
  close(): Promise<void>;
}

export async function openStage(entry: string): Promise<Stage> {
  const stateDir = mkdtempSync(join(tmpdir(), "switchboard-bench-"));
  const [app, floor] = await Promise.all([entry, "tests/bench/floor/worker.ts"].map(bundled));
  const { workerOptions: { modulesRules: _rules, ...workerOptions } } = workerOptionsOf(`${root}wrangler.toml`);
  const sent: Sent[] = [];
  const runtime = new Miniflare(convertV4MiniflareOptions({
    port: 0, host: "127.0.0.1", inspectorPort: 0, cf: false, log: new Log(LogLevel.ERROR), defaultPersistRoot: stateDir, handleStructuredLogs: () => undefined,
    workers: [
      {
        ...workerOptions, name: "app", modules: true, script: app, bindings: { VAULT_KEYS: `bench:${randomBytes(32).toString("base64")}`, PUBLIC_URL: "http://bench.example" },
        outboundService: async (request: { url: string; method: string; text(): Promise<string> }) => {
          const { hostname, pathname } = new URL(request.url);
          if (pathname.includes("/Media/")) return new Response(new Uint8Array(LARGE_FILE_BYTES), { headers: { "content-type": "application/pdf" } });
          if (request.method !== "POST") return Response.json({ status: "active" });
          if (hostname === "api.resend.com" || hostname.endsWith(".amazonaws.com")) {
            await request.text();
            return Response.json({ id: randomUUID(), MessageId: randomUUID() });
          }
          const sid = `SM${randomUUID().replaceAll("-", "")}`;
          sent.push({ sid, statusUrl: new URLSearchParams(await request.text()).get("StatusCallback") ?? "" });
          return Response.json({ sid, status: "queued", num_segments: "1" }, { status: 201 });
        },
      },
      { name: "floor", modules: true, script: floor, compatibilityDate: workerOptions.compatibilityDate, durableObjects: { FLOOR: { className: "Floor", useSQLite: true } }, routes: ["*/floor/*"] },
    ],
  } as unknown as Parameters<typeof convertV4MiniflareOptions>[0]));
  const url = (await runtime.ready).href.replace(/\/$/, "");
  await migrate(runtime);

  const agent = new Agent({ keepAlive: true });
  const ask: Stage["ask"] = (method, path, body, headers = {}) => new Promise((resolve, reject) => {
    const request = httpRequest(url + path, { method, agent, headers: { ...headers, ...(body !== undefined && { "content-length": Buffer.byteLength(body) }) } }, (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk)).on("error", reject)
        .on("end", () => resolve({ status: response.statusCode ?? 0, body: Buffer.concat(chunks).toString(), headers: response.headers }));
    });
    request.on("error", reject).end(body);
  });
  const json = async <T>(method: string, path: string, body: unknown, headers: Record<string, string>): Promise<T> => {
    const answer = await ask(method, path, body === undefined ? undefined : JSON.stringify(body), { ...headers, ...(body !== undefined && { "content-type": "application/json" }) });
    if (answer.status >= 300) throw new Error(`${method} ${path}: ${answer.status} ${answer.body}`);
    return (answer.body ? JSON.parse(answer.body) : undefined) as T;
  };

  const own = { origin: "http://bench.example" };
  const signedIn = await ask("POST", "/api/auth/set-up", JSON.stringify({ accountName: "Bench", name: "Owner", email: "owner@example.test", password: "correct horse battery" }), { ...own, "content-type": "application/json" });
  if (signedIn.status !== 201) throw new Error(`set-up: ${signedIn.status} ${signedIn.body}`);
  const cookie = String((signedIn.headers["set-cookie"] as string[])[0]).split(";")[0]!;
  const { key } = await json<{ key: string }>("POST", "/api/v1/api-keys", { name: "Bench", scopes: ["read", "write", "admin"] }, { ...own, cookie });
  const api: Stage["api"] = (method, path, body) => json(method, `/api/v1${path}`, body, { authorization: `Bearer ${key}` });
  const connection = await api<{ id: string; webhookUrl: string }>("POST", "/connections", { provider: "twilio", name: "Bench", address: OUR_NUMBER, settings: TWILIO });

  const post = (signedUrl: string, form: Record<string, string>): Promise<Answer> => {
    const signature = createHmac("sha1", TWILIO.authToken).update(signedUrl + Object.keys(form).sort().map((name) => name + form[name]).join("")).digest("base64");
    const { pathname, search } = new URL(signedUrl);
    return ask("POST", pathname + search, new URLSearchParams(form).toString(), { "content-type": "application/x-www-form-urlencoded", "x-twilio-signature": signature });
  };
  const sockets: WebSocket[] = [];
  return {
    url, key, ask, api, sent,
    write: (customer, text, media) => post(connection.webhookUrl, {
      MessageSid: `SM${randomUUID().replaceAll("-", "")}`, AccountSid: TWILIO.accountSid, From: `+1555${String(2_000_000 + customer)}`, To: OUR_NUMBER, Body: text, ...(media === undefined ? { NumMedia: "0" } : { NumMedia: "1", MediaUrl0: media, MediaContentType0: "application/pdf" }), NumSegments: "1", SmsStatus: "received", ApiVersion: "2010-04-01",
    }),
    report: ({ sid, statusUrl }, status) => post(statusUrl, { MessageSid: sid, MessageStatus: status, SmsSid: sid, SmsStatus: status, AccountSid: TWILIO.accountSid, From: OUR_NUMBER, ApiVersion: "2010-04-01" }),
    socket: (path) => new Promise((resolve, reject) => {
      // Node's WebSocket takes headers, which a browser's does not; its type knows only the browser's.
      const socket = new WebSocket(url.replace("http", "ws") + path, { headers: { authorization: `Bearer ${key}` } } as unknown as string[]);
      sockets.push(socket);
      socket.addEventListener("open", () => resolve(socket), { once: true });
      socket.addEventListener("error", () => reject(new Error(`no socket at ${path}`)), { once: true });
    }),
    heap: async () => openHeap((await runtime.getInspectorURL()).href, "app"),
    async close() {
      for (const socket of sockets) socket.close();
      agent.destroy();
      await runtime.dispose();
      rmSync(stateDir, { recursive: true, force: true });
    },
  };
}

async function bundled(entry: string): Promise<string> {
  const { outputFiles } = await build({ entryPoints: [root + entry], bundle: true, write: false, format: "esm", target: "es2024", conditions: ["workerd", "worker", "browser"], external: ["cloudflare:*", "node:*"], logLevel: "warning" });
  return outputFiles[0]!.text;
}

/** Waits for what must come; asks every few milliseconds. */
export async function until<T>(what: string, look: () => T | undefined | Promise<T | undefined>, patienceMs = 30_000): Promise<T> {
  for (const end = Date.now() + patienceMs; Date.now() < end;) {
    const found = await look();
    if (found !== undefined) return found;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  throw new Error(`waited in vain for ${what}`);
}
