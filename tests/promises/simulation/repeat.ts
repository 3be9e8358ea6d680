import { lineOf, type LineName } from "./lines";
import type { World } from "./world";

/** Whoever was not heard says it again, until they are. */
export async function repeat(world: World): Promise<void> {
  for (const said of world.said) if (!said.answered) said.answered = await said.arrive();
  for (const written of world.written) if (written.outcome === "unheard") await written.ask();
  for (const report of world.providers.reports) if (!report.heard) await world.report(report);
  await world.processKept();
}

/** An admin pastes a new token, which the provider takes from then on. */
export async function renewToken(world: World, name: LineName): Promise<void> {
  const { token } = lineOf(name);
  if (token) await world.api("PATCH", `/connections/${world.connection(name).id}`, { settings: { [token]: `new-token-${world.nextWords()}` } }).catch(() => {});
  world.providers.expired.delete(name);
}

export async function renewTokens(world: World): Promise<void> {
  for (const name of world.providers.expired) await renewToken(world, name);
}
