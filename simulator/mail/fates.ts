import type { WorldMessage } from "../api";
import type { PlannedStep } from "../provider";
import { localOf } from "./address";

const ARRIVED_AFTER_MS = 420;
const BOUNCED_AFTER_MS = 600;
/** A complaint takes somebody who reads the mail first. */
const READ_AFTER_MS = 900;

/** What becomes of a mail is written in each recipient's name; anything else arrives. The words are the world's own, not a company's. */
const FATES: Readonly<Record<string, readonly string[]>> = {
  bounce: ["bounced"], bounced: ["bounced"], delay: ["delayed", "delivered"], suppressed: ["suppressed"],
  complain: ["delivered", "complained"], complained: ["delivered", "complained"], unsubscribe: ["delivered", "unsubscribed"],
};
const AFTER_MS: Readonly<Record<string, number>> = { delayed: ARRIVED_AFTER_MS, bounced: BOUNCED_AFTER_MS, suppressed: BOUNCED_AFTER_MS, complained: READ_AFTER_MS, unsubscribed: READ_AFTER_MS };

const fateOf = (address: string): readonly string[] => FATES[localOf(address)] ?? ["delivered"];

/** States after which nothing else becomes of a mail. */
export const FINAL_STATES = ["bounced", "suppressed", "complained", "unsubscribed"];

/** Each state that one of the recipients brings about, once. */
export function mailPlan(recipients: readonly string[]): PlannedStep[] {
  const states = [...new Set(recipients.flatMap(fateOf))];
  const hasDelay = states.includes("delayed");
  return states.map((state) => ({ afterMs: AFTER_MS[state] ?? (hasDelay ? BOUNCED_AFTER_MS - 1 : ARRIVED_AFTER_MS), state, code: null })).toSorted((a, b) => a.afterMs - b.afterMs);
}

/** Whom a state is about: those whose fate it is, or everybody when it was forced. */
export function concerned({ mail }: WorldMessage, state: string): string[] {
  const everybody = [...mail?.to ?? [], ...mail?.cc ?? [], ...mail?.bcc ?? []];
  const theirs = everybody.filter((address) => fateOf(address).includes(state));
  return theirs.length > 0 ? theirs : everybody;
}
