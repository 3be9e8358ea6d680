import { env, runInDurableObject } from "cloudflare:test";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { channels } from "../../worker/channels/registry";
import type { InboundEvent } from "../../worker/channels/channel";
import { findConnection, openSettings, updateConnection } from "../../worker/db/connections";
import { rawKey, redeliver } from "../../worker/flows/inbound";
import { forgetConnection, openConnection } from "../../worker/flows/open-connection";
import { replay } from "../../worker/flows/replay";
import { processHeld, processKept } from "../../worker/flows/retry";
import { signTwilio } from "../../simulator/twilio/signature";
import { call } from "../support/account";
import { arrives, conversation, newConversation, newDesk, newExternal, newPhone, request, status, text, TWILIO_TOKEN, type Desk } from "../support/conversation";
import { alarmAt } from "../support/crash";
import { accepted, fakeProvider, silence } from "../support/provider";
import { settles } from "../support/socket";

const DAY = 24 * 3_600_000;
let desk: Desk;
beforeEach(async () => { desk = await newDesk(); });
afterEach(() => { vi.useRealTimers(); vi.restoreAllMocks(); });

/** Whatever is said happens this much later; only the date is pretended. */
async function later<T>(ms: number, act: () => Promise<T>): Promise<T> {
  vi.useFakeTimers({ now: Date.now() + ms, toFake: ["Date"] });
  try { return await act(); } finally { vi.useRealTimers(); }
}
const opened = async (line: { id: string }) => (await openConnection(env, line.id))!;
const contacts = async () => (await desk.account.db.prepare("SELECT count(*) AS count FROM contact WHERE account_id = ?").bind(desk.account.id).first<{ count: number }>())!.count;
/** A text as Twilio brings it. */
async function twilioHook(fields: Record<string, string>) {
  const { twilio } = desk.lines;
  const form = new URLSearchParams({ MessageSid: newExternal(), To: twilio.address, ...fields });
  const url = `${env.PUBLIC_URL}/hooks/twilio/${twilio.id}`;
  return call(url, { method: "POST", body: form.toString(), headers: { "content-type": "application/x-www-form-urlencoded", "x-twilio-signature": await signTwilio(TWILIO_TOKEN, url, form) } });
}
const kept = async () => (await env.BUCKET.list({ prefix: `a/${desk.account.id}/inbound/` })).objects.map(({ key }) => key);
async function setStatus(state: "active" | "disabled") {
  const row = (await findConnection(desk.account, desk.lines.twilio.id))!;
  await updateConnection(desk.account, row, { status: state }, await openSettings(desk.account, row));
  forgetConnection(row.id);
}

