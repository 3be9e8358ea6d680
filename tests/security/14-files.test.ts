import { env } from "cloudflare:test";
import { beforeAll, describe, expect, it, vi } from "vitest";
import type { Attachment, Entry } from "../../worker/contract/entry";
import { receiveMail } from "../../worker/flows/mail";
import { mediaUrl } from "../../worker/platform/media";
import { call, newAccount, type TestAccount } from "../support/account";
import { made } from "../support/live";
import { asVisitor, newWidget, say, startSession } from "../support/visitor";

/** 14 and 15: a file runs nothing, is called what we say, and is reached by those who may see its message, for as long as they may. */

let account: TestAccount;
beforeAll(async () => { account = await newAccount(); });
const bytes = (...parts: (string | number[])[]) => new Uint8Array(parts.flatMap((part) => (typeof part === "string" ? [...new TextEncoder().encode(part)] : part)));
const upload = async (body: BodyInit, name: string, type = "application/octet-stream") => {
  const response = await account.fetch("/api/v1/attachments", { method: "POST", body, headers: { "content-type": type, "x-file-name": encodeURIComponent(name) } });
  return { status: response.status, file: await response.json<Attachment>() };
};

const SCRIPT = "<script>alert(1)</script>";
/** Each with the type a page would need to run it. */
const RUNNABLE: [string, string, string, Uint8Array<ArrayBuffer>][] = [
  ["SVG", "logo.svg", "image/svg+xml", bytes(`<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)">${SCRIPT}</svg>`)],
  ["HTML", "page.html", "text/html", bytes(`<!doctype html>${SCRIPT}`)],
  ["XML with a stylesheet", "feed.xml", "application/xml", bytes(`<?xml version="1.0"?><?xml-stylesheet href="x.xsl"?>${SCRIPT}`)],
  ["XHTML", "page.xhtml", "application/xhtml+xml", bytes(`<html xmlns="http://www.w3.org/1999/xhtml">${SCRIPT}</html>`)],
  ["a script", "run.js", "text/javascript", bytes("alert(1)")],
  ["a PDF with script", "form.pdf", "application/pdf", bytes("%PDF-1.7\n1 0 obj<</OpenAction<</S/JavaScript/JS(app.alert(1))>>>>endobj")],
  ["HTML that says it is a picture", "cat.png", "image/png", bytes(`<!doctype html>${SCRIPT}`)],
  ["a zip that says it is a page", "site.html", "text/html", bytes([0x50, 0x4b, 3, 4], SCRIPT)],
  ["a shortcut", "invoice.pdf.lnk", "application/x-ms-shortcut", bytes([0x4c, 0, 0, 0])],
  ["plain text with markup", "notes.txt", "text/plain", bytes(SCRIPT)],
];

const isHarmless = (response: Response) => {
  expect(response.headers.get("x-content-type-options")).toBe("nosniff");
  const policy = response.headers.get("content-security-policy")!;
  expect(policy).toContain("default-src 'none'");
  expect(policy).toMatch(/sandbox(;|$)/); // without any leave, so without scripts and without our origin
  expect(response.headers.get("content-type")).not.toMatch(/html|xml|javascript|svg|pdf/);
};

