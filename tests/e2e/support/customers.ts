import { randomUUID } from "node:crypto";
import { expect, vi } from "vitest";
import type { Attachment, Entry } from "../../../worker/contract/entry.ts";
import type { Conversation } from "../../../worker/contract/conversation.ts";
import type { InboundResult, MailInbound, SmsInbound, WorldMessage } from "../../../simulator/api.ts";
import type { Tools } from "./test.ts";

/** How long something may take on a machine that does other things too, before it counts as never. */
export const PATIENCE_MS = 15_000;
const WAIT = { timeout: PATIENCE_MS, interval: 50 };
/** Each area has a hundred numbers for examples: 555-0100 to 555-0199. */
const FIRST_LINE = 100;

export type Api = Pick<Tools, "api" | "world">;

/** Example phone numbers of one area, each handed out once; a file has an area of its own. */
export function phoneNumbers(area: number): () => string {
  let next = FIRST_LINE;
  return () => `+1${area}5550${next++}`;
}

export const mailbox = (name: string): string => `${name}.${randomUUID().slice(0, 8)}@example.com`;
/** Words that no other test says. */
export const words = (text: string): string => `${text} ${randomUUID().slice(0, 8)}`;

/** Waits until `read` answers something other than null, and answers that. */
export function eventually<T>(read: () => Promise<T | null | undefined>, what: string, timeout = PATIENCE_MS): Promise<T> {
  return vi.waitFor(async () => {
    const found = await read();
    if (found === null || found === undefined) throw new Error(`There never was ${what}`);
    return found;
  }, { ...WAIT, timeout });
}

/** Waits until `read` answers exactly this. */
export async function becomes<T>(read: () => T | Promise<T>, expected: T, what?: string): Promise<void> {
  await expect.poll(read, { ...WAIT, ...(what !== undefined && { message: what }) }).toEqual(expected);
}

/** The id of the conversation whose newest line begins like this, once the list has it. */
export async function conversationAbout({ api }: Api, text: string): Promise<string> {
  const { id } = await eventually(async () => {
    const { items } = await api<{ items: Conversation[] }>("GET", "/conversations?limit=30");
    return items.find(({ preview }) => preview?.text.includes(text));
  }, `a conversation about “${text}”`);
  return id;
}

export async function texts(tools: Api, from: string, text: string, more: Partial<SmsInbound> = {}): Promise<string> {
  await tools.world<InboundResult>("/twilio/inbound", { from, text, ...more } satisfies SmsInbound);
  return conversationAbout(tools, text.slice(0, 100));
}

/** The first line of the text finds the conversation. */
export async function mails(tools: Api, mail: MailInbound): Promise<{ id: string; messageId: string }> {
  const { id: messageId } = await tools.world<InboundResult>("/cloudflare-email/inbound", { to: "workshop@northside.example", ...mail });
  return { id: await conversationAbout(tools, (mail.text ?? "").split("\n")[0]!.slice(0, 60)), messageId };
}

/** What the provider was asked to bring to this customer. */
export const sentTo = ({ world }: Api, provider: string, to: string): Promise<WorldMessage[]> => world(`/${provider}/sent?to=${encodeURIComponent(to)}`);

export async function entriesOf({ api }: Api, conversationId: string): Promise<Entry[]> {
  const { items } = await api<{ items: Entry[] }>("GET", `/conversations/${conversationId}/entries?limit=100`);
  return items;
}

/** Sends as the demo owner, at once. */
export const sends = ({ api }: Api, conversationId: string, channel: string, text: string, more: Record<string, unknown> = {}): Promise<Entry> =>
  api("POST", `/conversations/${conversationId}/messages`, { clientId: randomUUID(), channel, text, undoMs: 0, ...more });

/** A file as the simulator takes it. */
export const upload = (name: string, type: string, content: string) => ({ name, type, base64: Buffer.from(content).toString("base64") });
export const fileNames = (files: readonly Attachment[]): string[] => files.map(({ name }) => name);
