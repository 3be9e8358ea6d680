import { z } from "zod";
import type { EntryState } from "../contract/entry";
import type { By, ChannelConnection, Handle, InboundEvent, RawRequest } from "./channel";
import { metaJson, metaTime } from "./meta";
import { accountEvent } from "./whatsapp-account";
import { handleOf, phoneOf } from "./whatsapp-address";
import { classOf, whatsAppError } from "./whatsapp-errors";
import { editedText, memberOf, saidIn, sharedPhone } from "./whatsapp-said";
import type { WhatsAppSettings } from "./whatsapp-settings";

type Connection = ChannelConnection<WhatsAppSettings>;

const LABEL_MAX = 80; // a word for the webhook log
const DETAIL_MAX = 300; // what we keep of a provider's free text
const EMOJI_MAX = 64; // as the contract has it
/** `played` is said of voice notes only, and means more than read. */
const STATES: Readonly<Record<string, EntryState>> = { sent: "sent", delivered: "delivered", read: "read", played: "read", failed: "failed" };

const words = z.string().catch("");
const some = z.string().optional().catch(undefined);
const list = z.array(z.unknown()).catch([]);

const Envelope = z.object({ object: z.literal("whatsapp_business_account"), entry: z.array(z.unknown()) });
const EntryOf = z.object({ id: z.coerce.string().catch(""), time: z.unknown().optional(), changes: list });
const Change = z.object({ field: words, value: z.unknown().optional() });
const Value = z.object({
  metadata: z.object({ phone_number_id: z.coerce.string() }),
  contacts: list, messages: list, message_echoes: list, statuses: list, errors: list, user_preferences: list, user_id_update: list,
});
const Contact = z.object({ wa_id: words, user_id: words, profile: z.object({ name: words, username: words }).catch({ name: "", username: "" }) });
const Message = z.object({ id: z.string().min(1), type: words, timestamp: z.unknown().optional(), from: some, from_user_id: some, to: some, to_user_id: some, group_id: some, biz_opaque_callback_data: some });
const Status = z.object({
  id: z.string().min(1), status: z.string(), timestamp: z.unknown().optional(), recipient_id: some, recipient_user_id: some, biz_opaque_callback_data: some,
  errors: z.array(z.object({ code: z.coerce.number().int(), title: words, message: words, error_data: z.object({ details: words }).catch({ details: "" }) })).catch([]),
});
const AccountError = z.object({ code: z.coerce.number().int(), title: words, message: words });
const Preference = z.object({ wa_id: some, user_id: some, category: words, value: words, timestamp: z.unknown().optional(), detail: words });
const IdChange = z.object({ wa_id: some, user_id: z.object({ previous: z.string(), current: z.string() }), timestamp: z.unknown().optional() });
const Target = z.object({ message_id: some, emoji: some, original_message_id: some, message: z.custom<object>((value) => typeof value === "object" && value !== null).optional().catch(undefined) });
const System = z.object({ type: words, body: words, wa_id: some, user_id: some, previous_user_id: some });

/** One number of ours, and what a webhook says of the customers in it. */
interface Scene { connection: Connection; now: number; contacts: Map<string, z.infer<typeof Contact>>; /** Meta's own agent answers them at the moment; we only listen. */ standby: boolean }

/**
 * https://developers.facebook.com/documentation/business-messaging/whatsapp/webhooks/reference: entries × changes × messages
 * and statuses. Every element is read for itself: one that is broken takes no other with it. A value that names another
 * number of the same app is that one's connection's business.
 */
export function eventsOf(request: RawRequest, connection: Connection): InboundEvent[] {
  const now = request.receivedAt;
  const envelope = Envelope.safeParse(metaJson(request.body, ["message_template_id"]));
  if (!envelope.success) return [{ kind: "other", label: "unreadable", at: now }];
  return envelope.data.entry.flatMap((raw) => {
    const entry = EntryOf.safeParse(raw);
    return entry.success ? entry.data.changes.flatMap((change) => changeEvents(change, entry.data, connection, now)) : [];
  });
}

