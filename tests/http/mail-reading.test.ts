import { env } from "cloudflare:test";
import { afterEach, describe, expect, it, vi } from "vitest";
import { createConnection } from "../../worker/db/connections";
import { channelOf } from "../../worker/channels/registry";
import type { Entry } from "../../worker/contract/entry";
import type { EntryHtml, MailSource } from "../../worker/contract/mail";
import { receiveMail } from "../../worker/flows/mail";
import { newAccount, type As, type TestAccount } from "../support/account";
import { newMailbox } from "../support/mail-event";

afterEach(() => { vi.restoreAllMocks(); });

const PASSED = "Authentication-Results: mx.cloudflare.net; dmarc=pass header.from=example.com";

/** An account with a mailbox of its own that Cloudflare brings mail to. */
async function newMailroom() {
  const desk = await newAccount();
  const domain = `${desk.account.id.replace("_", "-")}.example`;
  const address = `support@${domain}`;
  await createConnection(desk.account, "email", { provider: "cloudflare-email", name: "Mail", address, settings: {} }, channelOf("cloudflare-email")!.settings.parse({ domain }), Date.now());
  /** Brings a raw mail; answers where it went. */
  const bring = async (lines: string[], { from, body = "Hi" }: { from: string; body?: string }) => {
    const id = `${crypto.randomUUID()}@example.com`;
    const raw = new TextEncoder().encode([...lines, `From: ${from}`, `To: ${address}`, `Message-ID: <${id}>`, "Subject: Bike", "", body].join("\r\n"));
    const waits: Promise<void>[] = [];
    const refused: string[] = [];
    await receiveMail(env, { from, to: address, raw: new Response(raw).body!, rawSize: raw.length, setReject: (reason) => { refused.push(reason); } }, (work) => { waits.push(work); }, Date.now());
    await Promise.all(waits);
    expect(refused).toEqual([]);
    const conversationId = await vi.waitFor(async () => {
      const row = await desk.account.db.prepare("SELECT conversation_id AS id FROM email_message WHERE account_id = ? AND message_id = ?").bind(desk.account.id, id).first<{ id: string }>();
      expect(row).not.toBeNull();
      return row!.id;
    }, { timeout: 8_000 });
    const { items } = await (await desk.fetch(`/api/v1/conversations/${conversationId}/entries`)).json<{ items: Entry[] }>();
    const entry = items.find(({ email }) => email?.messageId === id)!;
    return { conversationId, entry, path: `/api/v1/conversations/${conversationId}/entries/${entry.id}`, raw: new TextDecoder().decode(raw) };
  };
  return { ...desk, bring };
}

const HTML = ["MIME-Version: 1.0", "Content-Type: text/html; charset=utf-8"];
const htmlOf = async (desk: TestAccount, path: string, as?: As) => (await (await desk.fetch(`${path}/html`, {}, as)).json<EntryHtml>()).pictures;

describe("pictures from the web", () => {
  it("once allowed for a proved sender are shown in all their mail, to this member alone, until taken back", async () => {
    const desk = await newMailroom();
    const from = newMailbox("jane");
    const one = await desk.bring([PASSED, ...HTML], { from, body: "<img src=https://pics.example/a.png>" });
    expect(await htmlOf(desk, one.path)).toEqual({ shown: false, mayAlways: true, why: null });
    expect((await desk.fetch(`${one.path}/pictures`, { method: "PUT" })).status).toBe(200);
    expect((await desk.fetch(`${one.path}/pictures`, { method: "PUT" })).status).toBe(200);
    const two = await desk.bring([PASSED, ...HTML], { from, body: "<img src=https://pics.example/b.png>" });
    // Another browser, the same member.
    expect(await htmlOf(desk, two.path, await desk.session("owner"))).toMatchObject({ shown: true });
    expect(await htmlOf(desk, two.path, "agent")).toMatchObject({ shown: false });
    expect(await (await desk.fetch("/api/v1/picture-senders")).json()).toMatchObject({ items: [{ address: from }] });
    expect((await desk.fetch(`/api/v1/picture-senders/${encodeURIComponent(from.toUpperCase())}`, { method: "DELETE" })).status).toBe(204);
    expect((await desk.fetch(`/api/v1/picture-senders/${encodeURIComponent(from)}`, { method: "DELETE" })).status).toBe(404);
    expect(await htmlOf(desk, two.path)).toMatchObject({ shown: false });
  });

  it("of somebody who only claims to be that sender stay away, and cannot be allowed for good", async () => {
    const desk = await newMailroom();
    const from = newMailbox("jane");
    const proved = await desk.bring([PASSED, ...HTML], { from, body: "<img src=https://pics.example/a.png>" });
    await desk.fetch(`${proved.path}/pictures`, { method: "PUT" });
    for (const line of ["X-Nothing: here", "Authentication-Results: mx.cloudflare.net; dmarc=fail", "Authentication-Results: mx.evil.example; dmarc=pass header.from=example.com"]) {
      const forged = await desk.bring([line, ...HTML], { from, body: "<img src=https://track.example/a.png>" });
      expect(await htmlOf(desk, forged.path)).toMatchObject({ shown: false, mayAlways: false, why: expect.stringContaining("one time only") as string });
      const refused = await desk.fetch(`${forged.path}/pictures`, { method: "PUT" });
      expect([refused.status, (await refused.json<{ detail: string }>()).detail]).toEqual([422, expect.stringContaining("one time only")]);
    }
  });
});

