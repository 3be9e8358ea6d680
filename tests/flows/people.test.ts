import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Contact } from "../../worker/contract/contact";
import { arrives, conversation, text } from "../support/conversation";
import { alarmAt } from "../support/crash";
import { fakeGraph, refuses } from "../support/graph";
import { atScreen, contactsOf, conversationsOf, hasTemplate, inside, newMetaDesk, onMeta, onWhatsApp, onlyConversation, posts, SHEENA, type MetaDesk, type MetaProvider } from "../support/meta";
import { openSocket } from "../support/live";
import { settles } from "../support/socket";

const ANN = { phone: "14155550108", user: "US.108", name: "Ann" };
const PHONE = `+${ANN.phone}`;
const USER = "5349573198712345";

let desk: MetaDesk;
let screen: Awaited<ReturnType<typeof atScreen>>;
beforeEach(async () => {
  desk = await newMetaDesk();
  screen = await atScreen(desk);
});
afterEach(() => { vi.useRealTimers(); vi.restoreAllMocks(); });

const whatsapp = async (...bodies: object[]) => { for (const body of bodies) expect(await posts(desk.meta.whatsapp, body)).toBe(200); };
const contacts = async () => (await (await desk.fetch("/api/v1/contacts")).json<{ items: { id: string }[] }>()).items;
async function onlyContact(): Promise<Contact> {
  const [one, ...others] = await contacts();
  expect(others).toEqual([]);
  return (await desk.fetch(`/api/v1/contacts/${one!.id}`)).json<Contact>();
}
const addresses = async () => (await onlyContact()).identities.map(({ address }) => address).toSorted();
/** To whom the next answer goes. */
const answersTo = async () => (await screen.check(await onlyConversation(desk), "whatsapp")).to[0];

