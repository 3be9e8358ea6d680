import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { alarmAt, crash, loseAlarm, sleep } from "../support/crash";
import { fakeGraph, refuses, taken, type Asked } from "../support/graph";
import { atScreen, comes, contactsOf, newMetaDesk, newMid, onMeta, onWhatsApp, onlyConversation, posts, type MetaDesk } from "../support/meta";
import { held } from "../support/provider";
import { provesSync } from "../support/prove";
import { forgetConnection } from "../../worker/flows/open-connection";
import { arrives, conversation, newPhone, text, type Line, type TestConversation } from "../support/conversation";
import { settles } from "../support/socket";

/** Nobody else in this run has these. */
let USER: string;
let ANN: { phone: string };
const MINUTE = 60_000;

let desk: MetaDesk;
let screen: Awaited<ReturnType<typeof atScreen>>;
beforeEach(async () => {
  ANN = { phone: newPhone().slice(1) };
  USER = `53495${ANN.phone}`;
  desk = await newMetaDesk();
  screen = await atScreen(desk);
});
afterEach(() => vi.restoreAllMocks());

const graphOf = (answer?: Parameters<typeof fakeGraph>[0]) => fakeGraph(answer, [ANN.phone, USER]);
const isReaction = ({ body }: Asked) => body?.["type"] === "reaction" || ["react", "unreact"].includes(String(body?.["sender_action"]));

/** A message of a customer's that we may react to. */
async function asked(line: Line = desk.meta.whatsapp) {
  const mid = newMid();
  await posts(line, line.provider === "whatsapp" ? onWhatsApp.says(ANN, "Done!", { id: mid }) : onMeta(line).says(USER, "Done!", { mid }));
  const talk = await onlyConversation(desk);
  const { id } = await comes(talk, mid);
  return { talk, id, mid, react: (emoji: string | null) => screen.api(`conversations/${talk.id}/entries/${id}/reaction`, { method: "PUT", json: { emoji } }) };
}
const shown = async (talk: TestConversation, id: string) => ((await talk.entry(id)).reactions ?? []).map(({ emoji, by, state }) => [emoji, by, state]);
const reaches = (talk: TestConversation, id: string, reactions: unknown[]) => vi.waitFor(async () => expect(await shown(talk, id)).toEqual(reactions), { timeout: 12_000, interval: 20 });

describe.each(["whatsapp", "messenger", "instagram"] as const)("ours on %s", (provider) => {
  it("is set, changed and taken away, there as here", async () => {
    const graph = graphOf();
    const { talk, id, react } = await asked(desk.meta[provider]);
    expect((await react("🦄")).status).toBe(200);
    await reaches(talk, id, [["🦄", "member", "sent"]]);
    await react("👍");
    await reaches(talk, id, [["👍", "member", "sent"]]);
    await react(null);
    await vi.waitFor(() => expect(graph.reactions()).toEqual(["🦄", "👍", ""]), { timeout: 12_000, interval: 20 });
    expect(await shown(talk, id)).toEqual([]);
  });

  it("changed quickly ends with the last one, there as here", async () => {
    const { answer, release } = held();
    let nth = 0;
    const graph = graphOf((one) => (isReaction(one) && ++nth === 1 ? answer() : undefined));
    const { talk, id, react } = await asked(desk.meta[provider]);
    await react("🦄");
    await settles(() => expect(graph.reactions()).toEqual(["🦄"]));
    await react("👍");
    await react("🎉");
    release(() => taken("x"));
    await reaches(talk, id, [["🎉", "member", "sent"]]);
    expect(graph.reactions().at(-1)).toBe("🎉");
  });
});

it("one message has one reaction of ours and one of theirs, each with its own time", async () => {
  graphOf();
  const { talk, id, mid, react } = await asked();
  const at = Date.now();
  await react("🦄");
  await posts(desk.meta.whatsapp, onWhatsApp.reaction(ANN, mid, "❤️", at));
  await posts(desk.meta.whatsapp, onWhatsApp.reaction(ANN, mid, "👎", at - 5_000));
  await reaches(talk, id, [["🦄", "member", "sent"], ["❤️", "contact", null]]);
  await posts(desk.meta.whatsapp, onWhatsApp.reaction(ANN, mid, "", at + 2_000));
  await reaches(talk, id, [["🦄", "member", "sent"]]);
});

