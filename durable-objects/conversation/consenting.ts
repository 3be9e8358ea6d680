import type { ChannelKind } from "../../worker/contract/channel";
import type { ConsentState } from "../../worker/contract/contact";
import type { Store } from "./store";

/** How much each state forbids. */
const STRICTNESS: Record<ConsentState, number> = { active: 0, "no-marketing": 1, inactive: 2, permanent: 3 };
const WORDS: Record<ConsentState, string> = { active: "Opted in again", "no-marketing": "Wants no marketing", inactive: "Opted out", permanent: "Opted out" };

/**
 * Something the customer or the provider did forbids writing here, or allows it again. What forbids more stays: a refusal of
 * advertising does not open what is closed, and only a colleague lifts a colleague's block. `lifts` is what a new permission may end.
 */
export function recordConsent(store: Store, { channel, state, lifts = ["no-marketing", "inactive"] }: { channel: ChannelKind; state: ConsentState; lifts?: ConsentState[] }, text: string | null, at: number): void {
  const { head } = store;
  const before = head.consent[channel] ?? "active";
  const heard = head.heard?.[channel] ?? {};
  const news = (state === "active" ? lifts : [state]).filter((one) => at >= (heard[one] ?? 0));
  head.heard = { ...head.heard, [channel]: { ...heard, ...Object.fromEntries(news.map((one) => [one, at])) } };
  if (state === "active" ? !news.includes(before) : news.length === 0 || STRICTNESS[before] >= STRICTNESS[state]) return;
  head.consent[channel] = state;
  store.insert({ kind: "activity", channel, author: { type: "contact", id: head.contactId, name: head.contactName }, at, text: WORDS[state], event: { type: "consent", data: { channel, state, text } } });
}
