import { expect } from "vitest";
import type { ChannelConnection, InboundEvent, RawRequest } from "../../worker/channels/channel";
import { whatsapp } from "../../worker/channels/whatsapp";
import type { WhatsAppSettings } from "../../worker/channels/whatsapp-settings";
import manifest from "../channels/fixtures/whatsapp/manifest.json";
import { rawOf, SECRET, VERIFY_TOKEN } from "./meta-channel";

export { manifest };
export const SETTINGS: WhatsAppSettings = { phoneNumberId: "106540352242922", wabaId: "102290129340398", accessToken: "TOKEN", appSecret: SECRET, verifyToken: VERIFY_TOKEN };
export const WAMID = expect.stringMatching(/^wamid\./) as string;

export const connect = (change: Partial<ChannelConnection<WhatsAppSettings>> = {}): ChannelConnection<WhatsAppSettings> =>
  ({ id: "cn_1", accountId: "a_1", address: "+15550783881", ownAddresses: [], country: "US", settings: SETTINGS, ...change });

const files = import.meta.glob<string>("../channels/fixtures/whatsapp/*", { query: "?raw", import: "default", eager: true });
export const recorded = (file: string): string => files[`../channels/fixtures/whatsapp/${file}`]!;
export const posts = manifest.files.filter(({ method }) => method === "POST");

export function requestOf(file: string): RawRequest {
  const { headers } = posts.find((one) => one.file === file)!;
  return rawOf(recorded(file), (headers as Record<string, string>)["X-Hub-Signature-256"]);
}

export const receive = (file: string, connection = connect()): Promise<InboundEvent[]> => whatsapp.receive(requestOf(file), connection);
export const receiveBody = (body: unknown, connection = connect()): Promise<InboundEvent[]> => whatsapp.receive(rawOf(typeof body === "string" ? body : JSON.stringify(body)), connection);

export const METADATA = { display_phone_number: "15550783881", phone_number_id: SETTINGS.phoneNumberId };
/** A webhook about our number, or (with another field) about the account. */
export const hookOf = (value: object, field = "messages", entry: object = {}) => ({ object: "whatsapp_business_account", entry: [{ id: SETTINGS.wabaId, ...entry, changes: [{ field, value }] }] });
export const messageHook = (message: object, contacts: object[] = []) => hookOf({ messaging_product: "whatsapp", metadata: METADATA, contacts, messages: [{ from: "16505551234", id: "wamid.x", timestamp: "1795341600", ...message }] });
