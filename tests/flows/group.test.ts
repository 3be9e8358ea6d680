import { afterEach, describe, expect, it, vi } from "vitest";
import { env } from "cloudflare:test";
import { telnyx } from "../../worker/channels/sms-telnyx";
import type { ConversationRow, GroupMember } from "../../worker/contract/conversation";
import { shownAddress } from "../../worker/contract/shown-address";
import { createContact } from "../../worker/db/contact-records";
import { createConnection } from "../../worker/db/connections";
import type { ChannelConnection } from "../../worker/channels/channel";
import type { z } from "zod";
import { openConnection } from "../../worker/flows/open-connection";
import { arrives, conversation, newDesk, newPhone, request, text, type Line } from "../support/conversation";
import { fakeProvider } from "../support/provider";
import { settles } from "../support/socket";

afterEach(() => vi.restoreAllMocks());

const OURS = "+13125550100";
const PUBLIC_KEY = "Y6I4Z1W3OqUKj6sKB5snqfk7DAVRODomCQuh7JFJx8s=";

async function newGroupDesk() {
  const desk = await newDesk();
  const { id } = await createConnection(desk.account, "sms", { provider: "telnyx", name: "Group line", address: OURS, settings: {} }, telnyx.settings.parse({ apiKey: "KEY", publicKey: PUBLIC_KEY }), Date.now());
  const line: Line = { id, provider: "telnyx", channel: "sms", address: OURS, name: "Group line", status: "active", capabilities: telnyx.capabilities };
  const [ana, ben] = [newPhone(), newPhone()];
  await createContact(desk.account, { name: "Ana Ruiz", identities: [{ kind: "phone", address: ana }] }, Date.now());
  const group = [ana, ben].toSorted();
  const write = async (from: string, words: string, more: Parameters<typeof text>[2] = {}) => (await arrives(desk, line, [text(from, words, { group, ...more })]));
  const [first] = await write(ana, "Can we bring the tandem on Friday?");
  return { desk, line, ana, ben, group, write, talk: conversation(desk, first!.conversationId) };
}
/** A report on one of our messages, in Telnyx's own words. */
async function report({ desk, line }: { desk: Awaited<ReturnType<typeof newDesk>>; line: Line }, reference: string, to: [string, string][], more: object = {}) {
  const open = (await openConnection(env, line.id))!;
  const payload = { id: crypto.randomUUID(), from: { phone_number: OURS }, to: to.map(([phone_number, status]) => ({ phone_number, status })), errors: [], ...more };
  const raw = request({ url: `https://inbox.example.com/hooks/telnyx/${line.id}?ref=${encodeURIComponent(reference)}`, body: new TextEncoder().encode(JSON.stringify({ data: { event_type: "message.finalized", payload } })) });
  return arrives(desk, line, await telnyx.receive(raw, open.connection as ChannelConnection<z.infer<typeof telnyx.settings>>), raw);
}
/** To whom a group text went; objects of other tests may still have work of their own. */
const groupSends = ({ sent }: { sent: { url: string; body: string }[] }) => sent.filter(({ url }) => url === "https://api.telnyx.com/v2/messages/group_mms").map(({ body }) => (JSON.parse(body) as { to: string[] }).to);
const answered = (id = crypto.randomUUID()) => Response.json({ data: { id, parts: 1, to: [] } });

