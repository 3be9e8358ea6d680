import { createExecutionContext, env, runInDurableObject } from "cloudflare:test";
import { vi } from "vitest";
import type { Head } from "../../durable-objects/conversation/head";
import type { Stored } from "../../durable-objects/conversation/store";
import { channelOf } from "../../worker/channels/registry";
import type { ComposeChannel } from "../../worker/contract/compose";
import type { Entry } from "../../worker/contract/entry";
import type { TemplateCategory } from "../../worker/contract/template";
import { recordUpload } from "../../worker/db/attachments";
import { createConnection } from "../../worker/db/connections";
import { saveTemplates } from "../../worker/db/templates";
import { newId } from "../../worker/platform/id";
import { objectKey } from "../../worker/platform/media";
import whatsappManifest from "../channels/fixtures/whatsapp/manifest.json";
import messengerManifest from "../channels/fixtures/messenger/manifest.json";
import instagramManifest from "../channels/fixtures/instagram/manifest.json";
import { http, type TestAccount, type Who } from "./account";
import { conversation, newDesk, type Desk, type Line, type TestConversation } from "./conversation";
import { signatureOf } from "./meta-channel";
import { settles } from "./socket";

export const PROVIDERS = ["whatsapp", "messenger", "instagram"] as const;
export type MetaProvider = (typeof PROVIDERS)[number];

const manifests = { whatsapp: whatsappManifest, messenger: messengerManifest, instagram: instagramManifest };
export const SECRET = whatsappManifest.secret;
const common = { appSecret: SECRET, verifyToken: whatsappManifest.verifyToken };

/** The accounts of ours that the recorded requests are about. */
export const OURS = {
  whatsapp: { address: "+15550783881", settings: { ...common, phoneNumberId: "106540352242922", wabaId: "102290129340398", accessToken: "TOKEN" } },
  messenger: { address: "682498302938465", settings: { ...common, pageId: "682498302938465", pageAccessToken: "TOKEN" } },
  instagram: { address: "17841405822304914", settings: { ...common, igUserId: "17841405822304914", accessToken: "TOKEN", login: "instagram", instagramAppSecret: instagramManifest.instagramLoginSecret } },
} as const;

/** Who wrote the recorded requests. */
export const SHEENA = { phone: "16505551234", user: "US.13491208655302741918" };
export const PSID = "5349573198712345";
export const IGSID = "1234567890123456";

/** One more connection of a provider's; `own` are its settings. */
export async function connectMeta(owner: TestAccount, provider: MetaProvider, { address = OURS[provider].address, own = {} }: { address?: string; own?: Record<string, unknown> } = {}): Promise<Line> {
  const channel = channelOf(provider)!;
  const settings = channel.settings.parse({ ...OURS[provider].settings, ...own });
  const row = await createConnection(owner.account, channel.kind, { provider, name: provider, address, settings: {} }, settings, Date.now());
  return { id: row.id, provider, channel: channel.kind, address, name: provider, status: "active", capabilities: channel.capabilities };
}

/** A desk with a number, a page and a profile as well. */
export async function newMetaDesk() {
  const desk = await newDesk();
  const meta = {} as Record<MetaProvider, Line>;
  for (const provider of PROVIDERS) meta[provider] = await connectMeta(desk, provider);
  return { ...desk, meta };
}
export type MetaDesk = Awaited<ReturnType<typeof newMetaDesk>>;

/** Posts a request to a connection's own address, signed as Meta signs. Does not wait for the webhook log, which gathers lines for half a second. */
export async function posts(line: Pick<Line, "id" | "provider">, body: unknown, signature?: string): Promise<number> {
  const text = typeof body === "string" ? body : JSON.stringify(body);
  const request = new Request(`${env.PUBLIC_URL}/hooks/${line.provider}/${line.id}`, { method: "POST", body: text, headers: { "content-type": "application/json", "x-hub-signature-256": signature ?? signatureOf(text) } });
  const response = await http.fetch(request, env, createExecutionContext());
  return response.status;
}

const files = import.meta.glob<string>("../channels/fixtures/{whatsapp,messenger,instagram}/*.json", { query: "?raw", import: "default", eager: true });

/** The recorded posts of a provider, in the manifest's order. */
export const recordings = (provider: MetaProvider): { file: string; body: string; signature: string }[] =>
  (manifests[provider].files as { file: string; method: string; headers?: Record<string, string> }[]).filter(({ method }) => method === "POST")
    .map(({ file, headers }) => ({ file, body: files[`../channels/fixtures/${provider}/${file}`]!, signature: headers!["X-Hub-Signature-256"]! }));

