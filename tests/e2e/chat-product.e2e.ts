import { AxeBuilder } from "@axe-core/playwright";
import { createHmac } from "node:crypto";
import type { Frame, Page } from "playwright-core";
import { describe, expect } from "vitest";
import type { ConnectionView } from "../../worker/contract/channel.ts";
import type { Contact } from "../../worker/contract/contact.ts";
import { becomes, conversationAbout, entriesOf, eventually, mailbox, sends, words, type Api } from "./support/customers";
import { line, open } from "./support/desk";
import { openWidget, shopWith, widgetThere } from "./support/shop";
import { test } from "./support/test";

const SECRET = "e2e_identity_secret_of_the_shop";
const RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];
/** Where a greeting stands, from the page's end corner: beside the button, in a shadow tree that no test can look into. */
const GREETING_PX = { x: 180, y: 110 };

const write = (frame: Frame) => frame.getByRole("textbox", { name: "Write a message" });
const log = (frame: Frame) => frame.getByRole("log", { name: "Messages" });
const command = (page: Page, ...args: unknown[]) => page.evaluate((given) => (window as unknown as { switchboard: (...all: unknown[]) => void }).switchboard(...given), args);
const made = ({ api }: Api, url: string, settings: object) => api<ConnectionView>("POST", "/connections", { provider: "chat", name: "Rental desk", address: url, settings: { origins: [url], ...settings } });

async function says(frame: Frame, text: string): Promise<void> {
  await frame.getByRole("button", { name: "Start a conversation" }).click();
  await write(frame).fill(text);
  await write(frame).press("Enter");
  await log(frame).getByText(text).waitFor();
}

function token(claims: object): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");
  const text = `${part({ alg: "HS256", typ: "JWT" })}.${part(claims)}`;
  return `${text}.${createHmac("sha256", SECRET).update(text).digest("base64url")}`;
}