describe("14: a file", () => {
  it.each(RUNNABLE)("that is %s is a download and nothing else, wherever it is fetched", async (_, name, type, body) => {
    const { file } = await upload(body, name, type);
    const contact = await made(account, "/api/v1/contacts", { name: "Ada" });
    const { id } = await made(account, "/api/v1/conversations", { contactId: contact.id });
    const entry = await made<Entry>(account, `/api/v1/conversations/${id}/comments`, { clientId: crypto.randomUUID(), text: "see", attachments: [file.id] });
    for (const url of [file.url, entry.attachments[0]!.url, mediaUrl(env, account.account.id, file.id, name, Date.now())]) {
      const response = await account.fetch(url);
      expect([url, response.status]).toEqual([url, 200]);
      isHarmless(response);
      expect(response.headers.get("content-disposition")).toMatch(/^attachment;/);
      expect(new Uint8Array(await response.arrayBuffer())).toEqual(body);
    }
  });

  it("that is a picture and a script at once is a picture: its type is told and never guessed", async () => {
    const { file } = await upload(bytes("GIF89a/*", [0, 0, 0], "*/=1;alert(1)"), "both.html", "text/html");
    const response = await account.fetch(file.url);
    isHarmless(response);
    expect([file.type, response.headers.get("content-type")]).toEqual(["image/gif", "image/gif"]);
  });

  it.each([
    ["../../etc/passwd", "passwd"], ["C:\\Windows\\system32\\evil.dll", "evil.dll"], [".htaccess", "htaccess"], ["..", "file.bin"], ["", "file.bin"], ["\u202Egpj.exe", "gpj.exe"],
    ["photo\u200B.jpg\u0000.exe", "photo.jpg.exe"], ["a\r\nSet-Cookie: x=1", "aSet-Cookie_ x=1"], ["CON.\u200F", "_CON"], ["nul.txt", "_nul.txt"], ["console.log", "console.log"], ["<img src=x onerror=alert(1)>.png", "_img src=x onerror=alert(1)_.png"],
    ["\u200B.\u200B.\u200B/x", "x"], ["report.pdf   ", "report.pdf"], [`${"n".repeat(500)}.pdf`, `${"n".repeat(116)}.pdf`],
  ])("named %j is called %j", async (name, called) => {
    const { file } = await upload("bytes", name);
    expect(file.name).toBe(called);
    // Whoever holds a signed link may write another name into it; it goes through the same rule.
    for (const url of [file.url, mediaUrl(env, account.account.id, file.id, `${name.replaceAll("/", "_")}!`, Date.now())]) {
      const disposition = (await account.fetch(url)).headers.get("content-disposition")!;
      expect(decodeURIComponent(disposition)).not.toMatch(/[\u0000-\u001f\u200b-\u200f\u202a-\u202e/\\<>"]/);
      expect(disposition).toMatch(/^attachment; filename\*=UTF-8''[\w.%!~-]+$/);
    }
  });

  it("larger than the limit leaves nothing behind, whatever length it says", async () => {
    const chunk = new Uint8Array(1024 * 1024);
    let left = 27;
    const body = new ReadableStream<Uint8Array>({ pull: (controller) => (left-- > 0 ? controller.enqueue(chunk) : controller.close()) });
    const before = (await env.BUCKET.list({ prefix: `a/${account.account.id}/` })).objects.length;
    expect((await upload(body as never, "big.bin")).status).toBe(413);
    expect((await env.BUCKET.list({ prefix: `a/${account.account.id}/` })).objects.length).toBe(before);
  });

  it("that says it is too large is read before it is refused, so that who sends it hears why", async () => {
    const half = new Uint8Array(13 * 1024 * 1024 + 1);
    let left = 2;
    const body = new ReadableStream({ pull: (stream) => { if (left-- > 0) stream.enqueue(half); else stream.close(); } }, { highWaterMark: 0 });
    const response = await account.fetch("/api/v1/attachments", { method: "POST", body, headers: { "content-length": String(2 * half.length) } });
    expect(response.status).toBe(413);
    expect(left).toBeLessThan(0);
  });
});

describe("15: a link to a file", () => {
  const at = async <T>(now: number, act: () => Promise<T>): Promise<T> => {
    vi.useFakeTimers({ now, toFake: ["Date"] });
    try { return await act(); } finally { vi.useRealTimers(); }
  };

  it("that is signed holds for one file of one account, and not for long", async () => {
    const { file } = await upload("secret bytes", "a.txt");
    const other = await newAccount();
    const url = mediaUrl(env, account.account.id, file.id, "a.txt", Date.now());
    const [, , , owner, id, proof, name] = url.split("/") as [string, string, string, string, string, string, string];
    expect((await call(url)).status).toBe(200);
    const [until, signature] = proof.split(".") as [string, string];
    const later = (parseInt(until, 36) + 86_400_000).toString(36);
    const forged = [
      `/media/s/${other.account.id}/${id}/${proof}/${name}`, `/media/s/${owner}/a_other/${proof}/${name}`, `/media/s/${owner}/${id}/${later}.${signature}/${name}`, `/media/s/${owner}/${id}/${until}./${name}`,
      `/media/s/${owner}/${id}/${until}.${signature.slice(0, -1)}/${name}`, `/media/s/${owner}/${id}/${until}.${"A".repeat(signature.length)}/${name}`, `/media/s/${owner}/${id}/zzzzzzzzzzzzzzz.${signature}/${name}`, `/media/s/${owner}/${id}/.${signature}/${name}`,
      `/media/s/${owner}%2F${id}/x/${proof}/${name}`, `/media/s/${owner}/../${other.account.id}/${id}/${proof}/${name}`,
    ];
    for (const path of forged) expect([(await call(path)).status, path]).toEqual([404, path]);
    expect(signature.length).toBeGreaterThanOrEqual(22);
    expect((await at(Date.now() + 23 * 3_600_000, () => call(url))).status).toBe(200);
    expect((await at(Date.now() + 49 * 3_600_000, () => call(url))).status).toBe(404);
  });

  it("that colleagues use needs their session, and ends with it", async () => {
    const contact = await made(account, "/api/v1/contacts", { name: "Ada" });
    const { id } = await made(account, "/api/v1/conversations", { contactId: contact.id });
    const { file } = await upload("minutes", "minutes.txt");
    const { attachments: [attached] } = await made<Entry>(account, `/api/v1/conversations/${id}/comments`, { clientId: crypto.randomUUID(), text: "see", attachments: [file.id] });
    const agent = await account.session("agent");
    const statuses = async () => Promise.all([account.fetch(attached!.url, {}, agent), account.fetch(attached!.url, {}, "agent"), account.fetch(attached!.url, {}, null), account.fetch(attached!.url, {}, "restricted"), account.fetch(file.url, {}, "agent"), (await newAccount()).fetch(attached!.url)].map(async (answer) => (await answer).status));
    expect(await statuses()).toEqual([200, 200, 401, 404, 404, 404]);
    await account.fetch(`/api/v1/members/${account.agent.id}`, { method: "PATCH", json: { disabled: true } });
    expect((await statuses()).slice(0, 2)).toEqual([401, 401]);
    await account.fetch(`/api/v1/members/${account.agent.id}`, { method: "PATCH", json: { disabled: false } });
  });

  it("is kept by no shared cache", async () => {
    const { file } = await upload("x", "a.txt");
    for (const url of [file.url, mediaUrl(env, account.account.id, file.id, "a.txt", Date.now())]) expect((await account.fetch(url)).headers.get("cache-control")).toMatch(/^private,/);
  });

  it("that a visitor gets shows their own file, not a page", async () => {
    const widget = await newWidget();
    const session = await startSession(widget);
    const file = await (await call("/widget/attachments", { method: "POST", body: `<!doctype html>${SCRIPT}`, headers: { ...asVisitor(session), "content-type": "text/html", "x-file-name": "pay.html" } })).json<Attachment>();
    await say(session, "look", { attachments: [file.id] });
    const response = await call(file.url);
    isHarmless(response);
    expect(response.headers.get("content-disposition")).toMatch(/^attachment;/);
  });

  it("of a mail's file still leads to the same bytes after somebody sent other bytes under the same message's id", async () => {
    const mailbox = await made(account, "/api/v1/connections", { provider: "cloudflare-email", name: "Mail", address: "files@bytes.example", settings: { domain: "bytes.example" } });
    const receive = async (content: string) => {
      const raw = bytes(["From: Ada <ada@example.com>", "To: files@bytes.example", "Subject: Bank details", "Message-ID: <one@example.com>", "Date: Sun, 22 Nov 2026 09:00:00 +0000", "MIME-Version: 1.0", "Content-Type: multipart/mixed; boundary=b", "",
        "--b", "Content-Type: text/plain", "", "Attached.", "--b", "Content-Type: text/plain; name=iban.txt", "Content-Disposition: attachment; filename=iban.txt", "", content, "--b--", ""].join("\r\n"));
      const work: Promise<void>[] = [];
      await receiveMail(env, { from: "ada@example.com", to: "files@bytes.example", raw: new Response(raw).body!, rawSize: raw.length, setReject: (reason) => { throw new Error(reason); } }, (promise) => work.push(promise), Date.now());
      await Promise.all(work);
    };
    await receive("IBAN: the true one");
    const { items: [contact] } = await (await account.fetch("/api/v1/contacts?q=ada@example.com")).json<{ items: { conversationId: string }[] }>();
    const file = async () => {
      const { items } = await (await account.fetch(`/api/v1/conversations/${contact!.conversationId}/entries`)).json<{ items: Entry[] }>();
      return (await (await account.fetch(items[0]!.attachments[0]!.url)).text()).trim();
    };
    expect(await file()).toBe("IBAN: the true one");
    await receive("IBAN: the thief's");
    expect(await file()).toBe("IBAN: the true one");
    expect(mailbox.id).toMatch(/^ch_/);
  });
});
