import { describe, expect, it, vi } from "vitest";
import { BASIC, MAILGUN, mailgunForm, POSTMARK } from "../support/mail-companies";
import { newHook, type TestHook } from "../support/hooks";

interface Letter { id: string; from: string; to: string; words: string; answers?: string }
interface Company { provider: string; own: object; address: string; bring(hook: TestHook, letter: Letter): Promise<Response>; tell(hook: TestHook, what: "complaint" | "unsubscribe", recipient: string): Promise<Response> }

const json = (hook: TestHook, body: unknown) => hook.post({ type: "application/json", body: JSON.stringify(body) }, { authorization: BASIC });
const mailgunEvent = (hook: TestHook, data: object) => {
  const { timestamp, token, signature } = Object.fromEntries(new URLSearchParams(mailgunForm({}, Date.now()))) as Record<string, string>;
  return hook.post({ type: "application/json", body: JSON.stringify({ "event-data": { timestamp: Date.now() / 1000, ...data } }) }, { timestamp: timestamp!, token: token!, signature: signature! });
};
const headersOf = ({ id, answers }: Letter): [string, string][] => [["Message-ID", `<${id}>`], ...(answers ? [["In-Reply-To", `<${answers}>`] as [string, string]] : [])];

const COMPANIES: Company[] = [
  {
    provider: "postmark", own: POSTMARK, address: "orders@shop.example",
    bring: (hook, letter) => json(hook, { MessageID: crypto.randomUUID(), FromFull: { Email: letter.from, Name: "" }, ToFull: [{ Email: letter.to, Name: "" }], OriginalRecipient: letter.to, Subject: "Order", TextBody: letter.words, Headers: headersOf(letter).map(([Name, Value]) => ({ Name, Value })) }),
    tell: (hook, what, Email) => json(hook, what === "complaint" ? { RecordType: "SpamComplaint", MessageID: "p1", Email } : { RecordType: "SubscriptionChange", Recipient: Email, SuppressSending: true, SuppressionReason: "ManualSuppression" }),
  },
  {
    provider: "mailgun", own: MAILGUN, address: "rentals@mg.acme.example",
    bring: async (hook, letter) => hook.post({ type: "application/x-www-form-urlencoded", body: new URLSearchParams({ recipient: letter.to, sender: letter.from, from: letter.from, subject: "Order", "body-plain": letter.words, "message-headers": JSON.stringify([["To", letter.to], ...headersOf(letter)]) }).toString() },
      Object.fromEntries(new URLSearchParams(mailgunForm({}, Date.now())))),
    tell: (hook, what, recipient) => mailgunEvent(hook, { event: what === "complaint" ? "complained" : "unsubscribed", recipient }),
  },
];

interface Row { id: string; contactName: string }
interface Entry { kind: string; text: string; direction: string; author: { name: string }; email: { threadId: string } | null }
const rows = async ({ owner }: TestHook) => (await (await owner.fetch("/api/v1/conversations")).json<{ items: Row[] }>()).items;
const entries = async ({ owner }: TestHook, id: string) => (await (await owner.fetch(`/api/v1/conversations/${id}/entries`)).json<{ items: Entry[] }>()).items;

describe.each(COMPANIES)("mail through $provider", ({ provider, own, address, bring, tell }) => {
  const begin = async () => {
    const hook = await newHook(provider, { own: { ...own }, address });
    expect((await bring(hook, { id: "one@example.com", from: "jane@example.com", to: address, words: "Where is it?" })).status).toBe(200);
    const [row] = await vi.waitFor(async () => { const found = await rows(hook); expect(found).toHaveLength(1); return found; }, { timeout: 5_000 });
    return { hook, id: row!.id };
  };

  it("is one entry however often it is brought, and an answer goes into its thread", async () => {
    const { hook, id } = await begin();
    await bring(hook, { id: "one@example.com", from: "jane@example.com", to: address, words: "Where is it?" });
    await bring(hook, { id: "two@example.com", from: "jane@example.com", to: address, words: "It came.", answers: "one@example.com" });
    const said = await entries(hook, id);
    expect(said.map(({ text, email }) => [text, email!.threadId])).toEqual([["Where is it?", "one@example.com"], ["It came.", "one@example.com"]]);
    expect(await rows(hook)).toHaveLength(1);
  });

  it("from a stranger who knows an id joins under the stranger's own name", async () => {
    const { hook, id } = await begin();
    await bring(hook, { id: "three@example.com", from: "eve@evil.example", to: address, words: "I am Jane.", answers: "one@example.com" });
    expect((await entries(hook, id)).map(({ text, author }) => [text, author.name])).toContainEqual(["I am Jane.", "eve@evil.example"]);
  });

  it.each(["complaint", "unsubscribe"] as const)("with a %s ends writing to that address", async (what) => {
    const { hook, id } = await begin();
    expect((await tell(hook, what, "jane@example.com")).status).toBe(200);
    expect((await entries(hook, id)).some(({ kind, text }) => kind === "activity" && text !== "")).toBe(true);
    const refused = await hook.owner.fetch(`/api/v1/conversations/${id}/messages`, { json: { clientId: crypto.randomUUID(), channel: "email", text: "Hello again" } });
    expect(refused.status).toBeGreaterThanOrEqual(400);
  });

  it("a complaint of somebody we never wrote with makes nobody our contact", async () => {
    const { hook } = await begin();
    await tell(hook, "complaint", "nobody@example.com");
    expect(await rows(hook)).toHaveLength(1);
  });
});
