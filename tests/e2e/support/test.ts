import { fileURLToPath } from "node:url";
import { chromium, type Browser, type BrowserContext, type BrowserContextOptions, type Page } from "playwright-core";
import { inject, test as base } from "vitest";

let connected: Promise<Browser> | undefined;

export type Member = "owner" | "agent" | "restricted";
const PASSWORD = "switchboard-demo";
const OWNER_KEY = "sb_demo_owner_key";
/** A desk, as most agents have it. */
const VIEWPORT = { width: 1280, height: 800 };
/** How long a click or a wait may take on a busy machine before it counts as never. */
const ACTION_MS = 15_000;
/** Where pictures go; git does not see it. */
export const OUTPUT = fileURLToPath(new URL("../../output/", import.meta.url));

export interface Tools {
  /** Where the app answers: `http://127.0.0.1:<port>`. */
  url: string;
  /** A page in a context of its own, signed out. */
  visit(path: string, options?: BrowserContextOptions): Promise<Page>;
  /** A page in a context of its own, signed in. */
  as(member: Member, path?: string, options?: BrowserContextOptions): Promise<Page>;
  /** Calls the API as the demo owner and answers its JSON; throws on an error status. */
  api<T>(method: string, path: string, body?: unknown): Promise<T>;
  /** Calls the pretend world: `POST /simulator/api<path>` with a body, otherwise GET. */
  world<T>(path: string, body?: unknown): Promise<T>;
}

interface Fixtures extends Tools { contexts: BrowserContext[] }

/** A test with a browser and the app. All that it opens closes with it; an error thrown in a page fails it. */
export const test = base.extend<Fixtures>({
  url: async ({ task: _task }, use) => use(inject("url")),
  contexts: async ({ task }, use) => {
    const contexts: BrowserContext[] = [];
    const errors: Error[] = [];
    const push = contexts.push.bind(contexts);
    contexts.push = (...added) => {
      for (const context of added) context.on("weberror", (error) => errors.push(error.error()));
      return push(...added);
    };
    await use(contexts);
    if (task.result?.state === "fail" || task.result?.errors?.length) await photograph(contexts, task.name);
    await Promise.all(contexts.map((context) => context.close()));
    if (errors[0]) throw new Error(`a page threw: ${errors[0].stack ?? errors[0].message}`);
  },
  visit: async ({ url, contexts }, use) => use(async (path, options) => {
    const page = await (await open(contexts, url, options)).newPage();
    await page.goto(path);
    return page;
  }),
  as: async ({ url, contexts }, use) => use(async (member, path = "/", options = undefined) => {
    const context = await open(contexts, url, options);
    await signIn(context, url, member);
    const page = await context.newPage();
    await page.goto(path);
    return page;
  }),
  api: async ({ url }, use) => use(toolsFor(url).api),
  world: async ({ url }, use) => use(toolsFor(url).world),
});

/** The API and the pretend world of any app with demo data. */
export function toolsFor(url: string): Pick<Tools, "api" | "world"> {
  return {
    api: <T>(method: string, path: string, body?: unknown) => json<T>(`${url}/api/v1${path}`, {
      method, headers: { authorization: `Bearer ${OWNER_KEY}`, ...(body !== undefined && { "content-type": "application/json" }) }, ...(body !== undefined && { body: JSON.stringify(body) }),
    }),
    world: <T>(path: string, body?: unknown) =>
      json<T>(`${url}/simulator/api${path}`, body === undefined ? {} : { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body) }),
  };
}

export async function signIn(context: BrowserContext, url: string, member: Member): Promise<void> {
  const signedIn = await context.request.post("/api/auth/sign-in/email", { headers: { origin: url }, data: { email: `${member}@example.test`, password: PASSWORD } });
  if (!signedIn.ok()) throw new Error(`${member} could not sign in: ${signedIn.status()} ${await signedIn.text()}`);
}

/** A context on another app than the one of this run; whoever opens it closes it. */
export async function contextAt(url: string, options: BrowserContextOptions = {}): Promise<BrowserContext> {
  return open([], url, options);
}

async function open(contexts: BrowserContext[], url: string, options: BrowserContextOptions = {}): Promise<BrowserContext> {
  const browser = await (connected ??= chromium.connect(inject("browser")));
  const context = await browser.newContext({ baseURL: url, viewport: VIEWPORT, locale: "en-GB", timezoneId: "Europe/Berlin", reducedMotion: "reduce", ...options });
  context.setDefaultTimeout(ACTION_MS);
  contexts.push(context);
  return context;
}

/** What every open page showed when a test failed. */
async function photograph(contexts: readonly BrowserContext[], name: string): Promise<void> {
  const pages = contexts.flatMap((context) => context.pages());
  for (const [index, page] of pages.entries()) await page.screenshot({ path: `${OUTPUT}failed/${name.replace(/\W+/g, "-").slice(0, 60)}-${index + 1}.png` }).catch(() => null);
}

async function json<T>(url: string, init: RequestInit): Promise<T> {
  const response = await fetch(url, init);
  const text = await response.text();
  if (!response.ok) throw new Error(`${init.method ?? "GET"} ${url}: ${response.status} ${text}`);
  return (text ? JSON.parse(text) : undefined) as T;
}
