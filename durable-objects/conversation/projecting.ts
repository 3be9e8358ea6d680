import { findAccount } from "../../worker/db/locate";
import { log } from "../../worker/platform/log";
import type { SendingHost } from "./sending";

const RETRY_MAX_MS = 5 * 60_000;

/** Brings the Feed to the current state: after each commit, and again until it has heard. One run at a time; a burst becomes its last state. */
export class Projecting {
  private running: Promise<void> | null = null;
  private failures = 0;

  constructor(private readonly host: Pick<SendingHost, "env" | "store" | "timers" | "accountId" | "now">) {}

  async run(): Promise<void> {
    await this.ended();
    if (this.host.store.isProjected) return;
    const run = this.all().finally(() => { if (this.running === run) this.running = null; });
    this.running = run;
    await run;
  }

  /** Resolves when no run is under way. */
  async ended(): Promise<void> {
    while (this.running) await this.running;
  }

  /** Sets the time of the next try, later after each failure. */
  again(): void {
    this.host.timers.wake(this.host.now() + Math.min(RETRY_MAX_MS, 1_000 * 2 ** this.failures));
  }

  private async all(): Promise<void> {
    const { env, store, timers, accountId, now } = this.host;
    try {
      const account = await findAccount(env, accountId);
      if (!account) throw new Error("account not found");
      while (!store.isProjected) {
        const { publication, rev, indexedSeq } = store.news(timers.nextBut("purge"));
        if (publication) await Promise.all(account.feeds().map((feed) => feed.publish(publication, now())));
        store.setProjected(rev, indexedSeq);
      }
      this.failures = 0;
    } catch (error) {
      if (this.failures++ === 0) log("publish-failed", { account: accountId, conversation: store.head.id, error });
      this.again();
    }
  }
}
