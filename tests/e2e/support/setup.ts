import { chromium } from "playwright-core";
import type { TestProject } from "vitest/node";
import { BROWSER } from "../../../scripts/browser.ts";
import { startApp } from "./app.ts";

declare module "vitest" {
  interface ProvidedContext { /** Where the app of this run answers. */ url: string; /** Where its browser listens. */ browser: string }
}

/** No sandbox, because root has none; no name but this machine's, so that no page can reach anything else. */
const BROWSER_ARGS = [
  "--no-sandbox", "--disable-dev-shm-usage", "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
  "--disable-background-networking", "--disable-component-update", "--no-first-run",
  "--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream",
];

/** Long enough to be seen. The story about taking back asks for more itself; the others need not wait for it. */
const UNDO_MS = 1_000;

/** One app with demo data and one browser serve all files of a run. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const app = await startApp();
  const browser = await chromium.launchServer({ executablePath: BROWSER, args: BROWSER_ARGS, host: "127.0.0.1" }).catch(async (error: unknown) => { await app.stop(); throw error; });
  await fetch(`${app.url}/api/v1/account`, {
    method: "PATCH", headers: { authorization: "Bearer sb_demo_owner_key", "content-type": "application/json" }, body: JSON.stringify({ settings: { undoMs: UNDO_MS } }),
  });
  project.provide("url", app.url);
  project.provide("browser", browser.wsEndpoint());
  return async () => {
    await browser.close();
    await app.stop();
  };
}
