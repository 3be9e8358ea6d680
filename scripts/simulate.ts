import { parseArgs } from "node:util";
import { run } from "./process.ts";

/** Enough to find what is common; a night finds the rest with more. */
const SEEDS = "200";
/** A seed takes well under a second; this only ends a run that hangs. */
const LIMIT_SECONDS = 6 * 3600;

const { values } = parseArgs({ options: { seeds: { type: "string", default: SEEDS }, from: { type: "string", default: "1" }, seed: { type: "string" } } });
/** One seed that fails is also made smaller; of many, only their numbers are wanted. */
const asked = values.seed === undefined ? { seeds: Number(values.seeds), from: Number(values.from) } : { seed: Number(values.seed), shrink: true };
const { code } = await run(["vitest", "run", "--config", "tests/vitest.config.ts", "--project", "worker", "--testTimeout", "0", "tests/promises/simulation.test.ts"], { env: { SIMULATE: JSON.stringify(asked) }, show: true, limitSeconds: LIMIT_SECONDS });
process.exit(code ?? 1);
