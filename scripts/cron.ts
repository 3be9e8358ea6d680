import type { Miniflare } from "miniflare";

/** As the `crons` of wrangler.toml say it. */
export const RUN_EVERY_MS = 5 * 60_000;

/** Runs the app's timed jobs as the platform does: reviews are compared, tokens renewed, what a crash left is swept up. Answers how to stop it. */
export function keepTime(runtime: Pick<Miniflare, "getWorker">, complain: (error: unknown) => void, everyMs = RUN_EVERY_MS): () => void {
  let running: Promise<void> | null = null;
  const run = async () => {
    const app = await runtime.getWorker("app");
    // `scheduled` is on the handle at run time; its type leaves it out.
    await (app as unknown as { scheduled(options: { cron: string; scheduledTime: Date }): Promise<unknown> }).scheduled({ cron: "*/5 * * * *", scheduledTime: new Date() });
  };
  // One that takes longer than its time is not joined by the next.
  const timer = setInterval(() => { running ??= run().catch(complain).finally(() => { running = null; }); }, everyMs);
  timer.unref();
  return () => clearInterval(timer);
}
