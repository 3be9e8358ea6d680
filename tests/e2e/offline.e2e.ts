import { describe, expect } from "vitest";
import { becomes, entriesOf, phoneNumbers, sentTo, texts, words } from "./support/customers";
import { line, open, ready, reply, row } from "./support/desk";
import { test } from "./support/test";

const number = phoneNumbers(505);

describe("without a network", () => {
  test("what was seen stays readable, what is written waits, and goes out once when the network is back", async ({ as, api, world }) => {
    const [first, second] = [words("Read me on the train"), words("I was open already")];
    const from = number();
    const id = await texts({ api, world }, from, first);
    const other = await texts({ api, world }, number(), second);
    const agent = await as("agent");
    await open(agent, id);
    await line(agent, first).waitFor();
    await row(agent, second).click();
    await line(agent, second).waitFor();
    await becomes(() => new URL(agent.url()).searchParams.get("c"), other);

    await agent.context().setOffline(true);
    await agent.getByText("You are offline", { exact: true }).waitFor();
    await row(agent, first).click();
    await line(agent, first).waitFor();
    const said = words("Written in a tunnel");
    await ready(agent);
    await reply(agent, said);
    await line(agent, said).getByText("Waits for a connection").waitFor();
    await agent.getByText("One message will go out by itself.").waitFor();
    expect(await sentTo({ api, world }, "twilio", from)).toEqual([]);

    const meanwhile = words("Written while you were away");
    await world("/twilio/inbound", { from, text: meanwhile });
    await agent.context().setOffline(false);
    await line(agent, meanwhile).waitFor();
    await line(agent, said).getByRole("img", { name: "Delivered" }).waitFor();
    await agent.getByText("You are offline", { exact: true }).waitFor({ state: "detached" });
    expect((await sentTo({ api, world }, "twilio", from)).map(({ text }) => text)).toEqual([said]);
    expect((await entriesOf({ api, world }, id)).filter(({ text }) => text === said).length).toBe(1);
  });

  test("a queued answer survives a reload and still goes out once", async ({ as, api, world }) => {
    const from = number();
    const id = await texts({ api, world }, from, words("One more"));
    const agent = await as("agent");
    await open(agent, id);
    const said = words("From the outbox");
    // The page itself must be there to be reloaded: only the API is out of reach.
    await agent.route("**/api/v1/conversations/*/messages", (route) => route.abort("internetdisconnected"));
    await reply(agent, said);
    await line(agent, said).getByText("Waits for a connection").waitFor();
    await agent.unroute("**/api/v1/conversations/*/messages");
    await agent.reload();
    await line(agent, said).getByRole("img", { name: "Delivered" }).waitFor();
    expect((await sentTo({ api, world }, "twilio", from)).map(({ text }) => text)).toEqual([said]);
  });
});