const RECORDED_S = 1_795_341_600;
/** The recorded moment moved to `seconds`. */
export const stamped = (body: string, seconds: number): string =>
  body.replace(/\b17953\d{5}(?=(\d{3})?\b)/g, (recorded) => String(Number(recorded) - RECORDED_S + seconds));

const inSeconds = (at: number): string => String(Math.floor(at / 1_000));
let count = 0;
/** An id of Meta's for a message. */
export const newMid = (): string => `wamid.T${++count}${crypto.randomUUID().replaceAll("-", "")}`;

export interface Customer { phone?: string; user?: string; name?: string; username?: string }
const contactOf = ({ phone, user, name, username }: Customer) => ({ ...(phone && { wa_id: phone }), ...(user && { user_id: user }), profile: { ...(name && { name }), ...(username && { username }) } });
const from = ({ phone, user }: Customer) => ({ ...(phone && { from: phone }), ...(user && { from_user_id: user }) });

/** What WhatsApp posts about our number. */
export const onWhatsApp = {
  value: (value: object, field = "messages") => ({ object: "whatsapp_business_account", entry: [{ id: OURS.whatsapp.settings.wabaId, changes: [{ field, value: { messaging_product: "whatsapp", metadata: { display_phone_number: OURS.whatsapp.address.slice(1), phone_number_id: OURS.whatsapp.settings.phoneNumberId }, ...value } }] }] }),
  message: (who: Customer, message: object, at = Date.now()) => onWhatsApp.value({ contacts: [contactOf(who)], messages: [{ ...from(who), id: newMid(), timestamp: inSeconds(at), type: "text", ...message }] }),
  says: (who: Customer, words: string, { id = newMid(), at = Date.now(), ...more }: { id?: string; at?: number; [key: string]: unknown } = {}) => onWhatsApp.message(who, { id, text: { body: words }, ...more }, at),
  reaction: (who: Customer, target: string, emoji: string, at = Date.now()) => onWhatsApp.message(who, { type: "reaction", reaction: { message_id: target, emoji } }, at),
  edit: (who: Customer, target: string, words: string, at = Date.now()) => onWhatsApp.message(who, { type: "edit", edit: { original_message_id: target, message: { type: "text", text: { body: words } } } }, at),
  revoke: (who: Customer, target: string, at = Date.now()) => onWhatsApp.message(who, { type: "revoke", revoke: { original_message_id: target } }, at),
  status: (id: string, status: string, more: object = {}, at = Date.now()) => onWhatsApp.value({ statuses: [{ id, status, timestamp: inSeconds(at), ...more }] }),
  echo: ({ phone, user }: Customer, message: object, at = Date.now()) => onWhatsApp.value({ message_echoes: [{ from: OURS.whatsapp.address.slice(1), to: phone, to_user_id: user, id: newMid(), timestamp: inSeconds(at), type: "text", ...message }] }, "smb_message_echoes"),
  preference: ({ phone, user }: Customer, value: "stop" | "resume", at = Date.now()) => onWhatsApp.value({ user_preferences: [{ wa_id: phone, user_id: user, category: "marketing_messages", value, detail: `User requested to ${value} marketing messages`, timestamp: Math.floor(at / 1_000) }] }, "user_preferences"),
};

/** What Messenger and Instagram post about an account of ours. */
export function onMeta({ provider, address: ours }: Pick<Line, "provider" | "address">) {
  const event = (customer: string, by: "contact" | "us", fields: object, at: number) => ({ object: provider === "messenger" ? "page" : "instagram", entry: [{ id: ours, time: at, messaging: [{ sender: { id: by === "us" ? ours : customer }, recipient: { id: by === "us" ? customer : ours }, timestamp: at, ...fields }] }] });
  return {
    event,
    says: (customer: string, text: string, { mid = newMid(), at = Date.now(), ...more }: { mid?: string; at?: number; [key: string]: unknown } = {}) => event(customer, "contact", { message: { mid, text, ...more } }, at),
    echo: (customer: string, message: object, at = Date.now()) => event(customer, "us", { message: { mid: newMid(), is_echo: true, ...message } }, at),
    edit: (customer: string, mid: string, text: string, num_edit: number, at = Date.now()) => event(customer, "contact", { message_edit: { mid, text, num_edit } }, at),
    deleted: (customer: string, mid: string, at = Date.now()) => event(customer, "contact", { message: { mid, is_deleted: true } }, at),
    reaction: (customer: string, mid: string, emoji: string | null, at = Date.now()) => event(customer, "contact", { reaction: { mid, ...(emoji === null ? { action: "unreact" } : { action: "react", reaction: "other", emoji }) } }, at),
    read: (customer: string, read: object, at = Date.now()) => event(customer, "contact", { read }, at),
    delivery: (customer: string, delivery: object, at = Date.now()) => event(customer, "contact", { delivery }, at),
  };
}

