import { parseArgs } from "node:util";
import { resolve } from "node:path";
import { buildScreens } from "./build.ts";
import { addressOf, portFrom, whyNotListen } from "./listening.ts";
import { startRuntime } from "./runtime.ts";
import { seedDemo } from "./seed/seed.ts";

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
const runtime = await startRuntime({ port, host, publicUrl: base, stateDir: `${stateDir}/${demo ? "demo" : "own"}`, demo, verbose: values.verbose });
if (demo) await seedDemo(runtime, base);

let stopping = false;
for (const signal of ["SIGINT", "SIGTERM"] as const)
  process.on(signal, () => {
    if (stopping) return;
    stopping = true;
    void runtime.dispose().finally(() => process.exit(0));
  });

console.log(`ready ${base}`);
console.log(demo
  ? `sign in as owner@example.test, agent@example.test or restricted@example.test, password switchboard-demo\nAPI key sb_demo_owner_key · the pretend world: ${base}/simulator`
  : "no demo data: the first visitor sets the account up");

function stop(sentence: string): never {
  console.error(sentence);
  process.exit(1);
}