describe("a person on WhatsApp", () => {
  it("is one, whether they show their number, their id, or both", async () => {
    await whatsapp(onWhatsApp.says(ANN, "Both"), onWhatsApp.says({ user: ANN.user }, "Only the id"), onWhatsApp.says({ phone: ANN.phone }, "Only the number"));
    expect((await (await onlyConversation(desk)).entries()).map(({ text: words }) => words)).toEqual(["Both", "Only the id", "Only the number"]);
    expect(await addresses()).toEqual([PHONE, ANN.user].toSorted());
    expect((await onlyContact()).name).toBe("Ann");
  });

  it("who had written texts before is the same one", async () => {
    await arrives(desk, desk.lines.twilio, [text(PHONE, "By text")]);
    await whatsapp(onWhatsApp.says(ANN, "On WhatsApp"));
    await arrives(desk, desk.lines.twilio, [text(PHONE, "By text again")]);
    expect((await (await onlyConversation(desk)).entries()).map(({ text: words, channel }) => [channel, words])).toEqual([["sms", "By text"], ["whatsapp", "On WhatsApp"], ["sms", "By text again"]]);
  });

  it("who was first seen by id alone joins their number when they give it", async () => {
    const { user, name } = ANN;
    await whatsapp(onWhatsApp.says({ user, name, username: "ann.b" }, "Hi"));
    expect(await addresses()).toEqual([user]);
    expect(await answersTo()).toBe(user);
    await whatsapp(onWhatsApp.message({ user }, { type: "contacts", contacts: [{ name: { formatted_name: "Ann" }, phones: [{ phone: PHONE, wa_id: ANN.phone, user_id: user }], origin: "contact_request" }] }));
    expect(await addresses()).toEqual([PHONE, user].toSorted());
  });

  it("who hides everything but a user name is called by it and answered by id", async () => {
    const graph = fakeGraph();
    await whatsapp(onWhatsApp.says({ user: ANN.user, username: "ann.b" }, "Hi"));
    expect((await onlyContact()).name).toBe("@ann.b");
    const talk = await onlyConversation(desk);
    const sent = await screen.send(talk, { channel: "whatsapp", text: "Hello" });
    expect(sent.status).toBe(201);
    await talk.becomes((await sent.json<{ id: string }>()).id, "sent");
    expect(graph.messages()[0]).toMatchObject({ recipient: ANN.user });
    expect(graph.messages()[0]).not.toHaveProperty("to");
  });

  it("with a new number is the same person, answered there", async () => {
    await whatsapp(onWhatsApp.says(ANN, "Hi"));
    const change = onWhatsApp.message(ANN, { id: "wamid.change", type: "system", system: { type: "user_changed_number", body: "Changed", wa_id: "14155550109" } });
    await whatsapp(change, change);
    expect(await addresses()).toEqual([PHONE, "+14155550109", ANN.user].toSorted());
    expect(await answersTo()).toBe("+14155550109");
    await whatsapp(onWhatsApp.says({ phone: "14155550109" }, "From my new number"));
    const talk = await onlyConversation(desk);
    expect((await talk.entries()).map(({ kind, text: words }) => [kind, words])).toEqual([["message", "Hi"], ["activity", "Changed their number to +14155550109"], ["message", "From my new number"]]);
    expect(await talk.open()).toMatchObject({ inboundCount: 2 });
  });

  it("with a new id is the same person; told twice in two ways it happens once", async () => {
    const { user } = ANN;
    await whatsapp(onWhatsApp.says({ user, name: "Ann" }, "Hi"));
    await whatsapp(
      onWhatsApp.message({ user }, { type: "system", system: { type: "user_changed_user_id", body: "New id", user_id: "US.999", previous_user_id: user } }),
      onWhatsApp.value({ user_id_update: [{ user_id: { previous: user, current: "US.999" }, timestamp: Math.floor(Date.now() / 1_000) }] }, "user_id_update"),
      onWhatsApp.says({ user: "US.999" }, "Still me"),
    );
    expect((await (await onlyConversation(desk)).entries()).map(({ kind }) => kind)).toEqual(["message", "activity", "message"]);
    expect(await answersTo()).toBe("US.999");
  });

  it("whose copies arrive all at once is one", async () => {
    await Promise.all(Array.from({ length: 20 }, (_, nth) => posts(desk.meta.whatsapp, onWhatsApp.says([ANN, { phone: ANN.phone, user: ANN.user }][nth % 2]!, `Message ${nth}`))));
    expect(await contactsOf(desk)).toBe(1);
    expect((await (await onlyConversation(desk)).entries())).toHaveLength(20);
  });
});

describe.each(["messenger", "instagram"] as const)("a person on %s", (provider: MetaProvider) => {
  const names = { messenger: { first_name: "Jane", last_name: "Doe" }, instagram: { name: "Jane Doe", username: "jane" } }[provider as "messenger" | "instagram"];
  const asksForName = (graph: ReturnType<typeof fakeGraph>) => graph.asked.filter(({ url, method }) => method === "GET" && url.pathname.endsWith(`/${USER}`));

  it("is asked after once, and called by that name from then on", async () => {
    const graph = fakeGraph(({ method }) => (method === "GET" ? Response.json(names) : undefined));
    const line = desk.meta[provider];
    await posts(line, onMeta(line).says(USER, "Hi"));
    await posts(line, onMeta(line).says(USER, "Anyone?"));
    const talk = await onlyConversation(desk);
    await alarmAt(talk.stub(), Date.now() + 15_000);
    await settles(async () => expect((await talk.open()).contactName).toBe("Jane Doe"));
    expect((await onlyContact()).name).toBe("Jane Doe");
    await posts(line, onMeta(line).says(USER, "Hello?"));
    await alarmAt(talk.stub(), Date.now() + 60_000);
    expect(asksForName(graph)).toHaveLength(1);
    expect((await (await screen.api(`conversations/${talk.id}`)).json<{ contactName: string }>()).contactName).toBe("Jane Doe");
  });

  it("keeps the name a colleague gave them", async () => {
    fakeGraph(({ method }) => (method === "GET" ? Response.json(names) : undefined));
    const line = desk.meta[provider];
    await posts(line, onMeta(line).says(USER, "Hi"));
    const talk = await onlyConversation(desk);
    const { id } = await onlyContact();
    await desk.fetch(`/api/v1/contacts/${id}`, { method: "PATCH", json: { name: "Our Jane" } });
    await alarmAt(talk.stub(), Date.now() + 15_000);
    expect((await onlyContact()).name).toBe("Our Jane");
    expect((await talk.open()).contactName).toBe("Our Jane");
  });
});

