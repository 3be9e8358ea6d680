import { env } from "cloudflare:test";
import { afterEach, describe, expect, it, vi } from "vitest";
import { unsubscribeUrl } from "../../worker/flows/unsubscribe";
import { call } from "../support/account";
import { arrives, conversation, newDesk } from "../support/conversation";
import { mailFrom, newMailbox } from "../support/mail-event";
import { fakeProvider } from "../support/provider";

afterEach(() => { vi.restoreAllMocks(); });
const desk = await newDesk();

/** A customer who wrote a mail, and to whom automation wrote one: what left for the provider. */
async function mailed(by: "automation" | "person" = "automation") {
  const address = newMailbox();
  const first = mailFrom(address, "Is it ready?");
  const [delivered] = await arrives(desk, desk.lines.resend, [first]);
  const talk = conversation(desk, delivered!.conversationId);
  const provider = fakeProvider();
  const draft = { clientId: crypto.randomUUID(), channel: "email", text: "Your bike is ready", subject: "Ready" };
  const sent = await desk.fetch(`/api/v1/conversations/${talk.id}/messages`, { json: { ...draft, undoMs: 0 } }, by === "person" ? await desk.session("agent") : "owner");
  expect(sent.status).toBe(201);
  await talk.becomes(draft.clientId, "sent");
  const body = JSON.parse(provider.to(address).at(-1)!.body) as { headers: Record<string, string>; text: string; html: string };
  provider.restore();
  return { address, talk, ...body };
}

const linkIn = (headers: Record<string, string>): string => new URL(/^<(.+)>$/.exec(headers["List-Unsubscribe"] ?? "")![1]!).pathname;
const press = (path: string, form: Record<string, string>) => call(path, { method: "POST", body: new URLSearchParams(form) });
const ONE_CLICK = { "List-Unsubscribe": "One-Click" };
const consents = async ({ talk }: { talk: { open(): Promise<{ contactId: string }> } }) => {
  const { contactId } = await talk.open();
  return (await (await desk.fetch(`/api/v1/contacts/${contactId}/consent`)).json<{ items: { channel: string; state: string; how: string; text: string }[] }>()).items;
};
const said = async ({ talk }: { talk: ReturnType<typeof conversation> }) => (await talk.entries()).filter(({ kind }) => kind === "activity").map(({ text }) => text);
const writes = async ({ talk }: { talk: { id: string } }, who: "automation" | "person") => desk.fetch(`/api/v1/conversations/${talk.id}/messages`,
  { json: { clientId: crypto.randomUUID(), channel: "email", text: "One more thing", subject: "News", undoMs: 0 } }, who === "person" ? await desk.session("agent") : "owner");

