import { z } from "zod";
import { Capabilities, ChannelKind } from "./channel";

/** What the composer may narrow the question by; without it every connected channel is answered for its default address. */
export const ComposeQuery = z.object({
  channel: ChannelKind.optional().describe("only this channel"),
  connectionId: z.string().optional().describe("from this one of our addresses instead of the sticky one"),
  to: z.string().max(320).optional().describe("to this address of the contact instead of the last used"),
}).meta({ id: "ComposeQuery" });
export type ComposeQuery = z.infer<typeof ComposeQuery>;

/** Why a message may not go, or not yet, by code. Beside each a client gets a sentence for people that says what to do. */
export const SEND_REASONS = {
  "opted-out": "they asked not to be written to here, or cannot be reached",
  "no-marketing": "they want no advertising",
  "no-connection": "our connection is gone",
  "disabled": "our connection is switched off",
  "receive-only": "our connection cannot send",
  "no-templates": "a template on a channel that has none",
  "template-not-approved": "the platform has not approved the template, or no longer",
  "never-wrote": "only their message opens the time for free replies",
  "window-closed": "the time for free replies is over",
  "people-only": "automation may not write, or no longer; people may",
  "turn-used": "they take no more messages before they answer",
  "public": "everybody can read it",
  "review-gone": "the review was deleted where it stood",
  "empty": "neither text nor file nor place",
  "too-long": "more text than the channel takes",
  "too-large": "files too many or too large",
  "bad-type": "a kind of file the channel does not take",
  "no-location": "the channel carries no places",
  "no-buttons": "the channel has no answers to tap, or there are no words above them",
  "bad-buttons": "too many answers to tap, one too long, one twice, or one with a link where there are none",
  "quiet-hours": "it is in quiet hours where they are",
} as const;
export type SendReason = keyof typeof SEND_REASONS;

/** Where a customer's window stands. */
export const WindowState = z.object({
  state: z.enum(["open", "human", "closed"]).describe("human: people may still write, automation may not"),
  closesAt: z.iso.datetime().nullable().describe("when it closes for whoever asks; null: it is closed, or never closes"),
  left: z.int().nullable().describe("messages we may still send before they answer"),
}).meta({ id: "WindowState" });
export type WindowState = z.infer<typeof WindowState>;

/**
 * How a message on this channel would go out now. One row per channel the account has an active connection for.
 * `sentence` is for people and empty only when all is well; `reason` is a code a client may branch on.
 */
export const ComposeChannel = z.object({
  channel: ChannelKind,
  connectionId: z.string(),
  from: z.string().describe("our address it would leave from"),
  because: z.string().describe("why this address, for example: the number this customer last wrote to"),
  to: z.array(z.string()).describe("the contact's addresses here, the one it would go to first; empty: they have none"),
  outcome: z.enum(["allowed", "warning", "held", "refused"]),
  reason: z.string().nullable().describe(`null when allowed; no-address: the contact has none here; ${Object.entries(SEND_REASONS).map(([code, meaning]) => `${code}: ${meaning}`).join("; ")}`),
  sentence: z.string(),
  until: z.iso.datetime().nullable().optional().describe("of what is held: when it goes"),
  wayOut: z.enum(["template", "channel", "contact", "settings"]).nullable().optional().describe("where a refusal can be helped: a template, another channel, the contact panel, the channel settings"),
  window: WindowState.nullable().optional(),
  capabilities: Capabilities.describe("what this connection can carry"),
}).meta({ id: "ComposeChannel" });
export type ComposeChannel = z.infer<typeof ComposeChannel>;

/** Answer of `GET /api/v1/conversations/{id}/check`: asked while composing, and again by the engine when sending. */
export const ComposeCheck = z.object({
  channels: z.array(ComposeChannel),
  channel: ChannelKind.nullable().describe("the default: that of the last inbound message; before one, the first that may be used"),
}).meta({ id: "ComposeCheck" });
export type ComposeCheck = z.infer<typeof ComposeCheck>;
