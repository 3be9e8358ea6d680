import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { InboundEvent, ProviderTemplate } from "../../worker/channels/channel";
import type { Template } from "../../worker/contract/template";
import { changeTemplate, findTemplate, saveTemplates } from "../../worker/db/templates";
import { applyTemplateEvent } from "../../worker/flows/templates";
import { forgetConnection } from "../../worker/flows/open-connection";
import { auditOf, newAccount, type TestAccount } from "../support/account";
import { actorOf } from "../support/conversation";
import { Courier } from "../support/courier";

let courier: Courier, owner: TestAccount, id: string;
beforeEach(async () => {
  courier = new Courier().open();
  owner = await newAccount();
  id = await courier.connect(owner);
});
afterEach(() => courier.close());

const known = (name: string, more: Partial<ProviderTemplate> = {}): ProviderTemplate => ({
  name, language: "en_US", category: "utility", status: "approved", quality: "high", reason: null, named: false, externalId: `x-${name}`,
  parts: { header: null, body: "Hello {{1}}, welcome.", footer: null, buttons: [] }, ...more,
});
const draft = (more: object = {}) => ({ connectionId: id, name: "order_ready", language: "en_US", category: "utility", parts: { header: null, body: "Hello {{1}}, it is ready.", footer: null, buttons: [] }, examples: { "body.1": "Ana" }, ...more });
const event = (more: Partial<Extract<InboundEvent, { kind: "template" }>> = {}): Extract<InboundEvent, { kind: "template" }> => ({ kind: "template", externalId: "x-a", name: "a", language: "en_US", at: Date.now(), ...more });
const sync = (connectionId = id, who: Parameters<TestAccount["fetch"]>[2] = "owner") => owner.fetch("/api/v1/templates/sync", { json: { connectionId } }, who);
type Page = { items: Template[]; nextCursor: string | null };
/** All pages, each of at most `limit`. */
async function paged(query: string, limit = 200): Promise<Template[]> {
  const found: Template[] = [];
  for (let cursor: string | null = null; ;) {
    const page: Page = await (await owner.fetch(`/api/v1/templates?limit=${limit}${query}${cursor === null ? "" : `&cursor=${encodeURIComponent(cursor)}`}`)).json();
    expect(page.items.length).toBeLessThanOrEqual(limit);
    found.push(...page.items);
    cursor = page.nextCursor;
    if (cursor === null) return found;
  }
}
const listed = (query = "") => paged(query.replace("?", "&"));
const rows = async () => (await owner.account.db.prepare("SELECT name, updated_at AS at FROM template WHERE account_id = ? ORDER BY name").bind(owner.account.id).all<{ name: string; at: number }>()).results;

describe("the list", () => {
  it("comes in pages, by name and language, of one connection or all", async () => {
    const other = await courier.connect(owner, {}, { address: "+15125550199" });
    await saveTemplates(owner.account, id, [known("c"), known("a"), known("a", { language: "de" }), known("b")], Date.now());
    await saveTemplates(owner.account, other, [known("a")], Date.now());
    const names = async (query: string) => (await paged(query, 2)).map(({ name, language }) => `${name} ${language}`);
    expect(await names("")).toEqual(["a de", "a en_US", "a en_US", "b en_US", "c en_US"]);
    expect(await names(`&connectionId=${id}`)).toEqual(["a de", "a en_US", "b en_US", "c en_US"]);
    expect((await listed()).length).toBe(5);
  });

  it("is the provider's: what is new comes, what changed changes, what is gone goes", async () => {
    courier.templates = [known("a"), known("b"), known("a", { language: "de" })];
    const first = await (await sync()).json<{ items: Template[] }>();
    expect(first.items.map(({ name, language }) => [name, language])).toEqual([["a", "de"], ["a", "en_US"], ["b", "en_US"]]);
    const { id: kept } = first.items[1]!;
    courier.templates = [known("a", { status: "paused", reason: "Too many blocks", quality: "low" }), known("c")];
    await sync();
    expect(await listed()).toEqual([
      expect.objectContaining({ id: kept, name: "a", status: "paused", reason: "Too many blocks", quality: "low", connectionId: id }),
      expect.objectContaining({ name: "c", variables: [{ key: "body.1", example: null }] }),
    ]);
  });

  it("read twice is the same, and nothing is written", async () => {
    courier.templates = [known("a"), known("b", { named: true, reason: "x" })];
    await sync();
    const before = await rows();
    await sync();
    expect(await rows()).toEqual(before);
  });

  it("may be longer than one statement takes", async () => {
    courier.templates = Array.from({ length: 450 }, (_, index) => known(`t${index}`));
    await sync();
    expect(await listed()).toHaveLength(450);
    courier.templates = courier.templates.slice(0, 3);
    await sync();
    expect((await listed()).map(({ name }) => name)).toEqual(["t0", "t1", "t2"]);
  });

  it("of one connection says nothing of another's", async () => {
    const other = await courier.connect(owner, {}, { address: "+15125550101" });
    courier.templates = [known("a")];
    await sync();
    await sync(other);
    courier.templates = [];
    await sync(other);
    expect(await listed(`?connectionId=${id}`)).toHaveLength(1);
    expect(await listed(`?connectionId=${other}`)).toEqual([]);
    expect(await listed()).toHaveLength(1);
  });

  it("comes by itself when a number is connected", async () => {
    courier.templates = [known("a")];
    const made = await owner.fetch("/api/v1/connections", { json: { provider: "test-courier", name: "New", address: "+15125550102", settings: { token: "t", signingSecret: "s" } } });
    expect(made.status).toBe(201);
    expect(await listed()).toEqual([expect.objectContaining({ name: "a" })]);
  });

  it("of a provider that does not answer stays as it is", async () => {
    courier.templates = [known("a")];
    await sync();
    courier.list = () => Promise.reject(new Error("no answer"));
    const response = await sync();
    expect([response.status, (await response.json<{ detail: string }>()).detail]).toEqual([503, expect.stringContaining("did not give its list")]);
    expect(await listed()).toHaveLength(1);
  });

  it("goes with its connection", async () => {
    courier.templates = [known("a")];
    await sync();
    expect((await owner.fetch(`/api/v1/connections/${id}`, { method: "DELETE" })).status).toBe(204);
    expect(await rows()).toEqual([]);
  });
});