describe("a closed conversation", () => {
  it("reopens for a message within the account's days", async () => {
    const talk = await newConversation(desk);
    await talk.object().change({ status: "closed" }, talk.actor, {}, Date.now());
    await later(6 * DAY, () => arrives(desk, desk.lines.twilio, [text(talk.phone, "One more thing")]));
    expect((await talk.open()).status).toBe("open");
  });

  it("stays closed after that: the contact's next one begins, and a repeat of an old request changes nothing", async () => {
    const talk = await newConversation(desk);
    const old = text(talk.phone, "Bye");
    await arrives(desk, desk.lines.twilio, [old]);
    await talk.object().change({ status: "closed" }, talk.actor, {}, Date.now());
    const before = await talk.open();
    const next = await later(40 * DAY, async () => {
      const groups = await Promise.all([arrives(desk, desk.lines.twilio, [text(talk.phone, "Hello again")]), arrives(desk, desk.lines.twilio, [text(talk.phone, "Anyone?")])]);
      const ids = [...new Set(groups.flat().map(({ conversationId }) => conversationId))];
      expect(ids).toHaveLength(1);
      // A batch of something old and something new: the old stays where it was, the new is not lost.
      await arrives(desk, desk.lines.twilio, [old, text(talk.phone, "New beside old")]);
      return conversation(desk, ids[0]!);
    });
    expect(next.id).not.toBe(talk.id);
    expect(await talk.open()).toEqual(before);
    expect((await next.entries()).map((entry) => entry.text).toSorted()).toEqual(["Anyone?", "Hello again", "New beside old"]);
    expect((await next.open()).contactId).toBe(before.contactId);
  });

  it("hands an opt-out on to the next one, also when nobody else has heard of it yet", async () => {
    const talk = await newConversation(desk);
    await arrives(desk, desk.lines.twilio, [text(talk.phone, "STOP")]);
    await talk.object().change({ status: "closed" }, talk.actor, {}, Date.now());
    await desk.account.db.prepare("DELETE FROM consent WHERE account_id = ?").bind(desk.account.id).run();
    const [delivered] = await later(40 * DAY, () => arrives(desk, desk.lines.twilio, [text(talk.phone, "Do you still have the bike?")]));
    const next = conversation(desk, delivered!.conversationId);
    expect(next.id).not.toBe(talk.id);
    expect(await next.submit("Yes")).toMatchObject({ ok: false, reason: "opted-out" });
  });

  it.each(["new", "planned"])("sends nothing %s to a customer who has opted out in the next one", async (kind) => {
    const talk = await newConversation(desk);
    const provider = fakeProvider();
    const planned = kind === "planned" ? await talk.send("Time for a service", { sendAt: new Date(Date.now() + 50 * DAY).toISOString() }) : null;
    await talk.object().change({ status: "closed" }, talk.actor, {}, Date.now());
    await later(40 * DAY, () => arrives(desk, desk.lines.twilio, [text(talk.phone, "STOP")]));
    await settles(async () => expect(await desk.account.db.prepare("SELECT state FROM consent WHERE account_id = ?").bind(desk.account.id).first()).toEqual({ state: "inactive" }));
    if (planned) {
      await later(51 * DAY, () => talk.object().poke());
      expect((await talk.entry(planned.id)).failure?.class).toBe("optout");
    } else {
      const refused = await desk.fetch(`/api/v1/conversations/${talk.id}/messages`, { json: { clientId: crypto.randomUUID(), channel: "sms", text: "Hello?" } });
      expect([refused.status, (await refused.json<{ reason: string }>()).reason]).toEqual([422, "opted-out"]);
    }
    expect(provider.to(talk.phone)).toEqual([]);
  });

  it("is found again by a replay, which adds nothing anywhere", async () => {
    const talk = await newConversation(desk);
    const old = text(talk.phone, "Bye");
    await arrives(desk, desk.lines.twilio, [old]);
    await talk.object().change({ status: "closed" }, talk.actor, {}, Date.now());
    const entries = await talk.entries();
    const delivered = await later(400 * DAY, async () => redeliver(await opened(desk.lines.twilio), talk.id, [old], request()));
    expect(delivered).toEqual([{ conversationId: talk.id, entries: [expect.objectContaining({ repeated: true })] }]);
    expect(await talk.entries()).toEqual(entries);
  });
});

