import { env, runInDurableObject } from "cloudflare:test";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { conversation, type TestConversation } from "../support/conversation";
import { alarmAt, crash } from "../support/crash";
import { fakeGraph, serves } from "../support/graph";
import { comes, conversationsOf, entryOf, everythingIn, inside, later, newMetaDesk, newMid, onMeta, onWhatsApp, onlyConversation, posts, type MetaDesk } from "../support/meta";
import { provesSync } from "../support/prove";
import { held } from "../support/provider";
import { settles } from "../support/socket";

const DAY = 24 * 3_600_000;
const ANN = { phone: "14155550101", user: "US.101", name: "Ann" };

let desk: MetaDesk;
let at = Date.now();
beforeEach(async () => {
  at = Date.now() - 60_000;
  fakeGraph(({ url }) => serves(url));
  desk = await newMetaDesk();
});
afterEach(() => { vi.useRealTimers(); vi.restoreAllMocks(); });

const whatsapp = (...bodies: object[]) => inTurn(desk.meta.whatsapp, bodies);
async function inTurn(line: MetaDesk["meta"]["whatsapp"], bodies: object[]): Promise<void> {
  for (const body of bodies) expect(await posts(line, body)).toBe(200);
}
const found = async (words: string): Promise<number> => (await (await desk.fetch(`/api/v1/search?q=${encodeURIComponent(words)}`)).text()).split(words).length - 1;
const files = async (): Promise<string[]> => (await env.BUCKET.list({ prefix: `a/${desk.account.id}/` })).objects.map(({ key }) => key);

describe("the newest words stand", () => {
  const first = (id: string) => onWhatsApp.says(ANN, "one", { id, at });
  const second = (id: string) => onWhatsApp.edit(ANN, id, "two", at + 10_000);
  const third = (id: string) => onWhatsApp.edit(ANN, id, "three", at + 20_000);

  it.each([
    ["in order", [first, second, third], ["one", "two"]],
    ["with every request twice", [first, first, second, second, third, third, second], ["one", "two"]],
    ["when an older change comes after a newer one", [first, third, second], ["one"]],
    ["when the changes come before the message", [third, second, first], ["one"]],
  ])("%s", async (_, requests, history) => {
    const id = newMid();
    await whatsapp(...requests.map((request) => request(id)));
    const entry = await entryOf(await onlyConversation(desk), id);
    expect(entry).toMatchObject({ text: "three", deleted: false, editedAt: new Date(Math.floor((at + 20_000) / 1_000) * 1_000).toISOString() });
    expect(entry.history!.map(({ text }) => text)).toEqual(history);
  });

  it("numbered changes count by their number, not by when they came", async () => {
    const { messenger } = desk.meta;
    const page = onMeta(messenger);
    const mid = newMid();
    await inTurn(messenger, [page.says("42", "one", { mid, at }), page.edit("42", mid, "three", 2, at + 1_000), page.edit("42", mid, "two", 1, at + 2_000)]);
    expect((await entryOf(await onlyConversation(desk), mid)).text).toBe("three");
  });

  it("the list and the search follow them, and every screen", async () => {
    const id = newMid();
    await whatsapp(onWhatsApp.says(ANN, "zebrafinch", { id, at }));
    const talk = await onlyConversation(desk);
    await provesSync(talk, () => whatsapp(onWhatsApp.edit(ANN, id, "kingfisher", at + 1_000)));
    expect((await talk.open()).preview?.text).toBe("kingfisher");
    await settles(async () => expect([await found("zebrafinch"), await found("kingfisher")]).toEqual([0, expect.any(Number)]));
  });

  it("an edit whose message never comes is kept as what it said, unless that was unsent", async () => {
    await whatsapp(onWhatsApp.says(ANN, "hello"), onWhatsApp.edit(ANN, "wamid.never", "lost words", at), onWhatsApp.edit(ANN, "wamid.gone", "unsent words", at), onWhatsApp.revoke(ANN, "wamid.gone", at));
    const talk = await onlyConversation(desk);
    await alarmAt(talk.stub(), Date.now() + DAY + 60_000);
    expect((await talk.entries()).filter(({ kind }) => kind === "activity").map(({ text }) => text)).toEqual(["lost words"]);
    expect(await everythingIn(talk)).not.toContain("unsent words");
  });
});

