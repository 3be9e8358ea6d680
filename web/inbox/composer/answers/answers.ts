import type { ButtonLimits } from "../../../../worker/contract/channel";
import type { Draft, MessageDraft } from "../../../../worker/contract/entry";

/** An answer to tap while it is written. `url` is null until somebody asks for a link. */
export interface Answer { text: string; url: string | null }

export const answersOf = (draft: Pick<Draft, "buttons">): Answer[] => (draft.buttons ?? []).map(({ text, url = null }) => ({ text, url }));

/** As they go out: those without words were begun and left. */
export const written = (draft: Pick<Draft, "buttons">): NonNullable<MessageDraft["buttons"]> =>
  answersOf(draft).map(({ text, url }) => ({ text: text.trim(), url: url?.trim() || null })).filter(({ text }) => text !== "");

/** What keeps answers from going out, as the key of a sentence. */
export type Trouble =
  | { why: "none" | "question" }
  | { why: "words" | "count"; max: number }
  | { why: "long"; text: string; max: number }
  | { why: "twice" | "link" | "bad-link"; text: string };

/** The rules that can be told before asking anyone; the engine asks them again. */
export function troubleOf(draft: Pick<Draft, "buttons" | "text">, limits: ButtonLimits | null): Trouble | null {
  const answers = written(draft);
  if (answers.length === 0) return null;
  if (limits === null) return { why: "none" };
  if (draft.text.trim() === "") return { why: "question" };
  if (limits.words !== null && draft.text.trim().length > limits.words) return { why: "words", max: limits.words };
  if (answers.length > limits.max) return { why: "count", max: limits.max };
  const named = answers.map(({ text }) => text.toLowerCase());
  for (const [index, { text, url }] of answers.entries()) {
    if (text.length > limits.characters) return { why: "long", text, max: limits.characters };
    if (named.indexOf(named[index]!) !== index) return { why: "twice", text };
    if (url !== null && !limits.links) return { why: "link", text };
    if (url !== null && !/^https?:$/.test(URL.parse(url)?.protocol ?? "")) return { why: "bad-link", text };
  }
  return null;
}

/** One of them in another place; beyond the ends it stays. */
export function moved<T>(list: readonly T[], from: number, to: number): T[] {
  const next = [...list];
  if (to >= 0 && to < list.length) next.splice(to, 0, ...next.splice(from, 1));
  return next;
}
