import { describe, expect, it } from "vitest";
import { channelOf } from "../../worker/channels/registry";
import { createConnection } from "../../worker/db/connections";
import { arrives, newConversation, newDesk, text } from "../support/conversation";

describe("a change names only what is there, as what it is", async () => {
  const desk = await newDesk();
  const talk = await newConversation(desk);
  const make = async (what: "labels" | "teams") => (await (await desk.fetch(`/api/v1/${what}`, { json: { name: what } })).json<{ id: string }>()).id;
  const label = await make("labels"), team = await make("teams"), member = desk.agent.id;
  const change = (json: object) => desk.fetch(`/api/v1/conversations/${talk.id}`, { method: "PATCH", json });

  it.each([
    ["a label as assignee", { assigneeId: label }], ["a team as assignee", { assigneeId: team }], ["a member as team", { teamId: member }],
    ["a team as label", { addLabels: [team] }], ["a label as follower", { addFollowers: [label] }], ["nobody", { assigneeId: "m_nobody" }],
  ])("%s is refused", async (_, json) => {
    const before = await talk.open();
    expect((await change(json)).status).toBe(400);
    expect(await talk.open()).toEqual(before);
  });

  it("each as what it is, is taken", async () => {
    expect(await (await change({ assigneeId: member, teamId: team, addLabels: [label], addFollowers: [member] })).json())
      .toMatchObject({ assigneeId: member, teamId: team, labelIds: [label], followerIds: [member] });
  });
});

it("a visitor is answered on the widget they came by, and on no other", async () => {
  const desk = await newDesk();
  const settings = channelOf("chat")!.settings.parse({ origins: ["https://blog.example.com"] });
  const other = await createConnection(desk.account, "chat", { provider: "chat", name: "Blog", address: "https://blog.example.com", settings: {} }, settings, Date.now());
  const [delivered] = await arrives(desk, desk.lines.chat, [{ kind: "message", externalId: crypto.randomUUID(), from: { kind: "visitor", address: "v_1" }, text: "Hello?", media: [], at: Date.now() }]);
  const send = (more: object) => desk.fetch(`/api/v1/conversations/${delivered!.conversationId}/messages`, { json: { clientId: crypto.randomUUID(), channel: "chat", text: "Hello", ...more } });
  for (const more of [{ connectionId: other.id }, { connectionId: other.id, to: ["v_1"] }]) {
    const refused = await send(more);
    expect([refused.status, (await refused.json<{ reason: string }>()).reason]).toEqual([422, "no-address"]);
  }
  for (const more of [{}, { connectionId: desk.lines.chat.id }, { to: ["v_1"] }]) expect((await send(more)).status).toBe(201);
});

it("a page of the thread begins above or below an entry, named by its id or its place", async () => {
  const desk = await newDesk();
  const talk = await newConversation(desk, "one");
  for (const words of ["two", "three"]) await arrives(desk, desk.lines.twilio, [text(talk.phone, words)]);
  const [first, second, third] = await talk.entries();
  const page = async (query: string) => {
    const answer = await desk.fetch(`/api/v1/conversations/${talk.id}/entries?${query}`);
    return answer.status === 200 ? (await answer.json<{ items: { id: string }[] }>()).items.map(({ id }) => id) : answer.status;
  };
  for (const place of [second!.id, String(second!.seq)]) {
    expect(await page(`before=${place}`)).toEqual([first!.id]);
    expect(await page(`after=${place}`)).toEqual([third!.id]);
  }
  expect(await page("before=e999")).toBe(404);
  expect(await page("before=nowhere")).toBe(400);
});
