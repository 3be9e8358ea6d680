import { describe, expect } from "vitest";
import type { ConnectionView } from "../../worker/contract/channel.ts";
import type { Contact } from "../../worker/contract/contact.ts";
import type { Conversation } from "../../worker/contract/conversation.ts";
import type { WorldMessage } from "../../simulator/api.ts";
import { becomes, eventually, mailbox, mails, phoneNumbers, sentTo, texts, words } from "./support/customers";
import { channel, line, open, ready, reply } from "./support/desk";
import { test } from "./support/test";

const number = phoneNumbers(313);

/** The demo's customer on every channel: what she does there, and who carries an answer. */
const maya = { phone: "+15125550164", mail: "maya.torres@example.com" };
const WAYS: Record<string, { provider: string; by?: string; body: Record<string, unknown> }> = {
  SMS: { provider: "twilio", body: { from: maya.phone } },
  Email: { provider: "cloudflare-email", by: "resend", body: { from: maya.mail, fromName: "Maya Torres", to: "workshop@northside.example", subject: "Service for my commuter" } },
  "Live chat": { provider: "chat", body: { visitor: maya.mail } },
  WhatsApp: { provider: "whatsapp", body: { from: maya.phone, name: "Maya Torres" } },
  Messenger: { provider: "messenger", body: { from: "7100000000000164" } },
  Instagram: { provider: "instagram", body: { from: "1780000000000164" } },
  Google: { provider: "google-rcs", body: { from: maya.phone } },
  TikTok: { provider: "tiktok", body: { from: "Umayarides0164" } },
};
/** One line and one answer on every channel. */
const EVERY_CHANNEL_MS = 120_000;

describe("one person on every channel", () => {
  test("writes on each and is heard live in the one thread, and each answer goes back where she wrote", { timeout: EVERY_CHANNEL_MS }, async ({ as, api, world }) => {
    const { items } = await api<{ items: ConnectionView[] }>("GET", "/connections");
    expect(new Set(items.map(({ channel: kind }) => kind)).size, "channels that the demo has connected").toBe(Object.keys(WAYS).length);
    const { conversationId } = await api<Contact>("GET", "/contacts/ct_demo_maya");
    const page = await as("agent", `/?c=${conversationId}`);
    await ready(page);
    expect((await api<Conversation>("GET", `/conversations/${conversationId}`)).channels).toHaveLength(Object.keys(WAYS).length);
    for (const [name, { provider, by = provider, body }] of Object.entries(WAYS)) {
      const said = words(`By ${name}`), answer = words(`Back by ${name}`);
      await world(`/${provider}/inbound`, { ...body, text: said });
      await line(page, said).waitFor();
      await channel(page, name).click();
      await page.getByRole("radio", { name, checked: true }).waitFor();
      await reply(page, answer);
      await line(page, answer).waitFor();
      await eventually(async () => (await world<WorldMessage[]>(`/${by}/sent`)).find(({ text }) => text.includes(answer)), `“${answer}”, carried by ${by}`);
    }
    expect((await api<Contact>("GET", "/contacts/ct_demo_maya")).conversationId).toBe(conversationId);
  });
});

describe("one person whom we knew as two", () => {
  test("is merged from the panel, answered on both channels in one conversation, and made two again", async ({ as, api, world }) => {
    const phone = number(), address = mailbox("ida.lindholm");
    const name = words("Ida Lindholm");
    const [texted, mailed] = [await texts({ api, world }, phone, words("Is my bike ready?")), (await mails({ api, world }, { from: address, fromName: name, subject: "My bike", text: words("I have a question by mail as well") })).id];
    const contactOf = async (id: string) => (await api<Conversation>("GET", `/conversations/${id}`)).contactId;
    const [kept, other] = [await contactOf(texted), await contactOf(mailed)];
    await api("PATCH", `/contacts/${kept}`, { name });

    const page = await as("agent", `/?c=${texted}&contact=1`);
    const colleague = await as("owner", `/?c=${texted}&contact=1`);
    // Told apart by one, and that taken back: the other sees both.
    const [mine, theirs] = [page, colleague].map((one) => one.getByRole("button", { name: `Review ${name}` }));
    await theirs!.waitFor();
    await page.getByRole("button", { name: `${name} is not the same person` }).click();
    await theirs!.waitFor({ state: "detached" });
    await page.getByRole("status").getByRole("button", { name: "Undo" }).click();
    await theirs!.waitFor();
    await mine!.click();
    const dialog = page.getByRole("dialog", { name: "Merge two contacts" });
    await dialog.getByRole("region", { name: "Afterwards" }).getByText(address).waitFor();
    await dialog.getByRole("button", { name: "Merge", exact: true }).click();
    await page.getByText(`${name} is one contact now`).waitFor();

    // The newer of the two goes on; the page follows it.
    await page.waitForURL((url) => url.searchParams.get("c") === mailed);
    await colleague.getByText(/^Merged with/).waitFor();
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