describe("a stranger who answers a thread of another contact", () => {
  const mail = (from: string, words: string, email: object = {}): InboundEvent => ({
    kind: "message", externalId: `${crypto.randomUUID()}@mail`, from: { kind: "email", address: from, name: from.split("@")[0] }, text: words, media: [], at: Date.now(),
    email: { subject: "Bike", to: [{ name: "", address: "support@acme.example" }], cc: [], bcc: [], replyTo: [], messageId: `${crypto.randomUUID()}@mail`, html: null, inReplyTo: [], references: [], conversationId: null, quoteAt: null, automatic: "no", warning: null, ...email } as never,
  });

  it("joins it under their own address, and does not become the customer", async () => {
    const first = mail("ada@example.com", "Is it ready?", { messageId: "first@mail" });
    const [delivered] = await arrives(desk, desk.lines.resend, [first]);
    const talk = conversation(desk, delivered!.conversationId);
    await vi.waitFor(async () => expect(await desk.account.db.prepare("SELECT 1 FROM email_message WHERE account_id = ?").bind(desk.account.id).first()).not.toBeNull(), { timeout: 8_000 });
    await arrives(desk, desk.lines.resend, [mail("bo@example.com", "Me too", { inReplyTo: ["first@mail"] })]);
    const entries = await talk.entries();
    expect(entries.map((entry) => [entry.text, entry.author.name])).toEqual([["Is it ready?", "ada"], ["Me too", "bo"]]);
    expect(entries[1]!.author.id).toBeNull();
    expect((await talk.open()).contactId).toBe(entries[0]!.author.id);

    // Once that thread is over, what they write is not lost: it begins a conversation of their own.
    await talk.object().change({ status: "closed" }, talk.actor, {}, Date.now());
    const [own] = await later(40 * DAY, () => arrives(desk, desk.lines.resend, [mail("bo@example.com", "Still there?", { inReplyTo: ["first@mail"] })]));
    expect(own!.conversationId).not.toBe(talk.id);
    const theirs = conversation(desk, own!.conversationId);
    expect((await theirs.entries()).map((entry) => entry.text)).toEqual(["Still there?"]);
    expect((await theirs.open()).contactId).not.toBe((await talk.open()).contactId);
  });
});

describe("reports about what we do not know", () => {
  it("make nobody a contact, and no conversation", async () => {
    const before = await contacts();
    await arrives(desk, desk.lines.resend, [status({ state: "delivered", externalId: "re_newsletter", recipient: "reader@example.com" })]);
    await arrives(desk, desk.lines.twilio, [status({ state: "delivered", externalId: "SM1", reference: "c_gone:e1" })]);
    expect(await contacts()).toBe(before);
    expect(await conversation(desk, "c_gone").object().open(conversation(desk, "c_gone").actor)).toBeNull();
  });

  it("do not bring an erased conversation back", async () => {
    const talk = await newConversation(desk);
    await talk.object().erase();
    await arrives(desk, desk.lines.twilio, [status({ state: "delivered", externalId: "SM1", reference: talk.reference("e1") })]);
    expect(await talk.object().open(talk.actor)).toBeNull();
  });
});

describe("a connection that is switched off", () => {
  it("keeps what comes, answers well, and processes it once switched on", async () => {
    await setStatus("disabled");
    const phone = newPhone();
    expect((await twilioHook({ From: phone, Body: "Are you there?" })).status).toBe(200);
    expect(await contacts()).toBe(0);
    const [key] = await kept();
    const job = { connectionId: desk.lines.twilio.id, key: key! };
    await processKept(env, job);
    expect(await kept()).toEqual([key]);
    await setStatus("active");
    expect(await processHeld(env, desk.account.id, desk.lines.twilio.id)).toBe(1);
    await processKept(env, job);
    await processKept(env, job);
    expect(await contacts()).toBe(1);
    expect(await kept()).toEqual([]);
  });

  it("is seen as it is now when a kept request comes up, whatever this machine remembers", async () => {
    await setStatus("disabled");
    await twilioHook({ From: newPhone(), Body: "Hello" });
    await opened(desk.lines.twilio);
    const row = (await findConnection(desk.account, desk.lines.twilio.id))!;
    await updateConnection(desk.account, row, { status: "active" }, await openSettings(desk.account, row));
    await processKept(env, { connectionId: row.id, key: (await kept())[0]! });
    expect(await contacts()).toBe(1);
  });
});

