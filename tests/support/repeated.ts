import type { Reporter, TestCase } from "vitest/node";

/** Names every test that failed once and passed when it was repeated: a run may go on after it, but nobody should have to guess that it happened. */
export default class Repeated implements Reporter {
  onTestCaseResult(test: TestCase): void {
    if (test.diagnostic()?.flaky) console.log(`REPEATED ${test.module.relativeModuleId} > ${test.fullName}`);
  }
}
