import { env } from "cloudflare:test";
import { beforeAll, describe, expect, it } from "vitest";
import type { Attachment, Entry } from "../../worker/contract/entry";
import type { FileLink } from "../../worker/contract/file";
import { expireFileLinks } from "../../worker/flows/file-links";
import { MAX_FILE_BYTES } from "../../worker/flows/media";
import { objectKey } from "../../worker/platform/media";
import { call, newAccount, type TestAccount } from "../support/account";
import { made } from "../support/live";

const DAY_MS = 24 * 3_600_000;
let account: TestAccount, conversationId: string, contactId: string;
beforeAll(async () => {
  account = await newAccount();
  contactId = (await made(account, "/api/v1/contacts", { name: "Ada" })).id;
  conversationId = (await made(account, "/api/v1/conversations", { contactId })).id;
});
const upload = async (body: BodyInit, name: string, purpose = "link") => {
  const response = await account.fetch(`/api/v1/attachments?for=${purpose}`, { method: "POST", body, headers: { "content-type": "application/octet-stream", "x-file-name": encodeURIComponent(name) } });
  return { status: response.status, file: await response.json<Attachment>() };
};
const linkTo = (attachmentId: string, days?: 7 | 30) => made<FileLink>(account, `/api/v1/conversations/${conversationId}/file-links`, { attachmentId, ...(days && { days }) });
const open = (url: string) => call(new URL(url).pathname);
const stored = async (id: string) => await env.BUCKET.head(objectKey(account.account.id, id)) !== null;

describe("a link to a file", () => {
  it("shows anybody its name, size and end, and hands the file out as a download", async () => {
    const { file } = await upload("<script>alert(1)</script>", "Plans <b>2027</b>.html");
    const link = await linkTo(file.id);
    expect(link).toMatchObject({ conversationId, name: file.name, size: 25 });
    expect(Math.round((Date.parse(link.expiresAt) - Date.now()) / DAY_MS)).toBe(7);
    const page = await open(link.url);
    const html = await page.text();
    expect([page.status, page.headers.get("content-security-policy"), page.headers.get("referrer-policy")]).toEqual([200, expect.stringContaining("default-src 'none'"), "no-referrer"]);
    expect(html).toContain("25 bytes");
    expect(html).not.toMatch(/<b>|<script/);
    const answer = await open(`${link.url}/file`);
    expect([answer.status, answer.headers.get("content-disposition"), answer.headers.get("content-type"), answer.headers.get("cache-control")])
      .toEqual([200, expect.stringMatching(/^attachment;/), "application/octet-stream", "private, no-store"]);
    expect(await answer.text()).toBe("<script>alert(1)</script>");
  });

  it.each([
    ["en", "ltr", "You can download it until"], ["de-AT,en;q=0.5", "ltr", "herunterladen"], ["es-419", "ltr", "Puede descargarlo"], ["nl, fr;q=0.9", "ltr", "télécharger"], ["ar-EG", "rtl", "تنزيل"], ["xx, *;q=0.1", "ltr", "You can download it until"],
  ])("speaks to who reads %j", async (wanted, dir, words) => {
    const link = await linkTo((await upload(new Uint8Array(1_500_000), "plan.bin")).file.id);
    const read = async (url: string) => (await call(new URL(url).pathname, { headers: { "accept-language": wanted } })).text();
    const html = await read(link.url);
    expect(html).toContain(`dir="${dir}"`);
    expect(html).toContain(words);
    expect(html).not.toMatch(/\{(size|day)\}/);
    await account.fetch(`/api/v1/conversations/${conversationId}/file-links/${link.id}`, { method: "DELETE" });
    const over = await read(link.url);
    expect(over).toContain(`dir="${dir}"`);
    expect(over).not.toContain(words);
  });

  it("may live for 30 days and is listed while it works", async () => {
    const link = await linkTo((await upload("long", "long.txt")).file.id, 30);
    expect(Math.round((Date.parse(link.expiresAt) - Date.now()) / DAY_MS)).toBe(30);
    const { items } = await (await account.fetch(`/api/v1/conversations/${conversationId}/file-links`)).json<{ items: FileLink[] }>();
    expect(items).toContainEqual(link);
  });

  it("that was taken back opens nothing, and its bytes are gone", async () => {
    const { file } = await upload("secret", "secret.txt");
    const link = await linkTo(file.id);
    expect((await account.fetch(`/api/v1/conversations/${conversationId}/file-links/${link.id}`, { method: "DELETE" })).status).toBe(204);
    expect((await account.fetch(`/api/v1/conversations/${conversationId}/file-links/${link.id}`, { method: "DELETE" })).status).toBe(404);
    const page = await open(link.url);
    expect([page.status, await page.text()]).toEqual([410, expect.stringContaining("does not work any more")]);
    expect((await open(`${link.url}/file`)).status).toBe(404);
    expect(await stored(file.id)).toBe(false);
  });

  it("that is over opens nothing; its bytes go, but not those a message holds too", async () => {
    const [{ file }, { file: sent }] = [await upload("old", "old.txt"), await upload("kept", "kept.txt")];
    const [link, other] = [await linkTo(file.id), await linkTo(sent.id)];
    const entry = await made<Entry>(account, `/api/v1/conversations/${conversationId}/comments`, { clientId: crypto.randomUUID(), text: "see", attachments: [sent.id] });
    await expect.poll(async () => (await (await account.fetch(`/api/v1/contacts/${contactId}/files`)).json<{ items: { entryId: string }[] }>()).items.map(({ entryId }) => entryId), { timeout: 10_000 }).toContain(entry.id);
    await env.DB.prepare("UPDATE file_link SET expires_at = 1 WHERE id IN (?, ?)").bind(link.id, other.id).run();
    expect((await open(link.url)).status).toBe(410);
    expect((await open(`${link.url}/file`)).status).toBe(404);
    await expireFileLinks(env, 2);
    expect([await stored(file.id), await stored(sent.id)]).toEqual([false, true]);
  });

  it("cannot be made from an id alone: another signature opens nothing", async () => {
    const link = await linkTo((await upload("mine", "mine.txt")).file.id);
    for (const forged of [link.id, `${link.id}.`, `${link.id}.${"A".repeat(22)}`, `${link.id}${link.url.slice(-22)}`]) expect((await call(`/media/s/${forged}/file`)).status, forged).toBe(404);
  });

  it("is made of one's own uploads only", async () => {
    const { file } = await upload("owner's", "own.txt");
    const answer = await account.fetch(`/api/v1/conversations/${conversationId}/file-links`, { json: { attachmentId: file.id } }, "agent");
    expect(answer.status).toBe(400);
  });

  it("goes with the contact it was made for", async () => {
    const contact = await made(account, "/api/v1/contacts", { name: "Bea" });
    const { id } = await made(account, "/api/v1/conversations", { contactId: contact.id });
    const { file } = await upload("hers", "hers.txt");
    const link = await made<FileLink>(account, `/api/v1/conversations/${id}/file-links`, { attachmentId: file.id });
    expect((await account.fetch(`/api/v1/contacts/${contact.id}`, { method: "DELETE" })).status).toBe(204);
    expect((await open(link.url)).status).toBe(410);
    expect(await stored(file.id)).toBe(false);
  });
});

it("a file larger than a message takes is refused for one and taken for a link", async () => {
  const large = new Uint8Array(MAX_FILE_BYTES + 1);
  expect((await upload(large, "film.mov", "message")).status).toBe(413);
  const { status, file } = await upload(large, "film.mov");
  expect([status, file.size]).toEqual([201, large.byteLength]);
});
