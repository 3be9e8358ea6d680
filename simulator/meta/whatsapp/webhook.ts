import type { WorldConnection, WorldMessage } from "../../api";
import { type Webhook, secretOf } from "../../provider";
import type { Person } from "../person";
import { metaJson } from "../wire";

export const NAME = "whatsapp";
const HELP_URL = "https://developers.facebook.com/docs/whatsapp/cloud-api/support/error-codes/";

/** What failed statuses say of a code; the app must go by the code. */
const TITLES: Record<string, string> = {
  "130472": "User's number is part of an experiment", "131000": "Something went wrong", "131026": "Message undeliverable", "131042": "Business eligibility payment issue", "131047": "Re-engagement message",
  "131049": "This message was not delivered to maintain healthy ecosystem engagement.", "131050": "User has stopped marketing messages", "131053": "Media upload error", "131056": "(Business Account, Consumer Account) pair rate limit hit",
};
const DETAILS: Record<string, string> = {
  "131026": "Message Undeliverable.", "131047": "Message failed to send because more than 24 hours have passed since the customer last replied to this number.", "131053": "Media could not be fetched.",
};

export const digits = (number: string): string => number.replaceAll(/\D/g, "");

/** WhatsApp writes seconds, as a text. */
export const seconds = (ms: number): string => String(Math.floor(ms / 1_000));

const numberOf = (person: Person): { phone: string } | null => (person.phone !== null && !person.hidesPhone ? { phone: person.phone } : null);

/** A request with one change. Account matters have no metadata. */
export function change(connection: WorldConnection, field: string, value: Record<string, unknown>, messageId: string | null): Webhook {
  const body = metaJson({ object: "whatsapp_business_account", entry: [{ id: secretOf(connection, "wabaId"), changes: [{ value, field }] }] });
  return { kind: "webhook", provider: NAME, connectionId: connection.connectionId, eventId: crypto.randomUUID(), url: connection.webhookUrl, type: "application/json", body, messageId };
}

/** The value of a change about one of our numbers. */
export const ofNumber = (connection: WorldConnection, rest: Record<string, unknown>): Record<string, unknown> =>
  ({ messaging_product: "whatsapp", metadata: { display_phone_number: digits(connection.address), phone_number_id: secretOf(connection, "phoneNumberId") }, ...rest });

export const contactOf = (person: Person): Record<string, unknown> => ({
  profile: { name: person.name, ...(person.username !== null && { username: person.username }) }, ...(numberOf(person) && { wa_id: person.phone }), user_id: person.userId,
});

export const senderOf = (person: Person): Record<string, unknown> => ({ ...(numberOf(person) && { from: person.phone }), from_user_id: person.userId });

/** An incoming message. `fields` are its type and what the type holds. */
export function messageValue(connection: WorldConnection, person: Person, id: string, at: number, fields: Record<string, unknown>): Record<string, unknown> {
  return ofNumber(connection, { contacts: [contactOf(person)], messages: [{ ...senderOf(person), id, timestamp: seconds(at), ...fields }] });
}

/** Progress of a message of ours. Of a failed one nobody learns who it was for but by the address used. */
export function statusValue(connection: WorldConnection, person: Person | null, message: WorldMessage, state: string, code: string | null, at: number): Record<string, unknown> {
  const toNumber = typeof message.raw["to"] === "string";
  const reference = message.raw["biz_opaque_callback_data"];
  const isFailed = state === "failed";
  const status = {
    id: message.id, status: state, timestamp: seconds(at), ...(toNumber && !person?.hidesPhone && { recipient_id: digits(message.to) }), ...(person && !(isFailed && toNumber) && { recipient_user_id: person.userId }),
    ...(state === "sent" && { pricing: { billable: message.app?.kind === "template", pricing_model: "PMP", type: "regular", category: message.app?.kind === "template" ? "utility" : "service" } }),
    ...(isFailed && { errors: [{ code: Number(code ?? 131_000), title: TITLES[code ?? ""] ?? "Error", message: TITLES[code ?? ""] ?? "Error", error_data: { details: DETAILS[code ?? ""] ?? "Message failed to send." }, href: HELP_URL }] }),
    ...(typeof reference === "string" && { biz_opaque_callback_data: reference }),
  };
  return ofNumber(connection, { ...(person && !isFailed && { contacts: [contactOf(person)] }), statuses: [status] });
}
