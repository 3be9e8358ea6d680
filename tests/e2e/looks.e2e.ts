import { AxeBuilder } from "@axe-core/playwright";
import type { BrowserContextOptions, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, inject } from "vitest";
import type { ConnectionView } from "../../worker/contract/channel.ts";
import { composer, list, thread } from "./support/desk";
import { conversationAbout, mailbox, mails, phoneNumbers, sends, texts, upload, words } from "./support/customers";
import { openWidget, shopWith, widgetThere } from "./support/shop";
import { OUTPUT, test, toolsFor, type Tools } from "./support/test";

const RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];
/** A walk over every screen, each with a picture and a check that reads the whole page. */
const WALK_MS = 240_000;
const LOOKS: Record<string, BrowserContextOptions> = {
  light: { colorScheme: "light" },
  dark: { colorScheme: "dark" },
  phone: { colorScheme: "light", viewport: { width: 390, height: 844 }, hasTouch: true },
};
const number = phoneNumbers(707);

interface Stage { text: string; mail: string; chat: string; preChat: string }
interface Screen {
  name: string;
  path: (stage: Stage) => string;
  /** Brings the page to what the picture shows, and waits for it. */
  show: (page: Page, isPhone: boolean) => Promise<unknown>;
  signedOut?: boolean;
}

const heading = (name: string | RegExp) => (page: Page) => page.getByRole("heading", { name }).first().waitFor();
const here = (path: string) => () => path;

