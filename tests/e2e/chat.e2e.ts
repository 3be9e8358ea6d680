import type { Frame, Page } from "playwright-core";
import { describe, expect } from "vitest";
import type { ConnectionView } from "../../worker/contract/channel.ts";
import { becomes, conversationAbout, words } from "./support/customers";
import { box, comment, line, open, reply, thread } from "./support/desk";
import { openWidget, shopWith } from "./support/shop";
import { test } from "./support/test";

const SHOP = shopWith("ch_demo_chat");

const write = (frame: Frame) => frame.getByRole("textbox", { name: "Write a message" });
const log = (frame: Frame) => frame.getByRole("log", { name: "Messages" });

async function start(page: Page, text: string): Promise<Frame> {
  const frame = await openWidget(page);
  await frame.getByRole("button", { name: "Start a conversation" }).click();
  await write(frame).fill(text);
  await write(frame).press("Enter");
  await log(frame).getByText(text).waitFor();
  return frame;
}

describe("live chat", () => {
  test("visitor and agent see each other write, read and send, and a reload keeps the thread", async ({ as, visit, api, world }) => {
    const shop = await visit(SHOP);
    const question = words("Is the red one in stock?");
    const frame = await start(shop, question);
    const id = await conversationAbout({ api, world }, question);
    const agent = await as("agent");
    await open(agent, id);
    await line(agent, question).waitFor();
    // Who has told no name is not called by an id.
    await agent.getByRole("heading", { name: /^Visitor \w{4}$/ }).waitFor();
    await agent.getByText(/On the page/).waitFor();
    // The agent has it in front of them.
    await log(frame).getByText("Seen").waitFor();

    await write(frame).pressSequentially("And in bl");
    await thread(agent).getByText(/is typing/).waitFor();
    await agent.keyboard.press("r");
    await agent.keyboard.type("Yes, ");
    await log(frame).getByText(/is typing/).waitFor();
    const answer = words("in red and in blue");
    await agent.keyboard.type(answer);
    await agent.keyboard.press("Control+Enter");
    await log(frame).getByText(answer).waitFor();
    await line(agent, answer).getByRole("img", { name: "Read" }).waitFor();

    await shop.reload();
    const again = await openWidget(shop);
    await log(again).getByText(question).waitFor();
    await log(again).getByText(answer).waitFor();
    expect(await log(again).getByText(question).count()).toBe(1);
  });

  test("another visitor sees nothing of it, and a comment stays inside", async ({ as, visit, api, world }) => {
    const secret = words("My order number is 1043");
    const frame = await start(await visit(SHOP), secret);
    const agent = await as("agent");
    await open(agent, await conversationAbout({ api, world }, secret));
    const note = words("He is a good customer");
    await comment(agent, note);
    await line(agent, note).waitFor();
    const answer = words("Found it");
    await reply(agent, answer);
    await log(frame).getByText(answer).waitFor();
    expect(await log(frame).getByText(note).count()).toBe(0);

    const stranger = await visit(SHOP);
    const other = await openWidget(stranger);
    await other.getByRole("button", { name: "Start a conversation" }).waitFor();
    expect(await other.getByText(secret).count()).toBe(0);
  });

  test("files go both ways", async ({ as, visit, api, world }) => {
    const shop = await visit(SHOP);
    const frame = await openWidget(shop);
    await frame.getByRole("button", { name: "Start a conversation" }).click();
    await frame.locator("input[type=file]").setInputFiles({ name: "measure.txt", mimeType: "text/plain", buffer: Buffer.from("52 cm") });
    await frame.getByRole("button", { name: "Remove measure.txt" }).waitFor();
    const text = words("Here is my measure");
    await write(frame).fill(text);
    await becomes(() => frame.getByRole("button", { name: "Send", exact: true }).isEnabled(), true);
    await write(frame).press("Enter");
    await log(frame).getByText(text).waitFor();

    const agent = await as("agent");
    await open(agent, await conversationAbout({ api, world }, text));
    await line(agent, text).getByRole("link", { name: "Download measure.txt" }).waitFor();
    await agent.getByRole("region", { name: "Reply" }).locator("input[type=file]").first().setInputFiles({ name: "frame.txt", mimeType: "text/plain", buffer: Buffer.from("fits") });
    await agent.getByRole("button", { name: "Remove frame.txt" }).waitFor();
    await becomes(() => agent.getByRole("progressbar").count(), 0);
    const answer = words("It fits");
    await box(agent).fill(answer);
    await box(agent).press("Control+Enter");
    await log(frame).getByText(answer).waitFor();
    const [download] = await Promise.all([shop.waitForEvent("download"), log(frame).getByRole("link", { name: /frame\.txt/ }).click()]);
    expect(download.suggestedFilename()).toBe("frame.txt");
  });

  test("questions before the chat are asked once, and the answers name the customer", async ({ visit, api, world, url }) => {
    const made = await api<ConnectionView>("POST", "/connections", { provider: "chat", name: "Rental desk", address: url, settings: { origins: [url], greeting: "Rentals here", preChat: [{ key: "name", required: true }, { key: "email", required: false }] } });
    const shop = await visit(shopWith(made.id));
    const frame = await openWidget(shop);
    await frame.getByRole("button", { name: "Start a conversation" }).click();
    await frame.getByRole("button", { name: "Start chat" }).click();
    await frame.getByText("Please fill this in").waitFor();
    const name = words("Rosa");
    await frame.getByLabel("Name").fill(name);
    await frame.getByRole("button", { name: "Start chat" }).click();
    const text = words("A tandem for Sunday?");
    await write(frame).fill(text);
    await write(frame).press("Enter");
    await log(frame).getByText(text).waitFor();
    const id = await conversationAbout({ api, world }, text);
    expect((await api<{ contactName: string }>("GET", `/conversations/${id}`)).contactName).toBe(name);
    await shop.reload();
    await log(await openWidget(shop)).getByText(text).waitFor();
    await api("DELETE", `/connections/${made.id}`);
  });
});
