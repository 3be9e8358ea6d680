import { runCheck, SOURCE_CHECKS } from "./checks.ts";

// Types and lint only: the quick look before a commit.
let failed = 0;
for (const check of SOURCE_CHECKS) if (!(await runCheck(check))) failed++;
process.exit(failed ? 1 : 0);