const SCREENS: readonly Screen[] = [
  { name: "sign-in", path: here("/sign-in"), show: (page) => page.getByRole("button", { name: "Owner" }).waitFor(), signedOut: true },
  { name: "forgot", path: here("/forgot"), show: heading("Forgot your password?"), signedOut: true },
  { name: "reset", path: here("/reset#token=x"), show: heading("Set a new password"), signedOut: true },
  { name: "invite-broken", path: here("/invite"), show: heading("This link is not complete"), signedOut: true },
  { name: "api-docs", path: here("/api/docs"), show: heading(/./), signedOut: true },
  { name: "api-docs-widget", path: here("/api/docs/widget"), show: heading("Chat on your site"), signedOut: true },
  { name: "inbox", path: here("/"), show: (page) => list(page).getByRole("listitem").first().waitFor() },
  { name: "inbox-empty", path: here("/?view=following&tab=snoozed"), show: (page) => page.getByText("Nothing is snoozed").waitFor() },
  { name: "inbox-search", path: here("/?q=Friday"), show: (page) => page.getByRole("heading", { name: /Results for/ }).waitFor() },
  { name: "thread-text", path: ({ text }) => `/?c=${text}`, show: (page) => composer(page).waitFor() },
  { name: "thread-mail", path: ({ mail }) => `/?c=${mail}`, show: async (page) => { await composer(page).waitFor(); await thread(page).locator("iframe").waitFor(); } },
  { name: "thread-chat", path: ({ chat }) => `/?c=${chat}`, show: (page) => composer(page).waitFor() },
  { name: "comment-mode", path: ({ text }) => `/?c=${text}`, show: async (page) => { await composer(page).waitFor(); await page.getByRole("button", { name: "Comment" }).click(); await page.getByRole("textbox", { name: "Internal comment" }).fill("Ask Lee about **the hub** before you answer"); } },
  { name: "assign", path: ({ text }) => `/?c=${text}`, show: async (page) => { await composer(page).waitFor(); await page.getByTitle("Assign (A)").click(); await page.getByRole("option", { name: "Lee Park" }).waitFor(); } },
  { name: "contact-panel", path: ({ mail }) => `/?c=${mail}&contact=1`, show: (page) => page.getByText("Customer since").waitFor() },
  { name: "palette", path: here("/"), show: async (page) => { await list(page).waitFor(); await page.keyboard.press("Control+k"); await page.getByRole("combobox").fill("sett"); await page.getByRole("dialog").getByRole("option").first().waitFor(); } },
  { name: "shortcuts", path: here("/"), show: async (page) => { await list(page).waitFor(); await page.keyboard.press("?"); await page.getByRole("dialog", { name: "Keyboard shortcuts" }).waitFor(); } },
  { name: "contacts", path: here("/contacts"), show: (page) => page.getByText("Maya Torres").first().waitFor() },
  { name: "contact", path: here("/contacts?contact=ct_demo_maya"), show: (page) => page.getByText("Customer since").waitFor() },
  { name: "contact-merge", path: here("/contacts?contact=ct_demo_maya"), show: async (page) => { await page.getByRole("button", { name: "Merge with…" }).click(); const dialog = page.getByRole("dialog"); await dialog.getByRole("searchbox").fill("Daniel"); await dialog.getByRole("button", { name: /^Daniel Kovač/ }).click(); await dialog.getByRole("region", { name: "Afterwards" }).waitFor(); } },
  { name: "settings-general", path: here("/settings/general"), show: (page) => page.getByLabel("Account name").waitFor() },
  { name: "settings-members", path: here("/settings/members"), show: (page) => page.getByText("restricted@example.test").waitFor() },
  { name: "settings-invite", path: here("/settings/members"), show: async (page) => { await page.getByRole("button", { name: "Invite" }).click(); await page.getByRole("button", { name: "Make the link" }).waitFor(); } },
  { name: "settings-teams", path: here("/settings/teams"), show: (page) => page.getByText("Rentals").first().waitFor() },
  { name: "settings-labels", path: here("/settings/labels"), show: (page) => page.getByRole("button", { name: "Archive Warranty" }).waitFor() },
  { name: "settings-channels", path: here("/settings/channels"), show: (page) => page.getByText("Workshop line").first().waitFor() },
  { name: "settings-connection", path: here("/settings/channels/ch_demo_sms"), show: (page) => page.getByRole("textbox", { name: "Webhook address" }).waitFor() },
  { name: "settings-connect", path: here("/settings/channels/new/twilio"), show: (page) => page.getByRole("textbox", { name: "Phone number" }).waitFor() },
  { name: "settings-webhooks", path: here("/settings/channels/ch_demo_sms/log"), show: (page) => page.getByText("Stored").first().waitFor() },
  { name: "settings-chat", path: here("/settings/channels/ch_demo_chat/widget"), show: (page) => page.frameLocator("iframe").getByRole("button", { name: "Start a conversation" }).waitFor() },
  { name: "settings-api-keys", path: here("/settings/api-keys"), show: (page) => page.getByText("Demo").first().waitFor() },
  { name: "settings-profile", path: here("/settings/profile"), show: (page) => page.getByText("Appearance").first().waitFor() },
  { name: "settings-security", path: here("/settings/security"), show: (page) => page.getByText("This device").first().waitFor() },
  { name: "not-found", path: here("/nowhere"), show: (page) => page.getByText("There is nothing at this address").waitFor() },
  { name: "simulator", path: here("/simulator"), show: async (page) => {
    await page.getByRole("button", { name: /555 0142/ }).first().click();
    await page.getByRole("log", { name: "Text messages" }).waitFor();
  } },
  { name: "widget-closed", path: here(shopWith("ch_demo_chat")), show: (page) => widgetThere(page) },
  { name: "widget-home", path: here(shopWith("ch_demo_chat")), show: async (page) => (await openWidget(page)).getByRole("button", { name: "Start a conversation" }).waitFor() },
  { name: "widget-questions", path: ({ preChat }) => shopWith(preChat), show: async (page) => { const frame = await openWidget(page); await frame.getByRole("button", { name: "Start a conversation" }).click(); await frame.getByRole("button", { name: "Start chat" }).click(); await frame.getByText("Please fill this in").first().waitFor(); } },
  { name: "widget-thread", path: here(shopWith("ch_demo_chat")), show: async (page) => { const frame = await openWidget(page); await frame.getByRole("button", { name: "Start a conversation" }).click(); await frame.getByRole("textbox", { name: "Write a message" }).fill("Do you have the gravel frame in size 52?"); await frame.getByRole("textbox", { name: "Write a message" }).press("Enter"); await frame.getByText("Sent", { exact: true }).waitFor(); } },
  { name: "widget-rating", path: here(shopWith("ch_demo_chat")), show: async (page) => { const frame = await openWidget(page); await frame.getByRole("button", { name: "Start a conversation" }).click(); await frame.getByRole("textbox", { name: "Write a message" }).fill("Thank you"); await frame.getByRole("textbox", { name: "Write a message" }).press("Enter"); await frame.getByText("Sent", { exact: true }).waitFor(); await frame.getByRole("button", { name: "More" }).click(); await frame.getByRole("menuitem", { name: "End chat" }).click(); await frame.getByText("4 of 5 stars").locator("..").click(); } },
];