it("a request that cannot be processed is answered well, kept whole, and processed when it can be", async () => {
  const poison = vi.spyOn(channels["twilio"]!, "receive").mockRejectedValue(new Error("unreadable"));
  expect((await twilioHook({ From: newPhone(), Body: "poison" })).status).toBe(200);
  // Three before the answer; on a busy machine the queue has begun by now.
  expect(poison.mock.calls.length).toBeGreaterThanOrEqual(3);
  const keys = await kept();
  expect(keys).toHaveLength(1);
  await settles(async () => expect((await desk.account.connection(desk.lines.twilio.id).lines(10))[0]?.outcome).toBe("queued"));
  await expect(processKept(env, { connectionId: desk.lines.twilio.id, key: keys[0]! })).rejects.toThrow("unreadable");
  expect(await kept()).toEqual(keys);
  poison.mockRestore();
  await processKept(env, { connectionId: desk.lines.twilio.id, key: keys[0]! });
  expect(await contacts()).toBe(1);
});

it("a parked request can be read and taken through by hand, and is gone from the waiting ones after", async () => {
  const poison = vi.spyOn(channels["twilio"]!, "receive").mockRejectedValue(new Error("unreadable"));
  await twilioHook({ From: newPhone(), Body: "please look" });
  poison.mockRestore();
  let lineId = "";
  await settles(async () => { lineId = (await desk.account.connection(desk.lines.twilio.id).lines(10)).find((line) => line.kept)!.id; });
  const read = await replay(desk.account, desk.lines.twilio.id, lineId, "read");
  expect(read).toMatchObject({ request: { method: "POST", body: expect.stringContaining("please") } });
  expect(await replay(desk.account, desk.lines.twilio.id, lineId, "process")).toMatchObject({ entries: [{ repeated: false }] });
  expect(await kept()).toEqual([]);
  expect(await replay(desk.account, desk.lines.twilio.id, lineId, "process")).toBeNull();
});

it("a request that can be kept nowhere is not answered 200", async () => {
  vi.spyOn(channels["twilio"]!, "receive").mockRejectedValue(new Error("unreadable"));
  vi.spyOn(Object.getPrototypeOf(env.BUCKET) as R2Bucket, "put").mockRejectedValue(new Error("R2 is down"));
  expect((await twilioHook({ From: newPhone(), Body: "lost?" })).status).toBe(503);
});

it("raw bytes stay 30 days, also those too large for the object, and are gone after", async () => {
  const talk = await newConversation(desk);
  const small = request({ body: new TextEncoder().encode("as it came") });
  const large = request({ body: new Uint8Array(300_000).fill(120) });
  const [one] = await arrives(desk, desk.lines.twilio, [text(talk.phone, "small")], small);
  const [two] = await arrives(desk, desk.lines.twilio, [text(talk.phone, "large")], large);
  const raw = async (entryId: string) => talk.object().rawRequest(entryId);
  expect(new TextDecoder().decode((await raw(one!.entries[0]!.id))!.body!)).toBe("as it came");
  const { id } = (await raw(two!.entries[0]!.id))!;
  expect((await env.BUCKET.head(rawKey(desk.account.id, id)))!.size).toBe(300_000);
  await alarmAt(talk.stub(), Date.now() + 29 * DAY);
  expect(await raw(one!.entries[0]!.id)).not.toBeNull();
  await later(31 * DAY, () => talk.object().poke());
  expect(await raw(one!.entries[0]!.id)).toBeNull();
  expect(await env.BUCKET.head(rawKey(desk.account.id, id))).toBeNull();
  expect((await talk.entries()).map((entry) => entry.text)).toContain("large");
});

it("STOP ends sending at once and is written down; START allows it again; a colleague's block is not lifted by a word", async () => {
  const talk = await newConversation(desk);
  const provider = fakeProvider();
  const queued = await talk.send("Held back", { undoMs: 30_000 });
  await arrives(desk, desk.lines.twilio, [text(talk.phone, "stop!")]);
  expect(await talk.submit("No")).toMatchObject({ ok: false, reason: "opted-out" });
  await later(60_000, () => talk.object().poke());
  expect((await talk.entry(queued.id)).failure?.class).toBe("optout");
  expect(provider.sent).toEqual([]);
  await arrives(desk, desk.lines.twilio, [text(talk.phone, "START")]);
  expect(await talk.submit("Welcome back")).toMatchObject({ ok: true });
  await talk.object().contactChanged({ consent: { sms: "permanent" } });
  await arrives(desk, desk.lines.twilio, [text(talk.phone, "START")]);
  expect(await talk.submit("No")).toMatchObject({ ok: false, reason: "opted-out" });
});

