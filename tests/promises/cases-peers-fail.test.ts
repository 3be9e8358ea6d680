import { afterEach, expect, it, vi } from "vitest";
import { ConversationFrame } from "../../worker/contract/frame";
import type { Entry } from "../../worker/contract/entry";
import { arrives, newConversation, newDesk, newPhone, text } from "../support/conversation";
import { alarmAt } from "../support/crash";
import { fakeGraph, refuses, serves } from "../support/graph";
import { atScreen, comes, conversationsOf, newMetaDesk, newMid, onlyConversation, onWhatsApp, posts } from "../support/meta";
import { fakeProvider } from "../support/provider";
import { freshThread } from "../support/prove";
import { settles, thread } from "../support/socket";

const MINUTE = 60_000;
afterEach(() => vi.restoreAllMocks());

it("while the access token has ended, everything that comes is kept, and what it needed comes once there is a new one", async () => {
  const phone = newPhone().slice(1);
  let isEnded = true;
  fakeGraph(({ method, url, body }) => {
    if (isEnded && url.hostname === "graph.facebook.com") return refuses(190, { subcode: 463, status: 401 });
    return method === "GET" || body === null ? serves(url) : undefined;
  }, [phone]);
  const desk = await newMetaDesk();
  const line = desk.meta.whatsapp;
  const [words, picture] = [newMid(), newMid()];
  expect(await posts(line, onWhatsApp.says({ phone }, "Is it there?", { id: words }))).toBe(200);
  expect(await posts(line, onWhatsApp.message({ phone }, { id: picture, type: "image", image: { id: "1479537139650973", mime_type: "image/png", sha256: "", caption: "This one" } }))).toBe(200);
  const talk = await onlyConversation(desk);
  const screen = await atScreen(desk);
  const { id } = await (await screen.send(talk, { channel: "whatsapp", text: "Yes" })).json<Entry>();
  expect((await talk.becomes(id, "failed")).failure).toMatchObject({ class: "auth", sentence: expect.stringContaining("Settings") as string });
  expect([(await comes(talk, words)).text, (await comes(talk, picture)).text]).toEqual(["Is it there?", "This one"]);
  expect((await comes(talk, picture)).attachments[0]!.state).not.toBe("ready");
  isEnded = false;
  expect((await desk.fetch(`/api/v1/connections/${line.id}`, { method: "PATCH", json: { settings: { accessToken: "NEW" } } })).status).toBe(200);
  await settles(async () => {
    await alarmAt(talk.stub(), Date.now() + 10 * MINUTE);
    expect((await comes(talk, picture)).attachments[0]!.state).toBe("ready");
  });
  expect((await screen.api(`conversations/${talk.id}/messages/${id}/retry`, { method: "POST" })).status).toBe(200);
  await talk.becomes(id, "sent");
});

it("a flood of one customer rejects nobody's messages, theirs included", async () => {
  fakeGraph();
  const desk = await newMetaDesk();
  const line = desk.meta.whatsapp;
  const [loud, ...others] = Array.from({ length: 4 }, () => newPhone().slice(1));
  const said = Array.from({ length: 60 }, (_, nth) => ({ phone: loud!, words: `again ${nth}` }));
  others.forEach((phone, nth) => said.splice(15 * (nth + 1), 0, { phone, words: "Only once" }));
  const statuses = await Promise.all(said.map(({ phone, words }) => posts(line, onWhatsApp.says({ phone }, words))));
  expect(new Set(statuses)).toEqual(new Set([200]));
  const talks = await Promise.all((await conversationsOf(desk)).map(async (talk) => (await talk.entries()).filter(({ direction }) => direction === "in").map((one) => one.text)));
  expect(talks.map((texts) => texts.length).toSorted((a, b) => a - b)).toEqual([1, 1, 1, 60]);
  expect(new Set(talks.find((texts) => texts.length === 60))).toEqual(new Set(said.filter(({ phone }) => phone === loud).map(({ words }) => words)));
});

it("a socket whose other end is gone without a word costs nobody anything, and who comes back with its cursor misses nothing", async () => {
  fakeProvider();
  const desk = await newDesk();
  const talk = await newConversation(desk);
  const gone = await thread(talk.object(), talk.actor);
  await settles(() => expect(gone.state.cursor).toBeGreaterThan(0));
  const { cursor, entries } = structuredClone(gone.state);
  const other = await thread(talk.object(), { ...talk.actor, id: desk.agent.id });
  for (const words of ["one", "two", "three"]) await arrives(desk, desk.lines.twilio, [text(talk.phone, words)]);
  await settles(async () => expect(other.state.entries).toEqual((await freshThread(talk)).entries));
  const back = await thread(talk.object(), talk.actor, cursor);
  await settles(async () => expect({ ...entries, ...back.state.entries }).toEqual((await freshThread(talk)).entries));
});

it("a client that is too slow for its events never misses one silently: it notices the gap and asks", async () => {
  fakeProvider();
  const desk = await newDesk();
  const talk = await newConversation(desk);
  const { webSocket } = await talk.object().fetch(new Request("https://object/?cursor=0", { headers: { upgrade: "websocket", "x-actor": JSON.stringify(talk.actor) } }));
  const seen: Record<string, Entry> = {};
  let [cursor, frames, gaps] = [0, 0, 0];
  webSocket!.addEventListener("message", ({ data }) => {
    const frame = ConversationFrame.parse(JSON.parse(data as string));
    // Two of three are lost on the way.
    if (frame.type !== "sync" || ++frames % 3 !== 1) return;
    if (frame.from > cursor) { gaps++; return webSocket!.send(JSON.stringify({ type: "sync", cursor })); }
    for (const entry of frame.entries) seen[entry.id] = entry;
    cursor = Math.max(cursor, frame.to);
  });
  webSocket!.accept();
  for (let nth = 0; nth < 20; nth++) await arrives(desk, desk.lines.twilio, [text(talk.phone, `words ${nth}`)]);
  await settles(async () => {
    // Whatever happens next shows the gap.
    await talk.object().poke();
    webSocket!.send(JSON.stringify({ type: "sync", cursor }));
    expect(seen).toEqual((await freshThread(talk)).entries);
  });
  expect(gaps).toBeGreaterThan(0);
});