/** Something of every kind, so that no picture is of an empty room. */
async function setStage(tools: Pick<Tools, "api" | "world">): Promise<Stage> {
  const from = number();
  const text = await texts(tools, from, words("Hello, my wheel makes a noise like a cricket. Could you look at it this week? It is a Nordlicht-Großraumfahrradanhängerkupplungsbefestigung from 2019"));
  await sends(tools, text, "sms", "Of course. Is it the front or the back?");
  await sends(tools, text, "sms", "fail:30007 cheap wheels here");
  await tools.api("POST", `/conversations/${text}/comments`, { clientId: crypto.randomUUID(), text: "He was here in **May**. See `order 1043`." });
  await texts(tools, from, words("The back one"));
  const { id: mail } = await mails(tools, {
    from: mailbox("helene"), fromName: "Hélène Vasseur-Lindqvist", cc: "atelier@example.com", subject: "Twelve city bikes for our guests from May to September", text: words("Dear team, we run a small hotel by the lake"),
    html: "<p>Dear team,</p><p>we run a <b>small hotel</b> by the lake and look for <a href='https://example.com'>twelve bikes</a>.</p><ul><li>May to September</li><li>with baskets</li></ul><img src='https://pictures.example/lake.png' width=300 height=80><p>Hélène</p>",
    attachments: [upload("guests and dates 2026.pdf", "application/pdf", "%PDF-1.4\n1 0 obj <<>> endobj\n%%EOF")],
  });
  const question = words("Hi, is the blue one still there?");
  await tools.world("/chat/inbound", { text: question, name: "Tom Hale", page: "/frames" });
  const chat = await conversationAbout(tools, question);
  const url = inject("url");
  const { id: preChat } = await tools.api<ConnectionView>("POST", "/connections", { provider: "chat", name: "Rental desk", address: url, settings: { origins: [url], preChat: [{ key: "name", required: true }, { key: "email", required: false }] } });
  return { text, mail, chat, preChat };
}

/** What breaks the rules. Nothing but colour differs in the dark, and only the chat's panel has frames worth the time of looking into. */
async function violationsOn(page: Page, look: string) {
  const axe = new AxeBuilder({ page }).exclude("iframe[title^='Text of the email']");
  if (look === "dark") axe.withRules("color-contrast");
  else axe.withTags(RULES);
  const { violations } = await axe.setLegacyMode(!page.frames().some((frame) => frame.url().includes("/widget/frame"))).analyze();
  return violations;
}

describe.concurrent("every screen", () => {
  let stage: Stage;
  const tools = toolsFor(inject("url"));
  beforeAll(async () => { stage = await setStage(tools); });
  afterAll(async () => { await tools.api("DELETE", `/connections/${stage.preChat}`); });

  for (const [look, options] of Object.entries(LOOKS))
    test(`can be used by everybody and holds together: ${look}`, { timeout: WALK_MS }, async ({ as, visit }) => {
      const wrong: string[] = [];
      const inside = await as("owner", "/", options);
      for (const { name, path, show, signedOut } of SCREENS) {
        const page = signedOut || name.startsWith("widget") ? await visit("about:blank", options) : inside;
        const complaints: string[] = [];
        page.removeAllListeners("console");
        page.on("console", (message) => { if (message.type() === "error") complaints.push(message.text()); });
        try {
          await page.goto(path(stage));
          await show(page, look === "phone");
        } catch (error) {
          wrong.push(`${name}: ${String(error).split("\n")[0]} ${String(error).split("\n").find((text) => text.includes("waiting for"))?.trim() ?? ""}`);
        }
        await page.evaluate("document.fonts.ready");
        await page.screenshot({ path: `${OUTPUT}looks/${look}/${name}.png` });
        const violations = await violationsOn(page, look);
        for (const { id, nodes } of violations) wrong.push(`${name}: ${id} at ${nodes.slice(0, 3).map(({ target, html }) => `${target.join(" ")} ${html.slice(0, 120)}`).join(" | ")}`);
        for (const text of complaints) wrong.push(`${name}: the console says ${text.slice(0, 200)}`);
        const tooWide = await page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") as number;
        if (tooWide > 0) wrong.push(`${name}: scrolls sideways by ${tooWide} px`);
        if (page !== inside) await page.context().close();
      }
      expect(wrong).toEqual([]);
    });
});
