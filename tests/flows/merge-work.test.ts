import { afterEach, describe, expect, it, vi } from "vitest";
import { env } from "cloudflare:test";
import type { Contact } from "../../worker/contract/contact";
import type { Entry } from "../../worker/contract/entry";
import type { DuplicateList } from "../../worker/contract/merge";
import { resolveIdentity } from "../../worker/db/contacts";
import { findMerge, undoMerge } from "../../worker/db/merges";
import { settleMerges } from "../../worker/jobs/settle-merges";
import { actorOf, arrives, conversation, newDesk, newPhone, text, type Desk } from "../support/conversation";
import { alarmAt, crash, loseAlarm } from "../support/crash";
import { people, somebody } from "../support/merging";
import { provesList, provesSync } from "../support/prove";
import { fakeProvider } from "../support/provider";
import { settles } from "../support/socket";

const HOUR_MS = 3_600_000;
/** Tests in which hours pass have a desk of their own: its list waits for an alarm of then. */
const ownDesk = async () => { const own = await newDesk(); return { ...people(own), ...somebody(own), talk: (id: string) => conversation(own, id), bare: (...ids: string[]) => bareOf(own, ids), agent: own.agent }; };
const bareOf = async (of: Desk, ids: string[]) => Promise.all(ids.map(async (id) => { const { version: _version, ...row } = await conversation(of, id).open(); return row; }));

const desk = await newDesk();
const { post, get, contactOf, words, upToDate, merge, undo, patch } = people(desk);
const open = (id: string) => conversation(desk, id).open();
const bare = (...ids: string[]) => bareOf(desk, ids);
const settled = async () => { for (const minutes of [1, 7, 13, 19]) await settleMerges(env, Date.now() + minutes * 60_000); };
afterEach(() => { vi.useRealTimers(); vi.restoreAllMocks(); });

describe("what colleagues have arranged", () => {
  it("comes along with what is still worked on, is shown before, and goes back with an undo", async () => {
    const { asTwo, post, patch, upToDate, merge, undo, bare, talk, agent } = await ownDesk();
    const { texted, mailed, kept, other } = await asTwo();
    const label = await post<{ id: string }>("/api/v1/labels", { name: `Repair ${texted}` });
    await patch(texted, { assigneeId: agent.id, addLabels: [label.body.id] });
    await patch(mailed, { status: "snoozed", snoozedUntil: new Date(Date.now() + HOUR_MS).toISOString() });
    await upToDate(texted, mailed);
    const before = await bare(texted, mailed);
    const { body: told } = await merge(kept, other, { dryRun: true });
    // The snoozed one goes on, for it moved last; what is open in the other wakes it.
    expect(told).toMatchObject({ closes: texted, work: { status: "open", assigneeId: agent.id, labelIds: [label.body.id], snoozedUntil: null, scheduled: 0 } });
    const { body } = await merge(kept, other);
    expect(body.work).toEqual(told.work);
    expect(await talk(mailed).open()).toMatchObject({ status: "open", assigneeId: agent.id, labelIds: [label.body.id], snoozedUntil: null });
    // Asleep no more: its time does nothing.
    await alarmAt(talk(mailed).stub(), Date.now() + 2 * HOUR_MS);
    expect((await talk(mailed).entries()).filter(({ event }) => event?.type === "woke")).toEqual([]);
    await undo(body.mergeId);
    expect(await bare(texted, mailed)).toEqual(before);
    await alarmAt(talk(mailed).stub(), Date.now() + 2 * HOUR_MS);
    expect(await talk(mailed).open()).toMatchObject({ status: "open" });
  });

  it("what a colleague has not sent yet is found where it goes on, below what they began there, once however often it is told", async () => {
    const { texted, mailed, kept, other } = await somebody(desk).asTwo();
    const drafted = (id: string, who: "agent" | "admin", text: string, mode = "reply") =>
      desk.fetch(`/api/v1/conversations/${id}/draft`, { method: "PUT", json: { mode, channel: null, text, updatedAt: new Date().toISOString() } }, who);
    const draftsOf = async (id: string, who: "agent" | "admin") => (await (await desk.fetch(`/api/v1/conversations/${id}/draft`, {}, who)).json<{ items: { mode: string; text: string }[] }>()).items.map(({ mode, text }) => [mode, text]).toSorted();
    const written = await Promise.all([drafted(texted, "agent", "From the text"), drafted(texted, "agent", "A thought", "comment"), drafted(mailed, "admin", "Begun in the mail"), drafted(texted, "admin", "And in the text")]);
    expect(written.map(({ status }) => status)).toEqual([204, 204, 204, 204]);
    await merge(kept, other);
    const found = async () => [await draftsOf(mailed, "agent"), await draftsOf(mailed, "admin")];
    expect(await found()).toEqual([[["comment", "A thought"], ["reply", "From the text"]], [["reply", "Begun in the mail\n\nAnd in the text"]]]);
    expect((await (await desk.fetch(`/api/v1/conversations/${mailed}`, {}, "agent")).json<{ mine: { draft: boolean } }>()).mine.draft).toBe(true);
    await settled();
    await drafted(mailed, "admin", "");
    await settled();
    expect(await draftsOf(mailed, "admin")).toEqual([]);
  });

  it("of a closed case stays with it", async () => {
    const { asTwo } = somebody(desk);
    const { texted, mailed, kept, other } = await asTwo();
    await patch(texted, { assigneeId: desk.agent.id, status: "closed", closeReason: "Collected" });
    await upToDate(texted);
    const before = await bare(texted, mailed);
    const { body } = await merge(kept, other);
    expect(await open(mailed)).toMatchObject({ assigneeId: null });
    expect(await open(texted)).toMatchObject({ assigneeId: desk.agent.id, closeReason: "Collected" });
    await undo(body.mergeId);
    expect(await bare(texted, mailed)).toEqual(before);
  });

  it("stays unread for whom it was unread, in both", async () => {
    const { asTwo, texts } = somebody(desk);
    const { texted, mailed, kept, other } = await asTwo();
    await patch(mailed, { readCount: 1 });
    await merge(kept, other);
    const unread = async (id: string) => { const { inboundCount, mine } = await open(id); return inboundCount - mine.readCount; };
    expect([await unread(texted), await unread(mailed)]).toEqual([1, 0]);
    await texts("New for everybody");
    expect([await unread(texted), await unread(mailed)]).toEqual([1, 1]);
  });
});

