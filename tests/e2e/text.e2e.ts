import type { Locator, Page } from "playwright-core";
import { describe, expect, onTestFinished } from "vitest";
import { becomes, entriesOf, phoneNumbers, sends, sentTo, texts, words } from "./support/customers";
import { box, channel, composer, line, list, ready, reply, row } from "./support/desk";
import { test } from "./support/test";

const number = phoneNumbers(202);
const NOOR = { name: "Noor Abadi", phone: "+15125550187" };
/** What the list and the thread promise. */
const BLINK_MS = 1_000;
/** More than any of this takes. */
const CHANGE_OF_MIND_MS = 30_000;
/** The best of so many: one slow moment of this machine proves nothing about the app. */
const TRIES = 3;

/** The simulator's page with the phone of one customer. */
async function phoneOf(page: Page, name: string) {
  await page.getByRole("button", { name: /^Customer: / }).click();
  await page.getByRole("menuitem", { name }).click();
  const phone = page.getByRole("group", { name: `Phone of ${name}` });
  // The business has several numbers; these stories are about the first.
  await phone.getByRole("button", { name: /0142/ }).click();
  return {
    log: phone.getByRole("log"),
    async text(words: string) {
      await phone.getByRole("textbox", { name: "Message" }).fill(words);
      await phone.getByRole("button", { name: "Send" }).click();
    },
  };
}

describe("text messages", () => {
  test("a text is on the open list and in the open thread within a second, without a reload", async ({ as, visit, world }) => {
    const [agent, simulator] = await Promise.all([as("agent"), visit("/simulator")]);
    const phone = await phoneOf(simulator, NOOR.name);
    await list(agent).waitFor();
    const first = words("Is the blue one still there?");
    await phone.text(first);
    await row(agent, first).click();
    await line(agent, first).waitFor();

    const took = { list: Infinity, thread: Infinity };
    for (let n = 0; n < TRIES; n++) {
      const text = words("And now?");
      const since = performance.now();
      const seen = async (where: keyof typeof took, what: Locator) => { await what.waitFor(); took[where] = Math.min(took[where], performance.now() - since); };
      await world("/twilio/inbound", { from: NOOR.phone, text });
      await Promise.all([seen("list", row(agent, text)), seen("thread", line(agent, text))]);
    }
    expect(took.list).toBeLessThan(BLINK_MS);
    expect(took.thread).toBeLessThan(BLINK_MS);
  });

  test("an answer written with the keyboard reaches the phone, and its ticks turn to Delivered", async ({ as, visit }) => {
    const [agent, simulator] = await Promise.all([as("agent"), visit("/simulator")]);
    const phone = await phoneOf(simulator, NOOR.name);
    const [question, answer] = [words("Do you repair hubs?"), words("We do, every weekday")];
    await phone.text(question);
    await row(agent, question).waitFor();
    await agent.keyboard.press("j");
    await agent.keyboard.press("Enter");
    await line(agent, question).waitFor();
    await ready(agent);
    await reply(agent, answer);
    await line(agent, answer).waitFor();
    await phone.log.getByText(answer).waitFor();
    await line(agent, answer).getByRole("img", { name: "Delivered" }).waitFor();
    await row(agent, answer).getByText("You:").waitFor();
  });

  test("undo takes a message back before it leaves and gives the words back", async ({ as, api, world }) => {
    const { settings } = await api<{ settings: { undoMs: number } }>("GET", "/account");
    await api("PATCH", "/account", { settings: { undoMs: CHANGE_OF_MIND_MS } });
    onTestFinished(async () => { await api("PATCH", "/account", { settings }); });
    const from = number();
    const agent = await as("agent", `/?c=${await texts({ api, world }, from, words("Anyone there?"))}`);
    await ready(agent);
    const said = words("Not so fast");
    await reply(agent, said);
    await line(agent, said).waitFor();
    await agent.getByText(/^Sending in/).waitFor();
    await agent.keyboard.press("Control+z");
    await becomes(() => box(agent).inputValue(), said);
    await line(agent, said).waitFor({ state: "detached" });

    await box(agent).press("Control+Enter");
    await agent.getByRole("button", { name: "Undo" }).click();
    await becomes(() => box(agent).inputValue(), said);
    expect(await sentTo({ api, world }, "twilio", from)).toEqual([]);
  });

  test("STOP greys SMS at once and says why; START lets it write again", async ({ as, api, world }) => {
    const from = number();
    const agent = await as("agent", `/?c=${await texts({ api, world }, from, words("Hello"))}`);
    await ready(agent);
    const sms = channel(agent, "SMS");
    await becomes(() => sms.getAttribute("aria-disabled"), "false");
    await world("/twilio/inbound", { from, text: "STOP" });
    await becomes(() => sms.getAttribute("aria-disabled"), "true");
    expect(await sms.getAttribute("aria-label")).toMatch(/^SMS\. .*\w{3,}/);
    await composer(agent).getByText("has asked not to be written to here").waitFor();
    await reply(agent, "Please come back");
    await agent.getByRole("region", { name: "Notifications" }).getByText("has asked not to be written to here").waitFor();
    expect((await sentTo({ api, world }, "twilio", from)).filter(({ by }) => by === "app")).toEqual([]);
    await world("/twilio/inbound", { from, text: "START" });
    await becomes(() => sms.getAttribute("aria-disabled"), "false");
  });

  test("a message that failed says so in a sentence, and Retry sends it again", async ({ as, api, world }) => {
    const from = number();
    const id = await texts({ api, world }, from, words("Hello"));
    const agent = await as("agent", `/?c=${id}`);
    const said = words("fail:30007 the bill is ready");
    await ready(agent);
    await sends({ api, world }, id, "sms", said);
    await line(agent, said).getByText(/^Not delivered\. \w.{15,}/).waitFor();
    await row(agent, said).getByText("Not delivered:").waitFor();
    await line(agent, said).getByRole("button", { name: "Details" }).click();
    await agent.getByRole("dialog").getByText("30007").first().waitFor();
    await agent.keyboard.press("Escape");
    await line(agent, said).getByRole("button", { name: "Retry" }).click();
    await becomes(async () => (await sentTo({ api, world }, "twilio", from)).length, 2);
    const own = (await entriesOf({ api, world }, id)).filter(({ direction }) => direction === "out");
    expect(own.length).toBe(1);
    await becomes(async () => (await entriesOf({ api, world }, id)).find(({ direction }) => direction === "out")?.attempts.length, 2);
  });

  test("a picture from the phone opens in the thread", async ({ as, api, world }) => {
    const PIXEL = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";
    const text = words("This is the crack");
    const agent = await as("agent", `/?c=${await texts({ api, world }, number(), text, { media: [{ name: "crack.png", type: "image/png", base64: PIXEL }] })}`);
    await line(agent, text).getByRole("button", { name: /^View / }).click();
    const picture = agent.getByRole("dialog").getByRole("img").first();
    await becomes(() => picture.evaluate((image) => (image as HTMLImageElement).naturalWidth), 1);
  });
});
