import { expireFileLinks } from "../flows/file-links";
import { processKept, type RetryJob } from "../flows/retry";
import { dropExpired } from "../db/credentials";
import { log } from "../platform/log";
import { takeMailEvent } from "./mail-events";
import { pollQuarterly } from "./poll";
import { renewTokens } from "./renew";
import { settleMerges } from "./settle-merges";
import { sweep } from "./sweep";
import { syncTemplatesDaily } from "./sync-templates";

/** Queue name → what to do with one message. A throw brings it back later; after the last try it goes to the dead letters. */
export const queues: Record<string, (job: RetryJob, env: Env) => Promise<void>> = {
  "inbound-retry": (job, env) => processKept(env, job),
  "mail-events": (event: unknown, env) => takeMailEvent(env, event, Date.now()),
  /** Parked: the bytes stay in the bucket, and an admin sees the line and can replay it. */
  "inbound-dead": async (job) => log("inbound-parked", { connection: job.connectionId, key: job.key }),
};

/** What runs every five minutes. */
export const crons: ((env: Env, now: number) => Promise<void>)[] = [sweep, dropExpired, renewTokens, syncTemplatesDaily, pollQuarterly, settleMerges, expireFileLinks];
