import { vi } from "vitest";
import { env } from "cloudflare:test";
import type { Conversation as ConversationObject } from "../../durable-objects/conversation/conversation";
import type { Prepared } from "../../durable-objects/conversation/composing";
import type { InboundEvent, RawRequest } from "../../worker/channels/channel";
import { channelOf } from "../../worker/channels/registry";
import type { ConnectionView } from "../../worker/contract/channel";
import type { Entry, MessageDraft } from "../../worker/contract/entry";
import { createConnection } from "../../worker/db/connections";
import { openConnection } from "../../worker/flows/open-connection";
import type { MemberActor } from "../../worker/domain/access";
import { deliver, type Delivered } from "../../worker/flows/inbound";
import { newAccount, type TestAccount, type Who } from "./account";

type Message = Extract<InboundEvent, { kind: "message" }>;
type Status = Extract<InboundEvent, { kind: "status" }>;
export type Line = Pick<ConnectionView, "id" | "channel" | "address" | "name" | "status" | "capabilities"> & { provider: string };

export const TWILIO_TOKEN = "twilio-test-token";
export const SVIX_SECRET = "whsec_cmVzZW5kLXRlc3Qtc2VjcmV0LTAxMjM0NTY3ODlhYmNk";
const LINES = {
  twilio: { address: "+15125550100", settings: { accountSid: "AC0", authToken: TWILIO_TOKEN } },
  resend: { address: "support@acme.example", settings: { apiKey: "re_test", webhookSecret: SVIX_SECRET, domain: "acme.example" } },
  chat: { address: "https://shop.example.com", settings: { origins: ["https://shop.example.com"] } },
} as const;

let count = 0;
/** A phone number nobody else in this run has. */
export const newPhone = (): string => `+1415555${String(++count).padStart(4, "0")}`;
export const newExternal = (): string => `SM${crypto.randomUUID().replaceAll("-", "")}`;

/** An account with a text line, a mail address and a widget, and the ways a customer and a colleague use them. */
export async function newDesk(options: Parameters<typeof newAccount>[0] = {}) {
  const owner = await newAccount(options);
  const lines = {} as Record<keyof typeof LINES, Line>;
  for (const provider of Object.keys(LINES) as (keyof typeof LINES)[]) {
    const channel = channelOf(provider)!;
    const { address, settings } = LINES[provider];
    const row = await createConnection(owner.account, channel.kind, { provider, name: provider, address, settings: {} }, channel.settings.parse(settings), Date.now());
    lines[provider] = { id: row.id, provider, channel: channel.kind, address, name: provider, status: "active", capabilities: channel.capabilities };
  }
  return { ...owner, lines };
}
export type Desk = Awaited<ReturnType<typeof newDesk>>;

export const actorOf = (account: TestAccount, who: Who = "owner"): MemberActor =>
  ({ type: "member", id: account[who].id, accountId: account.account.id, name: `${who}`, role: account[who].role, teamIds: [], scopes: ["read", "write", "admin"], via: "key" });

export const text = (from: string, words: string, more: Partial<Message> = {}): Message =>
  ({ kind: "message", externalId: newExternal(), from: { kind: "phone", address: from }, text: words, media: [], at: Date.now(), ...more });

export const status = (of: Partial<Status> & Pick<Status, "state">): Status => ({ kind: "status", at: Date.now(), ...of });

/** One verified request; its bytes are what a test wants to find again. */
export const request = (more: Partial<RawRequest> = {}): RawRequest =>
  ({ method: "POST", url: "https://inbox.example.com/hooks/test", headers: {}, body: new TextEncoder().encode(crypto.randomUUID()), receivedAt: Date.now(), ...more });

/** Takes events the way every webhook goes, after its signature was checked. */
export async function arrives(desk: Desk, line: Line, events: InboundEvent[], raw: RawRequest = request()): Promise<Delivered[]> {
  const open = (await openConnection(env, line.id))!;
  return deliver(open.account, open.connection, events, raw);
}

/** A conversation that a customer began with a text. */
export async function newConversation(desk: Desk, words = "Is the blue bike still there?") {
  const phone = newPhone();
  const [delivered] = await arrives(desk, desk.lines.twilio, [text(phone, words)]);
  return { ...conversation(desk, delivered!.conversationId), phone };
}

/** The ways into one conversation. Stubs are taken anew each time: one that saw an object die stays broken. */
export function conversation(desk: Desk, id: string) {
  const actor = actorOf(desk);
  const object = () => desk.account.conversation(id);
  const submit = async (words: string, more: Partial<MessageDraft> & { line?: Line; to?: string[]; undoMs?: number; now?: number; contact?: string } = {}) => {
    const { line = desk.lines.twilio, undoMs = 0, now = Date.now(), contact = null, ...draft } = more;
    const prepared: Prepared = { connection: line, fallbackTo: contact, attachments: [], ownAddresses: Object.values(desk.lines).map(({ address }) => address), template: null, quiet: { hours: null, zone: null, accountZone: "UTC" } };
    return object().submit({ clientId: crypto.randomUUID(), channel: line.channel, text: words, ...draft }, prepared, actor, undoMs, now);
  };
  return {
    id, actor, object, submit,
    /** Stores a message that must be accepted. */
    send: async (...said: Parameters<typeof submit>): Promise<Entry> => {
      const submitted = await submit(...said);
      if (!submitted.ok) throw new Error(JSON.stringify(submitted));
      return submitted.entry;
    },
    entries: async () => (await object().entries({ limit: 200 }, actor))!.items,
    entry: async (entryId: string) => (await object().entry(entryId, actor))!,
    open: async () => (await object().open(actor))!,
    /** The real stub, for helpers that look inside. */
    stub: () => env.CONVERSATION.getByName(`${desk.account.id}/${id}`) as unknown as DurableObjectStub<ConversationObject>,
    reference: (entryId: string) => `${id}:${entryId}`,
    becomes: (entryId: string, state: Entry["state"]) => vi.waitFor(async () => {
      const entry = (await object().entry(entryId, actor))!;
      if (entry.state !== state) throw new Error(`${entry.state} instead of ${state}, due ${entry.dueAt ?? "now"}: ${JSON.stringify(entry.failure)}`);
      return entry;
    }, { timeout: 15_000, interval: 10 }),
  };
}
export type TestConversation = ReturnType<typeof conversation>;
