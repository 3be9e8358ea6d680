import type { ChannelConnection } from "../channels/channel";
import { channels } from "../channels/registry";
import { connectionsOf } from "../db/connections";
import { shownAddresses } from "../db/reviews";
import { type Account, findAccount } from "../db/locate";
import { deliver } from "../flows/inbound";
import { openOwnConnection } from "../flows/open-connection";
import { askingIo } from "../flows/provider-io";
import { causeOf, log } from "../platform/log";
import { runOf } from "./sync-templates";
import { shards } from "./sweep";

/** The cron's rhythm, and how many runs make a quarter of an hour: each run asks for a third of the connections. */
const RUN_MS = 5 * 60_000;
const TURNS = 3;
/** How far back a new connection is read: what is older is hardly answered any more. */
const FIRST_MS = 30 * 24 * 3_600_000;
/** Clocks differ, and what was changed in the same moment must not fall between two polls. Repeats are harmless. */
const OVERLAP_MS = 10 * 60_000;
/** How often all that we show is compared with all that there is. */
const COMPARE_MS = 24 * 3_600_000;

/** Asks the providers that do not tell everything for what is new, every quarter of an hour. */
export async function pollQuarterly(env: Env, now: number): Promise<void> {
  const providers = Object.values(channels).filter(({ poll }) => poll !== undefined).map(({ provider }) => provider);
  const turn = Math.floor(now / RUN_MS) % TURNS;
  for (const db of shards(env)) {
    const due = (await connectionsOf(db, providers)).filter(({ id }) => runOf(id) % TURNS === turn);
    await Promise.all(due.map(async ({ accountId, id }) => {
      const account = await findAccount(env, accountId);
      if (account) await pollOne(account, id, now);
    }));
  }
}

/** What is found goes the way of a webhook. A poll that fails is made up for by the next one, and health says why. */
export async function pollOne(account: Account, connectionId: string, now: number): Promise<void> {
  const open = await openOwnConnection(account, connectionId);
  if (!open?.channel.poll) return;
  const stub = account.connection(connectionId);
  try {
    const { polledAt, comparedAt } = await stub.polls();
    const known = now - (comparedAt ?? 0) < COMPARE_MS ? [] : await shownAddresses(account, connectionId);
    const isCompared = known.length > 0;
    // A reply to an old review moves nothing to the top of a list: only the comparison comes by it.
    const last = isCompared ? comparedAt : polledAt;
    const since = last === null ? now - FIRST_MS : last - OVERLAP_MS;
    const events = await open.channel.poll(open.connection as ChannelConnection<never>, since, askingIo(now), isCompared ? known : undefined);
    await deliver(account, open.connection, events, { method: "POLL", url: "", headers: {}, body: new Uint8Array(), receivedAt: now });
    await stub.polled(now, isCompared);
  } catch (error) {
    log("poll-failed", { account: account.id, connection: connectionId, error: causeOf(error).slice(0, 200) });
    const sentence = await open.channel.probe?.(open.connection as ChannelConnection<never>, askingIo(now)).catch(() => null) ?? null;
    if (sentence !== null) await stub.noticed(sentence, now);
  }
}