describe("messages that wait", () => {
  const plans = async ({ post }: Pick<ReturnType<typeof people>, "post">, id: string, channel: string, at: number) => (await post<Entry>(`/api/v1/conversations/${id}/messages`, { clientId: crypto.randomUUID(), channel, text: "Planned", sendAt: new Date(at).toISOString() })).body;

  it("leave at their time and by their own channel, and what was closed stays closed", async () => {
    const provider = fakeProvider();
    const own = await ownDesk();
    const { phone, asTwo, talk, merge, upToDate } = own;
    const { texted, mailed, kept, other } = await asTwo();
    const planned = await plans(own, texted, "sms", Date.now() + HOUR_MS);
    await upToDate(texted);
    expect((await merge(kept, other, { dryRun: true })).body.work).toMatchObject({ scheduled: 1 });
    await merge(kept, other);
    await alarmAt(talk(texted).stub(), Date.now() + 2 * HOUR_MS);
    expect(await talk(texted).becomes(planned.id, "sent")).toMatchObject({ channel: "sms", to: phone });
    expect(provider.to(phone)).toHaveLength(1);
    expect(await talk(texted).open()).toMatchObject({ status: "closed", scheduled: 0 });
    expect(await talk(mailed).open()).toMatchObject({ status: "open" });
  });

  it("do not leave once either of both has said STOP", async () => {
    const provider = fakeProvider();
    const own = await ownDesk();
    const { phone, asTwo, texts, talk, merge, get } = own;
    const { texted, kept, other } = await asTwo();
    const planned = await plans(own, texted, "sms", Date.now() + HOUR_MS);
    await merge(kept, other);
    await texts("STOP");
    await settles(async () => { expect((await get<Contact>(`/api/v1/contacts/${kept.id}`)).consent).toEqual({ sms: "inactive" }); });
    await alarmAt(talk(texted).stub(), Date.now() + 2 * HOUR_MS);
    expect(await talk(texted).becomes(planned.id, "failed")).toMatchObject({ failure: { class: "optout" } });
    expect(provider.to(phone)).toEqual([]);
  });
});

