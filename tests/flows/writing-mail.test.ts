import { env } from "cloudflare:test";
import { afterEach, describe, expect, it, vi } from "vitest";
import { objectKey } from "../../worker/platform/media";
import type { Entry } from "../../worker/contract/entry";
import type { As } from "../support/account";
import { arrives, conversation, newDesk, status, type TestConversation } from "../support/conversation";
import { mailFrom, newMailbox } from "../support/mail-event";
import { fakeProvider } from "../support/provider";

afterEach(() => { vi.restoreAllMocks(); });
const desk = await newDesk();
const OTHER = await newDesk();
const PNG = Uint8Array.from(atob("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="), (char) => char.charCodeAt(0));

interface Wire { to: string[]; cc?: string[]; subject: string; text: string; html: string; headers: Record<string, string>; attachments?: { filename: string; content_id?: string }[]; reply_to: string }

/** A customer's mail, with a file where asked for. */
async function begun({ file = false, html = null as string | null } = {}) {
  const address = newMailbox();
  const mail = mailFrom(address, "It is broken.");
  const [delivered] = await arrives(desk, desk.lines.resend, [{
    ...mail, email: { ...mail.email!, html },
    media: file ? [{ ref: "1", type: "image/png", name: "crack.png", bytes: PNG, contentId: "ii_1@x" }, { ref: "2", type: "text/plain", name: "bill.txt", bytes: new TextEncoder().encode("bill") }] : [],
  }]);
  const talk = conversation(desk, delivered!.conversationId);
  const [first] = await talk.entries();
  return { address, talk, first: first! };
}

const post = (talk: TestConversation, draft: object, as: As = "owner", on = desk) => on.fetch(`/api/v1/conversations/${talk.id}/messages`, { json: { clientId: crypto.randomUUID(), channel: "email", text: "", undoMs: 0, ...draft } }, as);

/** What stands below a program's words, which `unsubscribing.test.ts` looks at. */
const SMALL_PRINT = /\n\nThis mail from [^\n]* was sent automatically\.\n[^\n]*|<div [^>]*>This mail from .*?<\/div>/;

/** Sends and answers the entry and what left, without the small print. */
async function sends(talk: TestConversation, draft: object, as: As = "owner"): Promise<{ entry: Entry; wire: Wire }> {
  const provider = fakeProvider();
  const response = await post(talk, draft, as);
  const entry = await response.json<Entry>();
  expect(response.status, JSON.stringify(entry)).toBe(201);
  const sent = await talk.becomes(entry.id, "sent");
  const { body } = provider.sent.find((one) => one.body.includes(entry.id))!;
  provider.restore();
  const wire = JSON.parse(body) as Wire;
  return { entry: sent, wire: { ...wire, text: wire.text.replace(SMALL_PRINT, ""), html: wire.html.replace(SMALL_PRINT, "") } };
}

const upload = async (as: As = "owner", on = desk): Promise<string> =>
  (await (await on.fetch("/api/v1/attachments", { method: "POST", body: PNG, headers: { "content-type": "application/octet-stream", "x-file-name": "view.png" } }, as)).json<{ id: string }>()).id;