describe("a draft", () => {
  it("that is handed in waits in the list, with its examples, also after a sync", async () => {
    const response = await owner.fetch("/api/v1/templates", { json: draft() });
    expect(response.status).toBe(201);
    const made = await response.json<Template>();
    expect(made).toMatchObject({ name: "order_ready", status: "pending", quality: "unknown", named: false, variables: [{ key: "body.1", example: "Ana" }] });
    expect(courier.drafts).toEqual([draft()]);
    expect(await auditOf(owner.account)).toContain("template.created");
    courier.templates = [known("order_ready", { parts: draft().parts })];
    await sync();
    expect(await listed()).toEqual([{ ...made, status: "approved", quality: "high", updatedAt: expect.any(String) }]);
  });

  it.each<[string, () => object, string]>([
    ["that reviewers would refuse", () => ({ parts: { ...draft().parts, body: "{{1}}" } }), "The text may not begin with a variable. Put a word before it. The text may not end with a variable. Put a word or a full stop after it."],
    ["whose name is taken", () => ({ name: "taken" }), "There is a template “taken” in en_US already. Choose another name."],
  ])("%s does not reach the provider", async (_, more, sentence) => {
    await saveTemplates(owner.account, id, [known("taken")], Date.now());
    const response = await owner.fetch("/api/v1/templates", { json: draft(more()) });
    expect([response.status, (await response.json<{ detail: string }>()).detail]).toEqual([422, sentence]);
    expect(courier.drafts).toEqual([]);
  });

  it("that the provider refuses leaves nothing, and its sentence is passed on", async () => {
    courier.create = () => ({ ok: false, sentence: "This name was deleted lately. Choose another." });
    const response = await owner.fetch("/api/v1/templates", { json: draft() });
    expect([response.status, (await response.json<{ detail: string }>()).detail]).toEqual([422, "This name was deleted lately. Choose another."]);
    expect(await listed()).toEqual([]);
  });

  it("that the provider does not answer says that it may be there", async () => {
    courier.create = () => { throw new Error("no answer"); };
    const response = await owner.fetch("/api/v1/templates", { json: draft() });
    expect([response.status, (await response.json<{ detail: string }>()).detail]).toEqual([503, expect.stringContaining("It may have the template")]);
  });

  it("on a channel without templates is refused", async () => {
    courier.open({ templates: undefined });
    forgetConnection(id);
    for (const response of [await owner.fetch("/api/v1/templates", { json: draft() }), await sync()])
      expect([response.status, (await response.json<{ detail: string }>()).detail]).toEqual([422, "Courier has no templates."]);
  });
});

