import { describe, expect, it } from "vitest";
import { newConversation, newDesk } from "../support/conversation";

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