describe("a mail we write", () => {
  it("has words and a page, also when only words were written", async () => {
    const { talk } = await begun();
    const { entry, wire } = await sends(talk, { text: "Hello,\n\nsee https://acme.example/x <b>" });
    expect(wire.text).toBe("Hello,\n\nsee https://acme.example/x <b>");
    expect(wire.html).toBe('<p dir="auto">Hello,</p><p dir="auto">see <a href="https://acme.example/x">https://acme.example/x</a> &lt;b&gt;</p>');
    expect(entry.email!.hasHtml).toBe(false);
  });

  it("says its lists, links and quotes in words too, and holds nothing that runs", async () => {
    const { talk } = await begun();
    const html = '<p>Do this:</p><ol><li><p>open</p></li><li><p>close</p></li></ol><p><a href="https://acme.example/x">Help</a></p><blockquote><p>It is broken.</p></blockquote><script>x()</script>';
    const { entry, wire } = await sends(talk, { html });
    expect(wire.text).toBe("Do this:\n\n1. open\n2. close\n\nHelp (https://acme.example/x)\n\n> It is broken.");
    expect(entry.text).toBe(wire.text);
    expect(wire.html).not.toContain("script");
  });

  it("shows its pictures where they stand, in the thread and on the wire; one that is not attached is left out", async () => {
    const { talk } = await begun();
    const [shown, beside] = [await upload(), await upload()];
    const { entry, wire } = await sends(talk, { html: `<p>Here: <img src="cid:${shown}" alt="view"><img src="cid:a_other" alt="gone"></p>`, attachments: [shown, beside] });
    expect(entry.attachments.map(({ id, contentId }) => [id, contentId ?? null])).toEqual([[shown, shown], [beside, null]]);
    expect(wire.html).toBe(`<p>Here: <img src="cid:${shown}" alt="view">gone</p>`);
    expect(wire.attachments).toMatchObject([{ filename: "view.png", content_id: shown }, { filename: "view.png" }]);
    expect(wire.attachments![1]).not.toHaveProperty("content_id");
    const kept = await (await desk.fetch(`/api/v1/conversations/${talk.id}/entries/${entry.id}/html`)).json<{ html: string }>();
    expect(kept.html).toBe(wire.html);
    expect((await desk.fetch(entry.attachments[0]!.url, {}, await desk.session("owner"))).status).toBe(200);
  });

  it("with a colleague's upload is refused", async () => {
    const { talk } = await begun();
    const id = await upload("admin");
    expect((await post(talk, { html: `<img src="cid:${id}">`, attachments: [id] }, "agent")).status).toBe(400);
  });

  it("that was taken back keeps no page", async () => {
    const { talk } = await begun();
    const entry = await (await post(talk, { html: "<p>Secret</p>", undoMs: 30_000 })).json<Entry>();
    expect((await desk.fetch(`/api/v1/conversations/${talk.id}/messages/${entry.id}/cancel`, { json: {} })).status).toBe(200);
    expect((await desk.fetch(`/api/v1/conversations/${talk.id}/entries/${entry.id}/html`)).status).toBe(404);
  });

  it("names one wrong address and goes to nobody; 30 recipients are 30, each once, none of them ours", async () => {
    const { talk } = await begun();
    const wrong = await post(talk, { text: "Hi", to: ["a@example.com", "not an address"] });
    expect([wrong.status, (await wrong.json<{ detail: string }>()).detail]).toEqual([422, expect.stringContaining("“not an address” is not an email address")]);
    const many = Array.from({ length: 30 }, (_, n) => `p${n}-${crypto.randomUUID()}@example.com`);
    const { wire, entry } = await sends(talk, { text: "Hi", to: [...many, many[0]!.toUpperCase(), "support@acme.example"] });
    expect([wire.to, entry.recipients.length]).toEqual([many, 30]);
  });

  it("sent twice with one clientId is one mail", async () => {
    const { talk } = await begun();
    const provider = fakeProvider();
    const draft = { clientId: crypto.randomUUID(), text: "Only once" };
    const [one, two] = await Promise.all([post(talk, draft), post(talk, draft)]);
    expect([one.status, two.status].toSorted()).toEqual([200, 201]);
    await talk.becomes(draft.clientId, "sent");
    expect(provider.sent.filter(({ body }) => body.includes(draft.clientId)).length).toBe(1);
  });
});