describe("what WhatsApp's customers allow", () => {
  async function begun() {
    const graph = fakeGraph();
    await whatsapp(onWhatsApp.says(ANN, "Hi"));
    await hasTemplate(desk, desk.meta.whatsapp, "sale", "marketing");
    await hasTemplate(desk, desk.meta.whatsapp, "reminder", "utility");
    const talk = await onlyConversation(desk);
    const send = async (draft: object) => {
      const response = await screen.send(talk, { channel: "whatsapp", ...draft });
      return response.status === 201 ? "goes" : (await response.json<{ reason: string }>()).reason;
    };
    const may = async () => [await send({ template: { name: "sale", language: "en_US" } }), await send({ template: { name: "reminder", language: "en_US" } }), await send({ text: "An answer" })];
    return { graph, talk, may, consent: async () => (await inside(talk)).head.consent.whatsapp ?? "active" };
  }
  const at = Date.now() - 60_000;

  it("a stop of advertising ends advertising and nothing else, until they resume it", async () => {
    const { may } = await begun();
    expect(await may()).toEqual(["goes", "goes", "goes"]);
    await whatsapp(onWhatsApp.preference(ANN, "stop", at));
    expect(await may()).toEqual(["no-marketing", "goes", "goes"]);
    await whatsapp(onWhatsApp.preference(ANN, "resume", at + 10_000));
    expect(await may()).toEqual(["goes", "goes", "goes"]);
  });

  it("an old stop that arrives again, or after a newer resume, changes nothing", async () => {
    const { consent } = await begun();
    await whatsapp(onWhatsApp.preference(ANN, "resume", at + 10_000), onWhatsApp.preference(ANN, "stop", at));
    expect(await consent()).toBe("active");
    await whatsapp(onWhatsApp.preference(ANN, "stop", at + 20_000), onWhatsApp.preference(ANN, "resume", at + 10_000));
    expect(await consent()).toBe("no-marketing");
  });

  it.each(["at once", "later"])("WhatsApp's refusal of advertising (131050, %s) forbids advertising, and answers go", async (when) => {
    const { talk, may } = await begun();
    vi.restoreAllMocks();
    let refused = 0;
    const graph = fakeGraph(({ body }) => (when === "at once" && JSON.stringify(body).includes("\"sale\"") && refused++ === 0 ? refuses(131050) : undefined));
    const sent = await screen.send(talk, { channel: "whatsapp", template: { name: "sale", language: "en_US" } });
    const { id } = await sent.json<{ id: string }>();
    if (when === "later") {
      await talk.becomes(id, "sent");
      const { internal } = (await inside(talk)).stored.find(({ entry }) => entry.id === id)!;
      await whatsapp(onWhatsApp.status(internal.externalId!, "failed", { recipient_id: ANN.phone, errors: [{ code: 131050, title: "Stopped" }] }));
    }
    const entry = await talk.becomes(id, "failed");
    expect(entry.failure).toMatchObject({ class: "optout", code: "131050" });
    expect(await may()).toEqual(["no-marketing", "goes", "goes"]);
    expect(graph.messages().length).toBeGreaterThan(0);
  });

  it("STOP ends everything, and a later resume of advertising does not lift it; START does", async () => {
    const { may } = await begun();
    await whatsapp(onWhatsApp.says(ANN, "STOP", { at }));
    expect(await may()).toEqual(["opted-out", "opted-out", "opted-out"]);
    await whatsapp(onWhatsApp.preference(ANN, "resume", at + 5_000));
    expect(await may()).toEqual(["opted-out", "opted-out", "opted-out"]);
    await whatsapp(onWhatsApp.says(ANN, "START", { at: at + 10_000 }));
    expect(await may()).toEqual(["goes", "goes", "goes"]);
  });

  it("a yes to something else does not order advertising, and START does not lift what a colleague blocked", async () => {
    const { consent, talk } = await begun();
    await whatsapp(onWhatsApp.preference(ANN, "stop", at), onWhatsApp.says(ANN, "Yes", { at: at + 5_000 }));
    expect(await consent()).toBe("no-marketing");
    await talk.object().contactChanged({ consent: { whatsapp: "permanent" } });
    await whatsapp(onWhatsApp.says(ANN, "START", { at: at + 10_000 }));
    expect(await consent()).toBe("permanent");
  });

  it("a preference of somebody we never heard of is kept for when they write", async () => {
    await whatsapp(onWhatsApp.preference({ phone: SHEENA.phone }, "stop", at));
    await whatsapp(onWhatsApp.says(SHEENA, "Hi"));
    const [talk] = await conversationsOf(desk);
    expect((await inside(talk!)).head.consent).toEqual({ whatsapp: "no-marketing" });
  });
});

