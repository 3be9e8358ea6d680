import { env } from "cloudflare:test";
import { afterEach, describe, expect, it, vi } from "vitest";
import type { InboundEvent } from "../../worker/channels/channel";
import { cloudflareEmail } from "../../worker/channels/email-cloudflare";
import { createConnection } from "../../worker/db/connections";
import { AUTOMATED_PER_HOUR } from "../../worker/domain/mail-loop";
import { takeIn } from "../../worker/flows/intake";
import { openConnection } from "../../worker/flows/open-connection";
import { processKept } from "../../worker/flows/retry";
import { arrives, conversation, newDesk, request, status } from "../support/conversation";
import { mailFrom, newMailbox } from "../support/mail-event";
import { fakeProvider } from "../support/provider";

afterEach(() => { vi.restoreAllMocks(); });
const desk = await newDesk();
const bring = async (event: InboundEvent) => (await arrives(desk, desk.lines.resend, [event]))[0]!;

/** A customer's conversation, begun by a mail with this id. */
async function begun(email: Parameters<typeof mailFrom>[2] = {}) {
  const address = newMailbox();
  const first = mailFrom(address, "Is it ready?", { subject: "Bike", ...email });
  const { conversationId } = await bring(first);
  return { address, first, talk: conversation(desk, conversationId) };
}
const threads = async (talk: ReturnType<typeof conversation>) => (await talk.entries()).flatMap(({ email }) => (email ? [email.threadId] : []));
/** Until D1 knows a mail's id, others do not find its conversation by it. */
const isFound = (id: string) => vi.waitFor(async () => expect(await desk.account.db.prepare("SELECT 1 FROM email_message WHERE account_id = ? AND message_id = ?").bind(desk.account.id, id).first()).not.toBeNull(), { timeout: 8_000 });
const idOf = ({ email }: ReturnType<typeof mailFrom>) => email!.messageId!;

describe("a customer's mails in one conversation", () => {
  it("with a new subject are a new email thread, and an answer finds its own", async () => {
    const { address, first, talk } = await begun();
    const second = mailFrom(address, "Another thing", { subject: "Helmet" });
    await bring(second);
    await bring(mailFrom(address, "About the bike", { subject: "Re: Bike", inReplyTo: [idOf(first)] }));
    await bring(mailFrom(address, "About the helmet", { subject: "AW: Helmet", references: [idOf(second)] }));
    expect(await threads(talk)).toEqual([idOf(first), idOf(second), idOf(first), idOf(second)]);
  });

  it.each<[string, (first: string) => Parameters<typeof mailFrom>[2], boolean]>([
    ["whose answered id is unknown, but whose references are not", (first) => ({ inReplyTo: ["rewritten@gateway.example"], references: [first, "between@example.com"] }), true],
    ["with the references of Apple Mail, newest last and the root left out", (first) => ({ inReplyTo: [], references: ["gone@example.com", first] }), true],
    ["with another subject, but an answered id", (first) => ({ subject: "Something else", inReplyTo: [first] }), true],
    ["that answers nothing we know", () => ({ inReplyTo: ["nobody@example.com"], references: ["nothing@example.com"] }), false],
  ])("%s", async (_what, email, isSame) => {
    const { address, first, talk } = await begun();
    await bring(mailFrom(address, "More", email!(idOf(first))));
    const [one, two] = await threads(talk);
    expect(one === two).toBe(isSame);
  });

  it("without a Message-ID are each kept, and each begins a thread of its own", async () => {
    const { address, talk } = await begun({ messageId: null });
    await bring(mailFrom(address, "Second", { messageId: null }));
    const found = await threads(talk);
    expect([found.length, new Set(found).size]).toEqual([2, 2]);
  });

  it("that share one Message-ID are both kept; the same mail twice is one", async () => {
    const { address, talk } = await begun({ messageId: "shared@scanner.example" });
    const twin = mailFrom(address, "Another scan", { messageId: "shared@scanner.example" }, { externalId: "shared@scanner.example~2" });
    await bring(twin);
    await bring(twin);
    expect((await talk.entries()).map(({ text }) => text)).toEqual(["Is it ready?", "Another scan"]);
  });
});

