import type { ChannelKind } from "../../worker/contract/channel";
import type { ConsentState } from "../../worker/contract/contact";
import { STRICTNESS } from "../../worker/domain/consent";
import type { Store } from "./store";

const WORDS: Record<ConsentState, string> = { active: "Opted in again", "no-marketing": "Wants no marketing", inactive: "Opted out", permanent: "Opted out" };

/** What the thread says where it was said by other means than a message. */
const OTHERWISE: Record<NonNullable<ConsentStep["how"]>, string> = { unsubscribe: "Unsubscribed", complaint: "Marked our mail as unwanted" };

const UNREACHABLE = "Cannot be reached here for now";
const REACHED = "Can be reached here again";

/** `isUnreachable`: nobody refused anything, messages only did not arrive; the text then says why. `lifts` is what a new permission may end. `how`: by the link in a mail, or by a complaint about one. */
export interface ConsentStep { channel: ChannelKind; state: ConsentState; lifts?: ConsentState[]; isUnreachable?: boolean; how?: "unsubscribe" | "complaint" | undefined }

/**
 * Something the customer or the provider did forbids writing here, or allows it again. What forbids more stays: a refusal of
 * advertising does not open what is closed, and only a colleague lifts a colleague's block. True when it changed anything.
 */
export function recordConsent(store: Store, { channel, state, lifts = ["no-marketing", "inactive"], isUnreachable = false, how }: ConsentStep, text: string | null, at: number): boolean {
  const { head } = store;
  const before = head.consent[channel] ?? "active";
  const heard = head.heard?.[channel] ?? {};
  const news = (state === "active" ? lifts : [state]).filter((one) => at >= (heard[one] ?? 0));
  head.heard = { ...head.heard, [channel]: { ...heard, ...Object.fromEntries(news.map((one) => [one, at])) } };
  const wasUnreachable = head.unreachable?.includes(channel) === true;
  // Who could not be reached and now says STOP has refused.
  const isWeaker = wasUnreachable && state === "inactive" ? isUnreachable : STRICTNESS[before] >= STRICTNESS[state];
  if (state === "active" ? !news.includes(before) : news.length === 0 || isWeaker) return false;
  head.consent[channel] = state;
  if (isUnreachable || wasUnreachable) head.unreachable = [...(head.unreachable ?? []).filter((one) => one !== channel), ...(isUnreachable ? [channel] : [])];
  const isDelivery = isUnreachable || (wasUnreachable && text === null);
  const words = isUnreachable ? UNREACHABLE : isDelivery ? REACHED : how && state !== "active" ? OTHERWISE[how] : WORDS[state];
  store.insert({ kind: "activity", channel, author: { type: "contact", id: head.contactId, name: head.contactName }, at, text: words, event: { type: "consent", data: { channel, state, text, ...(isDelivery ? { how: "delivery" } : how && { how }) } } });
  return true;
}

/** They wrote, so they can be reached: that ends what only failed deliveries began. */
export function reached(store: Store, channel: ChannelKind, at: number): void {
  if (store.head.unreachable?.includes(channel)) recordConsent(store, { channel, state: "active" }, null, at);
}
