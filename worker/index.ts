import { app } from "./http/app";
import { receiveMail } from "./flows/mail";
import { crons, queues } from "./jobs/registry";
import { log } from "./platform/log";
import type { RetryJob } from "./flows/retry";

export { Connection } from "../durable-objects/connection/connection";
export { Conversation } from "../durable-objects/conversation/conversation";
export { Feed } from "../durable-objects/feed/feed";

const http = app();

export default {
  fetch: http.fetch,

  async email(message, env, ctx) {
    await receiveMail(env, message, (work) => ctx.waitUntil(work), Date.now());
  },

  async queue(batch, env) {
    const handle = queues[batch.queue];
    if (!handle) throw new Error(`nobody handles the queue ${batch.queue}`);
    for (const message of batch.messages) {
      try {
        await handle(message.body, env);
        message.ack();
      } catch (error) {
        log("job-failed", { queue: batch.queue, error, attempts: message.attempts });
        message.retry({ delaySeconds: Math.min(600, 2 ** message.attempts) });
      }
    }
  },

  async scheduled(_controller, env) {
    for (const run of crons) await run(env, Date.now());
  },
} satisfies ExportedHandler<Env, RetryJob>;