describe("the mail that is answered", () => {
  const isQuoted = ({ wire }: { wire: Wire }) => /\n\nOn .* wrote:\n\n> It is broken\.$/.test(wire.text) && wire.html.includes("<blockquote class=\"gmail_quote\"");

  it("stands below what a person answers, in words and page, and not in our own thread; it names nobody who had a blind copy", async () => {
    const { address, talk, first } = await begun({ html: '<p>It is <b>broken</b>.<img src="https://t.example/p.gif"></p>' });
    const { entry, wire } = await sends(talk, { text: "We fix it.", cc: [newMailbox("copy")], bcc: [newMailbox("hidden")] }, await desk.session("owner"));
    expect(wire.text).toMatch(new RegExp(`^We fix it\\.\n\nOn .*, ${address.split("@")[0]} <${address}> wrote:\n\n> It is broken\\.$`));
    expect(wire.html).toMatch(/^<p dir="auto">We fix it\.<\/p><br><div class="gmail_quote">.*<blockquote class="gmail_quote"[^>]*><p>It is <b>broken<\/b>\.<\/p><\/blockquote><\/div>$/s);
    expect([`${wire.text}${wire.html}`.includes("hidden-"), wire.headers["In-Reply-To"]]).toEqual([false, `<${first.email!.messageId!}>`]);
    expect([entry.text, entry.email!.hasHtml, entry.email!.quoteAt]).toEqual(["We fix it.", false, null]);
  });

  it("is ours where we answer ourselves, without what stood below that", async () => {
    const { talk } = await begun();
    const { entry } = await sends(talk, { text: "We fix it." }, await desk.session("owner"));
    const { wire } = await sends(talk, { text: "It is done.", replyTo: entry.id }, await desk.session("owner"));
    expect(wire.text).toMatch(/^It is done\.\n\nOn .* <support@acme\.example> wrote:\n\n> We fix it\.$/);
  });

  it.each<[string, object, "person" | "program", boolean]>([
    ["where a person says nothing of it", {}, "person", true], ["where a person leaves it out", { quote: false }, "person", false],
    ["where a program says nothing of it", {}, "program", false], ["where a program asks for it", { quote: true }, "program", true],
    ["in a mail with a subject of its own", { subject: "Other things" }, "person", false],
  ])("%s", async (_what, draft, who, isThere) => {
    const { talk } = await begun();
    expect(isQuoted(await sends(talk, { text: "We fix it.", ...draft }, who === "person" ? await desk.session("owner") : "owner"))).toBe(isThere);
  });
});

describe("a signature", () => {
  const sign = (signature: string, as: As) => desk.fetch("/api/v1/me", { method: "PATCH", json: { signature } }, as);

  it("is cleaned, limited, one's own and taken away again", async () => {
    expect(await (await sign('Ada<im<img>g src="https://e.example/y.png">', "admin")).text()).not.toContain("<img");
    const saved = await (await sign('<p onclick="x()">Ada <b>Admin</b><script>x</script><img src="https://e.example/x.png"><br><a href="https://acme.example">Acme</a></p>', "admin")).json<{ signature: string }>();
    expect(saved.signature).toBe('<p>Ada <b>Admin</b><br><a href="https://acme.example">Acme</a></p>');
    expect(await (await desk.fetch("/api/v1/me", {}, "agent")).json()).toMatchObject({ signature: "" });
    expect((await sign("x".repeat(10_001), "admin")).status).toBe(400);
    expect(await (await sign("<p> </p>", "admin")).json()).toMatchObject({ signature: "" });
  });

  it("stands below what a person writes, in both parts, folded in the thread; unless they leave it out", async () => {
    const { talk } = await begun();
    await sign("<p>Ada<br>Acme Bikes</p>", "agent");
    const person = await desk.session("agent");
    const { wire, entry } = await sends(talk, { text: "All good.", quote: false }, person);
    expect(wire.text).toBe("All good.\n\n-- \nAda\nAcme Bikes");
    expect(wire.html).toMatch(/^<p dir="auto">All good\.<\/p><br><div class="gmail_signature">-- <br><p>Ada<br>Acme Bikes<\/p><\/div>$/);
    expect(entry.text.slice(0, entry.email!.quoteAt!)).toBe("All good.");
    expect((await talk.open()).preview!.text).toBe("All good.");
    expect((await sends(talk, { text: "Without.", signature: false, quote: false }, person)).wire.text).toBe("Without.");
  });

  it("is nobody else's, not a program's unless it asks, and in no text message", async () => {
    const { talk } = await begun();
    await sign("<p>Ada Agent</p>", "agent");
    expect((await sends(talk, { text: "From a colleague", quote: false }, await desk.session("admin"))).wire.text).toBe("From a colleague");
    expect((await sends(talk, { text: "From a program" }, "agent")).wire.text).toBe("From a program");
    expect((await sends(talk, { text: "Asked for", signature: true }, "agent")).wire.text).toBe("Asked for\n\n-- \nAda Agent");
  });
});

