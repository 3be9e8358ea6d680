import type { QuietHours, Role } from "../contract/account";
import type { Capabilities, ChannelKind } from "../contract/channel";
import type { SendReason } from "../contract/compose";
import type { ConsentState } from "../contract/contact";
import type { FailureClass } from "../contract/entry";
import type { TemplateCategory, TemplateStatus } from "../contract/template";
import { shownAddress } from "../contract/shown-address";
import { messagesIn, unfit } from "./draft-limits";
import { openAfter, quietUntil, strictestQuiet } from "./quiet-hours";
import { zoneOf } from "./wall-clock";
import { standing, type Standing, type Window } from "./window";

export type Reason = SendReason;
export type WayOut = "template" | "channel" | "contact" | "settings" | null;

/** Every sentence says what happened and what to do. `until` is ms: when a held message may go. */
export type Verdict =
  | { outcome: "allowed"; standing: Standing | null }
  | { outcome: "warning"; reason: Reason; sentence: string; standing: Standing | null }
  | { outcome: "held"; until: number; /** How long it stays open from then, in ms, as far as that matters. */ open: number; reason: "quiet-hours"; sentence: string; /** The same for whoever looks at it while it waits. */ note: string; standing: Standing | null }
  | { outcome: "refused"; class: FailureClass; reason: Reason; sentence: string; wayOut: WayOut; standing: Standing | null };

export interface SendDraft {
  text: string;
  files: { type: string; size: number; name: string }[];
  template: { status: TemplateStatus; category: TemplateCategory } | null;
  hasLocation: boolean;
  buttons?: { text: string; url: string | null }[];
}

export interface SendQuestion {
  head: { contactName: string; consent: Partial<Record<ChannelKind, ConsentState>>; /** `inactive` only because messages did not arrive. */ unreachable?: ChannelKind[]; /** Their review was taken away. */ reviewGone?: true | undefined };
  /** It goes to a group; `head` then speaks of those in it who do not want it. */
  isGroup?: boolean;
  /** The one answer to a word such as STOP, which consent does not hold back. */
  answersKeyword?: boolean;
  channel: ChannelKind;
  /** The status of the connection it would go through; null when there is none. */
  connection: "active" | "disabled" | null;
  capabilities: Capabilities | null;
  /** Also of a channel without a window: an answer to a fresh message is exempt from quiet hours. */
  window: Window | null;
  /** What is being sent; null while nothing is written yet. */
  draft: SendDraft | null;
  automated: boolean;
  /** Written earlier for this time. Not for what a person sends now. */
  scheduled: boolean;
  /** IANA zones: of the contact if known; of the account; and all that the contact may live in, by their number. */
  quiet: { hours: QuietHours | null; zone: string | null; accountZone: string; possible?: readonly string[] };
  /** Of the person who sends; null where nobody does. */
  role: Role | null;
  now: number;
}

export type Refusal = Omit<Extract<Verdict, { outcome: "refused" }>, "outcome" | "standing">;

/** Somebody who has just written is awake. */
const ANSWER_MS = 30 * 60_000;

/** The one answer to "may this be sent?", asked while composing, when scheduling and again when sending. */
export function maySend(question: SendQuestion): Verdict {
  const { capabilities, draft, window, now } = question;
  const stands = standing(capabilities?.window ?? null, window, now);
  const refusal = forbidden(question) ?? unreachable(question) ?? vanished(question) ?? unattended(question) ?? badTemplate(question) ?? outsideWindow(question, stands)
    ?? (draft && capabilities ? unfit(draft, capabilities) : null);
  if (refusal) return { outcome: "refused", ...refusal, standing: stands };
  return quiet(question, stands) ?? inPublic(question, stands) ?? { outcome: "allowed", standing: stands };
}

const nameOf = ({ head }: SendQuestion): string => shownAddress(head.contactName) || "This person";
/** The same within a sentence. */
const themIn = ({ head }: SendQuestion): string => shownAddress(head.contactName) || "this person";

