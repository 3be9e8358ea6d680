import { readdirSync, readFileSync, statSync } from "node:fs";
import { parseArgs } from "node:util";
import { buildScreens, root } from "./build.ts";
import { run } from "./process.ts";

const SCREENS = "web/dist";
const PAGES_PROJECT = "switchboard";
/** What wrangler.toml holds until somebody has made a database. */
const NO_DATABASE = "00000000-0000-0000-0000-000000000000";
const NO_DATABASE_YET = `wrangler.toml names no database yet. Once, signed in with "npx wrangler login":
  npx wrangler d1 create switchboard             put the id it prints into wrangler.toml
  npx wrangler r2 bucket create switchboard
  npx wrangler queues create inbound-retry
  npx wrangler queues create inbound-dead
  npx wrangler queues create mail-events`;
const NO_SECRET_YET = `The Worker has no VAULT_KEYS yet, and seals nothing without. Once, and keep a copy: what it sealed cannot be read without it.
  echo "first:$(openssl rand -base64 32)" | npx wrangler secret put VAULT_KEYS`;

const { values } = parseArgs({ options: { "dry-run": { type: "boolean", default: false }, pages: { type: "boolean", default: false } } });
const dryRun = values["dry-run"];
// Where providers reach us; without it the Worker keeps what it was deployed with before.
const publicUrl = process.env["PUBLIC_URL"]?.replace(/\/+$/, "");

await buildScreens();
process.exit(await (values.pages ? deployPages() : deployWorker()));

/** Safe to repeat: applied migrations are skipped, and the same upload is the same Worker. */
async function deployWorker(): Promise<number> {
  const upload = ["deploy", "--keep-vars", ...(publicUrl ? ["--var", `PUBLIC_URL:${publicUrl}`] : [])];
  if (dryRun) return wrangler([...upload, "--dry-run", "--outdir", ".state/build/deploy"]);
  if (readFileSync(`${root}wrangler.toml`, "utf8").includes(NO_DATABASE)) {
    console.error(NO_DATABASE_YET);
    return 1;
  }
  // Tables come first: yesterday's Worker can live with a new column, today's not without it.
  const failed = (await wrangler(["d1", "migrations", "apply", "DB", "--remote"])) || (await wrangler(upload));
  if (failed) return failed;
  const secrets = await run(["wrangler", "secret", "list"]);
  if (secrets.code === 0 && !secrets.output.includes("VAULT_KEYS")) console.log(NO_SECRET_YET);
  return 0;
}

/** The same screens on Pages. They call the API of their own origin, so the Worker's routes must stand on it too. */
async function deployPages(): Promise<number> {
  if (!dryRun) return wrangler(["pages", "deploy", SCREENS, "--project-name", PAGES_PROJECT, "--commit-dirty=true"]);
  const files = readdirSync(root + SCREENS, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile()).map((entry) => statSync(`${entry.parentPath}/${entry.name}`).size);
  console.log(`would upload ${files.length} files, ${Math.round(files.reduce((sum, size) => sum + size, 0) / 1024)} KiB, from ${SCREENS} to the Pages project "${PAGES_PROJECT}"`);
  return files.length > 0 ? 0 : 1;
}

async function wrangler(args: readonly string[]): Promise<number> {
  return (await run(["wrangler", ...args], { show: true })).code ?? 1;
}
