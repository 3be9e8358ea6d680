import { existsSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { installBrowser } from "./browser.ts";
import { buildScreens, root } from "./build.ts";
import { runCheck, SOURCE_CHECKS, tell, type Check } from "./checks.ts";
import { run } from "./process.ts";

interface Count { passed: number; failed: number }

const REPORTS = `${root}tests/output`;
const DRY_RUN: Check = { name: "deploy, dry run", command: ["wrangler", "deploy", "--dry-run", "--outdir", ".state/build/deploy"] };
/** As many things at once as the smallest machine that runs them all has cores. */
const LANES = 2;
/** The object tests take longest by far: in parts, so that the lanes end together. */
const WORKER_PARTS = 4;

const started = performance.now();
const only = process.argv.slice(2);
const total: Count = { passed: 0, failed: 0 };
const add = ({ passed, failed }: Count): void => { total.passed += passed; total.failed += failed; };
const wanted = (name: string): boolean => only.length === 0 || only.includes(name);

rmSync(REPORTS, { recursive: true, force: true });
mkdirSync(REPORTS, { recursive: true });
try {
  await buildScreens();
  const tasks = [...workerParts(), ...(["web", "source"] as const).filter(wanted).map((name) => () => runProject(name)), ...(wanted("checks") ? [...SOURCE_CHECKS, DRY_RUN].map((check) => () => checked(check)) : [])];
  await Promise.all(Array.from({ length: LANES }, async () => {
    for (let task = tasks.shift(); task; task = tasks.shift()) add(await task());
  }));
  // After the rest: the browser needs every core, because slow frames fail.
  if (wanted("e2e")) {
    const obstacle = installBrowser();
    if (obstacle) console.log(obstacle);
    add(obstacle ? { passed: 0, failed: 1 } : await runProject("e2e"));
  }
} catch (error) {
  console.error(error);
  total.failed++;
}
console.log(`took ${Math.round((performance.now() - started) / 1000)} s`);
console.log(`${total.passed} passed, ${total.failed} failed`);
process.exit(total.failed > 0 || total.passed === 0 ? 1 : 0);

function workerParts(): (() => Promise<Count>)[] {
  if (!wanted("worker")) return [];
  return Array.from({ length: WORKER_PARTS }, (_, index) => () => runProject("worker", { part: index + 1, of: WORKER_PARTS }));
}

async function checked(check: Check): Promise<Count> {
  return (await runCheck(check)) ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 };
}

/** Runs one Vitest project, or a part of its files. A crash, a file that could not be loaded and a run without tests are failures too. */
async function runProject(project: string, shard: { part: number; of: number } | null = null): Promise<Count> {
  const name = shard ? `${project}-${shard.part}` : project;
  const report = `${REPORTS}/${name}.json`;
  const finished = await run(["vitest", "run", "--config", "tests/vitest.config.ts", "--project", project, ...(shard ? [`--shard=${shard.part}/${shard.of}`] : []), "--reporter=default", "--reporter=./tests/support/repeated.ts", "--reporter=json", `--outputFile.json=${report}`]);
  const count = existsSync(report) ? counted(JSON.parse(readFileSync(report, "utf8")) as Report) : { passed: 0, failed: 0 };
  if (count.failed === 0 && (finished.code !== 0 || count.passed === 0)) count.failed = 1;
  tell(`tests: ${name}`, `${count.passed} passed, ${count.failed} failed`, finished, count.failed > 0);
  for (const line of finished.output.match(/^REPEATED .*$/gm) ?? []) console.log(line);
  return count;
}

/** The part of Vitest's JSON report that counts. */
interface Report { numPassedTests: number; numFailedTests: number; testResults: { status: string; assertionResults: { status: string }[] }[] }

function counted({ numPassedTests, numFailedTests, testResults }: Report): Count {
  const brokenFiles = testResults.filter(({ status, assertionResults }) => status === "failed" && !assertionResults.some((test) => test.status === "failed")).length;
  return { passed: numPassedTests, failed: numFailedTests + brokenFiles };
}