describe("who may speak as whom", () => {
  it("a stranger who knows an id joins under their own address and moves nothing of the customer's", async () => {
    const { first, talk } = await begun();
    await isFound(idOf(first));
    const stranger = newMailbox("eve");
    const joined = await bring(mailFrom(stranger, "I am the customer, send it to me", { subject: "Re: Bike", inReplyTo: [idOf(first)] }));
    expect(joined.conversationId).toBe(talk.id);
    const entry = (await talk.entries()).at(-1)!;
    expect(entry.author).toMatchObject({ type: "contact", id: null, name: stranger.split("@")[0] });
    expect(entry.email!.threadId).toBe(idOf(first));
    // An answer still goes to the customer.
    fakeProvider();
    const sent = await talk.send("Ready", { line: desk.lines.resend, replyTo: first.externalId });
    await talk.becomes(sent.id, "sent");
    expect((await desk.account.db.prepare("SELECT count(*) AS n FROM identity WHERE account_id = ? AND address = ?").bind(desk.account.id, stranger).first<{ n: number }>())!.n).toBe(0);
  });
});

describe("mail that machines write", () => {
  it.each(["auto-reply", "bulk"] as const)("of kind %s is shown, reopens nothing and is nobody's work", async (automatic) => {
    const { address, talk } = await begun();
    await talk.object().change({ status: "closed" }, talk.actor, {}, Date.now());
    await bring(mailFrom(address, "I am away", { automatic }));
    expect(await talk.open()).toMatchObject({ status: "closed", inboundCount: 1 });
    expect((await talk.entries()).at(-1)!.email!.automatic).toBe(automatic);
  });

  it("is never answered by automation, by people it may be", async () => {
    const { address, talk } = await begun();
    const away = mailFrom(address, "I am away", { automatic: "auto-reply" });
    await bring(away);
    const entry = (await talk.entries()).at(-1)!;
    const draft = { channel: "email", text: "Hello", replyTo: entry.id, undoMs: 20_000 };
    const send = async (as: Parameters<typeof desk.fetch>[2]) => desk.fetch(`/api/v1/conversations/${talk.id}/messages`, { json: { clientId: crypto.randomUUID(), ...draft } }, as);
    const refused = await send("owner");
    expect([refused.status, (await refused.json<{ reason: string }>()).reason]).toEqual([422, "automatic-mail"]);
    expect((await send(await desk.session("agent"))).status).toBe(201);
  });

  it("stops after ten in an hour in one thread, so that two machines do not talk for ever", async () => {
    const { first, talk } = await begun();
    const entry = (await talk.entries())[0]!;
    fakeProvider();
    const send = () => desk.fetch(`/api/v1/conversations/${talk.id}/messages`, { json: { clientId: crypto.randomUUID(), channel: "email", text: "Automatic", replyTo: entry.id, undoMs: 20_000 } });
    for (let count = 0; count < AUTOMATED_PER_HOUR; count++) expect((await send()).status).toBe(201);
    const refused = await send();
    expect([refused.status, (await refused.json<{ reason: string }>()).reason]).toEqual([422, "mail-loop"]);
    expect(first.email!.subject).toBe("Bike");
  });
});