describe("the original of a mail", () => {
  it("is there with its headers, as it came, for whoever may read the conversation", async () => {
    const desk = await newMailroom();
    const { path, raw } = await desk.bring([PASSED, "X-Mailer: Test", "Received: from a\r\n\tby b"], { from: newMailbox() });
    const { headers, whole } = await (await desk.fetch(`${path}/source`)).json<MailSource>();
    expect(whole).toBe(true);
    expect(headers).toEqual(expect.arrayContaining([{ name: "X-Mailer", value: "Test" }, { name: "Received", value: "from a by b" }, { name: "Authentication-Results", value: PASSED.slice(24) }]));
    const file = await desk.fetch(`${path}/original`);
    expect([await file.text(), file.headers.get("content-type"), file.headers.get("x-content-type-options")]).toEqual([raw, "message/rfc822", "nosniff"]);
    expect(file.headers.get("content-disposition")).toMatch(/^attachment; .*Bike\.eml$/);
    for (const what of ["source", "original", "html"]) expect((await desk.fetch(`${path}/${what}`, {}, "restricted")).status).toBe(404);
  });

  it("is there too when its subject, cut for the file's name, would end within a character", async () => {
    const desk = await newMailroom();
    const { path, raw } = await desk.bring([`Subject: ${"a".repeat(59)}\u{1f6b2}`], { from: newMailbox() });
    const file = await desk.fetch(`${path}/original`);
    expect([file.status, await file.text()]).toEqual([200, raw]);
  });

  it("of a large mail is there too, and gone after 30 days", async () => {
    const desk = await newMailroom();
    const { path, entry, conversationId } = await desk.bring([], { from: newMailbox(), body: "x".repeat(500_000) });
    expect(entry.email).toMatchObject({ cut: true, authenticity: "unverified" });
    expect(entry.attachments).toMatchObject([{ name: "original-mail.eml" }]);
    expect((await (await desk.fetch(`${path}/original`)).text()).length).toBeGreaterThan(500_000);
    vi.useFakeTimers({ now: Date.now() + 31 * 24 * 3_600_000, toFake: ["Date"] });
    try {
      await desk.account.conversation(conversationId).poke();
      expect((await desk.fetch(`${path}/original`)).status).toBe(404);
    } finally {
      vi.useRealTimers();
    }
  });
});

describe("a mail that claims a known customer", () => {
  it("proves the address when our side verified it, and is nobody's word when it failed", async () => {
    const desk = await newMailroom();
    const from = newMailbox("jane");
    const unproved = await desk.bring(["X-Nothing: here"], { from });
    const identity = async () => desk.account.db.prepare("SELECT verified FROM identity WHERE account_id = ? AND address = ?").bind(desk.account.id, from).first<{ verified: number }>();
    expect(await identity()).toEqual({ verified: 0 });
    const proved = await desk.bring([PASSED], { from });
    expect(await identity()).toEqual({ verified: 1 });
    const forged = await desk.bring(["Authentication-Results: mx.cloudflare.net; dmarc=fail"], { from });
    expect([proved.conversationId, forged.conversationId]).toEqual([unproved.conversationId, unproved.conversationId]);
    expect(unproved.entry).toMatchObject({ author: { id: expect.stringMatching(/^ct_/) as string }, email: { authenticity: "unverified", warning: null } });
    expect(proved.entry).toMatchObject({ author: { id: unproved.entry.author.id }, email: { authenticity: "verified" } });
    expect(forged.entry).toMatchObject({ author: { id: null }, email: { authenticity: "failed", warning: expect.stringContaining("may not come from") as string } });
  });
});
