import type { Said, World } from "./world";

/** The provider carries what was said, as often and as late as the schedule wants. */
export async function tell(world: World, said: Said, isLate: boolean): Promise<void> {
  world.said.push(said);
  if (isLate) return;
  const heard = await Promise.all(Array.from({ length: said.copies }, () => said.arrive()));
  if (heard.includes(true)) said.answered = true;
}
