import { createHmac } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { describe, expect } from "vitest";
import { entriesOf, eventually, mailbox, words } from "./support/customers";
import { open, thread } from "./support/desk";
import { test } from "./support/test";

const FOLDER = new URL("../channels/fixtures/email/", import.meta.url);
/** As the demo's Mailgun connection is set up. */
const SIGNING_KEY = "demo-mailgun-signing-key-00000000";
const INBOX = "rentals@mg.northside.example";
/** Reports on mail of ours are no messages. */
const REPORTS = /^(?:11|12|20|21)-/;
/** Taller than any of them, so that each is drawn. */
const ALL = 40_000;

/** Brings a raw mail the way Mailgun's routes do. */
async function bring(url: string, raw: Uint8Array, sender: string): Promise<void> {
  const [timestamp, token] = [String(Math.floor(Date.now() / 1000)), crypto.randomUUID()];
  const signature = createHmac("sha256", SIGNING_KEY).update(timestamp + token).digest("hex");
  const fields: [string, Uint8Array][] = Object.entries({ recipient: INBOX, sender, timestamp, token, signature }).map(([name, value]) => [name, Buffer.from(value)]);
  const escaped = (bytes: Uint8Array): string => [...bytes].map((byte) => `%${byte.toString(16).padStart(2, "0")}`).join("");
  const body = [...fields, ["body-mime", raw] as const].map(([name, value]) => `${name}=${escaped(value)}`).join("&");
  const answer = await fetch(`${url}/hooks/mailgun/ch_demo_mailgun?mime`, { method: "POST", headers: { "content-type": "application/x-www-form-urlencoded" }, body });
  expect(answer.status).toBe(200);
}

describe("mail of every kind", () => {
  test("is drawn on a phone and in the dark without a script, a request or a page that is too wide", async ({ as, api, world, url }) => {
    const customer = mailbox("fixture");
    const files = readdirSync(FOLDER).filter((name) => name.endsWith(".eml") && !REPORTS.test(name));
    const last = words("That was all");
    // One sender, so that all of them stand in one conversation.
    for (const name of files) {
      const raw = readFileSync(new URL(name, FOLDER)).toString("latin1").replace(/^From:.*(?:\r?\n[ \t].*)*/im, `From: ${customer}`).replace(/^(Message-ID: <)/im, `$1${crypto.randomUUID()}.`);
      await bring(url, Buffer.from(raw, "latin1"), customer);
    }
    await bring(url, Buffer.from(`From: ${customer}\r\nTo: ${INBOX}\r\nSubject: Last\r\nMessage-ID: <${crypto.randomUUID()}@example.com>\r\n\r\n${last}`), customer);
    const found = await eventually(async () => (await api<{ items: { conversationId: string }[] }>("GET", `/search?q=${encodeURIComponent(last)}`)).items[0], "the last mail");
    const mails = (await entriesOf({ api, world }, found.conversationId)).filter(({ email }) => email);
    expect(mails.length).toBe(files.length + 1);

    const agent = await as("agent");
    await agent.emulateMedia({ colorScheme: "dark" });
    await agent.setViewportSize({ width: 390, height: ALL });
    const outside: string[] = [];
    agent.context().on("request", (request) => { if (!/^(?:data|blob|about):/.test(request.url()) && !request.url().startsWith(url)) outside.push(request.url()); });
    await open(agent, found.conversationId);
    const lines = thread(agent).getByRole("button", { name: "Open this email" });
    while (await lines.count() > 0) await lines.first().click();
    const frames = mails.filter(({ email }) => email!.hasHtml).length;
    await eventually(async () => await thread(agent).locator("iframe[sandbox]").count() === frames || undefined, "every frame");
    for (const element of await thread(agent).locator("iframe[sandbox]").elementHandles()) {
      const frame = (await element.contentFrame())!;
      const [wide, scripts, dark] = await frame.evaluate("[document.documentElement.scrollWidth > innerWidth, document.querySelectorAll('script, iframe, form, [onload], [onerror]').length, getComputedStyle(document.body).backgroundColor]") as [boolean, number, string];
      expect([wide, scripts, dark]).toEqual([false, 0, "rgb(255, 255, 255)"]);
    }
    expect(await agent.evaluate("document.documentElement.scrollWidth > innerWidth")).toBe(false);
    expect(outside).toEqual([]);
  });
});