describe("a group text", () => {
  it("is a conversation of its own, with everybody in it by name and as a contact", async () => {
    const { desk, talk, ben, write } = await newGroupDesk();
    await write(ben, "Friday is fine for me");
    expect(await talk.open()).toMatchObject({ kind: "group", contactName: expect.stringContaining("Ana Ruiz"), inboundCount: 2 });
    expect((await talk.entries()).map(({ author, text: words }) => [author.name, words])).toEqual([["Ana Ruiz", "Can we bring the tandem on Friday?"], [ben, "Friday is fine for me"]]);
    const contacts = await (await desk.fetch("/api/v1/contacts")).json<{ items: { identities: { kind: string; address: string }[] }[] }>();
    expect(contacts.items.flatMap(({ identities }) => identities).filter(({ kind }) => kind === "phone").map(({ address }) => address)).toContain(ben);
  });

  it("does not mix with what its people write alone", async () => {
    const { desk, line, ana, talk } = await newGroupDesk();
    const [alone] = await arrives(desk, line, [text(ana, "Between us: what does it cost?")]);
    expect(alone!.conversationId).not.toBe(talk.id);
    expect(await conversation(desk, alone!.conversationId).open()).toMatchObject({ kind: "customer", contactName: "Ana Ruiz" });
  });

  it("is one group whoever writes, and another with one person more", async () => {
    const { talk, group, ana, write } = await newGroupDesk();
    const more = await write(ana, "I add Cleo", { group: [...group, newPhone()] });
    expect(more[0]!.conversationId).not.toBe(talk.id);
    const same = await write(ana, "And here again", { group: group.toReversed() });
    expect(same[0]!.conversationId).toBe(talk.id);
  });

  it("is answered to all at once, and each recipient has a state of their own", async () => {
    const made = await newGroupDesk();
    const { desk, talk, line, ana, ben, group } = made;
    const provider = fakeProvider(() => answered());
    const sent = await (await desk.fetch(`/api/v1/conversations/${talk.id}/messages`, { json: { clientId: crypto.randomUUID(), channel: "sms", text: "Gladly, from nine.", undoMs: 0 } })).json<{ id: string; connectionId: string }>();
    expect(sent.connectionId).toBe(line.id);
    await talk.becomes(sent.id, "sent");
    expect(groupSends(provider)).toEqual([group]);
    await report(made, talk.reference(sent.id), [[ana, "delivered"], [ben, "queued"]], { cost: { amount: "0.0150", currency: "USD" } });
    expect(await talk.entry(sent.id)).toMatchObject({ state: "sent", price: { amount: "0.0150", currency: "USD" } });
    await report(made, talk.reference(sent.id), [[ana, "delivered"], [ben, "delivery_failed"]], { errors: [{ code: "40008", title: "Undeliverable" }] });
    const entry = await talk.entry(sent.id);
    expect(entry.state).toBe("failed");
    expect(Object.fromEntries(entry.recipients.map(({ address, state, failure }) => [address, [state, failure?.code ?? null]]))).toEqual({ [ana]: ["delivered", null], [ben]: ["failed", "40008"] });
  });

  it("that has just come may be answered in quiet hours, as one person's may", async () => {
    const { desk, talk, write, ana } = await newGroupDesk();
    const always = Array.from({ length: 7 }, () => [{ from: "00:01", to: "00:00" }]);
    expect((await desk.fetch("/api/v1/account", { method: "PATCH", json: { settings: { quietHours: { on: true, days: always, holidays: [], manual: "warn" } } } })).status).toBe(200);
    const outcome = async () => (await (await desk.fetch(`/api/v1/conversations/${talk.id}/check?channel=sms`)).json<{ channels: { outcome: string }[] }>()).channels[0]!.outcome;
    vi.useFakeTimers({ now: Date.UTC(2027, 0, 5, 12), toFake: ["Date"] });
    // A key asks, and what no person sends waits.
    expect(await outcome()).toBe("held");
    await write(ana, "Still there?", { at: Date.now() });
    expect(await outcome()).toBe("allowed");
    vi.useRealTimers();
  });

  it("a reaction in it is of the person who reacted", async () => {
    const { talk, line, ana, ben, write } = await newGroupDesk();
    fakeProvider(() => answered());
    const { id } = await talk.send("Gladly, from nine.", { line });
    await write(ana, "Liked “Gladly, from nine.”");
    await write(ben, "Loved “Gladly, from nine.”");
    expect((await talk.entry(id)).reactions).toMatchObject([{ emoji: "👍", name: "Ana Ruiz" }, { emoji: "❤️", name: ben }]);
    await write(ana, "Removed a like from “Gladly, from nine.”");
    expect((await talk.entry(id)).reactions).toMatchObject([{ emoji: "❤️", name: ben }]);
  });
});

