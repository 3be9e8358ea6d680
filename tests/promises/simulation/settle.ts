import { runInDurableObject } from "cloudflare:test";
import { pause, within, type World } from "./world";
import { resume } from "./play";
import { renewTokens, repeat } from "./repeat";

const MINUTE = 60_000;
/** Longer than any retry, snooze or scheduled message of a schedule; shorter than what is kept for days. */
const HORIZON_MS = 4 * 60 * MINUTE;
const SWEEP_EVERY_MS = 5 * MINUTE;
/** Far more rounds than any schedule needs; a world that is not quiet by then never will be. */
const MAX_ROUNDS = 150;

/** The storm is over: everybody says again what was not heard, every timer gets its time, every screen comes back. */
export async function settle(world: World): Promise<void> {
  world.faults.end();
  await renewTokens(world);
  await repeat(world);
  // Some time without new luck, so that tries end as they were going to.
  await world.advance(MINUTE);
  await quiet(world);
  world.providers.calm = true;
  await calmDown(world);
  await retryWrong(world);
  await calmDown(world);
  await world.findChats();
  await world.findTalks();
  for (const person of world.people) await resume(world, person, false);
  await world.list.resume();
  await quiet(world);
  // The screens woke the list, which may have found that its own alarm was lost.
  for (let round = 0; round < 3; round++) {
    await world.fire();
    await world.advance(10_000);
    await quiet(world);
  }
}

/** Until nothing is due for hours. */
async function calmDown(world: World): Promise<void> {
  const end = Date.now() + HORIZON_MS;
  let swept = Date.now();
  await world.sweep();
  for (let round = 0; ; round++) {
    if (round > MAX_ROUNDS) throw new Error(`not quiet after ${MAX_ROUNDS} rounds: ${JSON.stringify(await world.alarms())}`);
    await repeat(world);
    await quiet(world);
    const next = Math.min(...(await world.alarms()).map(({ at }) => at));
    if (next > end && world.providers.isIdle && !world.isFiring) return;
    if (next > Date.now()) await world.advance(Math.min(next, end) - Date.now());
    await world.fire();
    if (Date.now() - swept >= SWEEP_EVERY_MS) {
      swept = Date.now();
      await world.sweep();
    }
  }
}

/** A person sends again every second message that went wrong: in good weather each must really leave. */
async function retryWrong(world: World): Promise<void> {
  for (const talk of world.talks()) {
    const page = await talk.object().entries({ limit: 200 }, talk.actor);
    for (const { id, state } of page?.items ?? []) {
      const written = world.written.find((one) => one.id === id);
      if (!written || (state !== "failed" && state !== "unknown") || (world.providers.luck.get(id) ?? 0) % 2 === 0) continue;
      written.retries++;
      written.resolved.clear();
      await talk.object().retry(id, talk.actor, Date.now());
    }
  }
}

/** Until no object has more to say: revisions stand still and nobody is talking to a provider. */
async function quiet(world: World): Promise<void> {
  let before = "";
  for (let still = 0, round = 0; still < 2 && round < 100; round++) {
    await pause(2);
    const now = JSON.stringify(await Promise.all(world.stubs().map(({ stub }) => within(runInDurableObject(stub, (object) => revision(object)), 200))));
    still = now === before && (world.providers.isIdle || !world.providers.calm) ? still + 1 : 0;
    before = now;
  }
}

const revision = (object: unknown): unknown => {
  const { store, rev } = object as { store?: { rev: number; isProjected: boolean }; rev?: number };
  return store ? [store.rev, store.isProjected] : rev;
};
