import { runInDurableObject } from "cloudflare:test";
import { expect } from "vitest";
import type { Conversation as ConversationObject } from "../../../durable-objects/conversation/conversation";
import type { Entry } from "../../../worker/contract/entry";
import type { Conversation } from "../../../worker/contract/conversation";
import { countConversations } from "../../../worker/db/conversations";
import { searchToken } from "../../../worker/db/projection";
import { actorOf, type TestConversation } from "../../support/conversation";
import { freshThread } from "../../support/prove";
import { inside } from "../../support/meta";
import { settles } from "../../support/socket";
import type { Delivery, Report } from "./provider";
import { talksOf, wholeList, type World, type Written } from "./world";

interface Seen { talk: TestConversation; open: Conversation; entries: Entry[]; /** Entries by `<connection>:<the provider's id>`. */ named: Map<string, Entry> }

/** The promises, after everything has settled. Throws what is broken, in words. */
export async function holds(world: World): Promise<void> {
  const seen: Seen[] = [];
  for (const talk of world.talks()) {
    const open = await talk.object().open(talk.actor);
    if (!open) continue;
    const { stored } = await inside(talk);
    seen.push({ talk, open, entries: await talk.entries(), named: new Map(stored.flatMap(({ external, entry }) => (external ? [[external, entry] as const] : []))) });
  }
  const entries = seen.flatMap((one) => one.entries);
  const named = new Map(seen.flatMap((one) => [...one.named]));
  kept(world, entries);
  spoken(world, entries, named);
  reactions(world, named);
  atMostOnce(world, entries);
  for (const written of world.written) if (written.kind === "message") endsAsReported(world, written, entries.find(({ id }) => id === written.id));
  files(entries);
  commentsStay(world, entries);
  expect(world.violations).toEqual([]);
  await screens(world, seen);
  await copies(world, seen);
  for (const { talk } of seen) expect(await overdue(talk), "timers overdue").toEqual([]);
}

/** 1 and 2: what was answered 2xx is there, once. */
function kept(world: World, entries: Entry[]): void {
  for (const { words, answered, spoken: elsewhere } of world.said) {
    expect(answered, `a provider never got through with ${words}`).toBe(true);
    if (elsewhere) continue;
    const keyword = /^(STOP|START)\n/.exec(words)?.[1];
    if (keyword) continue;
    expect(entries.filter((entry) => entry.direction === "in" && entry.text.trim() === words), `what the customer said: ${words}`).toHaveLength(1);
  }
  for (const keyword of ["STOP", "START"])
    expect(entries.filter((entry) => entry.direction === "in" && entry.text === keyword), keyword).toHaveLength(world.said.filter(({ words }) => words.startsWith(`${keyword}\n`)).length);
}

/** 1 and 2 on the other lines: each message once, with its newest words, or with none once it was unsent. */
function spoken(world: World, entries: Entry[], named: ReadonlyMap<string, Entry>): void {
  for (const { line, id, direction, text, isUnsent } of world.spoken) {
    const name = `${world.connection(line).id}:${id}`;
    // A mail's name has more to it than its id.
    const entry = named.get(name) ?? [...named].find(([key]) => key.startsWith(`${name}@`))?.[1];
    expect(entry, `${direction} on ${line}: ${text}`).toBeDefined();
    const bare = entry!.attachments.length > 0 && entry!.text === "";
    expect([entry!.direction, entry!.deleted, entry!.text], `what was said on ${line}`).toEqual([direction, isUnsent, isUnsent || bare ? "" : text]);
    if (!bare && !isUnsent) expect(entries.filter((one) => one.text === text), `${direction} on ${line}: ${text}`).toHaveLength(1);
  }
}

/** The customer's newest reaction is the one that is shown, where the message is known by the provider's name for it. */
function reactions(world: World, named: ReadonlyMap<string, Entry>): void {
  for (const [target, { emoji }] of world.reactions) {
    const entry = world.connected.map(({ id }) => named.get(`${id}:${target}`)).find((one) => one !== undefined);
    if (!entry || entry.deleted) continue;
    expect((entry.reactions ?? []).filter(({ by }) => by === "contact").map((one) => one.emoji), `the reaction to ${entry.text}`).toEqual(emoji === null ? [] : [emoji]);
  }
}