function forbidden(question: SendQuestion): Refusal | null {
  const { head, channel, capabilities, draft, automated } = question;
  const consent = head.consent[channel] ?? "active";
  if (consent === "active" || question.answersKeyword) return null;
  if (question.isGroup)
    return { class: "optout", reason: "opted-out", wayOut: "channel", sentence: `${nameOf(question)} has asked not to be written to here, and a group text reaches everybody. Write to the others one by one.` };
  if (head.unreachable?.includes(channel))
    return { class: "permanent", reason: "opted-out", wayOut: "channel", sentence: `The last message could not reach ${themIn(question)} here, so nothing goes out until they write again. Write on another channel, or allow this one in the contact panel.` };
  if (consent !== "no-marketing")
    return { class: "optout", reason: "opted-out", wayOut: "channel", sentence: `${nameOf(question)} has asked not to be written to here, or cannot be reached here. Write on another channel, or ask them to opt in again.` };
  if (draft?.template?.category === "marketing")
    return { class: "optout", reason: "no-marketing", wayOut: "template", sentence: `${nameOf(question)} wants no advertising here. Choose a template that is not advertising, or answer in your own words.` };
  // Nobody has read what automation writes freely, so nobody can say that it is no advertising.
  if (automated && !draft?.template)
    return { class: "optout", reason: "no-marketing", wayOut: capabilities?.templates ? "template" : null, sentence: `${nameOf(question)} wants no advertising here, so automated messages in free words do not go out. Write to them yourself.` };
  return null;
}

function unreachable({ connection, capabilities }: SendQuestion): Refusal | null {
  if (connection === "disabled") return { class: "config", reason: "disabled", wayOut: "settings", sentence: "This connection is switched off. An admin can switch it on in Settings, Channels." };
  if (connection === null || capabilities === null)
    return { class: "config", reason: "no-connection", wayOut: "settings", sentence: "The connection this was written on is gone. Choose another one, or connect it again in Settings, Channels." };
  if (capabilities.transport === "none")
    return { class: "config", reason: "receive-only", wayOut: "settings", sentence: "This connection only receives. Choose another one, or connect one that sends in Settings, Channels." };
  return null;
}

/** What is public stands below what it answers, and goes with it. */
const vanished = ({ head, capabilities }: SendQuestion): Refusal | null => (capabilities?.public && head.reviewGone
  ? { class: "permanent", reason: "review-gone", wayOut: null, sentence: "This review was deleted, so nobody can reply to it any more. If it is published again, you can reply here." } : null);

/** What everybody reads is approved by a person of the business: Google's rules for replies to reviews ask for no less. */
export const unattended = ({ capabilities, automated }: Pick<SendQuestion, "capabilities" | "automated">): Refusal | null => (capabilities?.public && automated
  ? { class: "permanent", reason: "people-only", wayOut: null, sentence: "Replies here are public and must be written by a person, so automated ones do not go out. Write it yourself." } : null);

const NOT_APPROVED: Record<Exclude<TemplateStatus, "approved">, string> = {
  pending: "This template is still being reviewed. Wait until it is approved, or choose another one.",
  rejected: "This template was rejected in review. Choose another one, or correct it and submit it again.",
  paused: "This template is paused because people complained about it or ignored it. Choose another one until it is active again.",
  disabled: "This template has been switched off for good. Choose another one.",
};

function badTemplate({ draft, capabilities }: SendQuestion): Refusal | null {
  if (!draft?.template) return null;
  if (!capabilities!.templates) return { class: "permanent", reason: "no-templates", wayOut: "channel", sentence: "This channel has no templates. Write the message yourself, or choose a channel that has them." };
  const { status } = draft.template;
  return status === "approved" ? null : { class: "permanent", reason: "template-not-approved", wayOut: "template", sentence: NOT_APPROVED[status] };
}

function outsideWindow(question: SendQuestion, stands: Standing | null): Refusal | null {
  const { capabilities, window, draft, automated } = question;
  // An approved template is what the platform allows outside the window.
  if (stands === null || draft?.template) return null;
  const closed = { class: "window", wayOut: capabilities!.templates ? "template" : "channel" } as const;
  const instead = capabilities!.templates ? "Send an approved template, or write on another channel." : "Wait for them to write, or write on another channel.";
  if (stands.state === "closed") {
    return window === null
      ? { ...closed, reason: "never-wrote", sentence: `${nameOf(question)} has not written here yet, and only their message opens the time for free replies. ${instead}` }
      : { ...closed, reason: "window-closed", sentence: `The time for free replies ended, because ${themIn(question)} has not written for too long. ${instead}` };
  }
  if (stands.state === "human" && automated)
    return { ...closed, reason: "people-only", sentence: `Only people may still write to ${themIn(question)} here, so this automated message did not go out. Write to them yourself.` };
  if (stands.left === null) return null;
  // Where files cannot go at all, removing some is no advice.
  const messages = draft && capabilities!.media ? messagesIn(draft, capabilities!.media) : 1;
  if (stands.left === 0 && capabilities!.window!.perTurn === 1 && capabilities!.edit)
    return { ...closed, wayOut: null, reason: "turn-used", sentence: "You have replied already, and there is room for one reply only. Change or delete that one." };
  if (stands.left === 0)
    return { ...closed, reason: "turn-used", sentence: `You have sent all ${capabilities!.window!.perTurn} messages that this channel takes before they answer. ${instead}` };
  if (messages > stands.left)
    return { ...closed, reason: "turn-used", wayOut: null, sentence: `This becomes ${messages} messages, but only ${stands.left} may go out before they answer. Remove some files.` };
  return null;
}

