import { readFileSync } from "node:fs";
import { convertV4MiniflareOptions, Miniflare } from "miniflare";
import { afterAll, expect, it, vi } from "vitest";
import { keepTime, RUN_EVERY_MS } from "../scripts/cron.ts";

/** Counts its runs in the place of the app; the third breaks. */
const COUNTING = `let runs = 0;
export default { scheduled() { if (++runs === 3) throw new Error("broken"); }, fetch: () => new Response(String(runs)) };`;
const runtime = new Miniflare(convertV4MiniflareOptions({ cf: false, workers: [{ name: "app", modules: true, script: COUNTING, compatibilityDate: "2026-10-01" }] } as unknown as Parameters<typeof convertV4MiniflareOptions>[0]));
afterAll(() => runtime.dispose());

it("timed jobs run on a laptop too, as often as on the platform, and go on after one that broke", async () => {
  expect(readFileSync(new URL("../wrangler.toml", import.meta.url), "utf8")).toContain(`crons = ["*/${RUN_EVERY_MS / 60_000} * * * *"]`);
  const stop = keepTime(runtime, () => undefined, 20);
  await vi.waitFor(async () => expect(Number(await (await runtime.dispatchFetch("http://app.example/")).text())).toBeGreaterThan(4), { timeout: 30_000, interval: 100 });
  stop();
});