describe("that we read and write", () => {
  const seen = (talk: { id: string }, readCount: number) => screen.api(`conversations/${talk.id}`, { method: "PATCH", json: { readCount } });

  it.each(["whatsapp", "messenger", "instagram"] as const)("%s hears once of what was read", async (provider) => {
    const graph = fakeGraph();
    const line = desk.meta[provider];
    await posts(line, provider === "whatsapp" ? onWhatsApp.says(ANN, "Hi") : onMeta(line).says(USER, "Hi"));
    const talk = await onlyConversation(desk);
    expect((await seen(talk, 1)).status).toBe(200);
    await settles(() => expect(graph.signals()).toEqual(["read"]));
    await seen(talk, 1);
    await posts(line, provider === "whatsapp" ? onWhatsApp.says(ANN, "And") : onMeta(line).says(USER, "And"));
    await seen(talk, 2);
    await settles(() => expect(graph.signals()).toEqual(["read", "read"]));
  });

  it("typing an answer is told once in a while, a note for colleagues or another channel's answer never", async () => {
    const graph = fakeGraph();
    await posts(desk.meta.messenger, onMeta(desk.meta.messenger).says(USER, "Hi"));
    const talk = await onlyConversation(desk);
    const socket = await openSocket(desk, `/live/conversations/${talk.id}?cursor=0`, await desk.session("agent"));
    const types = (mode: "reply" | "comment", channel: string | null) => socket.say({ type: "typing", on: true, mode, draft: null, channel });
    types("comment", "messenger");
    types("reply", "sms");
    types("reply", null);
    for (let key = 0; key < 5; key++) types("reply", "messenger");
    await settles(() => expect(graph.signals()).toEqual(["typing"]));
    socket.close();
  });

  it("a public comment hears of neither", async () => {
    const graph = fakeGraph();
    const { instagram } = desk.meta;
    await posts(instagram, { object: "instagram", entry: [{ id: instagram.address, time: Date.now(), changes: [{ field: "comments", value: { id: "178", text: "price?", from: { id: USER, username: "jane" }, media: { id: "1" } } }] }] });
    const talk = await onlyConversation(desk);
    await seen(talk, 1);
    // What comes later and is told shows that nothing was told before it.
    await posts(instagram, onMeta(instagram).says(USER, "In private"));
    await seen(talk, 2);
    await settles(() => expect(graph.signals()).toEqual(["read"]));
  });

  it("a text message's reader is told to nobody", async () => {
    const graph = fakeGraph();
    const [delivered] = await arrives(desk, desk.lines.twilio, [text("+14155559876", "By text")]);
    const talk = conversation(desk, delivered!.conversationId);
    await seen(talk, 1);
    await posts(desk.meta.messenger, onMeta(desk.meta.messenger).says(USER, "Hi"));
    const other = (await conversationsOf(desk)).find(({ id }) => id !== talk.id)!;
    await seen(other, 1);
    await settles(() => expect(graph.signals()).toEqual(["read"]));
  });
});
