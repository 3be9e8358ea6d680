import { z } from "zod";
import type { EntryState } from "../contract/entry";
import { normalisePhone } from "../domain/phone";
import { jsonOf } from "./answer";
import type { ChannelConnection, InboundEvent, MediaRef, Price, RawRequest } from "./channel";
import { telnyxError } from "./telnyx-errors";

/** What we keep of a provider's free text. */
const DETAIL_MAX = 300;
/** A layout file that phones put beside the pictures of an MMS; nothing a person would open. */
const LAYOUT_TYPE = "application/smil";
const MEDIA_MAX = 10;

/** `delivery_unconfirmed` and a network that Telnyx cannot see (`unknown`) say nothing of whether it arrived. */
const STATES: Readonly<Record<string, EntryState>> = {
  queued: "queued", sending: "sending", sent: "sent", delivered: "delivered", delivery_unconfirmed: "sent", unknown: "sent",
  sending_failed: "failed", delivery_failed: "failed", expired: "failed",
};
const OPT_OUT: Readonly<Record<string, "stop" | "start" | "help">> = { OPT_OUT: "stop", OPT_IN: "start", HELP: "help" };

// Fields are left out and null as Telnyx likes; one of another kind is as good as missing.
const maybe = <T extends z.ZodType>(schema: T) => schema.nullish().catch(null);
const list = <T extends z.ZodType>(schema: T) => z.array(schema.nullable().catch(null)).catch([]).transform((all) => all.filter((one): one is NonNullable<z.output<T>> => one !== null));
const Party = z.object({ phone_number: z.string(), status: maybe(z.string()) });
const Payload = z.object({
  id: z.string().min(1), direction: maybe(z.string()), from: maybe(Party), to: list(Party), cc: list(Party),
  text: maybe(z.string()), subject: maybe(z.string()), media: list(z.object({ url: z.string(), content_type: maybe(z.string()) })),
  parts: maybe(z.int().positive()), messaging_profile_id: maybe(z.string()), received_at: maybe(z.string()), autoresponse_type: maybe(z.string()),
  group_message_id: maybe(z.string()), cost: maybe(z.object({ amount: z.string(), currency: z.string() })),
  errors: list(z.object({ code: z.coerce.string(), title: maybe(z.string()), detail: maybe(z.string()) })),
});
type Payload = z.infer<typeof Payload>;
const Event = z.object({ data: z.object({ event_type: z.string(), occurred_at: maybe(z.string()), payload: z.unknown() }) });

type Connection = ChannelConnection<{ messagingProfileId?: string }>;

/** https://developers.telnyx.com/docs/messaging/messages/receiving-webhooks */
export function telnyxEvents(request: RawRequest, connection: Connection): InboundEvent[] {
  const at = request.receivedAt;
  // Authentic bytes that are no JSON are kept as something we do not understand.
  const event = Event.safeParse(jsonOf(new TextDecoder().decode(request.body))).data?.data;
  if (!event) return [{ kind: "other", label: "unknown request", at }];
  const payload = Payload.safeParse(event.payload).data;
  const isOurs = payload && event.event_type.startsWith("message.");
  if (!isOurs) return [{ kind: "other", label: event.event_type.slice(0, DETAIL_MAX), at }];
  if (event.event_type === "message.received") return [messageOf(payload, connection, timeOf(payload.received_at) ?? timeOf(event.occurred_at) ?? at)];
  const reference = URL.canParse(request.url) ? new URL(request.url).searchParams.get("ref") : null;
  return statusesOf(payload, connection, reference, timeOf(event.occurred_at) ?? at);
}

