import { FORGES } from "../../support/hooks";
import type { Posted } from "../../support/hooks";
import type { Told } from "./line";
import { lineOf } from "./lines";
import type { Step } from "./schedule";
import { tell } from "./tell";
import type { Connected, Person, Spoken, World } from "./world";

const EMOJI = ["❤️", "😂", null] as const;

type OnLine = Extract<Step, { do: "line" }>;

/** A customer says or does something on one of the other lines, as far as that line knows such a thing. */
export async function onLine(world: World, step: OnLine): Promise<void> {
  const connected = world.other(step.line);
  const person = world.people[step.who]!;
  const act = lineOf(connected.name).acts[step.act] ? step.act : "words";
  const changed = act === "edit" || act === "unsend" ? messageAt(world, person, connected, step.nth) : undefined;
  const target = act === "react" ? anyMessageAt(world, person, connected, step.nth) : changed?.id;
  if ((act === "edit" || act === "unsend" || act === "react") && target === undefined) return;
  const told: Told = {
    ...world.place(person, connected), id: `in-${crypto.randomUUID()}`, at: world.moment(person, connected), words: world.nextWords(), target: target ?? "",
    version: (changed?.version ?? 0) + 1, emoji: EMOJI[step.luck % EMOJI.length]!, picture: world.providers.file(act === "picture" ? step.luck % 4 : 0),
  };
  const given = lineOf(connected.name).acts[act]?.(told) ?? plain(connected, told);
  const spoken = remember(world, person, connected, act, told, changed);
  const opens = act === "words" || act === "picture";
  const arrive = async () => {
    if (opens) world.opened.set(key(world, person, connected), Math.max(told.at, world.opened.get(key(world, person, connected)) ?? 0));
    return (await world.hook(connected.name, given)).taken;
  };
  await tell(world, { words: told.words, copies: step.copies, answered: false, spoken: spoken ?? "about another", arrive }, step.lateMs > 0);
  await world.findTalks();
}

const key = (world: World, person: Person, connected: Connected): string => `${connected.name} ${world.addressOf(person, connected)}`;
const plain = ({ name }: Connected, { id, ours, customer, words }: Told): Posted => FORGES[name]!.post({ id, to: ours, from: customer, words });

/** What the customer may change: their own words, until they are unsent. */
const messageAt = (world: World, person: Person, { name }: Connected, nth: number): Spoken | undefined =>
  world.spoken.filter((one) => one.line === name && one.person === person && one.direction === "in" && !one.isUnsent).at(-1 - nth);

/** What they may react to: also what we wrote. */
function anyMessageAt(world: World, person: Person, connected: Connected, nth: number): string | undefined {
  const to = world.addressOf(person, connected);
  const ours = world.providers.deliveries.filter((one) => one.provider === connected.name && one.to === to).map(({ id }) => id);
  const theirs = world.spoken.filter((one) => one.line === connected.name && one.person === person && !one.isUnsent).map(({ id }) => id);
  return [...theirs, ...ours].at(-1 - nth);
}

/** What is to be found of it in the end; null when it makes no entry of its own. */
function remember(world: World, person: Person, { name }: Connected, act: OnLine["act"], { id, words, version, emoji, target }: Told, changed: Spoken | undefined): Spoken | null {
  if (act === "edit") Object.assign(changed!, { text: words, version });
  if (act === "unsend") changed!.isUnsent = true;
  if (act === "react") world.reactions.set(target, { emoji });
  if (act === "edit" || act === "unsend" || act === "react") return null;
  const spoken: Spoken = { line: name, person, id, direction: act === "app" ? "out" : "in", text: words, version: 0, isUnsent: false };
  world.spoken.push(spoken);
  return spoken;
}
