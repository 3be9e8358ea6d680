import { existsSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { installBrowser } from "./browser.ts";
import { buildScreens, root } from "./build.ts";
import { runCheck, SOURCE_CHECKS, tell, type Check } from "./checks.ts";
import { run } from "./process.ts";

interface Count { passed: number; failed: number }

const REPORTS = `${root}tests/output`;
const DRY_RUN: Check = { name: "deploy, dry run", command: ["wrangler", "deploy", "--dry-run", "--outdir", ".state/build/deploy"] };
/** Two cores: the object tests take one, everything else shares the other. The browser gets both, because slow frames fail. */
const LANES = [["worker"], ["web", "source"]] as const;
const LAST = "e2e";

const started = performance.now();
const only = process.argv.slice(2);
const total: Count = { passed: 0, failed: 0 };
const add = ({ passed, failed }: Count): void => { total.passed += passed; total.failed += failed; };
const wanted = (name: string): boolean => only.length === 0 || only.includes(name);

rmSync(REPORTS, { recursive: true, force: true });
mkdirSync(REPORTS, { recursive: true });
try {
  await buildScreens();
  const checks = wanted("checks") ? [...SOURCE_CHECKS, DRY_RUN] : [];
  await Promise.all(LANES.map(async (names, lane) => {
    if (lane === LANES.length - 1) for (const check of checks) add((await runCheck(check)) ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 });
    for (const name of names) if (wanted(name)) add(await runProject(name));
  }));
  if (wanted(LAST)) {
    const obstacle = installBrowser();
    if (obstacle) console.log(obstacle);
    add(obstacle ? { passed: 0, failed: 1 } : await runProject(LAST));
  }
} catch (error) {
  console.error(error);
  total.failed++;
}
console.log(`took ${Math.round((performance.now() - started) / 1000)} s`);
console.log(`${total.passed} passed, ${total.failed} failed`);
process.exit(total.failed > 0 || total.passed === 0 ? 1 : 0);

/** Runs one Vitest project. A crash, a file that could not be loaded and a run without tests are failures too. */
async function runProject(name: string): Promise<Count> {
  const report = `${REPORTS}/${name}.json`;
  const finished = await run(["vitest", "run", "--config", "tests/vitest.config.ts", "--project", name, "--reporter=default", "--reporter=json", `--outputFile.json=${report}`]);
  const count = existsSync(report) ? counted(JSON.parse(readFileSync(report, "utf8")) as Report) : { passed: 0, failed: 0 };
  if (count.failed === 0 && (finished.code !== 0 || count.passed === 0)) count.failed = 1;
  tell(`tests: ${name}`, `${count.passed} passed, ${count.failed} failed`, finished, count.failed > 0);
  return count;
}

/** The part of Vitest's JSON report that counts. */
interface Report { numPassedTests: number; numFailedTests: number; testResults: { status: string; assertionResults: { status: string }[] }[] }

function counted({ numPassedTests, numFailedTests, testResults }: Report): Count {
  const brokenFiles = testResults.filter(({ status, assertionResults }) => status === "failed" && !assertionResults.some((test) => test.status === "failed")).length;
  return { passed: numPassedTests, failed: numFailedTests + brokenFiles };
}