describe("a forwarded mail", () => {
  const supplier = () => `supplier-${crypto.randomUUID()}@parts.example`;

  it("carries words, page, pictures and files to whom the writer chose, without another copy of any file", async () => {
    const { talk, first, address } = await begun({ file: true, html: '<p>It is <b>broken</b>.<img src="cid:ii_1@x"></p>' });
    const to = supplier();
    const before = (await env.BUCKET.list({ prefix: objectKey(desk.account.id, "") })).objects.length;
    const { wire, entry } = await sends(talk, { text: "Can you help?", forward: [first.id], to: [to] });
    expect([wire.to, wire.subject, wire.headers["In-Reply-To"], wire.headers["References"]]).toEqual([[to], `Fwd: ${first.email!.subject}`, undefined, undefined]);
    expect(wire.text).toMatch(new RegExp(`^Can you help\\?\\n\\n-{10} Forwarded message -{10}\\nFrom: .*${address}.*\\nDate: .*\\nSubject: .*\\nTo: .*\\n\\nIt is broken\\.$`));
    const picture = first.attachments.find(({ name }) => name === "crack.png")!;
    expect(wire.html).toContain(`<p>It is <b>broken</b>.<img src="cid:${picture.id}"></p>`);
    expect(wire.attachments).toMatchObject([{ filename: "crack.png", content_id: picture.id }, { filename: "bill.txt" }]);
    expect(entry).toMatchObject({ forwarded: true, direction: "out" });
    expect((await env.BUCKET.list({ prefix: objectKey(desk.account.id, "") })).objects.length).toBe(before);
    expect((await desk.fetch(entry.attachments[1]!.url, {}, await desk.session("owner"))).status).toBe(200);
  });

  it("goes to nobody by itself, least of all to the customer", async () => {
    const { talk, first } = await begun();
    const refused = await post(talk, { text: "x", forward: [first.id] });
    expect([refused.status, (await refused.json<{ detail: string }>()).detail]).toEqual([422, "Say who gets the forwarded email."]);
  });

  it("takes along only the files it names, and no others", async () => {
    const { talk, first } = await begun({ file: true });
    const bill = first.attachments.find(({ name }) => name === "bill.txt")!;
    const mine = await upload();
    const { wire } = await sends(talk, { forward: [first.id], to: [supplier()], attachments: [mine, bill.id] });
    expect(wire.attachments!.map(({ filename }) => filename)).toEqual(["view.png", "bill.txt"]);
    const foreign = await begun({ file: true });
    const stolen = await post(talk, { forward: [first.id], to: [supplier()], attachments: [foreign.first.attachments[0]!.id] });
    expect([stolen.status, (await stolen.json<{ reason: string }>()).reason]).toEqual([422, "not-forwardable"]);
    expect((await post(talk, { text: "x", attachments: [bill.id] })).status).toBe(400);
  });

  it("is of the whole thread, oldest first, with nobody's blind copies; comments are never carried on", async () => {
    const { talk, first } = await begun();
    const secret = `boss-${crypto.randomUUID()}@acme.example`;
    const { entry: answer } = await sends(talk, { text: "We look into it.", bcc: [secret] });
    const { wire } = await sends(talk, { forward: [answer.id, first.id], to: [supplier()] });
    expect(wire.text).toMatch(/It is broken\.[^]*We look into it\./);
    expect(wire.text + wire.html).not.toContain(secret);
    const note = await (await desk.fetch(`/api/v1/conversations/${talk.id}/comments`, { json: { clientId: crypto.randomUUID(), text: "He is rude" } })).json<Entry>();
    const refused = await post(talk, { forward: [first.id, note.id], to: [supplier()] });
    expect([refused.status, (await refused.json<{ reason: string }>()).reason]).toEqual([422, "not-forwardable"]);
  });

  it("is only of this conversation, and only by who may read it", async () => {
    const [mine, theirs] = [await begun(), await begun()];
    expect((await post(mine.talk, { forward: [theirs.first.id === mine.first.id ? "e999" : theirs.first.id], to: [supplier()] })).status).toBe(422);
    expect((await post(mine.talk, { forward: [mine.first.id], to: [supplier()] }, "restricted")).status).toBe(404);
    expect((await post(mine.talk, { forward: [mine.first.id], to: [supplier()] }, "owner", OTHER)).status).toBe(404);
    expect((await post(mine.talk, { forward: ["e1"], to: [supplier()], channel: "sms" })).status).toBe(422);
  });

  it("answers nobody: the customer waits on; and what comes back is from whom it is, in a thread of its own", async () => {
    const { talk, first, address } = await begun();
    const to = supplier();
    const { entry } = await sends(talk, { text: "?", forward: [first.id], to: [to] });
    expect((await talk.open()).needsReply).toBe(true);
    // The index by which answers find their conversation follows a moment later.
    await vi.waitFor(async () => expect(await desk.account.db.prepare("SELECT 1 FROM email_message WHERE account_id = ? AND message_id = ?").bind(desk.account.id, entry.email!.messageId).first()).not.toBeNull(), { timeout: 8_000 });
    const answer = mailFrom(to, "We can.");
    await arrives(desk, desk.lines.resend, [{ ...answer, email: { ...answer.email!, inReplyTo: [entry.email!.messageId!], references: [entry.email!.messageId!], conversationId: talk.id } }]);
    const heard = (await talk.entries()).at(-1)!;
    expect([heard.text, heard.author.id === first.author.id, heard.email!.threadId]).toEqual(["We can.", false, entry.email!.threadId]);

    // An answer without a name goes to the customer, in the customer's thread; their next mail finds it too.
    const { wire, entry: reply } = await sends(talk, { text: "Yes, we can." });
    expect([wire.to, wire.headers["In-Reply-To"], reply.email!.threadId]).toEqual([[address], `<${first.email!.messageId!}>`, first.email!.threadId]);
    const next = mailFrom(address, "Thanks");
    await arrives(desk, desk.lines.resend, [{ ...next, email: { ...next.email!, inReplyTo: [reply.email!.messageId!], references: [] } }]);
    expect((await talk.entries()).at(-1)).toMatchObject({ text: "Thanks", author: { id: first.author.id }, email: { threadId: first.email!.threadId } });
  });

  it("that bounces says nothing of the customer", async () => {
    const { talk, first } = await begun();
    const { entry } = await sends(talk, { text: "?", forward: [first.id], to: [supplier()] });
    await arrives(desk, desk.lines.resend, [status({ state: "failed", reference: talk.reference(entry.id), code: "bounced/Permanent/General", class: "permanent" })]);
    expect((await talk.entry(entry.id)).state).toBe("failed");
    await sends(talk, { text: "Still reachable" });
  });

  it("may go to others though the customer wants no mail", async () => {
    const { talk, first, address } = await begun();
    const { contactId } = await talk.open();
    expect((await desk.fetch(`/api/v1/contacts/${contactId}`, { method: "PATCH", json: { consent: { email: "inactive" } } })).status).toBeLessThan(300);
    await vi.waitFor(async () => expect((await post(talk, { text: "Hello" })).status).toBe(422), { timeout: 5_000 });
    await sends(talk, { text: "?", forward: [first.id], to: [supplier()] });
    expect((await post(talk, { text: "?", forward: [first.id], to: [supplier(), address] })).status).toBe(422);
  });
});