describe("what was unsent", () => {
  const SECRET = "xylophone4711";
  const message = (id: string) => onWhatsApp.says(ANN, `${SECRET} one`, { id, at });
  const edit = (id: string) => onWhatsApp.edit(ANN, id, `${SECRET} two`, at + 10_000);
  const revoke = (id: string) => onWhatsApp.revoke(ANN, id, at + 20_000);
  const react = (id: string) => onWhatsApp.reaction(ANN, id, "🦄", at + 15_000);

  it.each([
    ["after it came", [message, revoke]],
    ["before it came", [revoke, message]],
    ["twice", [message, revoke, revoke]],
    ["and came again", [message, revoke, message]],
    ["after a change", [message, edit, react, revoke]],
    ["before its change", [message, revoke, edit, react]],
    ["before everything else", [revoke, edit, react, message, edit]],
  ])("%s leaves no word behind", async (_, requests) => {
    const id = newMid();
    await whatsapp(onWhatsApp.says(ANN, "Something else", { at: at - 1_000 }), ...requests.map((request) => request(id)));
    const talk = await onlyConversation(desk);
    expect(await entryOf(talk, id)).toMatchObject({ deleted: true, deletedBy: "contact", text: "", reactions: [], history: [], editedAt: null });
    expect((await talk.entries()).filter(({ kind }) => kind === "message")).toHaveLength(2);
    expect((await talk.open()).preview?.text).toBe("Something else");
    await settles(async () => expect((await inside(talk)).head).toBeDefined());
    expect(await everythingIn(talk)).not.toContain(SECRET);
    await settles(async () => expect(await found(SECRET)).toBe(0));
    await crash();
    expect(await everythingIn(talk)).not.toContain(SECRET);
  });

  it("leaves none in the batch that brought it, in another's request, or in an answer's quote", async () => {
    const id = newMid(), answer = newMid();
    const joined = (...bodies: { entry: unknown[] }[]) => ({ object: "whatsapp_business_account", entry: bodies.flatMap(({ entry }) => entry) });
    await whatsapp(
      joined(onWhatsApp.says(ANN, "Beside it", { at }), message(id)),
      joined(onWhatsApp.says(ANN, "Beside its change", { at: at + 11_000 }), edit(id)),
      onWhatsApp.says(ANN, "As I said", { id: answer, at: at + 12_000, context: { from: ANN.phone, id } }),
    );
    const talk = await onlyConversation(desk);
    expect((await entryOf(talk, answer)).quote?.text).toContain(SECRET);
    await whatsapp(revoke(id));
    expect(await everythingIn(talk)).not.toContain(SECRET);
    expect((await talk.entries()).map(({ text }) => text)).toEqual(expect.arrayContaining(["Beside it", "Beside its change", "As I said"]));
  });

  it("leaves none in a request that brought another customer's message too, before or after", async () => {
    const ben = { phone: "14155550199", user: "US.199", name: "Ben" };
    const both = (id: string, other: string) => ({ object: "whatsapp_business_account", entry: [...message(id).entry, ...onWhatsApp.says(ben, "From Ben", { id: other, at }).entry] });
    const [early, late] = [newMid(), newMid()];
    await whatsapp(both(late, newMid()), revoke(late), revoke(early), both(early, newMid()));
    const talks = await conversationsOf(desk);
    expect(talks).toHaveLength(2);
    await Promise.all(talks.map((talk) => alarmAt(talk.stub(), Date.now() + 60_000)));
    for (const talk of talks) expect(await everythingIn(talk)).not.toContain(SECRET);
    await settles(async () => expect(await files()).toEqual([]));
  });

  it("and large requests leave nothing in the bucket when they come again", async () => {
    const large = (id: string) => ({ ...message(id), padding: "x".repeat(300_000) });
    const [id, gone] = [newMid(), newMid()];
    await whatsapp(large(id));
    expect(await files()).toHaveLength(1);
    await new Promise((resolve) => setTimeout(resolve, 5));
    await whatsapp(large(id), revoke(gone), large(gone));
    expect(await files()).toHaveLength(1);
    await whatsapp(revoke(id));
    await settles(async () => expect(await files()).toEqual([]));
  });

  it("takes its files along", async () => {
    const id = newMid();
    await whatsapp(onWhatsApp.message(ANN, { id, type: "image", image: { id: "77", mime_type: "image/png", sha256: "x", caption: SECRET } }, at));
    const talk = await onlyConversation(desk);
    await settles(async () => expect((await entryOf(talk, id)).attachments[0]?.state).toBe("ready"));
    expect(await files()).toHaveLength(1);
    await whatsapp(revoke(id));
    await settles(async () => expect(await files()).toEqual([]));
    expect((await entryOf(talk, id)).attachments).toEqual([]);
  });

  it("takes along a file that was still on its way", async () => {
    vi.restoreAllMocks();
    const { answer, release } = held();
    const graph = fakeGraph(({ url }) => (url.hostname === "lookaside.fbsbx.com" ? answer() : serves(url)));
    const id = newMid();
    await whatsapp(onWhatsApp.message(ANN, { id, type: "image", image: { id: "78", mime_type: "image/png", sha256: "x" } }, at));
    await settles(() => expect(graph.asked.some(({ url }) => url.hostname === "lookaside.fbsbx.com")).toBe(true));
    await whatsapp(revoke(id));
    const talk = await onlyConversation(desk);
    await settles(async () => expect((await inside(talk)).stored[0]!.entry.deleted).toBe(true));
    release(() => serves(new URL("https://lookaside.fbsbx.com/media")));
    await settles(async () => expect((await pending(talk)).filter((key) => key.startsWith("fetch:"))).toEqual([]));
    await alarmAt(talk.stub(), Date.now() + 60_000);
    expect(await pending(talk)).toEqual([]);
    expect(await files()).toEqual([]);
  });

  it("is gone from every screen that shows it", async () => {
    const id = newMid();
    await whatsapp(message(id));
    await provesSync(await onlyConversation(desk), () => whatsapp(revoke(id)));
  });

  it("in the phone app by one of ours is gone as well", async () => {
    const id = newMid();
    await whatsapp(onWhatsApp.echo(ANN, { id, text: { body: SECRET } }, at), onWhatsApp.echo(ANN, { type: "revoke", revoke: { original_message_id: id } }, at + 1_000));
    const talk = await onlyConversation(desk);
    expect(await entryOf(talk, id)).toMatchObject({ deleted: true, deletedBy: "member", text: "" });
    expect(await everythingIn(talk)).not.toContain(SECRET);
  });
});