describe("the people of a group", () => {
  const people = async ({ desk, talk }: Pick<Awaited<ReturnType<typeof newGroupDesk>>, "desk" | "talk">) => (await (await desk.fetch(`/api/v1/conversations/${talk.id}/people`)).json<{ items: GroupMember[] }>()).items;

  it("are told by name, with their own contact and whether they may be written to", async () => {
    const made = await newGroupDesk();
    const { ana, ben, group, write } = made;
    await write(ben, "STOP");
    const items = await people(made);
    expect(items.map(({ address }) => address)).toEqual(group);
    expect(items.find(({ address }) => address === ana)).toMatchObject({ name: "Ana Ruiz", consent: "active", contactId: expect.stringMatching(/^ct_/) });
    expect(items.find(({ address }) => address === ben)).toMatchObject({ name: ben, consent: "inactive" });
  });

  it("who get a name give it to the group; a name of the group's own stays", async () => {
    const { desk, talk, ana, ben, group } = await newGroupDesk();
    const { items } = await (await desk.fetch("/api/v1/contacts")).json<{ items: { id: string; name: string; identities: { kind: string; address: string }[] }[] }>();
    const contactOf = (address: string) => items.find(({ identities }) => identities.some((one) => one.kind === "phone" && one.address === address))!.id;
    const rename = (id: string, name: string) => desk.fetch(`/api/v1/contacts/${id}`, { method: "PATCH", json: { name } });
    await rename(contactOf(ben), "Ben Okafor");
    const names = group.map((one) => (one === ana ? "Ana Ruiz" : "Ben Okafor")).join(", ");
    expect((await talk.open()).contactName).toBe(names);
    const own = items.find(({ identities }) => identities.some(({ kind }) => kind === "group"))!.id;
    await rename(own, "The tandem");
    await rename(contactOf(ana), "Ana Ruiz-Lopez");
    expect((await talk.open()).contactName).toBe("The tandem");
  });

  it("are nobody in a conversation with one person", async () => {
    const { desk, line } = await newGroupDesk();
    const [alone] = await arrives(desk, line, [text(newPhone(), "Hello")]);
    expect(await people({ desk, talk: conversation(desk, alone!.conversationId) })).toEqual([]);
  });

  it("who join or leave make another group, which says so once above its first message", async () => {
    const { desk, ana, ben, group, write } = await newGroupDesk();
    const cleo = newPhone();
    await createContact(desk.account, { name: "Cleo Marsh", identities: [{ kind: "phone", address: cleo }] }, Date.now());
    const [wider] = await write(ana, "I add Cleo", { group: [...group, cleo] });
    const linesOf = async (id: string) => (await conversation(desk, id).entries()).map(({ event, text: words }) => `${event?.type ?? "message"}: ${words}`);
    expect(await linesOf(wider!.conversationId)).toEqual(["group-changed: Cleo Marsh joined: this is a group of its own", "message: I add Cleo"]);
    await write(ana, "Once more", { group: [...group, cleo] });
    expect(await linesOf(wider!.conversationId)).toHaveLength(3);
    const [other] = await write(cleo, "Without Ben", { group: [ana, cleo, newPhone()] });
    expect((await linesOf(other!.conversationId))[0]).toMatch(new RegExp(`joined, \\${shownAddress(ben)} left: this is a group of its own`));
  });
});

