import { afterEach, describe, expect, it, vi } from "vitest";
import { env } from "cloudflare:test";
import type { Entry } from "../../worker/contract/entry";
import { receiveMail } from "../../worker/flows/mail";
import { newAccount, type TestAccount } from "../support/account";
import { made } from "../support/live";
import { fakeProvider } from "../support/provider";

/** 18: what people write never becomes a header, a recipient or another line of a mail, and a message goes to nobody but who was named. */

const INJECTED = "x\r\nBcc: eve@evil.example\r\n\r\nSubject: hijacked";
let provider: ReturnType<typeof fakeProvider>;
afterEach(() => { provider.restore(); });

async function mailDesk() {
  provider = fakeProvider();
  const account = await newAccount();
  const domain = `${account.account.id.replace("_", "-")}.example`;
  const outbox = await made(account, "/api/v1/connections", { provider: "resend", name: `Desk ${INJECTED}`.slice(0, 100), address: `help@${domain}`, settings: { apiKey: "re_1", webhookSecret: "whsec_YWJj", domain } });
  const contact = await made(account, "/api/v1/contacts", { name: `Ada ${INJECTED}`, identities: [{ kind: "email", address: "ada@example.com" }] });
  const { id } = await made(account, "/api/v1/conversations", { contactId: contact.id });
  return { account, domain, outbox, id };
}
const bodies = () => provider.sent.filter(({ url }) => url.endsWith("/emails")).map(({ body }) => JSON.parse(body) as { from: string; to: string[]; cc?: string[]; bcc?: string[]; reply_to: string; subject: string; headers: Record<string, string>; attachments?: { filename: string }[] });
const arrives = (count = 1) => vi.waitFor(() => { expect(bodies().length).toBe(count); return bodies().at(-1)!; }, { timeout: 5_000, interval: 20 });
const write = (account: TestAccount, id: string, more: object) => account.fetch(`/api/v1/conversations/${id}/messages`, { json: { clientId: crypto.randomUUID(), channel: "email", text: "Hello", ...more } });

/** What every mail that an API key sends says of itself. */
const AUTOMATED = ["Auto-Submitted", "List-Unsubscribe", "List-Unsubscribe-Post", "X-Auto-Response-Suppress"];