/** 3: one id is one entry, and the provider has it once unless a person was told otherwise. */
function atMostOnce(world: World, entries: Entry[]): void {
  for (const written of world.written) {
    const found = entries.filter(({ id }) => id === written.id);
    expect(written.outcome, `nobody answered ${written.id}`).not.toBe("unheard");
    expect(found, `entries of ${written.id}`).toHaveLength(written.outcome === "stored" ? 1 : 0);
    const deliveries = world.providers.deliveriesOf(written.id);
    const told = JSON.stringify({ attempts: found[0]?.attempts, calls: world.providers.callsOf(written.id) });
    expect(deliveries.length, `deliveries of ${written.id}, retried ${written.retries} times by a person: ${told}`).toBeLessThanOrEqual(written.kind === "comment" ? 0 : 1 + written.retries);
    if (written.cancelled) {
      expect(deliveries, `delivered though taken back: ${told}`).toEqual([]);
      expect(found[0]?.deleted).toBe(true);
    }
    const bodies = new Map<string, Set<string>>();
    for (const { key, body } of world.providers.callsOf(written.id)) if (key) bodies.set(key, (bodies.get(key) ?? new Set()).add(body));
    for (const [key, different] of bodies) expect(different.size, `bodies under the key ${key}`).toBe(1);
  }
  // An echo of our own is no second message, as long as there was only one.
  for (const written of world.written.filter(({ line }) => line !== null)) {
    const { expected } = world.providers;
    const words = [...expected].find(([, id]) => id === written.id)![0];
    const calls = world.providers.callsOf(written.id);
    if (calls.length <= 1) expect(entries.filter(({ text, direction }) => direction === "out" && text === words).length, `entries that say ${words}`).toBeLessThanOrEqual(1);
  }
}

/** 4: where a message ends follows from what providers said of it. */
function endsAsReported(world: World, written: Written, entry: Entry | undefined): void {
  if (!entry || entry.deleted) return;
  if (written.by === "chat") return void expect(["sent", "delivered", "read", "failed"]).toContain(entry.state);
  const calls = world.providers.callsOf(written.id);
  const deliveries = world.providers.deliveriesOf(written.id);
  const story = JSON.stringify({ line: written.line, entry: { state: entry.state, failure: entry.failure, attempts: entry.attempts }, calls: calls.map(({ answer, delivery, at }) => ({ answer, delivery: delivery?.id, at: new Date(at) })), deliveries: deliveries.map(({ id, reports }) => ({ id, reports: reports.map(({ word, heard: isHeard }) => `${word}${isHeard ? "" : " (unheard)"}`) })), retries: written.retries, resolved: [...written.resolved] });
  expect(["sent", "delivered", "read", "failed", "unknown"], `still on its way: ${story}`).toContain(entry.state);
  const told = arrivals(world, entry, deliveries);
  if (told.own) expect(RANKS[entry.state!], `${told.own} was reported: ${story}`).toBeGreaterThanOrEqual(RANKS[told.own]!);
  if (entry.state === "delivered" || entry.state === "read") return void expect(told.ranks, `nobody said ${entry.state}: ${story}`).toContain(RANKS[entry.state]);
  const last = calls.at(-1);
  const anyFailed = deliveries.some((one) => heard(one, "failed"));
  // A refusal of ours: opted out meanwhile, or the window has closed.
  const refusedByUs = entry.failure?.class === "optout" || entry.failure?.class === "window";
  const toldByPerson = written.resolved.size > 0;
  if (last?.delivery && heard(last.delivery, "failed") && !toldByPerson) expect(["failed"], `the newest delivery failed: ${story}`).toContain(entry.state);
  if (entry.state === "sent" && !written.resolved.has("sent")) {
    expect(deliveries.length, `said to be sent: ${story}`).toBeGreaterThan(0);
    expect(last?.answer === "taken" || deliveries.some(({ reports }) => reports.some((report) => report.heard)), `nobody said sent: ${story}`).toBe(true);
  }
  if (entry.state === "failed" && !written.resolved.has("failed") && !anyFailed && !refusedByUs) expect(last?.answer, `said to have failed: ${story}`).toMatch(/^(refused|later)$/);
  if (entry.state === "failed" && last?.answer === "taken" && !written.resolved.has("failed") && !refusedByUs) expect(heard(last.delivery!, "failed"), `the provider has it, yet it says failed: ${story}`).toBe(true);
  if (entry.state === "unknown") expect(last?.delivery?.reports.some((report) => report.heard && !report.isWatermark) ?? false, `unknown, though the provider spoke of it: ${story}`).toBe(false);
  if (entry.state === "unknown") expect(calls.some(({ answer }) => answer === "none") || entry.attempts.some(({ outcome }) => outcome === "unknown"), `said to be unknown: ${story}`).toBe(true);
}

const RANKS: Partial<Record<string, number>> = { failed: 0, unknown: 0, sent: 1, delivered: 2, read: 3 };
const heard = ({ reports }: Delivery, what: Report["says"]): boolean => reports.some((report) => report.heard && report.says === what);

/**
 * How far a message has come: `own` at least, by what was said of it and of nothing else; `ranks` may be believed. A watermark
 * speaks of all before it, and only of what we know to have gone out: one that comes while nobody knows says nothing for sure.
 */