describe("while two become one", () => {
  const EACH = 8;

  it("what both write at that moment is there once, and what they write then is in one place", async () => {
    const { phone, asTwo, texts, mails } = somebody(desk);
    const { texted, mailed, kept, other } = await asTwo();
    const said = Array.from({ length: EACH }, (_, nth) => [`Text ${nth}`, `Mail ${nth}`] as const);
    const repeated = text(phone, "Twice");
    const [merged] = await Promise.all([
      merge(kept, other), ...said.flatMap(([sms, mail]) => [texts(sms), mails(mail)]), ...[1, 2, 3].map(() => arrives(desk, desk.lines.twilio, [repeated])),
    ]);
    expect(merged.status).toBe(200);
    await settled();
    const all = [...await words(texted), ...await words(mailed)];
    expect(all.toSorted()).toEqual(["By text", "By mail", "Twice", ...said.flat()].toSorted());
    expect([await texts("After"), await mails("After")]).toEqual([mailed, mailed]);
    expect((await bare(texted, mailed)).map(({ status, contactId }) => [status, contactId])).toEqual([["closed", kept.id], ["open", kept.id]]);
  });

  it("an undo that a conversation has not heard yet keeps nobody from writing there", async () => {
    const { asTwo, texts } = somebody(desk);
    const { texted, mailed, kept, other } = await asTwo();
    const { body } = await merge(kept, other);
    // Only the database knows: whoever undid it died here.
    expect(await undoMerge(desk.account, (await findMerge(desk.account, body.mergeId!))!, actorOf(desk), Date.now())).toBe("undone");
    expect(await texts("Apart already")).toBe(texted);
    await settled();
    expect((await bare(texted, mailed)).map(({ status, contactId }) => [status, contactId])).toEqual([["open", kept.id], ["open", other.id]]);
    expect(await words(texted)).toEqual(["By text", "Apart already"]);
  });

  it("somebody undoes it: nothing is lost then either", async () => {
    const { asTwo, texts, mails } = somebody(desk);
    const { texted, mailed, kept, other } = await asTwo();
    const { body } = await merge(kept, other);
    await Promise.all([undo(body.mergeId), ...Array.from({ length: EACH }, (_, nth) => [texts(`Text ${nth}`), mails(`Mail ${nth}`)]).flat()]);
    await settled();
    expect([...await words(texted), ...await words(mailed)]).toHaveLength(2 * EACH + 2);
    expect([await texts("Apart"), await mails("Apart")]).toEqual([texted, mailed]);
    expect([(await contactOf(texted)).id, (await contactOf(mailed)).id]).toEqual([kept.id, other.id]);
  });

  it("every object dies, or loses its alarm, and it is finished all the same", async () => {
    for (const breaks of [() => crash(), (id: string) => loseAlarm(() => conversation(desk, id).stub())]) {
      const { asTwo } = somebody(desk);
      const two = await asTwo();
      const [merged] = await Promise.all([merge(two.kept, two.other).catch(() => null), breaks(two.texted)]);
      await settled();
      const isMerged = (await desk.fetch(`/api/v1/contacts/${two.other.id}`)).status === 404;
      // All of it or nothing: what the database took is told to both.
      if (merged?.status === 200) expect(isMerged).toBe(true);
      expect((await bare(two.texted, two.mailed)).map(({ status }) => status)).toEqual(isMerged ? ["closed", "open"] : ["open", "open"]);
    }
  });

  it("screens that watch either conversation, or the list, show what fresh ones show", async () => {
    const { asTwo } = somebody(desk);
    const { texted, mailed, kept, other } = await asTwo();
    const both = [conversation(desk, texted), conversation(desk, mailed)] as const;
    const first = await provesSync(both[0], () => merge(kept, other));
    await provesSync(both[1], () => undo(first.body.mergeId));
    await provesList(desk, [...both], () => merge(kept, other));
  });
});

describe("one after the other", () => {
  it("merged, made two, and merged the other way round is one again", async () => {
    const { asTwo, texts, mails } = somebody(desk);
    const { texted, mailed, kept, other } = await asTwo();
    const first = await merge(kept, other);
    await undo(first.body.mergeId);
    const { body } = await merge(other, kept);
    expect(body.contact.id).toBe(other.id);
    expect(new Set([await texts("Text"), await mails("Mail")]).size).toBe(1);
    expect([(await contactOf(texted)).id, (await contactOf(mailed)).id]).toEqual([other.id, other.id]);
    await undo(body.mergeId);
    expect([(await contactOf(texted)).id, (await contactOf(mailed)).id]).toEqual([kept.id, other.id]);
  });

  it("a third who takes over the two gives them back together", async () => {
    const { asTwo } = somebody(desk);
    const { kept, other, texted, mailed } = await asTwo();
    const third = (await post<Contact>("/api/v1/contacts", { name: "Third" })).body;
    const first = await merge(kept, other), second = await merge(third, kept);
    expect((await get<Contact>(`/api/v1/contacts/${third.id}`)).identities).toHaveLength(2);
    expect((await undo(first.body.mergeId)).status).toBe(404);
    await undo(second.body.mergeId);
    expect((await contactOf(mailed)).id).toBe(kept.id);
    await undo(first.body.mergeId);
    expect([(await contactOf(texted)).id, (await contactOf(mailed)).id]).toEqual([kept.id, other.id]);
  });

  it("whom a colleague has blocked stays blocked, whichever of both is kept", async () => {
    const { asTwo } = somebody(desk);
    const { mailed, kept, other } = await asTwo();
    await desk.fetch(`/api/v1/contacts/${kept.id}`, { method: "PATCH", json: { consent: { sms: "inactive" } } });
    const { body } = await merge(other, kept);
    expect(body.contact.consent).toEqual({ sms: "permanent" });
    expect(await desk.account.conversation(mailed).consent()).toMatchObject({ sms: "permanent" });
    await undo(body.mergeId);
    expect((await get<Contact>(`/api/v1/contacts/${other.id}`)).consent).toEqual({});
    expect((await get<Contact>(`/api/v1/contacts/${kept.id}`)).consent).toEqual({ sms: "permanent" });
  });
});