function changeEvents(raw: unknown, entry: z.infer<typeof EntryOf>, connection: Connection, now: number): InboundEvent[] {
  const change = Change.safeParse(raw);
  if (!change.success) return [];
  const { field, value: given } = change.data;
  const numbered = Value.safeParse(given);
  if (!numbered.success) return entry.id === connection.settings.wabaId ? accountEvent(field, given, metaTime(entry.time, now), connection) : [];
  const value = numbered.data;
  if (value.metadata.phone_number_id !== connection.settings.phoneNumberId) return [];
  const scene: Scene = { connection, now, contacts: contactsBy(value.contacts), standby: field === "standby" };
  const events = [
    ...value.messages.map((message) => messageEvent(message, "contact", scene)),
    ...value.message_echoes.map((message) => messageEvent(message, "us", scene)),
    ...value.statuses.map((status) => statusEvent(status, now)),
    ...value.user_preferences.map((preference) => preferenceEvent(preference, scene)),
    ...value.user_id_update.map((update) => idEvent(update, now)),
    ...value.errors.map((error) => errorEvent(error, metaTime(entry.time, now))),
  ];
  return events.length > 0 ? events : [other(field || "unknown field", metaTime(entry.time, now))];
}

/** Without a person: what we do not understand makes nobody a contact. */
const other = (label: string, at: number, rest: { externalId?: string } = {}): InboundEvent => ({ kind: "other", label: label.slice(0, LABEL_MAX), ...rest, at });

/** By number and by id: their place in the list says nothing. */
function contactsBy(raw: unknown[]): Scene["contacts"] {
  const contacts: Scene["contacts"] = new Map();
  for (const one of raw) {
    const contact = Contact.safeParse(one).data;
    if (contact?.wa_id) contacts.set(contact.wa_id, contact);
    if (contact?.user_id) contacts.set(contact.user_id, contact);
  }
  return contacts;
}

function personOf(phone: string | undefined, userId: string | undefined, { contacts }: Scene): Handle | null {
  const contact = contacts.get(userId ?? "") ?? contacts.get(phone?.replace(/^\+/, "") ?? "");
  const { name = "", username = "" } = contact?.profile ?? {};
  return handleOf(phone || contact?.wa_id, userId || contact?.user_id, name || (username && `@${username}`));
}

function messageEvent(raw: unknown, by: By, scene: Scene): InboundEvent {
  const parsed = Message.safeParse(raw);
  if (!parsed.success) return other("broken message", scene.now);
  const message = parsed.data;
  const { id: externalId, type, biz_opaque_callback_data: reference } = message;
  const at = metaTime(message.timestamp, scene.now);
  const person = by === "contact" ? personOf(message.from, message.from_user_id, scene) : personOf(message.to, message.to_user_id, scene);
  if (!person) return other(`${type || "message"} of nobody`, at, { externalId });
  // What is said in a group would look like words to us alone, and an answer would miss the group.
  if (message.group_id) return other("group message", at, { externalId });
  if (isOurs(person, scene.connection)) return other("message from our own number", at, { externalId });
  const body = raw as object;
  const about = aboutAnother(type, memberOf(body, type), { person, by, at }) ?? (type === "system" || type === "request_welcome" ? systemEvent(type, body, { person, externalId, at }) : null);
  if (about) return about;
  const said = saidIn(type, body);
  if (by === "us") return { kind: "echo", externalId, to: person, ...(reference && { reference }), at, ...said };
  return { kind: "message", externalId, from: vouched(person, body), at, ...(scene.standby && { standby: true }), ...said };
}

const isOurs = ({ address }: Handle, connection: Connection): boolean => [connection.address, ...connection.ownAddresses].includes(address);

/** The number that a customer gave when asked belongs to the id that gave it. */
function vouched(person: Handle, message: object): Handle {
  const phone = person.kind === "user" ? phoneOf(sharedPhone(message, person.address)) : null;
  return phone ? { ...person, aliases: [{ kind: "phone", address: phone }] } : person;
}

/** A reaction to, a change or the end of another message; null for what stands for itself. */
function aboutAnother(type: string, body: unknown, who: { person: Handle; by: By; at: number }): InboundEvent | null {
  if (type !== "reaction" && type !== "edit" && type !== "revoke") return null;
  const { message_id, emoji, original_message_id, message } = Target.safeParse(body).data ?? {};
  const target = type === "reaction" ? message_id : original_message_id;
  const text = type === "edit" && message ? editedText(message) : null;
  if (!target || (emoji?.length ?? 0) > EMOJI_MAX || (type === "edit" && text === null)) return other(type, who.at);
  if (type === "reaction") return { kind: "reaction", target, emoji: emoji || null, ...who };
  return text === null ? { kind: "delete", target, ...who } : { kind: "edit", target, text, version: who.at, ...who };
}