function quiet(question: SendQuestion, stands: Standing | null): Verdict | null {
  const { window, draft, automated, scheduled, role, now, quiet: { hours } } = question;
  // A code to sign in with is awaited, and worthless in the morning.
  if (draft?.template?.category === "authentication") return null;
  if (window !== null && now - window.openedAt <= ANSWER_MS) return null;
  const found = quietWhere(question);
  if (hours === null || found === null) return null;
  const { until, zone, endsIn, whose, zones } = found;
  const its = `It is ${clock(zone, now)} ${whose}, in your quiet hours.`;
  const opens = `${day(endsIn, until) === day(endsIn, now) ? clock(endsIn, until) : `${clock(endsIn, until)} on ${day(endsIn, until)}`} ${endsIn === zone ? "there" : `in ${placeOf(endsIn)}`}`;
  if (automated || scheduled) return { outcome: "held", until, open: openAfter(hours, zones, until), reason: "quiet-hours", sentence: `${its} This waits until ${opens}; send it now if it cannot wait.`, note: `Quiet hours: ${clock(zone, now)} ${whose}. This waits until ${opens}.`, standing: stands };
  if (hours.manual === "allow") return null;
  if (hours.manual === "block" && (role === "agent" || role === "restricted"))
    return { outcome: "refused", class: "temporary", reason: "quiet-hours", wayOut: null, sentence: `${its} Schedule it for ${opens}, or ask an admin to send it.`, standing: stands };
  return { outcome: "warning", reason: "quiet-hours", sentence: `${its} Send it only if it cannot wait, or schedule it for ${opens}.`, standing: stands };
}

/** How long it is quiet for them, by which clocks, and how the one that is shown is called. A number may be from several zones: then it is quiet until it is day in all of them. */
function quietWhere(question: SendQuestion): { until: number; zone: string; endsIn: string; whose: string; zones: readonly string[] } | null {
  const { now, quiet: { hours, zone: theirs, accountZone, possible = [] } } = question;
  const name = themIn(question);
  const isKnown = theirs !== null && zoneOf(theirs) === theirs;
  if (!isKnown && possible.length > 0) {
    const strictest = strictestQuiet(hours, possible, now);
    if (strictest !== "always") return strictest && { ...strictest, zones: possible, whose: `in ${placeOf(strictest.zone)}, where ${name} may be by their number` };
  }
  const zone = zoneOf(theirs, accountZone);
  const until = quietUntil(hours, zone, now);
  return until === null ? null : { until, zone, endsIn: zone, zones: [zone], whose: isKnown ? `for ${name}` : "in the time zone of your account (theirs is not known)" };
}

/** `America/New_York` is New York to people. */
const placeOf = (zone: string): string => zone.slice(zone.lastIndexOf("/") + 1).replaceAll("_", " ");

/** Not a chat: said before it goes, not refused. */
function inPublic({ capabilities }: SendQuestion, standing: Standing | null): Verdict | null {
  return capabilities?.public ? { outcome: "warning", reason: "public", sentence: "This reply is public: everybody who finds the review reads it under your name. Write nothing about the customer that they have not written themselves.", standing } : null;
}

const clock = (zone: string, at: number): string => new Intl.DateTimeFormat("en", { timeZone: zone, hour: "2-digit", minute: "2-digit", hourCycle: "h23" }).format(at);
const day = (zone: string, at: number): string => new Intl.DateTimeFormat("en", { timeZone: zone, weekday: "long", day: "numeric", month: "long" }).format(at);