describe("who may be who", () => {
  const duplicates = async (id: string) => (await get<DuplicateList>(`/api/v1/contacts/${id}/duplicates`)).items;
  const made = async (json: object) => (await post<Contact>("/api/v1/contacts", json)).body;
  const apart = (one: string, other: string, method = "PUT") => desk.fetch(`/api/v1/contacts/${one}/apart/${other}`, { method });

  it("an address that a provider names for one and that is the other's is told, with the address", async () => {
    const phone = newPhone();
    const owner = await made({ name: "Owner of the number", identities: [{ kind: "phone", address: phone }] });
    const id = { kind: "user", scope: desk.lines.twilio.id, address: `US.${phone.slice(1)}`, name: "Somebody" };
    const { contactId } = await resolveIdentity(desk.account, [id], Date.now());
    expect(await duplicates(contactId)).toEqual([]);
    await resolveIdentity(desk.account, [id, { kind: "phone", scope: "", address: phone, name: "Somebody" }], Date.now());
    expect(await duplicates(contactId)).toMatchObject([{ contact: { id: owner.id }, reason: "shared-alias", sentence: expect.stringContaining(phone) }]);
    expect(await duplicates(owner.id)).toMatchObject([{ contact: { id: contactId }, reason: "shared-alias" }]);
  });

  it("two whom a colleague told apart are not suggested again, also after one of them became another, until it is taken back", async () => {
    const name = `Nora Lind ${crypto.randomUUID().slice(0, 6)}`;
    const [one, other, third] = [await made({ name }), await made({ name }), await made({ name: `${name} II` })];
    const ids = async (id: string) => (await duplicates(id)).map(({ contact }) => contact.id);
    expect(await ids(one.id)).toEqual([other.id]);
    expect([(await apart(other.id, one.id)).status, (await apart(one.id, other.id)).status]).toEqual([204, 204]);
    expect([await ids(one.id), await ids(other.id)]).toEqual([[], []]);
    const { body } = await merge(third, one);
    await desk.fetch(`/api/v1/contacts/${third.id}`, { method: "PATCH", json: { name } });
    expect(await ids(third.id)).toEqual([]);
    await undo(body.mergeId);
    expect(await ids(third.id)).toEqual([other.id, one.id].toSorted((a, b) => (a < b ? -1 : 1)));
    expect(await ids(one.id)).toEqual([third.id]);
    expect((await apart(one.id, other.id, "DELETE")).status).toBe(204);
    expect(new Set(await ids(one.id))).toEqual(new Set([other.id, third.id]));
    expect((await apart(one.id, one.id)).status).toBe(400);
    expect((await apart(one.id, "ct_none")).status).toBe(404);
  });

  it("is not for restricted colleagues to say, of contacts they see either", async () => {
    const { asTwo } = somebody(desk);
    const { texted, mailed, kept, other } = await asTwo();
    for (const id of [texted, mailed]) await patch(id, { addFollowers: [desk.restricted.id] });
    await upToDate(texted, mailed);
    const asked = (path: string, init: object = {}) => desk.fetch(path, init, "restricted").then(({ status }) => status);
    const mergePath = `/api/v1/contacts/${kept.id}/merge`;
    expect([await asked(mergePath, { json: { otherId: other.id } }), await asked(mergePath, { json: { otherId: other.id, dryRun: true } }), await asked(`/api/v1/contacts/${kept.id}/apart/${other.id}`, { method: "PUT" })]).toEqual([403, 403, 403]);
    const { body } = await merge(kept, other);
    expect(await asked(`/api/v1/contacts/merges/${body.mergeId}/undo`, { json: {} })).toBe(403);
  });
});