function systemEvent(type: string, message: object, { person, externalId, at }: { person: Handle; externalId: string; at: number }): InboundEvent {
  if (type === "request_welcome") return { kind: "activity", externalId, person, type: "chat-opened", text: "Opened the chat", at };
  const system = System.safeParse(memberOf(message, "system")).data ?? { type: "", body: "" };
  const { user_id: current } = system;
  // The message may already name the new id as theirs: the one they had is the one we know them by.
  const known = person.kind === "user" ? person.address : person.aliases?.[0]?.address;
  const previous = system.previous_user_id ?? (known === current ? undefined : known);
  const before = handleOf(person.kind === "phone" ? person.address : null, previous, person.name) ?? person;
  if (system.type === "user_changed_number") {
    const becomes = handleOf(system.wa_id, current, person.name);
    if (becomes) return { kind: "identity", person: before, becomes, text: becomes.kind === "phone" ? `Changed their number to ${becomes.address}` : "Changed their number", externalId, at };
  }
  if (system.type === "user_changed_user_id" && previous) {
    const becomes = handleOf(null, current, person.name);
    if (becomes) return identityEvent(before, becomes, previous, at);
  }
  if (system.type === "customer_identity_changed") return { kind: "activity", externalId, person, type: "security-code-changed", text: "Their security code changed: they may have a new phone", at };
  return { kind: "activity", externalId, person, type: "system", text: system.body.slice(0, DETAIL_MAX) || "WhatsApp reported a change", at };
}

/** WhatsApp tells of a new id in two ways; both make the same event, which happens once. */
const identityEvent = (person: Handle, becomes: Handle, previous: string, at: number): InboundEvent =>
  ({ kind: "identity", person, becomes, text: "WhatsApp gave them a new user ID", externalId: `${previous} → ${becomes.address}`, at });

function idEvent(raw: unknown, now: number): InboundEvent {
  const update = IdChange.safeParse(raw).data;
  const at = metaTime(update?.timestamp, now);
  const person = handleOf(update?.wa_id, update?.user_id.previous);
  const becomes = handleOf(null, update?.user_id.current);
  return update && person && becomes ? identityEvent(person, becomes, update.user_id.previous, at) : other("user id update", at);
}

function statusEvent(raw: unknown, now: number): InboundEvent {
  const status = Status.safeParse(raw).data;
  if (!status) return other("broken status", now);
  const at = metaTime(status.timestamp, now);
  if (!Object.hasOwn(STATES, status.status)) return other(`status ${status.status}`, at, { externalId: status.id });
  const state = STATES[status.status]!;
  const recipient = handleOf(status.recipient_id, status.recipient_user_id)?.address;
  const error = status.errors[0];
  return {
    kind: "status", externalId: status.id, state, at,
    ...(status.biz_opaque_callback_data && { reference: status.biz_opaque_callback_data }),
    ...(recipient && { recipient }),
    ...(state === "failed" && {
      code: String(error?.code ?? "failed"), class: error ? classOf({ code: error.code, transient: false }) : "permanent",
      detail: (error?.error_data.details || error?.message || error?.title || "failed").slice(0, DETAIL_MAX),
    }),
  };
}

function preferenceEvent(raw: unknown, scene: Scene): InboundEvent {
  const preference = Preference.safeParse(raw).data;
  const at = metaTime(preference?.timestamp, scene.now);
  const person = preference && personOf(preference.wa_id, preference.user_id, scene);
  const change = preference?.value === "stop" ? "stop" : preference?.value === "resume" ? "start" : null;
  if (!person || !change || preference.category !== "marketing_messages") return other("user preference", at);
  return { kind: "consent", person, change, purpose: "marketing", text: preference.detail.slice(0, DETAIL_MAX) || null, at };
}

/** An error that belongs to no message is the connection's. */
function errorEvent(raw: unknown, at: number): InboundEvent {
  const error = AccountError.safeParse(raw).data;
  if (!error) return other("broken error", at);
  return { kind: "notice", code: String(error.code), sentence: whatsAppError(String(error.code))?.sentence ?? (error.message || error.title || "WhatsApp reported an error").slice(0, DETAIL_MAX), at };
}