function messageOf(payload: Payload, connection: Connection, at: number): InboundEvent {
  const other = (label: string): InboundEvent => ({ kind: "other", label, externalId: payload.id, at });
  const phone = (address: string) => normalisePhone(address, connection.country);
  const address = payload.from && phone(payload.from.phone_number);
  if (!address) return other("message from no phone");
  const own = phone(connection.address);
  const siblings = connection.ownAddresses.map(phone);
  if (address === own || siblings.includes(address)) return other("message from our own number");
  const reached = payload.to.concat(payload.cc).map((one) => phone(one.phone_number)).filter((one) => one !== null);
  // A profile has one URL for all its numbers: one of them may be another connection's, which gets the request too.
  const isPooled = connection.settings.messagingProfileId !== undefined && connection.settings.messagingProfileId === payload.messaging_profile_id && !reached.some((one) => siblings.includes(one));
  if (!reached.includes(own!) && !isPooled) return other("message to another number");
  const people = [...new Set([address, ...reached.filter((one) => one !== own && !siblings.includes(one) && !(isPooled && payload.to.length === 1 && one === phone(payload.to[0]!.phone_number)))])].sort();
  const subject = payload.subject?.trim() ?? "";
  const text = payload.text ?? "";
  return {
    kind: "message", externalId: payload.id, from: { kind: "phone", address }, at,
    text: subject === "" || text.includes(subject) ? text : [subject, text].filter(Boolean).join("\n"),
    media: mediaOf(payload),
    ...(payload.autoresponse_type && Object.hasOwn(OPT_OUT, payload.autoresponse_type) && { optOut: OPT_OUT[payload.autoresponse_type] }),
    ...(payload.parts && { segments: payload.parts }), ...(people.length > 1 && { group: people }),
  };
}

const mediaOf = ({ media }: Payload): MediaRef[] => media.map(({ url, content_type: type }) => ({ ref: url, type: type || "application/octet-stream" }))
  .filter(({ type }) => type !== LAYOUT_TYPE).slice(0, MEDIA_MAX);

/** One report for each person it went to: in a group it may reach some and not others. */
function statusesOf(payload: Payload, connection: Connection, reference: string | null, at: number): InboundEvent[] {
  const phone = (address: string) => normalisePhone(address, connection.country);
  const from = payload.from && phone(payload.from.phone_number);
  if (from && from !== phone(connection.address) && connection.ownAddresses.some((one) => phone(one) === from)) return [];
  const isGroup = payload.to.length > 1 || Boolean(payload.group_message_id);
  // Each copy of a group message may have an id of its own; the reference tells whose it is.
  const externalId = isGroup ? (payload.group_message_id ?? (reference === null ? payload.id : undefined)) : payload.id;
  const segments = payload.parts ?? undefined;
  const price: Price | undefined = payload.cost ?? undefined;
  const events = payload.to.map((one): InboundEvent => {
    const status = one.status ?? "";
    const recipient = phone(one.phone_number) ?? one.phone_number;
    if (!Object.hasOwn(STATES, status)) return { kind: "other", label: `status ${status.slice(0, DETAIL_MAX)}`, at };
    const state = STATES[status]!;
    const error = payload.errors[0];
    return {
      kind: "status", ...(externalId !== undefined && { externalId }), reference: reference ?? undefined, recipient, state, at, segments, price,
      ...(state === "failed" && { code: error?.code ?? status, detail: (error?.detail ?? error?.title ?? status).slice(0, DETAIL_MAX), class: (error && telnyxError(error.code)?.class) ?? "permanent" }),
    };
  });
  return events.length > 0 ? [...events, ...refusedIn(events)] : [{ kind: "other", label: "status of nobody", at }];
}

/** Who of a group said STOP, where it can only be one: errors do not name whom they are about. A single recipient's failure says so by itself. */
function refusedIn(events: readonly InboundEvent[]): InboundEvent[] {
  const failed = events.filter((event) => event.kind === "status" && event.state === "failed");
  const [one] = failed;
  if (events.length < 2 || failed.length !== 1 || one?.kind !== "status" || telnyxError(one.code ?? "")?.consent !== "permanent") return [];
  return [{ kind: "consent", person: { kind: "phone", address: one.recipient! }, change: "stop", purpose: "all", text: null, at: one.at }];
}

function timeOf(text: string | null | undefined): number | null {
  const at = text ? Date.parse(text) : NaN;
  return Number.isFinite(at) ? at : null;
}