function arrivals(world: World, entry: Entry, deliveries: Delivery[]): { own: "delivered" | "read" | null; ranks: number[] } {
  const isArrival = ({ says, heard: isHeard }: Report) => isHeard && (says === "delivered" || says === "read");
  const reports = deliveries.flatMap((one) => one.reports).filter(isArrival);
  const isSure = entry.attempts.length === 1 && entry.attempts[0]!.outcome === "sent";
  const own = reports.filter(({ isWatermark }) => !isWatermark || isSure).map(({ says }) => says);
  const leftAt = Date.parse(entry.attempts.at(-1)?.at ?? entry.at);
  const later = world.providers.deliveries.filter(({ to, provider }) => deliveries.some((one) => one.to === to && one.provider === provider))
    .flatMap((one) => one.reports).filter((report) => isArrival(report) && report.isWatermark && report.at >= leftAt);
  return { own: own.includes("read") ? "read" : own.includes("delivered") ? "delivered" : null, ranks: [...reports, ...later].map(({ says }) => RANKS[says]!) };
}

/** Media that was late is there in the end. */
function files(entries: Entry[]): void {
  for (const entry of entries) for (const file of entry.attachments) expect(file.state, `a picture in ${entry.text}`).toBe("ready");
}

/** 9: nothing that only colleagues may read has left. */
function commentsStay(world: World, entries: Entry[]): void {
  expect(world.providers.wire.join("\n")).not.toContain("SECRET");
  for (const { visitor } of world.people) expect(visitor?.wire.join("\n") ?? "").not.toContain("SECRET");
  for (const entry of entries) if (entry.text.includes("SECRET")) expect([entry.kind, entry.channel, entry.state]).toEqual(["comment", null, null]);
}

/** 5: screens that lost their sockets show what fresh ones show. */
async function screens(world: World, seen: Seen[]): Promise<void> {
  for (const { talk, open } of seen) {
    const person = world.people.find(({ talkId }) => talkId === talk.id);
    if (person) await settles(async () => expect(person.thread.state, "a colleague's screen").toEqual(await freshThread(talk)));
    const { mine, ...row } = open;
    await settles(() => expect(world.list.state.rows[talk.id], "the live list").toEqual(row));
    expect(world.list.state.mine[talk.id] ?? NOTHING(talk.id), "own state in the live list").toEqual(mine);
  }
  for (const { visitor, visitorId, chatId } of world.people) {
    if (!visitor || !chatId) continue;
    const { messages } = await world.desk.account.conversation(chatId).visitorPage(visitorId, world.desk.lines.chat.id, null, 200);
    await settles(() => expect([...visitor.messages.values()].toSorted((a, b) => a.seq - b.seq), "a visitor's page").toEqual(messages));
  }
  expect(Object.keys(world.list.state.rows).toSorted()).toEqual(seen.map(({ talk }) => talk.id).toSorted());
}

const NOTHING = (conversationId: string) => ({ conversationId, readCount: 0, starred: false, draft: false });

/** 6: the copies in D1 say what the conversations say. */
async function copies(world: World, seen: Seen[]): Promise<void> {
  const { account } = world.desk;
  const actor = actorOf(world.desk);
  const rows = await account.db.prepare("SELECT id, row FROM conversation WHERE account_id = ? ORDER BY id").bind(account.id).all<{ id: string; row: string }>();
  expect(rows.results.map(({ row }) => JSON.parse(row) as unknown)).toEqual(seen.map(({ open: { mine: _mine, ...row } }) => row).toSorted((a, b) => (a.id < b.id ? -1 : 1)));
  const states = await wholeList(world.desk);
  expect(Object.fromEntries(states.map((one) => [one.id, one.mine]))).toEqual(Object.fromEntries(seen.map(({ open }) => [open.id, open.mine])));
  const opened = seen.map(({ open }) => open).filter(({ status }) => status === "open");
  const counts = await countConversations(account, actor);
  expect(counts).toMatchObject({
    views: { all: opened.length, mine: opened.filter(({ assigneeId }) => assigneeId === actor.id).length, unassigned: opened.filter(({ assigneeId }) => assigneeId === null).length },
    tabs: { unread: opened.filter(({ inboundCount, mine }) => inboundCount > mine.readCount).length, "needs-reply": opened.filter(({ needsReply }) => needsReply).length, snoozed: seen.filter(({ open }) => open.status === "snoozed").length, starred: seen.filter(({ open }) => open.mine.starred).length },
  });
  const found = await account.db.prepare("SELECT entry_id AS id, conversation_id AS talk FROM entry_text WHERE entry_text MATCH ?").bind(`account : "${searchToken(account.id)}"`).all<{ id: string; talk: string }>();
  const expected = seen.flatMap(({ talk, entries }) => entries.filter(({ kind, deleted, text }) => (kind === "message" || kind === "comment") && !deleted && text !== "").map(({ id }) => `${talk.id}/${id}`));
  expect(found.results.map(({ id, talk }) => `${talk}/${id}`).toSorted(), "what search finds").toEqual(expected.toSorted());
  const contacts = await account.db.prepare("SELECT count(*) AS count FROM contact WHERE account_id = ?").bind(account.id).first<{ count: number }>();
  expect(contacts!.count, "contacts").toBe(world.people.flatMap(talksOf).length);
}

/** 7: nothing that was due is left. */
async function overdue(talk: TestConversation): Promise<string[]> {
  return runInDurableObject(talk.stub() as DurableObjectStub<ConversationObject>, (object) => object.timers.due(Date.now()));
}