describe("what the provider tells of a template", () => {
  beforeEach(async () => saveTemplates(owner.account, id, [known("a", { status: "pending", quality: "unknown" })], Date.now() - 3_600_000));
  const now = async () => findTemplate(owner.account, id, "a", "en_US");

  it("changes only what it tells", async () => {
    await applyTemplateEvent(owner.account, id, event({ status: "approved" }));
    expect(await now()).toMatchObject({ status: "approved", quality: "unknown", category: "utility" });
    await applyTemplateEvent(owner.account, id, event({ quality: "low", at: Date.now() + 1 }));
    expect(await now()).toMatchObject({ status: "approved", quality: "low" });
    await applyTemplateEvent(owner.account, id, event({ category: "marketing", at: Date.now() + 2 }));
    expect(await now()).toMatchObject({ status: "approved", quality: "low", category: "marketing" });
  });

  it("a new status ends the reason of the old one", async () => {
    await applyTemplateEvent(owner.account, id, event({ status: "rejected", reason: "Too vague" }));
    expect(await now()).toMatchObject({ status: "rejected", reason: "Too vague" });
    await applyTemplateEvent(owner.account, id, event({ quality: "high" }));
    expect(await now()).toMatchObject({ reason: "Too vague" });
    await applyTemplateEvent(owner.account, id, event({ status: "approved" }));
    expect(await now()).toMatchObject({ status: "approved", reason: null });
  });

  it("late word of the provider does not undo newer word", async () => {
    const at = Date.now();
    await applyTemplateEvent(owner.account, id, event({ status: "paused", at }));
    await applyTemplateEvent(owner.account, id, event({ status: "approved", at: at - 5_000 }));
    expect(await now()).toMatchObject({ status: "paused" });
  });

  it("word from before the last sync does not undo it, and one of the same minute counts", async () => {
    const at = Date.now();
    await saveTemplates(owner.account, id, [known("a", { status: "rejected" })], at);
    expect(await changeTemplate(owner.account, id, event({ status: "approved", at: at - 3_600_000 }))).toBe(false);
    expect(await changeTemplate(owner.account, id, event({ status: "approved", at: Math.floor(at / 1_000) * 1_000 }))).toBe(true);
    expect(await now()).toMatchObject({ status: "approved" });
  });

  it("a list that was read before it does not undo it", async () => {
    const at = Date.now();
    await applyTemplateEvent(owner.account, id, event({ status: "approved", at }));
    await saveTemplates(owner.account, id, [known("a", { status: "pending" })], at - 1);
    expect(await now()).toMatchObject({ status: "approved" });
  });

  it("of one that we do not know is not made up", async () => {
    await applyTemplateEvent(owner.account, id, event({ name: "unknown", status: "approved" }));
    expect((await listed()).map(({ name }) => name)).toEqual(["a"]);
  });

  it("concerns the connection it came to and nobody else's", async () => {
    const stranger = await newAccount();
    const theirs = await courier.connect(stranger);
    await saveTemplates(stranger.account, theirs, [known("a", { status: "pending" })], Date.now() - 3_600_000);
    await applyTemplateEvent(owner.account, theirs, event({ status: "approved" }));
    expect(await findTemplate(stranger.account, theirs, "a", "en_US")).toMatchObject({ status: "pending" });
  });
});

describe("who may", () => {
  it("everybody reads, admins write", async () => {
    await saveTemplates(owner.account, id, [known("a")], Date.now());
    for (const who of ["agent", "restricted"] as const) {
      expect((await owner.fetch("/api/v1/templates", {}, who)).status).toBe(200);
      expect((await owner.fetch("/api/v1/templates", { json: draft() }, who)).status).toBe(403);
      expect((await sync(id, who)).status).toBe(403);
    }
    expect((await owner.fetch("/api/v1/templates", { json: draft() }, "admin")).status).toBe(201);
  });

  it("every open screen hears of a change", async () => {
    await saveTemplates(owner.account, id, [known("a", { status: "pending" })], Date.now() - 3_600_000);
    const door = await owner.account.feeds()[0]!.fetch(new Request("https://object/?cursor=0", { headers: { upgrade: "websocket", "x-actor": JSON.stringify(actorOf(owner)) } }));
    const heard: string[] = [];
    door.webSocket!.addEventListener("message", ({ data }) => { heard.push(data as string); });
    door.webSocket!.accept();
    const changed = () => heard.filter((frame) => frame.includes('"changed"')).map((frame) => (JSON.parse(frame) as { what: string }).what);
    await applyTemplateEvent(owner.account, id, event({ name: "unknown", status: "approved" }));
    await applyTemplateEvent(owner.account, id, event({ status: "approved" }));
    await sync();
    await vi.waitFor(() => expect(changed()).toEqual(["templates", "templates"]));
    door.webSocket!.close();
  });
});
