import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { cloudflareTest } from "@cloudflare/vitest-plugin";
import { Response } from "miniflare";
import solid from "vite-plugin-solid";
import { defineConfig } from "vitest/config";

const root = fileURLToPath(new URL("..", import.meta.url));
/**
 * Tests that share one runtime or one browser with all others meet what these left behind, and a machine that stalls: once more tells
 * that from a fault. Whatever needed it is named in the run (`support/repeated.ts`).
 */
const RETRY = 1;
const migrations = readdirSync(`${root}migrations`).filter((name) => name.endsWith(".sql")).sort().map((name) => readFileSync(`${root}migrations/${name}`, "utf8"));

export default defineConfig({
  test: {
    projects: [
      {
        root,
        plugins: [cloudflareTest({
          wrangler: { configPath: `${root}wrangler.toml` },
          remoteBindings: false,
          miniflare: {
            // Otherwise it asks the internet where on earth it is.
            cf: false,
            bindings: { VAULT_KEYS: "test:MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=", PUBLIC_URL: "https://inbox.example.com", MIGRATIONS: migrations, SIMULATE: process.env["SIMULATE"] ?? "" },
            d1Databases: ["DB", "DB_001"],
            // The last guard: whatever a test did not fake ends here, so nothing leaves the machine.
            outboundService: () => new Response("blocked", { status: 599 }),
          },
        })],
        test: {
          name: "worker",
          include: ["tests/{contract,domain,channels,db,http,durable-objects,flows,jobs,platform,promises,security,simulator}/**/*.test.ts"],
          setupFiles: ["tests/support/migrate.ts", "tests/support/real-clock.ts"],
          isolate: false,
          maxWorkers: 1,
          retry: RETRY,
          testTimeout: 20_000,
        },
      },
      {
        root,
        plugins: [solid()],
        test: { name: "web", testTimeout: 20_000, include: ["tests/web/**/*.test.{ts,tsx}"], setupFiles: ["tests/web/words.ts", "tests/web/patience.ts"], environment: "happy-dom", isolate: false, maxWorkers: 1 },
      },
      {
        root,
        // What is said about the source and the builds, and what is counted from outside the app.
        test: { name: "source", include: ["tests/*.test.ts", "tests/bench/**/*.test.ts"], environment: "node", isolate: false, maxWorkers: 1, testTimeout: 120_000, hookTimeout: 120_000 },
      },
      {
        root,
        // A real browser on what `npm start` serves. One after the other: they share the demo account.
        test: {
          name: "e2e", include: ["tests/e2e/**/*.e2e.ts"], environment: "node", isolate: false, maxWorkers: 1, retry: RETRY,
          globalSetup: ["tests/e2e/support/setup.ts"], testTimeout: 60_000, hookTimeout: 60_000,
        },
      },
    ],
  },
});
