import type { ChannelKind } from "../contract/channel";
import type { ConsentState } from "../contract/contact";
import type { FailureClass } from "../contract/entry";

/** Why a message may not go, with the sentence a person reads. */
export interface Refusal { class: FailureClass; reason: "opted-out" | "no-connection" | "disabled"; sentence: string }

export interface SendQuestion {
  head: { contactName: string; consent: Partial<Record<ChannelKind, ConsentState>> };
  channel: ChannelKind;
  /** The status of the connection it would go through; null when there is none. */
  connection: "active" | "disabled" | null;
  automated: boolean;
}

/** The one answer to "may this be sent?", asked while composing, when scheduling and again when sending. Null means yes. */
export function maySend({ head, channel, connection }: SendQuestion): Refusal | null {
  const consent = head.consent[channel] ?? "active";
  if (consent !== "active")
    return { class: "optout", reason: "opted-out", sentence: `${head.contactName || "This person"} has asked not to be written to here, or cannot be reached here. Write on another channel, or ask them to opt in again.` };
  if (connection === null) return { class: "config", reason: "no-connection", sentence: "The connection this was written on is gone. Choose another one, or connect it again in Settings, Channels." };
  if (connection === "disabled") return { class: "config", reason: "disabled", sentence: "This connection is switched off. An admin can switch it on in Settings, Channels." };
  return null;
}