describe("automated mail", () => {
  it("says that a machine wrote it and how to be rid of it; what a person writes says neither", async () => {
    const { headers } = await mailed();
    expect(headers).toMatchObject({ "Auto-Submitted": "auto-generated", "X-Auto-Response-Suppress": "All", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click" });
    expect(headers["List-Unsubscribe"]).toMatch(/^<https:\/\/[^<>\s]+>$/);
    expect(Object.keys((await mailed("person")).headers).filter((name) => /^(list-|auto-|x-auto)/i.test(name))).toEqual([]);
  });

  it("ends with the same link in small print, in the reader's language, which our own thread does not show; a person's ends with their words", async () => {
    const { headers, text, html, talk } = await mailed();
    const url = /^<(.+)>$/.exec(headers["List-Unsubscribe"]!)![1]!;
    expect(text).toMatch(/^Your bike is ready\n\n.*was sent automatically\.\nStop automated mail: https:/s);
    expect([text.endsWith(url), html.includes(`<a href="${url}"`)]).toEqual([true, true]);
    expect((await talk.entries()).at(-1)!.text).toBe("Your bike is ready");
    const answer = await mailed("person");
    expect([answer.text, /unsubscribe|automat/i.test(answer.html)]).toEqual(["Your bike is ready", false]);
    await desk.fetch(`/api/v1/contacts/${(await talk.open()).contactId}`, { method: "PATCH", json: { language: "de-AT" } });
    const provider = fakeProvider();
    const again = await (await writes({ talk }, "automation")).json<{ id: string }>();
    await talk.becomes(again.id, "sent");
    expect((JSON.parse(provider.to(talk.id).at(-1)!.body) as { text: string }).text).toContain("Automatische E-Mails abbestellen: https:");
  });
});

describe("the link to unsubscribe", () => {
  it("is not for floods: who tries too much from one address is told to wait, others are not", async () => {
    const from = (ip: string) => call(`/l/u/${crypto.randomUUID()}.x`, { method: "POST", body: new URLSearchParams(ONE_CLICK), headers: { "cf-connecting-ip": ip } });
    const flood = await Promise.all(Array.from({ length: 200 }, () => from("203.0.113.77")));
    const refused = flood.filter(({ status }) => status === 429);
    expect([refused.length > 0, refused[0]!.headers.get("retry-after"), (await from("203.0.113.78")).status]).toEqual([true, "5", 404]);
  });

  it("changes nothing when a scanner opens it, and shows people two buttons in their language", async () => {
    const one = await mailed();
    const page = await call(linkIn(one.headers), { headers: { "accept-language": "de-AT" } });
    const html = await page.text();
    expect([page.status, html.match(/<button/g)?.length, html.includes('lang="de"'), html.includes(one.address)]).toEqual([200, 2, true, true]);
    expect(page.headers.get("content-security-policy")).toMatch(/default-src 'none'.*form-action 'self'/);
    expect((await call(linkIn(one.headers), { method: "HEAD" })).status).toBe(200);
    expect(await said(one)).toEqual([]);
  });

  it("pressed in a mail program ends automated mail with proof, however often it is pressed; people may still answer", async () => {
    const one = await mailed();
    for (let again = 0; again < 3; again++) expect((await press(linkIn(one.headers), ONE_CLICK)).status).toBe(200);
    expect(await said(one)).toEqual(["Unsubscribed"]);
    await vi.waitFor(async () => expect(await consents(one)).toMatchObject([{ channel: "email", state: "no-marketing", how: "unsubscribe", text: expect.stringContaining("RFC 8058") as string }]), { timeout: 8_000 });
    expect((await writes(one, "automation")).status).toBe(422);
    fakeProvider();
    const answered = await writes(one, "person");
    expect(answered.status).toBe(201);
    await one.talk.becomes((await answered.json<{ id: string }>()).id, "sent");
  });

  it("pressed on the page for all mail ends all mail", async () => {
    const one = await mailed();
    const answer = await press(linkIn(one.headers), { mail: "all" });
    expect([answer.status, await answer.text()]).toEqual([200, expect.stringContaining("You will get no more mail") as string]);
    await vi.waitFor(async () => expect(await consents(one)).toMatchObject([{ state: "inactive", how: "unsubscribe", text: expect.stringContaining("page behind") as string }]), { timeout: 8_000 });
    expect((await writes(one, "person")).status).toBe(422);
  });

  it("forged, changed, of another account or without a button is refused and changes nothing", async () => {
    const one = await mailed();
    const path = linkIn(one.headers);
    const [said64, proof] = path.slice("/l/u/".length).split(".");
    const other = await newDesk();
    const foreign = new URL(await unsubscribeUrl(env, { accountId: other.account.id, connectionId: other.lines.resend.id, address: one.address })).pathname;
    const changed = new URL(await unsubscribeUrl(env, { accountId: desk.account.id, connectionId: desk.lines.resend.id, address: "other@example.com" })).pathname.split(".")[0]!;
    for (const bad of [`/l/u/${said64}`, `/l/u/${said64}.${"A".repeat(43)}`, `${changed}.${proof}`, "/l/u/x.y", `/l/u/${"a".repeat(5_000)}.b`]) {
      expect((await press(bad, ONE_CLICK)).status).toBe(404);
      expect((await call(bad)).status).toBe(404);
    }
    expect((await press(path, {})).status).toBe(400);
    expect((await press(path, { "List-Unsubscribe": "x".repeat(10_000) })).status).toBe(400);
    // Signed by us, but about somebody the other account never wrote with.
    expect((await press(foreign, ONE_CLICK)).status).toBe(200);
    expect(await said(one)).toEqual([]);
  });

  it("of an address nobody has any more is answered and makes no contact", async () => {
    const path = new URL(await unsubscribeUrl(env, { accountId: desk.account.id, connectionId: "cn_gone", address: "nobody@example.com" })).pathname;
    expect((await press(path, ONE_CLICK)).status).toBe(200);
    expect(await desk.account.db.prepare("SELECT 1 FROM identity WHERE account_id = ? AND address = 'nobody@example.com'").bind(desk.account.id).first()).toBeNull();
  });
});
