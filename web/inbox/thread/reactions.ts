import type { Reaction } from "../../../worker/contract/content";

/** One emoji under a message, whoever sent it. `own` is the reader's. */
export interface ReactionGroup { emoji: string; names: readonly string[]; own: Reaction | null }

/** Pure. Equal emoji together, the most frequent first, and among those the earliest. */
export function groupReactions(reactions: readonly Reaction[], memberId: string | null): ReactionGroup[] {
  const groups = new Map<string, { emoji: string; names: string[]; own: Reaction | null }>();
  for (const reaction of reactions) {
    const group = groups.get(reaction.emoji) ?? { emoji: reaction.emoji, names: [], own: null };
    groups.set(reaction.emoji, group);
    group.names.push(reaction.name);
    if (isOwn(reaction, memberId)) group.own = reaction;
  }
  return [...groups.values()].sort((a, b) => b.names.length - a.names.length);
}

/** Pure. The reader's one reaction, if there is one. */
export const ownReaction = (reactions: readonly Reaction[], memberId: string | null): Reaction | null => reactions.find((reaction) => isOwn(reaction, memberId)) ?? null;

/** Pure. What the message will look like once the server has agreed; `emoji` null takes the reader's reaction away. */
export function withReaction(reactions: readonly Reaction[], member: { id: string; name: string }, emoji: string | null): Reaction[] {
  const others = reactions.filter((reaction) => !isOwn(reaction, member.id));
  return emoji === null ? others : [...others, { emoji, by: "member", id: member.id, name: member.name, state: "sending" }];
}

const isOwn = (reaction: Reaction, memberId: string | null): boolean => reaction.by === "member" && reaction.id === memberId;
