import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { extname } from "node:path";
import { convertV4MiniflareOptions, Log, LogLevel, Miniflare, Response, type Request } from "miniflare";
import { unstable_getMiniflareWorkerOptions as workerOptionsOf } from "wrangler";
import { bundleWorkers, root } from "./build.ts";

export interface RuntimeOptions { port: number; host: string; /** Where customers and providers of the pretend world reach the app. */ publicUrl: string; stateDir: string; demo: boolean; /** Workers' own log lines. */ verbose?: boolean }

const PAGE_TYPES: Record<string, string> = { ".html": "text/html; charset=utf-8", ".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml", ".png": "image/png", ".woff2": "font/woff2" };

/**
 * The real workerd with state on disk: the app, and beside it the simulator that answers every call to the outside.
 * The app does not know: its outgoing requests simply end there.
 */
export async function startRuntime({ port, host, publicUrl, stateDir, demo, verbose = false }: RuntimeOptions): Promise<Miniflare> {
  const bundles = await bundleWorkers();
  // The bundle is one module: rules for finding modules do not apply to it.
  const { workerOptions: { modulesRules: _rules, email: _email, ...workerOptions } } = workerOptionsOf(`${root}wrangler.toml`);
  const vaultKeys = secret(stateDir);
  const objects = { CONVERSATION: "Conversation", FEED: "Feed", CONNECTION: "Connection" };
  const runtime: Miniflare = new Miniflare(convertV4MiniflareOptions({
    port, host, cf: false, verbose: false, log: new Log(verbose ? LogLevel.INFO : LogLevel.WARN),
    resourcePersistencePath: stateDir, handleStructuredLogs: ({ level, message }: { level: string; message: string }) => { if (verbose || level === "error") console.error(message); },
    workers: [
      {
        ...workerOptions, name: "app", modules: true, scriptPath: bundles.app,
        bindings: { VAULT_KEYS: vaultKeys, PUBLIC_URL: publicUrl, ...(demo && { DEMO: "on" }) },
        outboundService: "simulator",
        serviceBindings: { EMAIL: { name: "simulator", entrypoint: "SendEmail" } },
      },
      {
        name: "simulator", modules: true, scriptPath: bundles.simulator, compatibilityDate: workerOptions.compatibilityDate, compatibilityFlags: ["nodejs_compat"],
        queueProducers: { MAIL_EVENTS: "mail-events" },
        durableObjects: { WORLD: { className: "World", useSQLite: true } }, bindings: { PUBLIC_URL: publicUrl },
        serviceBindings: { APP: "app", MAIL: (request: Request) => deliverMail(runtime, request), PAGE: (request: Request) => page(request) },
        routes: ["*/simulator/*", "*/simulator"],
        outboundService: () => new Response("nothing leaves this machine", { status: 599 }),
      },
      {
        // Fills a new local state with demo data, with the app's own database functions. It has no route.
        name: "seed", modules: true, scriptPath: bundles.seed, compatibilityDate: workerOptions.compatibilityDate, compatibilityFlags: ["nodejs_compat"],
        d1Databases: workerOptions.d1Databases, r2Buckets: workerOptions.r2Buckets, queueProducers: workerOptions.queueProducers,
        durableObjects: Object.fromEntries(Object.entries(objects).map(([binding, className]) => [binding, { className, scriptName: "app" }])),
        bindings: { VAULT_KEYS: vaultKeys, PUBLIC_URL: publicUrl, DEMO: "on" },
      },
    ],
  } as unknown as Parameters<typeof convertV4MiniflareOptions>[0]));
  await runtime.ready;
  await migrate(runtime);
  return runtime;
}

/** Made once per state folder; whoever deletes it deletes what it sealed. */
function secret(stateDir: string): string {
  const path = `${stateDir}/vault-key`;
  mkdirSync(stateDir, { recursive: true });
  if (!existsSync(path)) writeFileSync(path, `local:${randomBytes(32).toString("base64")}`, { mode: 0o600 });
  return readFileSync(path, "utf8");
}

/** Applies the SQL files that this state has not seen, each in one batch with its mark, so that a crash repeats or skips it whole. */
export async function migrate(runtime: Miniflare): Promise<void> {
  const db = await runtime.getD1Database("DB", "app");
  await db.prepare("CREATE TABLE IF NOT EXISTS d1_migrations(id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT UNIQUE, applied_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP NOT NULL)").run();
  const { results } = await db.prepare("SELECT name FROM d1_migrations").all<{ name: string }>();
  const done = new Set(results.map(({ name }) => name));
  for (const name of readdirSync(`${root}migrations`).filter((file) => file.endsWith(".sql") && !done.has(file)).sort()) {
    const statements = readFileSync(`${root}migrations/${name}`, "utf8").split(/;\s*$/m).map((part) => part.replace(/^\s*--.*$/gm, "").trim()).filter(Boolean);
    await db.batch([...statements.map((statement) => db.prepare(statement)), db.prepare("INSERT INTO d1_migrations(name) VALUES(?)").bind(name)]);
  }
}

/** Runs the app's `email()` with raw mail, as routing would. 550 is a refusal for good. */
async function deliverMail(runtime: Miniflare, request: Request): Promise<Response> {
  const app = await runtime.getWorker("app");
  // `email` is on the handle at run time; its type leaves it out. `raw` is a stream, of which each runtime has its own type.
  const { email } = app as unknown as { email(message: { from: string; to: string; raw: unknown; rawSize: number }): Promise<void> };
  const mail = await request.blob();
  try {
    await email({ from: request.headers.get("x-from") ?? "", to: request.headers.get("x-to") ?? "", raw: mail.stream(), rawSize: mail.size });
    return new Response(null, { status: 204 });
  } catch (error) {
    // Over this call a message cannot be refused in words: calling `setReject` itself fails.
    return /setReject/.test(String(error)) ? new Response("There is no such mailbox", { status: 550 }) : new Response(String(error), { status: 503 });
  }
}

function page(request: Request): Response {
  const { pathname } = new URL(request.url);
  const path = pathname.replace(/^\/simulator\/?/, "") || "index.html";
  const file = `${root}simulator/dist/page/${path}`;
  if (path.includes("..") || !existsSync(file)) return new Response("not found", { status: 404 });
  return new Response(readFileSync(file), { headers: { "content-type": PAGE_TYPES[extname(path)] ?? "application/octet-stream" } });
}
