import { run, type Finished } from "./process.ts";

export interface Check { name: string; command: readonly [string, ...string[]] }

/** What can be said about the source without running it. */
export const SOURCE_CHECKS: readonly Check[] = [
  ...["worker", "web", "tests", "tests/web", "scripts"].map((part): Check => ({ name: `types of ${part}`, command: ["tsc", "-p", `${part}/tsconfig.json`] })),
  { name: "lint", command: ["oxlint", "--deny-warnings"] },
];

/** Runs a check and says in one line how it went; what it printed follows if it failed. */
export async function runCheck({ name, command }: Check): Promise<boolean> {
  const finished = await run(command);
  tell(name, finished.code === 0 ? "ok" : "FAILED", finished, finished.code !== 0);
  return finished.code === 0;
}

export function tell(name: string, result: string, { seconds, output }: Finished, whole: boolean): void {
  console.log(`${name.padEnd(24)} ${result} (${seconds.toFixed(1)} s)`);
  if (whole) console.log(output.trimEnd());
}