describe("what became of a mail, person by person", () => {
  const files = import.meta.glob<string>("../channels/fixtures/email/*.eml", { query: "?raw", import: "default", eager: true });

  async function sentTo(cc: string[]) {
    const { address, talk } = await begun();
    fakeProvider();
    const sent = await talk.send("Ready", { line: desk.lines.resend, to: [address], cc });
    await isFound(sent.email!.messageId!);
    return { address, talk, sent: await talk.becomes(sent.id, "sent") };
  }
  const consentSteps = async (talk: ReturnType<typeof conversation>) => (await talk.entries()).filter(({ event }) => event?.type === "consent").map(({ text, event }) => [text, event!.data["text"]]);

  it("a copy that bounced is failed for that person alone, and says nothing of the customer's address", async () => {
    const copied = newMailbox("copy");
    const { address, talk, sent } = await sentTo([copied]);
    await bring(status({ state: "delivered", messageId: sent.email!.messageId!, recipient: address }));
    await bring(status({ state: "failed", messageId: sent.email!.messageId!, recipient: copied, code: "5.1.1", class: "permanent" }));
    expect((await talk.entry(sent.id)).recipients).toMatchObject([{ address, state: "delivered", failure: null }, { address: copied, state: "failed", failure: { code: "5.1.1" } }]);
    expect(await consentSteps(talk)).toEqual([]);
  });

  const bounce = (messageId: string | null, recipient: string, at = Date.now()) => status({ state: "failed", messageId: messageId!, recipient, code: "bounced/Permanent/General", class: "permanent", at });
  const LOST = ["Cannot be reached here for now", expect.stringContaining("(bounced/Permanent/General)") as string];
  const consentOf = async (contactId: string) => (await (await desk.fetch(`/api/v1/contacts/${contactId}`)).json<{ consent: Record<string, string> }>()).consent;

  it("a copy that bounced ends writing to the person who did not get it, in their own conversation, until they write", async () => {
    const other = await begun();
    const { talk, sent } = await sentTo([other.address]);
    const report = bounce(sent.email!.messageId, other.address);
    await bring(report);
    await bring(report);
    expect([await consentSteps(talk), await consentSteps(other.talk)]).toEqual([[], [LOST]]);
    await bring(mailFrom(other.address, "I am here", {}, { at: report.at + 1 }));
    await bring(report);
    expect((await consentSteps(other.talk)).map(([text]) => text)).toEqual([LOST[0], "Can be reached here again"]);
  });

  it("a mail to somebody else with a copy to the customer speaks of each of them alone", async () => {
    const { address, talk } = await begun();
    const other = newMailbox("other");
    fakeProvider();
    const sent = await talk.send("Ready", { line: desk.lines.resend, to: [other], cc: [address] });
    await isFound(sent.email!.messageId!);
    await talk.becomes(sent.id, "sent");
    await bring(bounce(sent.email!.messageId, other));
    expect(await consentSteps(talk)).toEqual([]);
    await bring(bounce(sent.email!.messageId, address));
    expect(await consentSteps(talk)).toEqual([LOST]);
  });

  it("a report on somebody who was not written to, whoever made it up, says nothing of them", async () => {
    const [other, { sent }] = [await begun(), await sentTo([])];
    await bring(bounce(sent.email!.messageId, other.address));
    expect(await consentSteps(other.talk)).toEqual([]);
  });

  it("a blind copy to a contact who never wrote: their ledger knows, and it is over once they write", async () => {
    const address = newMailbox("silent");
    const { id } = await (await desk.fetch("/api/v1/contacts", { json: { name: "Silent", identities: [{ kind: "email", address }] } })).json<{ id: string }>();
    const { address: first, talk } = await begun();
    fakeProvider();
    const sent = await talk.send("Ready", { line: desk.lines.resend, to: [first], bcc: [address] });
    await isFound(sent.email!.messageId!);
    await talk.becomes(sent.id, "sent");
    for (let again = 0; again < 2; again++) await bring(bounce(sent.email!.messageId, address));
    expect([await consentSteps(talk), await consentOf(id)]).toEqual([[], { email: "inactive" }]);
    const { items } = await (await desk.fetch(`/api/v1/contacts/${id}/consent`)).json<{ items: object[] }>();
    expect(items).toMatchObject([{ state: "inactive", how: "delivery", text: LOST[1] }]);
    const { conversationId } = await bring(mailFrom(address, "I am here"));
    expect((await consentSteps(conversation(desk, conversationId))).map(([text]) => text)).toEqual(["Can be reached here again"]);
    await vi.waitFor(async () => expect(await consentOf(id)).toEqual({ email: "active" }), { timeout: 8_000 });
  });

  it("a complaint of somebody in copy is theirs alone", async () => {
    const other = await begun();
    const { talk } = await sentTo([other.address]);
    await bring({ kind: "complaint", from: { kind: "email", address: other.address }, at: Date.now() });
    expect([await consentSteps(talk), (await consentSteps(other.talk)).map(([text]) => text)]).toEqual([[], ["Marked our mail as unwanted"]]);
  });

  it("a hard bounce of the customer's address ends writing to it and says why; a soft one does not", async () => {
    const { address, talk, sent } = await sentTo([]);
    const mailbox = { id: desk.lines.resend.id, accountId: desk.account.id, address: "support@acme.example", settings: { domain: "acme.example" }, ownAddresses: [], country: "US" };
    const dsn = async (code: string, action: string) => {
      const raw = files["../channels/fixtures/email/11-bounce-dsn-permanent.eml"]!.replaceAll("nosuchuser@example.com", address).replaceAll("msg_01JXYZ@acme.example", sent.email!.messageId!).replaceAll("5.1.1", code).replace("Action: failed", `Action: ${action}`);
      return cloudflareEmail.receive({ method: "MAIL", url: "mail:x", headers: { "x-envelope-from": "", "x-envelope-to": "support@acme.example" }, body: new TextEncoder().encode(raw), receivedAt: Date.now() }, mailbox);
    };
    const row = await createConnection(desk.account, "email", { provider: "cloudflare-email", name: "In", address: `in-${newMailbox()}`, settings: {} }, { domain: "acme.example" }, Date.now());
    const line = { ...desk.lines.resend, id: row.id, provider: "cloudflare-email" };
    await arrives(desk, line, await dsn("4.4.7", "delayed"));
    expect(await consentSteps(talk)).toEqual([]);
    await arrives(desk, line, await dsn("5.1.1", "failed"));
    expect(await talk.entry(sent.id)).toMatchObject({ state: "failed", recipients: [{ address, state: "failed" }] });
    expect(await consentSteps(talk)).toEqual([["Cannot be reached here for now", expect.stringMatching(/does not exist.*\(5\.1\.1\)/) as string]]);
  });

  it.each<[string, Partial<Parameters<typeof status>[0]>, number, boolean]>([
    ["by an id of our own form, just now", { messageId: "msg_0early@acme.example" }, 0, true],
    ["by an id of our own form, long ago", { messageId: "msg_0early@acme.example" }, 10 * 60_000, false],
    ["by an id of our form at a domain of others", { messageId: "msg_0early@elsewhere.example" }, 0, false],
    ["by any other id at our domain", { messageId: "newsletter-7@acme.example" }, 0, false],
    ["by the provider's id, where it reports on our mail alone", { messageId: "0102@mail.provider.example", isOurs: true }, 0, true],
  ])("a report on a mail that no conversation is known to hold, %s", async (_what, about, agoMs, isAwaited) => {
    const coming = arrives(desk, desk.lines.resend, [status({ state: "failed", recipient: newMailbox(), code: "5.1.1", ...about })], request({ receivedAt: Date.now() - agoMs }));
    if (isAwaited) await expect(coming).rejects.toThrow("before its mail is known");
    else expect(await coming).toEqual([]);
  });

  it("a bounce that is here before the mail it speaks of is known waits for it", async () => {
    const row = await createConnection(desk.account, "email", { provider: "cloudflare-email", name: "Early", address: `early-${newMailbox()}`, settings: {} }, { domain: "acme.example" }, Date.now());
    const copied = newMailbox("copy"), clientId = crypto.randomUUID();
    const raw = files["../channels/fixtures/email/11-bounce-dsn-permanent.eml"]!.replaceAll("nosuchuser@example.com", copied).replaceAll("msg_01JXYZ@acme.example", `msg_${clientId.replaceAll("-", "")}@acme.example`);
    const line = await takeIn((await openConnection(env, row.id))!, { method: "MAIL", url: "mail:x", headers: { "x-envelope-from": "", "x-envelope-to": row.address }, body: new TextEncoder().encode(raw), receivedAt: Date.now() });
    expect(line).toMatchObject({ outcome: "queued", conversationId: null });
    const { address, talk } = await begun();
    fakeProvider();
    const sent = await talk.send("Ready", { clientId, line: desk.lines.resend, to: [address], cc: [copied] });
    await talk.becomes(sent.id, "sent");
    await isFound(sent.email!.messageId!);
    await processKept(env, { connectionId: row.id, key: line.kept! });
    expect((await talk.entry(sent.id)).recipients).toMatchObject([{ address, failure: null }, { address: copied, state: "failed", failure: { code: "5.1.1" } }]);
  });

  it("a complaint ends writing to them, and the ledger says that it was one", async () => {
    const { address, talk } = await sentTo([]);
    await bring({ kind: "complaint", from: { kind: "email", address }, at: Date.now() });
    await bring({ kind: "complaint", from: { kind: "email", address }, at: Date.now() });
    expect((await consentSteps(talk)).map(([text]) => text)).toEqual(["Marked our mail as unwanted"]);
    const { contactId } = await talk.open();
    await vi.waitFor(async () => expect(await (await desk.fetch(`/api/v1/contacts/${contactId}/consent`)).json()).toMatchObject({ items: [{ channel: "email", state: "inactive", how: "complaint" }] }), { timeout: 8_000 });
  });
});
