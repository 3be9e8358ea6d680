import { parseArgs } from "node:util";
import { resolve } from "node:path";
import { buildScreens } from "./build.ts";
import { keepTime } from "./cron.ts";
import { addressOf, portFrom, whyNotListen } from "./listening.ts";
import { startRuntime } from "./runtime.ts";
import { seedDemo } from "./seed/seed.ts";
import { beginState, completeState } from "./seed/unfinished.ts";

const { values } = parseArgs({ options: { "no-demo": { type: "boolean", default: false }, verbose: { type: "boolean", default: false } } });
const wanted = process.env["PORT"] || "8787";
const port = portFrom(wanted) ?? stop(`PORT=${wanted} is not a port. Choose a number from 1 to 65535.`);
const host = process.env["HOST"] || "127.0.0.1";
const demo = !values["no-demo"];
const stateDir = resolve(process.env["STATE_DIR"] ?? ".state");

const reason = await whyNotListen(host, port);
if (reason) stop(reason);
await buildScreens();
const base = addressOf(host, port);
const ownState = `${stateDir}/${demo ? "demo" : "own"}`;
if (demo) beginState(ownState);
const runtime = await startRuntime({ port, host, publicUrl: base, stateDir: ownState, demo, verbose: values.verbose });

let stopping = false;
for (const signal of ["SIGINT", "SIGTERM"] as const)
  process.on(signal, () => {
    if (stopping) return;
    stopping = true;
    void runtime.dispose().finally(() => process.exit(0));
  });

if (demo) {
  // What was asked while it stops is refused: that is no news.
  await seedDemo(runtime, base).catch(async (error: unknown) => { if (stopping) await new Promise(() => {}); throw error; });
  completeState(ownState);
}

keepTime(runtime, (error) => { if (!stopping) console.error(`the timed jobs failed: ${String(error)}`); });

console.log(`ready ${base}`);
console.log(demo
  ? `sign in as owner@example.test, agent@example.test or restricted@example.test, password switchboard-demo\nAPI key sb_demo_owner_key · the pretend world: ${base}/simulator`
  : "no demo data: the first visitor sets the account up");

function stop(sentence: string): never {
  console.error(sentence);
  process.exit(1);
}