describe("a mail of ours", () => {
  it("keeps subject, names and files on one line each, with the recipients that were named", async () => {
    const { account, id } = await mailDesk();
    await account.fetch("/api/v1/me", { method: "PATCH", json: { name: `Olga "<eve@evil.example>" ${INJECTED}` } });
    const file = await (await account.fetch("/api/v1/attachments", { method: "POST", body: "x", headers: { "x-file-name": encodeURIComponent(`a${INJECTED}.txt`) } })).json<{ id: string }>();
    const sent = await write(account, id, { subject: `Offer ${INJECTED}`, to: [`"Ada ${INJECTED}" <ada@example.com>`], attachments: [file.id] });
    expect(sent.status, await sent.clone().text()).toBe(201);
    const mail = await arrives();
    const lines = [mail.from, ...mail.to, mail.reply_to, mail.subject, ...Object.entries(mail.headers).flat(), ...mail.attachments!.map(({ filename }) => filename)];
    for (const line of lines) expect(line).not.toMatch(/[\u0000-\u001f\u007f\u2028\u2029]/);
    expect([mail.to.length, mail.to[0], mail.cc, mail.bcc]).toEqual([1, expect.stringMatching(/<ada@example\.com>$/), undefined, undefined]);
    expect(mail.from).toMatch(/^"[^\r\n]*" <help@[^<>]+>$/);
    expect(Object.keys(mail.headers).sort()).toEqual([...AUTOMATED, "Message-ID"].sort());
  });

  it.each(["ada@example.com\r\nBcc: eve@evil.example", "ada@example.com, eve@evil.example", "ada@example.com\u2028eve@evil.example", "a b@example.com", "ada@", "@example.com", '"a@b"@example.com', `${"a".repeat(70)}@example.com`])("is not sent to %j", async (address) => {
    const { account, id } = await mailDesk();
    for (const list of ["to", "cc", "bcc"]) {
      const refused = await write(account, id, { subject: "Hi", to: ["ada@example.com"], [list]: [address] });
      expect([list, refused.status]).toEqual([list, 422]);
    }
    expect(bodies()).toEqual([]);
  });

  it("answers a mail whose ids are hostile, with ids that are clean", async () => {
    const { account, domain, id } = await mailDesk();
    await made(account, "/api/v1/connections", { provider: "cloudflare-email", name: "In", address: `in@${domain}`, settings: { domain } });
    const hostile = ["<one\u0001two@example.com>", "<a@example.com>\r\n\tBcc: eve@evil.example", "<\u202eexample@x>", "<ok@example.com>"];
    for (const [index, messageId] of hostile.entries()) {
      const raw = new TextEncoder().encode([`From: Ada <ada@example.com>`, `To: in@${domain}`, `Subject: Re: =?utf-8?q?hi=0D=0ABcc:_eve@evil.example?= ${index}`, `Message-ID: ${messageId}`, `References: <x\u0001y@example.com> ${messageId}`, "", `Question ${index}`].join("\r\n"));
      await receiveMail(env, { from: "ada@example.com", to: `in@${domain}`, raw: new Response(raw).body!, rawSize: raw.length, setReject: (reason) => { throw new Error(reason); } }, () => {}, Date.now());
      const answer = await write(account, id, { text: `Answer ${index}` });
      const { id: entryId } = await answer.json<Entry>();
      await vi.waitFor(async () => {
        const { items } = await (await account.fetch(`/api/v1/conversations/${id}/entries`)).json<{ items: Entry[] }>();
        expect(items.find((entry) => entry.id === entryId)?.state).toBe("sent");
      }, { timeout: 5_000, interval: 50 });
    }
    for (const mail of bodies()) {
      for (const line of [mail.subject, ...Object.values(mail.headers)]) expect(line).not.toMatch(/[\u0000-\u001f\u007f]/);
      expect(Object.keys(mail.headers).every((name) => ["Message-ID", "In-Reply-To", "References", ...AUTOMATED].includes(name))).toBe(true);
      expect([mail.to, mail.bcc]).toEqual([[expect.stringContaining("ada@example.com")], undefined]);
    }
  });
});

describe("a text of ours", () => {
  it("goes to an address of this contact and to no number that a request names", async () => {
    provider = fakeProvider();
    const account = await newAccount();
    await made(account, "/api/v1/connections", { provider: "twilio", name: "Line", address: "+15125550100", settings: { accountSid: "AC1", authToken: "t" } });
    const contact = await made(account, "/api/v1/contacts", { name: "Ada", identities: [{ kind: "phone", address: "+14155550123" }, { kind: "phone", address: "+14155550124" }] });
    const { id } = await made(account, "/api/v1/conversations", { contactId: contact.id });
    const text = (to?: string[]) => account.fetch(`/api/v1/conversations/${id}/messages`, { json: { clientId: crypto.randomUUID(), channel: "sms", text: "Hello", ...(to && { to }) } });
    for (const to of [["+19005550100"], ["+14155550123\r\nFrom: +1900"], ["whatsapp:+14155550123"], [""], ["+19005550100", "+14155550123"]]) expect([(await text(to)).status, to]).toEqual([422, to]);
    expect((await text()).status).toBe(201);
    expect((await text(["+14155550124"])).status).toBe(201);
    await vi.waitFor(() => expect(provider.sent.length).toBe(2), { timeout: 5_000, interval: 20 });
    expect(provider.sent.map(({ body }) => new URLSearchParams(body).getAll("To"))).toEqual([["+14155550123"], ["+14155550124"]]);
  });
});
