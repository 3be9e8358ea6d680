import { env } from "cloudflare:test";
import { beforeAll, describe, expect, it } from "vitest";
import type { Attachment, Entry } from "../../worker/contract/entry";
import { MAX_FILE_BYTES } from "../../worker/flows/media";
import { newAccount, type TestAccount } from "../support/account";
import { made } from "../support/live";

let account: TestAccount, conversationId: string;
beforeAll(async () => {
  account = await newAccount();
  conversationId = (await made(account, "/api/v1/conversations", { contactId: (await made(account, "/api/v1/contacts", { name: "Ada" })).id })).id;
});
type Who = Parameters<TestAccount["fetch"]>[2];
const put = (body: BodyInit, who?: Who) => account.fetch("/api/v1/attachments", { method: "POST", body, headers: { "content-type": "application/octet-stream", "x-file-name": "a.bin" } }, who);
const comment = (attachments: string[], who?: Who) => account.fetch(`/api/v1/conversations/${conversationId}/comments`, { json: { clientId: crypto.randomUUID(), text: "see", attachments } }, who);
const kept = async () => (await env.BUCKET.list({ prefix: `a/${account.account.id}/f/` })).objects.length;

describe("an upload", () => {
  it("of nothing is refused in words", async () => {
    const answer = await put(new Uint8Array());
    expect([answer.status, await answer.text()]).toEqual([400, expect.stringContaining("This file is empty")]);
  });

  it("of exactly the limit is taken; with one byte more it is refused and leaves nothing", async () => {
    const answer = await put(new Uint8Array(MAX_FILE_BYTES));
    expect([answer.status, (await answer.json<Attachment>()).size]).toEqual([201, MAX_FILE_BYTES]);
    const before = await kept();
    expect((await put(new Uint8Array(MAX_FILE_BYTES + 1))).status).toBe(413);
    expect(await kept()).toBe(before);
  });

  it("of JSON is a file like any other, also past the limit of JSON bodies", async () => {
    const text = JSON.stringify("x".repeat(2_000_000));
    const answer = await account.fetch("/api/v1/attachments", { method: "POST", body: text, headers: { "content-type": "application/json", "x-file-name": "export.json" } });
    expect([answer.status, await answer.json()]).toEqual([201, expect.objectContaining({ name: "export.json", size: text.length })]);
    expect((await comment([text])).status, "an id as long as that is read by nobody").toBe(413);
  });

  it("that breaks off leaves nothing", async () => {
    const before = await kept();
    let pieces = 0;
    const broken = new ReadableStream<Uint8Array>({ pull: (controller) => (pieces++ < 7 ? controller.enqueue(new Uint8Array(1024 * 1024)) : controller.error(new Error("the tab was closed"))) });
    await put(broken as unknown as BodyInit).catch(() => null);
    expect(await kept()).toBe(before);
  });

  it("made twice is two files, each of which can be sent", async () => {
    const [one, two] = await Promise.all([put("same"), put("same")]).then((answers) => Promise.all(answers.map((answer) => answer.json<Attachment>())));
    expect(one!.id).not.toBe(two!.id);
    const answer = await comment([one!.id, two!.id]);
    expect([answer.status, (await answer.json<Entry>()).attachments.map(({ size }) => size)]).toEqual([201, [4, 4]]);
  });

  it("that is not here yet sends nothing, and says so; once it is, the same message goes with it", async () => {
    const unknown = await comment(["a_not_here_yet"]);
    expect([unknown.status, await unknown.text()]).toEqual([400, expect.stringMatching(/file|attachment/i)]);
    const { id } = await (await put("now")).json<Attachment>();
    expect((await comment([id])).status).toBe(201);
  });

  it("of somebody who was removed meanwhile reaches nobody, and what they uploaded before is theirs alone", async () => {
    const agent = await account.session("agent");
    const { id } = await (await put("theirs", agent)).json<Attachment>();
    expect((await comment([id])).status).toBe(400);
    await account.fetch(`/api/v1/members/${account.agent.id}`, { method: "PATCH", json: { disabled: true } });
    const before = await kept();
    expect([(await put("late", agent)).status, (await comment([id], agent)).status, await kept()]).toEqual([401, 401, before]);
    await account.fetch(`/api/v1/members/${account.agent.id}`, { method: "PATCH", json: { disabled: false } });
  });
});
