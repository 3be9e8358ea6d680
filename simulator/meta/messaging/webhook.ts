import type { WorldConnection, WorldMessage } from "../../api";
import type { Webhook } from "../../provider";
import { metaJson } from "../wire";
import { type Flavour, nameOf } from "./flavour";
import { cdnUrl } from "./files";

/** The app that sends through the API, as echoes name it. */
const OUR_APP_ID = 1_517_776_481_860_111;

/** A request with one event. `time` is when Meta sends it, which is never before the event. */
export function envelope(flavour: Flavour, connection: WorldConnection, entry: { messaging: unknown[] } | { changes: unknown[] } | { standby: unknown[] }, time: number, messageId: string | null): Webhook {
  const body = metaJson({ object: flavour.object, entry: [{ id: flavour.ourId(connection), time, ...entry }] });
  return { kind: "webhook", provider: nameOf(flavour), connectionId: connection.connectionId, eventId: crypto.randomUUID(), url: connection.webhookUrl, type: "application/json", body, messageId };
}

/** Something the customer did. */
export const byCustomer = (flavour: Flavour, connection: WorldConnection, personId: string, at: number, what: Record<string, unknown>): Record<string, unknown> =>
  ({ sender: { id: personId }, recipient: { id: flavour.ourId(connection) }, timestamp: at, ...what });

/** Something we did, told back to us. */
export const byUs = (flavour: Flavour, connection: WorldConnection, personId: string, at: number, what: Record<string, unknown>): Record<string, unknown> =>
  ({ sender: { id: flavour.ourId(connection) }, recipient: { id: personId }, timestamp: at, ...what });

const typeOf = (type: string): string => /^(image|video|audio)\//.exec(type)?.[1] ?? "file";

export const attachmentsOf = (flavour: Flavour, media: readonly { url: string; type: string }[], as?: string): unknown[] =>
  media.map(({ url, type }) => ({ type: as ?? typeOf(type), payload: { url: cdnUrl(flavour, url.split("/").at(-1) ?? "") } }));

/** A message of ours that went through the API, as the echo tells it. */
export function echoOf(flavour: Flavour, message: WorldMessage): Record<string, unknown> {
  const given = message.raw["message"];
  const metadata = typeof given === "object" && given !== null && "metadata" in given ? given.metadata : undefined;
  return {
    message: {
      mid: message.id, is_echo: true, app_id: OUR_APP_ID, ...(message.text !== "" && { text: message.text }), ...(flavour.hasMetadata && typeof metadata === "string" && { metadata }),
      ...(message.media.length > 0 && { attachments: attachmentsOf(flavour, message.media) }), ...(message.app?.replyTo !== undefined && { reply_to: { mid: message.app.replyTo, is_self_reply: false } }),
    },
  };
}
