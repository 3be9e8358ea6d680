import { createRoot, createSignal } from "solid-js";
import type { Reaction } from "../../../worker/contract/content";
import type { Entry } from "../../../worker/contract/entry";
import { api, ApiProblem } from "../../lib/api";
import { t } from "../../lib/i18n";
import { me } from "../../lib/me";
import { toast } from "../../ui/toast";
import { withReaction } from "./reactions";

interface Wish { emoji: string | null }

/** What the reader wants, until the server has answered: by entry. */
const [wishes, setWishes] = createRoot(() => createSignal<ReadonlyMap<string, Wish>>(new Map()));
/** The last request for each entry: a second thought must not overtake the first on the way. */
const turns = new Map<string, Promise<void>>();

/** The reactions of a message as the reader sees them, what they have just pressed included. */
export function reactionsOf(entry: Entry): readonly Reaction[] {
  const known = entry.reactions ?? [];
  const member = me()?.member;
  const wish = wishes().get(entry.id);
  return wish && member ? withReaction(known, member, wish.emoji) : known;
}

/** Sets or (null) takes away the reader's reaction: shown at once, taken back with an explanation if it is refused. */
export function react(conversationId: string, entryId: string, emoji: string | null, merge: (entries: readonly Entry[]) => void): Promise<void> {
  const wish: Wish = { emoji };
  setWishes((all) => new Map([...all, [entryId, wish]]));
  const turn = ask(conversationId, entryId, wish, turns.get(entryId), merge);
  turns.set(entryId, turn);
  return turn;
}

async function ask(conversationId: string, entryId: string, wish: Wish, before: Promise<void> | undefined, merge: (entries: readonly Entry[]) => void): Promise<void> {
  await before;
  const isLast = () => wishes().get(entryId) === wish;
  // Only the last word counts.
  if (!isLast()) return;
  try {
    merge([await api.put<Entry>(`/api/v1/conversations/${encodeURIComponent(conversationId)}/entries/${encodeURIComponent(entryId)}/reaction`, { emoji: wish.emoji })]);
  } catch (error) {
    if (!(error instanceof ApiProblem)) throw error;
    toast({ text: t("thread.react.refused", { detail: error.detail }), kind: "error" });
  } finally {
    if (isLast()) {
      setWishes((all) => new Map([...all].filter(([id]) => id !== entryId)));
      turns.delete(entryId);
    }
  }
}