it("a provider that is down is asked again, and that it was is not shown as a failure", async () => {
  let isDown = true;
  const graph = graphOf((one) => (isReaction(one) && isDown ? refuses(2, { status: 500 }) : undefined));
  const { talk, id, react } = await asked();
  await react("🦄");
  await settles(() => expect(graph.reactions()).toEqual(["🦄"]));
  expect(await shown(talk, id)).toEqual([["🦄", "member", "sending"]]);
  isDown = false;
  await settles(async () => { await alarmAt(talk.stub(), Date.now() + MINUTE); expect(await shown(talk, id)).toEqual([["🦄", "member", "sent"]]); });
  expect(graph.reactions()).toEqual(["🦄", "🦄"]);
});

it("a provider that stays down, or refuses, is left alone and the reaction says so", async () => {
  let code = 2;
  const graph = graphOf((one) => (isReaction(one) ? refuses(code, { status: code === 2 ? 500 : 400 }) : undefined));
  const { talk, id, react } = await asked();
  await react("🦄");
  await settles(() => expect(graph.reactions()).toHaveLength(1));
  for (let minutes = 2; minutes <= 6; minutes += 2) await alarmAt(talk.stub(), Date.now() + minutes * MINUTE);
  expect(await shown(talk, id)).toEqual([["🦄", "member", "failed"]]);
  expect(graph.reactions()).toHaveLength(4);
  code = 100;
  await react("👍");
  await reaches(talk, id, [["👍", "member", "failed"]]);
  expect(graph.reactions()).toHaveLength(5);
});

describe("when everything breaks while the provider has our reaction", () => {
  const breakages: Record<string, (talk: TestConversation) => Promise<void>> = {
    "the object dies": async () => crash(),
    "the object falls asleep": async (talk) => sleep(talk.stub()),
    "the alarm is lost": async (talk) => loseAlarm(() => talk.stub()),
    "it dies twice": async (talk) => { await crash(); await talk.open(); await crash(); },
  };
  it.each(Object.keys(breakages))("%s: it is brought there all the same", async (how) => {
    const { answer, release } = held();
    let nth = 0;
    const graph = graphOf((one) => (isReaction(one) && ++nth === 1 ? answer() : undefined));
    const { talk, id, react } = await asked();
    await react("🦄");
    await settles(() => expect(graph.reactions()).toHaveLength(1));
    if (how === "the object falls asleep") release(() => taken("x"));
    await breakages[how]!(talk);
    release(() => taken("x"));
    await settles(async () => { await talk.object().poke(); expect(await shown(talk, id)).toEqual([["🦄", "member", "sent"]]); });
    expect(new Set(graph.reactions())).toEqual(new Set(["🦄"]));
  });
});

it("every screen shows what became of it", async () => {
  graphOf();
  const { talk, id } = await asked();
  await provesSync(talk, () => talk.object().react(id, "🦄", talk.actor, Date.now()));
});

it("where a channel has no reactions, or a message is ours alone, it is refused", async () => {
  graphOf();
  const { talk } = await asked();
  const { entry } = (await talk.object().comment({ clientId: crypto.randomUUID(), text: "Between us" }, [], talk.actor, Date.now())) as { entry: { id: string } };
  expect((await screen.api(`conversations/${talk.id}/entries/${entry.id}/reaction`, { method: "PUT", json: { emoji: "🦄" } })).status).toBe(404);
  const [delivered] = await arrives(desk, desk.lines.twilio, [text(newPhone(), "By text")]);
  const sms = conversation(desk, delivered!.conversationId);
  const refused = await screen.api(`conversations/${sms.id}/entries/${(await sms.entries())[0]!.id}/reaction`, { method: "PUT", json: { emoji: "🦄" } });
  expect([refused.status, (await refused.json<{ reason: string }>()).reason]).toEqual([422, "no-reactions"]);
  expect(await contactsOf(desk)).toBe(2);
});

it("a connection that is switched off reacts no more", async () => {
  const graph = graphOf();
  const { talk, id, react } = await asked();
  await desk.account.db.prepare("UPDATE connection SET status = 'disabled' WHERE id = ?").bind(desk.meta.whatsapp.id).run();
  forgetConnection(desk.meta.whatsapp.id);
  await react("🦄");
  await alarmAt(talk.stub(), Date.now() + MINUTE);
  await settles(async () => expect(await shown(talk, id)).toEqual([["🦄", "member", "failed"]]));
  expect(graph.reactions()).toEqual([]);
});
