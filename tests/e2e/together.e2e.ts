import type { Page } from "playwright-core";
import { describe, expect } from "vitest";
import type { ConversationRow, Counts } from "../../worker/contract/conversation.ts";
import { becomes, phoneNumbers, sentTo, texts, words } from "./support/customers";
import { box, comment, line, open, reply, row, thread } from "./support/desk";
import { test } from "./support/test";

const number = phoneNumbers(303);

/** Chooses in an open picker by typing, as people do. */
async function pick(page: Page, key: string, name: string): Promise<void> {
  await page.keyboard.press(key);
  await page.getByRole("combobox", { name: "Filter" }).fill(name);
  await page.getByRole("option", { name }).waitFor();
  await page.keyboard.press("Enter");
}

describe("two people in one conversation", () => {
  test("each sees that the other looks, writes, and what they have written so far", async ({ as, api, world }) => {
    const id = await texts({ api, world }, number(), words("Who is there?"));
    const [ana, jonas] = await Promise.all([as("owner"), as("agent")]);
    await Promise.all([open(ana, id), open(jonas, id)]);
    await jonas.getByRole("img", { name: "Also here: Ana Ruiz" }).waitFor();
    await ana.getByRole("img", { name: "Also here: Jonas Beck" }).waitFor();
    await ana.keyboard.press("r");
    const begun = words("We are here until six");
    await ana.keyboard.type(begun);
    await jonas.getByText("Ana Ruiz is replying").waitFor();
    await jonas.getByRole("button", { name: "See draft" }).click();
    await jonas.getByText(begun).waitFor();
    await jonas.getByRole("button", { name: "Take over" }).click();
    expect(await box(jonas).inputValue()).toContain(begun);
    await ana.close();
    await becomes(() => jonas.getByRole("img", { name: "Also here: Ana Ruiz" }).count(), 0);
  });

  test("what one does is there for the other: assign, label, close, reopen, snooze; a star is one's own", async ({ as, api, world }) => {
    const text = words("The saddle is loose");
    const id = await texts({ api, world }, number(), text);
    const [ana, jonas] = await Promise.all([as("owner"), as("agent")]);
    await Promise.all([open(ana, id), open(jonas, id)]);
    await line(ana, text).waitFor();

    await pick(ana, "a", "Jonas Beck");
    await line(jonas, "Ana Ruiz assigned this to Jonas Beck").waitFor();
    await jonas.getByTitle("Assign (A)").getByText("Jonas Beck").waitFor();
    await pick(ana, "l", "Warranty");
    await ana.keyboard.press("Escape");
    await jonas.getByTitle("Labels (L)").getByText("Warranty").waitFor();
    await row(jonas, text).getByRole("img", { name: "Warranty" }).waitFor();

    await ana.keyboard.press("s");
    await row(ana, text).getByLabel("starred").waitFor();
    await ana.getByRole("button", { name: "Close", exact: true }).click();
    await jonas.getByRole("button", { name: "Reopen" }).waitFor();
    await line(jonas, "Ana Ruiz closed this").waitFor();
    expect(await row(jonas, text).getByLabel("starred").count()).toBe(0);
    await jonas.getByRole("button", { name: "Reopen" }).click();
    await ana.getByRole("button", { name: "Close", exact: true }).waitFor();

    await jonas.getByRole("button", { name: "Snooze" }).click();
    await jonas.getByRole("button", { name: "Until they reply" }).click();
    await line(ana, "Jonas Beck snoozed this until a reply").waitFor();
    await becomes(async () => (await api<ConversationRow>("GET", `/conversations/${id}`)).status, "snoozed");
  });

  test("a comment is for the team: it never reaches the phone", async ({ as, api, world }) => {
    const from = number();
    const id = await texts({ api, world }, from, words("Can I pay later?"));
    const [ana, jonas] = await Promise.all([as("owner"), as("agent")]);
    await Promise.all([open(ana, id), open(jonas, id)]);
    const [note, answer] = [words("He never paid the last one"), words("Let us talk on the phone")];
    await comment(ana, note);
    await line(jonas, note).getByText("Only your team sees this").waitFor();
    await reply(jonas, answer);
    await line(ana, answer).getByRole("img", { name: "Delivered" }).waitFor();
    const sent = await sentTo({ api, world }, "twilio", from);
    expect(sent.map((message) => message.text)).toEqual([answer]);
    expect(JSON.stringify(await world("/wire"))).not.toContain(note);
  });

  test("unread is one's own and ends with reading; needs reply is the team's and ends with an answer", async ({ as, api, world }) => {
    const text = words("Third question");
    const from = number();
    const id = await texts({ api, world }, from, words("First question"));
    for (const more of [words("Second question"), text]) await texts({ api, world }, from, more);
    const before = (await api<Counts>("GET", "/conversations/counts")).tabs["needs-reply"]!;
    const [ana, jonas] = await Promise.all([as("owner"), as("agent")]);
    await row(jonas, text).getByRole("img", { name: "3 unread" }).waitFor();
    await open(ana, id);
    await row(ana, text).getByRole("img", { name: /unread/ }).waitFor({ state: "detached" });
    await row(jonas, text).getByRole("img", { name: "3 unread" }).waitFor();
    expect((await api<ConversationRow>("GET", `/conversations/${id}`)).needsReply).toBe(true);
    await reply(ana, words("Here is one answer to all"));
    await becomes(async () => (await api<ConversationRow>("GET", `/conversations/${id}`)).needsReply, false);
    await becomes(async () => (await api<Counts>("GET", "/conversations/counts")).tabs["needs-reply"], before - 1);
  });

  test("a restricted member sees what is theirs, and gains and loses a conversation as it is assigned", async ({ as, api, world }) => {
    const text = words("Is this a secret?");
    const id = await texts({ api, world }, number(), text);
    const [ana, lee] = await Promise.all([as("owner"), as("restricted")]);
    await open(ana, id);
    await lee.getByRole("region", { name: "Conversations" }).waitFor();
    expect(await row(lee, text).count()).toBe(0);
    await pick(ana, "a", "Lee Park");
    await row(lee, text).click();
    await line(lee, text).waitFor();
    await pick(ana, "a", "No one");
    await row(lee, text).waitFor({ state: "detached" });
    await lee.goto(`/?c=${id}`);
    await thread(lee).getByText("This conversation does not exist, or you may not see it").waitFor();
    // The list is read from a copy that may be a moment behind.
    await becomes(() => lee.getByText(text).count(), 0);
  });
});