describe("media of a provider", () => {
  const withPicture = (phone: string) => text(phone, "Look", { media: [{ ref: "https://api.twilio.com/media/ME1", type: "image/gif" }] });
  const picture = async (talk: ReturnType<typeof conversation>) => (await talk.entries()).at(-1)!.attachments[0]!;

  it("that is not there yet is fetched again", async () => {
    fakeProvider((nth) => (nth === 1 ? new Response("", { status: 503 }) : new Response("GIF89a", { headers: { "content-type": "image/gif" } })));
    const [delivered] = await arrives(desk, desk.lines.twilio, [withPicture(newPhone())]);
    const talk = conversation(desk, delivered!.conversationId);
    await settles(async () => expect(await picture(talk)).toMatchObject({ state: "ready", size: 6, type: "image/gif" }));
  });

  it("that comes slowly holds up no answer", async () => {
    fakeProvider((_, { url }) => (url.includes("/media/") ? silence() : accepted(newExternal())));
    const phone = newPhone();
    const [delivered] = await arrives(desk, desk.lines.twilio, [withPicture(phone)]);
    const talk = conversation(desk, delivered!.conversationId);
    const sent = await talk.send("Thank you", { undoMs: 30_000 });
    await later(31_000, () => talk.object().poke());
    expect((await talk.entry(sent.id)).state).toBe("sent");
    expect((await talk.entries())[0]!.attachments[0]!.state).toBe("fetching");
  });

  it("that never comes keeps the message, says so, and a person can try again", async () => {
    fakeProvider(() => new Response("", { status: 404 }));
    const [delivered] = await arrives(desk, desk.lines.twilio, [withPicture(newPhone())]);
    const talk = conversation(desk, delivered!.conversationId);
    for (let tries = 1; tries <= 7 && (await picture(talk)).state === "fetching"; tries++) await later(tries * 600_000, () => talk.object().poke());
    expect(await picture(talk)).toMatchObject({ state: "failed", problem: "gone" });
    expect((await talk.entries()).at(-1)!.text).toBe("Look");
    vi.restoreAllMocks();
    fakeProvider(() => new Response("GIF89a", { headers: { "content-type": "image/gif" } }));
    const entry = (await talk.entries()).at(-1)!;
    await talk.object().retryMedia(entry.id, entry.attachments[0]!.id, talk.actor, Date.now());
    await runInDurableObject(talk.stub(), (_, state) => state.storage.setAlarm(Date.now()));
    await settles(async () => expect((await picture(talk)).state).toBe("ready"));
    expect(await picture(talk)).not.toHaveProperty("problem");
  });

  it("that is larger than we take in is asked for once, and the message says why it has none", async () => {
    let asked = 0;
    fakeProvider((_, { url }) => {
      if (url.includes("/media/")) asked++;
      return new Response(new ReadableStream({ pull: (stream) => stream.enqueue(new Uint8Array(1024 * 1024)) }), { headers: { "content-type": "image/gif" } });
    });
    const [delivered] = await arrives(desk, desk.lines.twilio, [withPicture(newPhone())]);
    const talk = conversation(desk, delivered!.conversationId);
    await settles(async () => expect(await picture(talk)).toMatchObject({ state: "failed", problem: "too-large" }));
    await later(600_000, () => talk.object().poke());
    expect([asked, (await talk.entries()).at(-1)!.text]).toEqual([1, "Look"]);
  });
});