describe("a group that we begin", () => {
  const begin = (desk: Awaited<ReturnType<typeof newDesk>>, json: object) => desk.fetch("/api/v1/conversations", { json });

  it("goes to everybody, and their answer comes to the same conversation", async () => {
    const { desk, line, ana } = await newGroupDesk();
    const cleo = newPhone();
    const provider = fakeProvider(() => answered());
    const started = await begin(desk, { phones: [ana, cleo, ana, OURS] });
    expect(started.status).toBe(201);
    const row = await started.json<ConversationRow>();
    expect(row).toMatchObject({ kind: "group", contactName: [ana, cleo].toSorted().map((one) => (one === ana ? "Ana Ruiz" : one)).join(", ") });
    const sent = await desk.fetch(`/api/v1/conversations/${row.id}/messages`, { json: { clientId: crypto.randomUUID(), channel: "sms", text: "The tandem is ready.", undoMs: 0 } });
    expect(sent.status).toBe(201);
    await vi.waitFor(() => expect(groupSends(provider)).toEqual([[ana, cleo].toSorted()]));
    const [back] = await arrives(desk, line, [text(cleo, "Great!", { group: [ana, cleo] })]);
    expect(back!.conversationId).toBe(row.id);
    expect((await (await begin(desk, { phones: [cleo, ana] })).json<ConversationRow>()).id).toBe(row.id);
  });

  it("through another account's number is refused, and made by nobody", async () => {
    const [{ desk }, { line: theirs }] = [await newGroupDesk(), await newGroupDesk()];
    const refused = await begin(desk, { phones: ["+14155550001", "+14155550002"], connectionId: theirs.id });
    expect([refused.status, await refused.text()]).toEqual([400, expect.stringContaining("This number cannot send group texts")]);
    expect((await begin(desk, { phones: ["+14155550001", "+14155550002"], connectionId: "no-such" })).status).toBe(400);
    expect(await desk.account.db.prepare("SELECT 1 FROM identity WHERE account_id = ? AND kind = 'group' AND scope = ?").bind(desk.account.id, theirs.id).first()).toBeNull();
  });

  it("is begun by a restricted member only with people they see, or nobody knows: it would name the others", async () => {
    const { desk, ana } = await newGroupDesk();
    const start = (phones: string[]) => desk.fetch("/api/v1/conversations", { json: { phones } }, "restricted");
    const refused = await start([ana, newPhone()]);
    expect([refused.status, await refused.text()]).toEqual([400, expect.not.stringContaining("Ruiz")]);
    const strangers = [newPhone(), newPhone()];
    const started = await start(strangers);
    const { id } = await started.json<ConversationRow>();
    expect([started.status, (await desk.fetch(`/api/v1/conversations/${id}/people`, {}, "restricted")).status]).toEqual([201, 200]);
    expect((await start(strangers)).status).toBe(201);
  });

  it.each<[string, object, string]>([
    ["of more people than its number takes", { phones: Array.from({ length: 9 }, (_, nth) => `+1415555010${nth}`) }, "at most 8 people besides you. Remove 1."],
    ["of one person", { phones: ["+14155550001", "+1 415 555 0001"] }, "at least two"], ["with what is no number", { phones: ["+14155550001", "Ben"] }, "is not a phone number"],
    ["from a number without groups", { phones: ["+14155550001", "+14155550002"], connectionId: "twilio" }, "cannot send group texts"], ["and a contact at once", { phones: ["+14155550001", "+14155550002"], contactId: "ct" }, "either"], ["of nobody", {}, "either"],
  ])("%s is refused in words", async (_name, json, words) => {
    const { desk } = await newGroupDesk();
    const refused = await begin(desk, "connectionId" in json ? { ...json, connectionId: desk.lines.twilio.id } : json);
    expect([refused.status, await refused.text()]).toEqual([400, expect.stringContaining(words)]);
  });

  it("is nobody's who answers through a number without groups", async () => {
    const { desk, talk } = await newGroupDesk();
    const { channels } = await (await desk.fetch(`/api/v1/conversations/${talk.id}/check`)).json<{ channels: { channel: string; connectionId: string }[] }>();
    expect(channels.map(({ channel }) => channel)).toEqual(["sms"]);
    const refused = await desk.fetch(`/api/v1/conversations/${talk.id}/messages`, { json: { clientId: crypto.randomUUID(), channel: "sms", connectionId: desk.lines.twilio.id, text: "Hello", undoMs: 0 } });
    expect(refused.status).toBe(422);
  });
});

