import type { Reaction } from "../../../worker/contract/content";

/** One emoji under a message, whoever sent it. */
export interface ReactionGroup { emoji: string; from: readonly Reaction[]; ours: Reaction | null }

/** Pure. Equal emoji together, the most frequent first, and among those the earliest. */
export function groupReactions(reactions: readonly Reaction[]): ReactionGroup[] {
  const groups = new Map<string, Reaction[]>();
  for (const reaction of reactions) groups.set(reaction.emoji, [...groups.get(reaction.emoji) ?? [], reaction]);
  return [...groups].map(([emoji, from]) => ({ emoji, from, ours: ourReaction(from) })).sort((a, b) => b.from.length - a.from.length);
}

/** Pure. The one reaction of the team: customers see a business, so a colleague's replaces another's. */
export const ourReaction = (reactions: readonly Reaction[]): Reaction | null => reactions.find(({ by }) => by === "member") ?? null;

/** Pure. What the message will look like once the server has agreed; `emoji` null takes our reaction away. */
export function withReaction(reactions: readonly Reaction[], member: { id: string; name: string }, emoji: string | null): Reaction[] {
  const others = reactions.filter(({ by }) => by !== "member");
  return emoji === null ? others : [...others, { emoji, by: "member", id: member.id, name: member.name, state: "sending" }];
}
