import { channels } from "../channels/registry";
import { connectionsOf } from "../db/connections";
import { findAccount } from "../db/locate";
import { syncQuietly } from "../flows/templates";
import { shards } from "./sweep";

/** The runs of a day: each takes its share of the connections, so that none asks for everything at once. */
const RUN_MS = 5 * 60_000;
const RUNS_A_DAY = 288;

/** Once a day for each connection, the platform's list of templates: for what no webhook told, or what was made elsewhere. A missed run is made up for the next day. */
export async function syncTemplatesDaily(env: Env, now: number): Promise<void> {
  const providers = Object.values(channels).filter(({ templates }) => templates !== undefined).map(({ provider }) => provider);
  const run = Math.floor(now / RUN_MS) % RUNS_A_DAY;
  for (const db of shards(env)) {
    const due = (await connectionsOf(db, providers)).filter(({ id }) => runOf(id) === run);
    await Promise.all(due.map(async ({ accountId, id }) => {
      const account = await findAccount(env, accountId);
      if (account) await syncQuietly(account, id, now);
    }));
  }
}

/** A connection's place in the day. */
export const runOf = (connectionId: string): number => [...connectionId].reduce((sum, letter) => (sum * 31 + letter.charCodeAt(0)) % 1_000_003, 0) % RUNS_A_DAY;