describe("STOP in a group", () => {
  it("is of the one who said it: nobody writes to the group or to them, but the others may be written to", async () => {
    const { desk, line, talk, ana, ben, write } = await newGroupDesk();
    fakeProvider(() => answered());
    await write(ana, "STOP");
    const send = (id: string, to?: string[]) => desk.fetch(`/api/v1/conversations/${id}/messages`, { json: { clientId: crypto.randomUUID(), channel: "sms", connectionId: line.id, text: "Hello", undoMs: 0, ...(to && { to }) } });
    const refused = await send(talk.id);
    expect([refused.status, await refused.json()]).toMatchObject([422, { reason: "opted-out", detail: expect.stringContaining("Ana Ruiz has asked not to be written to here, and a group text reaches everybody") }]);
    const check = await (await desk.fetch(`/api/v1/conversations/${talk.id}/check?channel=sms`)).json();
    expect(check).toMatchObject({ channels: [{ outcome: "refused", sentence: expect.stringContaining("Ana Ruiz") }] });
    const [[hers], [his]] = [await arrives(desk, line, [text(ana, "one more thing")]), await arrives(desk, line, [text(ben, "I am still in")])];
    expect((await send(hers!.conversationId)).status).toBe(422);
    expect((await send(his!.conversationId)).status).toBe(201);
  });

  it("is lifted by START, in the group or alone", async () => {
    const { desk, line, talk, ana, write } = await newGroupDesk();
    fakeProvider(() => answered());
    const check = async () => (await (await desk.fetch(`/api/v1/conversations/${talk.id}/check?channel=sms`)).json<{ channels: { outcome: string }[] }>()).channels[0]!.outcome;
    await write(ana, "STOP");
    expect(await check()).toBe("refused");
    await write(ana, "START");
    expect(await check()).toBe("allowed");
    await arrives(desk, line, [text(ana, "STOP")]);
    expect(await check()).toBe("refused");
    await arrives(desk, line, [text(ana, "START")]);
    expect(await check()).toBe("allowed");
  });

  it("holds back what was planned for the group before", async () => {
    const { desk, talk, line, ana } = await newGroupDesk();
    const provider = fakeProvider(() => answered());
    const { id } = await talk.send("See you on Friday", { line, undoMs: 30_000 });
    await arrives(desk, line, [text(ana, "STOP")]);
    vi.useFakeTimers({ now: Date.now() + 31_000, toFake: ["Date"] });
    await talk.object().poke();
    vi.useRealTimers();
    expect(await talk.entry(id)).toMatchObject({ state: "failed", failure: { class: "optout", sentence: expect.stringContaining("Ana Ruiz") } });
    expect(groupSends(provider)).toEqual([]);
  });

  it("that only the carrier tells of holds for the group and the person", async () => {
    const made = await newGroupDesk();
    const { desk, talk, line, ana, ben } = made;
    fakeProvider(() => answered());
    const { id } = await talk.send("See you on Friday", { line });
    await talk.becomes(id, "sent");
    await report(made, talk.reference(id), [[ana, "delivered"], [ben, "sending_failed"]], { errors: [{ code: "40300", title: "Blocked due to STOP message" }] });
    const check = await (await desk.fetch(`/api/v1/conversations/${talk.id}/check?channel=sms`)).json();
    expect(check).toMatchObject({ channels: [{ outcome: "refused", sentence: expect.stringContaining(`${shownAddress(ben)} has asked`) }] });
  });

  it("that a colleague set in the contact panel holds for the group too", async () => {
    const { desk, talk, ana } = await newGroupDesk();
    const { items } = await (await desk.fetch("/api/v1/contacts")).json<{ items: { id: string; identities: { address: string }[] }[] }>();
    const { id } = items.find(({ identities }) => identities.some(({ address }) => address === ana))!;
    expect((await desk.fetch(`/api/v1/contacts/${id}`, { method: "PATCH", json: { consent: { sms: "inactive" } } })).status).toBe(200);
    await settles(async () => expect(await (await desk.fetch(`/api/v1/conversations/${talk.id}/check?channel=sms`)).json()).toMatchObject({ channels: [{ outcome: "refused" }] }));
  });
});

it("a group's conversation is in the list as a group", async () => {
  const { desk, talk } = await newGroupDesk();
  await settles(async () => {
    const { items } = await (await desk.fetch("/api/v1/conversations")).json<{ items: ConversationRow[] }>();
    expect(items.find(({ id }) => id === talk.id)).toMatchObject({ kind: "group" });
  });
});