/** The conversations of an account, by its contacts. */
export async function conversationsOf(desk: Desk): Promise<TestConversation[]> {
  const { results } = await desk.account.db.prepare("SELECT DISTINCT conversation_id AS id FROM contact WHERE account_id = ? AND conversation_id IS NOT NULL ORDER BY id").bind(desk.account.id).all<{ id: string }>();
  return results.map(({ id }) => conversation(desk, id));
}

/** The only conversation of the only contact. */
export async function onlyConversation(desk: Desk): Promise<TestConversation> {
  const all = await conversationsOf(desk);
  if (all.length !== 1) throw new Error(`${all.length} conversations instead of one`);
  return all[0]!;
}

export const contactsOf = async (desk: Desk): Promise<number> =>
  (await desk.account.db.prepare("SELECT count(*) AS n FROM contact WHERE account_id = ?").bind(desk.account.id).first<{ n: number }>())!.n;

/** What lies inside a conversation: its entries with the provider's ids, its head, how many requests it keeps. */
export const inside = (talk: TestConversation): Promise<{ stored: Stored[]; head: Head }> =>
  runInDurableObject(talk.stub(), ({ store }) => (store.exists ? { stored: structuredClone(store.page({ limit: 500 })), head: structuredClone(store.head) } : { stored: [], head: {} as Head }));

/** Every byte a conversation keeps, as text. */
export const everythingIn = (talk: TestConversation): Promise<string> => runInDurableObject(talk.stub(), (_, { storage }) => {
  const tables = storage.sql.exec<{ name: string }>("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE '\\_%' ESCAPE '\\' AND name NOT LIKE 'sqlite%'").toArray();
  return tables.map(({ name }) => storage.sql.exec(`SELECT * FROM "${name}"`).toArray().map((row) => Object.values(row).map((value) => (value instanceof ArrayBuffer ? new TextDecoder().decode(value) : String(value))).join("|")).join("\n")).join("\n");
});

export const entryOf = async (talk: TestConversation, externalId: string): Promise<Entry> => {
  const found = (await inside(talk)).stored.find(({ external }) => external?.endsWith(`:${externalId}`));
  if (!found) throw new Error(`no entry for ${externalId}`);
  return found.entry;
};

/** Waits for an entry with this id of the provider's. */
export async function comes(talk: TestConversation, externalId: string): Promise<Entry> {
  await settles(() => entryOf(talk, externalId));
  return entryOf(talk, externalId);
}

/** A person at a screen, not a program with a key: a browser session of a colleague. */
export async function atScreen(desk: Desk, who: Who = "agent") {
  const as = await desk.session(who);
  const api = (path: string, init: Parameters<Desk["fetch"]>[1] = {}) => desk.fetch(`/api/v1/${path}`, init, as);
  return {
    api,
    send: (talk: { id: string }, draft: object) => api(`conversations/${talk.id}/messages`, { json: { clientId: crypto.randomUUID(), undoMs: 0, text: "", ...draft } }),
    /** How the composer's check sees a channel. */
    check: async (talk: { id: string }, channel: string): Promise<ComposeChannel> => {
      const { channels } = await (await api(`conversations/${talk.id}/check?channel=${channel}`)).json<{ channels: ComposeChannel[] }>();
      return channels[0]!;
    },
    upload: async (name: string, type = "image/png") => {
      const id = newId("a", Date.now());
      await desk.account.bucket.put(objectKey(desk.account.id, id), new Uint8Array([0x89, 0x50, 0x4e, 0x47]));
      await recordUpload(desk.account, { id, name, type, size: 4 }, desk[who].id, Date.now());
      return id;
    },
  };
}

/** Puts a template there that the platform has approved. */
export const hasTemplate = ({ account }: Desk, { id }: Pick<Line, "id">, name: string, category: TemplateCategory) =>
  saveTemplates(account, id, [{ externalId: name, name, language: "en_US", category, status: "approved", quality: "high", reason: null, named: false, parts: { header: null, body: `Words of ${name}`, footer: null, buttons: [] } }], Date.now());

/** Whatever is said happens this much later; only the date is pretended. */
export async function later<T>(ms: number, act: () => Promise<T>): Promise<T> {
  vi.useFakeTimers({ now: Date.now() + ms, toFake: ["Date"] });
  try { return await act(); } finally { vi.useRealTimers(); }
}