describe("live chat as a product", () => {
  test("a greeting comes by itself and opens the chat", async ({ visit, api, world, url }) => {
    const { id } = await made({ api, world }, url, { greetings: [{ text: "Can we help you choose a bike?", pages: "shop.html", afterSeconds: 0, visitors: "new" }] });
    const shop = await visit(shopWith(id));
    await widgetThere(shop);
    const { width, height } = shop.viewportSize()!;
    const frame = await eventually(async () => {
      await shop.mouse.click(width - GREETING_PX.x, height - GREETING_PX.y);
      return shop.frames().find((one) => one.url().includes("/widget/frame"));
    }, "the chat that the greeting opens");
    await frame.getByRole("button", { name: "Start a conversation" }).waitFor();
    await api("DELETE", `/connections/${id}`);
  });

  test("the agent sees the visit and what the site tells; the visitor ends, rates, and the page hears of it", async ({ as, visit, api, world }) => {
    const shop = await visit(shopWith("ch_demo_chat"));
    const frame = await openWidget(shop);
    await shop.evaluate(() => {
      const own = window as unknown as { heard: unknown[]; switchboard: (...all: unknown[]) => void };
      own.heard = [];
      for (const name of ["started", "rated"]) own.switchboard("on", name, (detail: unknown) => own.heard.push([name, detail]));
    });
    await command(shop, "event", "Viewed a bike", { sku: "B-17" });
    const question = words("Is it still there?");
    await says(frame, question);
    const id = await conversationAbout({ api, world }, question);
    const agent = await as("agent");
    await open(agent, id);
    await line(agent, question).waitFor();
    await agent.getByText("Viewed a bike (sku: B-17)").waitFor();
    const panel = agent.getByRole("complementary", { name: "Contact" });
    if (!await panel.getByText("This visit").isVisible()) await agent.goto(`/?c=${id}&contact=1`);
    await panel.getByText("Here now").waitFor();
    await panel.getByText("Europe/Berlin").waitFor();

    await frame.getByRole("button", { name: "More" }).click();
    await frame.getByRole("menuitem", { name: "End chat" }).click();
    await frame.getByText("4 of 5 stars").locator("..").click();
    await frame.getByLabel(/Tell us more/).fill("Quick and kind");
    expect((await new AxeBuilder({ page: shop }).withTags(RULES).include("div").analyze()).violations).toEqual([]);
    await frame.getByRole("button", { name: "Send rating" }).click();
    await frame.getByText("Thank you.").waitFor();
    await agent.getByText("Rated the chat 4 of 5: “Quick and kind”").waitFor();
    expect(await shop.evaluate(() => (window as unknown as { heard: unknown[] }).heard)).toEqual([["started", undefined], ["rated", 4]]);

    await shop.close();
    await panel.getByText("Left, last seen").waitFor();
  });

  test("a logged-in customer is their contact, and the same on another device", async ({ visit, api, world, url }) => {
    const address = mailbox("jane");
    const known = await api<Contact>("POST", "/contacts", { name: "Jane Doe", identities: [{ kind: "email", address }] });
    const { id } = await made({ api, world }, url, { identitySecret: SECRET });
    const proof = { token: token({ sub: address, exp: Math.floor(Date.now() / 1_000) + 600, name: "Jane", email: address }) };
    const laptop = await visit(shopWith(id));
    await widgetThere(laptop);
    await command(laptop, "identify", proof);
    const question = words("Where is my order?");
    await says(await openWidget(laptop), question);
    const conversation = await conversationAbout({ api, world }, question);
    expect((await api<{ contactId: string }>("GET", `/conversations/${conversation}`)).contactId).toBe(known.id);

    const phone = await visit(shopWith(id), { viewport: { width: 390, height: 844 } });
    await widgetThere(phone);
    await command(phone, "identify", proof);
    await log(await openWidget(phone)).getByText(question).waitFor();

    const stranger = await visit(shopWith(id));
    await widgetThere(stranger);
    await command(stranger, "identify", { token: `${proof.token.slice(0, -3)}AAA` });
    const other = await openWidget(stranger);
    await other.getByRole("button", { name: "Start a conversation" }).waitFor();
    expect(await other.getByText(question).count()).toBe(0);
    await api("DELETE", `/connections/${id}`);
  });

  test("the chat is mailed to the visitor who asks for it", async ({ visit, api, world }) => {
    const shop = await visit(shopWith("ch_demo_chat"));
    const frame = await openWidget(shop);
    const question = words("Do you deliver?");
    await says(frame, question);
    const id = await conversationAbout({ api, world }, question);
    const answer = words("Yes, on Fridays");
    await sends({ api, world }, id, "chat", answer);
    await log(frame).getByText(answer).waitFor();
    await frame.getByRole("button", { name: "More" }).click();
    await frame.getByRole("menuitem", { name: "Email this chat" }).click();
    const address = mailbox("visitor");
    await frame.getByLabel("Email").fill(address);
    await frame.getByRole("button", { name: "Send email" }).click();
    await frame.getByText(`Sent to ${address}.`).waitFor();
    expect((await entriesOf({ api, world }, id)).at(-1)!.text).toBe(`Asked for the transcript at ${address}`);
  });

  test("what an admin sets is seen in the preview at once, and on the site once it is saved", async ({ as, visit, api, world, url }) => {
    const { id } = await made({ api, world }, url, {});
    const admin = await as("owner", `/settings/channels/${id}`);
    await admin.getByRole("link", { name: "Look and behaviour" }).click();
    const preview = admin.frameLocator("iframe");
    await preview.getByRole("heading", { name: "Hello. How can we help?" }).waitFor();
    await admin.getByRole("textbox", { name: "Greeting" }).fill("Rentals, good morning");
    await preview.getByRole("heading", { name: "Rentals, good morning" }).waitFor();
    await becomes(() => admin.evaluate(() => (document.activeElement as HTMLInputElement).value), "Rentals, good morning", "the cursor stays in the form");
    await admin.getByRole("checkbox", { name: "Outside hours" }).check();
    await preview.getByText(/We are away right now/).waitFor();
    await admin.getByRole("button", { name: "Save" }).click();
    await admin.getByText("Saved").first().waitFor();
    const frame = await openWidget(await visit(shopWith(id)));
    await frame.getByRole("heading", { name: "Rentals, good morning" }).waitFor();
    await api("DELETE", `/connections/${id}`);
  });
});
