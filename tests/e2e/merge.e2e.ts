import { describe, expect } from "vitest";
import type { Conversation } from "../../worker/contract/conversation.ts";
import { becomes, mailbox, mails, phoneNumbers, sentTo, texts, words } from "./support/customers";
import { channel, line, open, ready, reply } from "./support/desk";
import { test } from "./support/test";

const number = phoneNumbers(313);

describe("one person whom we knew as two", () => {
  test("is merged from the panel, answered on both channels in one conversation, and made two again", async ({ as, api, world }) => {
    const phone = number(), address = mailbox("ida.lindholm");
    const name = words("Ida Lindholm");
    const [texted, mailed] = [await texts({ api, world }, phone, words("Is my bike ready?")), (await mails({ api, world }, { from: address, fromName: name, subject: "My bike", text: words("I have a question by mail as well") })).id];
    const contactOf = async (id: string) => (await api<Conversation>("GET", `/conversations/${id}`)).contactId;
    const [kept, other] = [await contactOf(texted), await contactOf(mailed)];
    await api("PATCH", `/contacts/${kept}`, { name });

    const page = await as("agent", `/?c=${texted}&contact=1`);
    await page.getByRole("button", { name: `Review ${name}` }).click();
    const dialog = page.getByRole("dialog", { name: "Merge two contacts" });
    await dialog.getByRole("region", { name: "Afterwards" }).getByText(address).waitFor();
    await dialog.getByRole("button", { name: "Merge", exact: true }).click();
    await page.getByText(`${name} is one contact now`).waitFor();

    // The newer of the two goes on; the page follows it.
    await page.waitForURL((url) => url.searchParams.get("c") === mailed);
    expect([await contactOf(texted), await contactOf(mailed)]).toEqual([kept, kept]);
    expect((await api<Conversation>("GET", `/conversations/${texted}`)).status).toBe("closed");
    await ready(page);
    const answer = words("Yes, come by at four");
    await channel(page, "SMS").click();
    await reply(page, answer);
    await line(page, answer).waitFor();
    await becomes(async () => (await sentTo({ api, world }, "twilio", phone)).map(({ text }) => text), [answer]);

    await open(page, mailed);
    const panel = page.getByRole("complementary", { name: "Contact" });
    if (!await panel.isVisible()) await page.goto(`/?c=${mailed}&contact=1`);
    await panel.getByRole("button", { name: "Undo" }).click();
    await page.getByText("Two contacts again").waitFor();
    expect([await contactOf(texted), await contactOf(mailed)]).toEqual([kept, other]);
    expect((await api<Conversation>("GET", `/conversations/${texted}`)).status).toBe("open");
  });
});