const pending = (talk: TestConversation): Promise<string[]> => runInDurableObject(talk.stub(), ({ timers }) => ["fetch:", "wipe:"].flatMap((kind) => timers.all(kind).map(({ key }) => key)));

describe("an older conversation", () => {
  /** Three conversations of one customer, each with a message. */
  async function three() {
    const ids = [newMid(), newMid(), newMid()];
    const talks: TestConversation[] = [];
    for (const [nth, id] of ids.entries()) {
      await later(nth * 40 * DAY, async () => {
        await posts(desk.meta.whatsapp, onWhatsApp.says(ANN, `Message ${nth}`, { id, at: Date.now() }));
        const [current] = (await conversationsOf(desk)).slice(-1);
        talks.push(conversation(desk, current!.id));
        if (nth < 2) await current!.object().change({ status: "closed" }, current!.actor, {}, Date.now());
      });
    }
    expect(new Set(talks.map(({ id }) => id)).size).toBe(3);
    return { ids, talks };
  }

  it.each([0, 1])("hears of a reaction, a change and an end to its message (the %i. of three), and no other does", async (nth) => {
    const { ids, talks } = await three();
    const old = talks[nth]!;
    await later(81 * DAY, async () => {
      await posts(desk.meta.whatsapp, onWhatsApp.reaction(ANN, ids[nth]!, "🦄", Date.now()));
      await posts(desk.meta.whatsapp, onWhatsApp.edit(ANN, ids[nth]!, "Changed", Date.now()));
      expect(await comes(old, ids[nth]!)).toMatchObject({ text: "Changed", reactions: [{ emoji: "🦄", by: "contact" }] });
      expect((await old.open()).status).toBe("closed");
      await posts(desk.meta.whatsapp, onWhatsApp.revoke(ANN, ids[nth]!, Date.now()));
    });
    expect((await entryOf(old, ids[nth]!)).deleted).toBe(true);
    for (const talk of talks.filter(({ id }) => id !== old.id)) expect((await talk.entries()).filter(({ kind }) => kind !== "system").map(({ deleted, reactions = [] }) => [deleted, reactions])).toEqual([[false, []]]);
  });

  it("hears of a change twice, and nothing of it waits elsewhere for a message that never comes", async () => {
    const { ids, talks } = await three();
    await later(81 * DAY, async () => {
      const change = onWhatsApp.edit(ANN, ids[1]!, "Changed", Date.now());
      await posts(desk.meta.whatsapp, change);
      await posts(desk.meta.whatsapp, change);
    });
    await alarmAt(talks[2]!.stub(), Date.now() + 90 * DAY);
    expect((await talks[2]!.entries()).map(({ text }) => text)).toEqual(["Message 2"]);
  });
});
