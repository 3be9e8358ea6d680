import { AxeBuilder } from "@axe-core/playwright";
import type { Frame, Page } from "playwright-core";
import { describe, expect } from "vitest";
import type { ConnectionView } from "../../worker/contract/channel.ts";
import { becomes, conversationAbout, entriesOf, sends, words } from "./support/customers";
import { openWidget, shopWith } from "./support/shop";
import { openSite } from "./support/site";
import { test } from "./support/test";

const RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];
const write = (frame: Frame) => frame.getByRole("textbox", { name: "Write a message" });
const log = (frame: Frame) => frame.getByRole("log", { name: "Messages" });

async function says(frame: Frame, text: string): Promise<void> {
  await write(frame).fill(text);
  await write(frame).press("Enter");
}
async function begins(page: Page, text: string): Promise<Frame> {
  const frame = await openWidget(page);
  await frame.getByRole("button", { name: "Start a conversation" }).click();
  await says(frame, text);
  await log(frame).getByText(text).waitFor();
  return frame;
}

describe("the chat on sites that allow little", () => {
  /** Nothing but what the developer page asks for; no `unsafe-…`, no styles at all. */
  const POLICIES = (app: string) => ({
    nonce: `default-src 'none'; script-src 'nonce-{nonce}'; connect-src ${app}; frame-src ${app}; base-uri 'none'; form-action 'none'`,
    host: `default-src 'none'; script-src ${app}; connect-src ${app}; frame-src ${app}`,
    trusted: `default-src 'none'; script-src ${app}; connect-src ${app}; frame-src ${app}; require-trusted-types-for 'script'; trusted-types 'none'`,
  });

  test.for([["third-party cookies are blocked", false], ["a frame is denied all storage", true]] as const)("it opens, and survives reloads and page changes, where %s", async ([, deniesStorage], { visit, api, world, url }) => {
    let id = "";
    const site = await openSite(`${url}/widget.js`, () => id, POLICIES(url));
    try {
      id = (await api<ConnectionView>("POST", "/connections", { provider: "chat", name: "Strict", address: site.origin, settings: { origins: [site.origin] } })).id;
      const page = await visit("/api/docs/widget");
      const cookies = await page.context().newCDPSession(page);
      await cookies.send("Network.enable");
      await cookies.send("Network.setCookieControls", { enableThirdPartyCookieRestriction: true });
      await page.addInitScript((denies) => {
        const own = window as unknown as { violations: string[] };
        own.violations = [];
        document.addEventListener("securitypolicyviolation", ({ violatedDirective, blockedURI }) => own.violations.push(`${violatedDirective} ${blockedURI}`));
        if (denies && location.pathname === "/widget/frame") for (const name of ["localStorage", "sessionStorage"]) Object.defineProperty(window, name, { get: () => { throw new DOMException("denied", "SecurityError"); } });
      }, deniesStorage);
      const question = words("Do you open on Sundays?");
      await page.goto(`${site.origin}/nonce`);
      await log(await begins(page, question)).getByText("Sent").waitFor();
      for (const name of Object.keys(POLICIES(url))) {
        await page.goto(`${site.origin}/${name}`);
        await log(await openWidget(page)).getByText(question).waitFor();
        expect(await page.evaluate(() => (window as unknown as { violations: string[] }).violations), name).toEqual([]);
      }
      await page.reload();
      const frame = await openWidget(page);
      const answer = words("From ten to four");
      await sends({ api, world }, await conversationAbout({ api, world }, question), "chat", answer);
      await log(frame).getByText(answer).waitFor();
    } finally {
      await site.close();
      await api("DELETE", `/connections/${id}`);
    }
  });
});

test("two tabs of one visitor and a lost network: every message once, in both", async ({ visit, api, world }) => {
  const first = await visit(shopWith("ch_demo_chat"));
  const begun = words("Do you rent helmets?");
  const one = await begins(first, begun);
  const second = await first.context().newPage();
  await second.goto(shopWith("ch_demo_chat"));
  const two = await openWidget(second);
  await log(two).getByText(begun).waitFor();
  const conversation = await conversationAbout({ api, world }, begun);

  await first.context().setOffline(true);
  const [lost, found, meanwhile] = [words("Also for children?"), words("In blue, too?"), words("We do, in all sizes")];
  await says(one, lost);
  await says(two, found);
  await one.getByText("You are offline. What you write is sent when you are back.").waitFor();
  expect((await new AxeBuilder({ page: first }).withTags(RULES).include("div").analyze()).violations).toEqual([]);
  await sends({ api, world }, conversation, "chat", meanwhile);
  await first.context().setOffline(false);
  for (const frame of [one, two]) for (const text of [lost, found, meanwhile]) await log(frame).getByText(text).waitFor();
  await becomes(async () => (await entriesOf({ api, world }, conversation)).filter(({ kind }) => kind === "message").map(({ text }) => text).toSorted(), [begun, lost, found, meanwhile].toSorted());
  for (const frame of [one, two]) for (const text of [begun, lost, found, meanwhile]) expect(await log(frame).getByText(text).count()).toBe(1);
});

test("questions, thread and rating are fit for everybody on a small screen, in large print and from right to left", async ({ visit, api, url }) => {
  const { id } = await api<ConnectionView>("POST", "/connections", { provider: "chat", name: "Rental desk", address: url, settings: { origins: [url], preChat: [{ key: "name", required: true }], consentText: "I agree.", languages: { ar: { greeting: "أهلاً بكم", consentText: "أوافق على سياسة الخصوصية." } } } });
  const page = await visit(`/widget/frame?connection=${id}&locale=ar`, { viewport: { width: 390, height: 844 } });
  const main = page.mainFrame();
  const fit = async (what: string): Promise<void> => {
    expect((await new AxeBuilder({ page }).withTags(RULES).analyze()).violations, what).toEqual([]);
    expect(await main.evaluate(() => document.documentElement.scrollWidth <= innerWidth), `${what}: nothing beyond the edge`).toBe(true);
  };
  await page.getByRole("heading", { name: "أهلاً بكم" }).waitFor();
  expect(await main.evaluate(() => document.documentElement.dir)).toBe("rtl");
  await fit("home");
  await page.locator(".primary").click();
  await page.getByLabel("الاسم").fill("ليلى");
  await page.getByText("أوافق على سياسة الخصوصية.").click();
  await fit("questions");
  await page.keyboard.press("Enter");
  await page.getByRole("textbox").fill(words("مرحبا"));
  await page.keyboard.press("Enter");
  await page.getByRole("log").getByText("مرحبا").waitFor();
  await fit("thread");
  // Half the room: the keyboard of a phone, or print of twice the size. Where one writes stays in sight.
  await page.setViewportSize({ width: 195, height: 422 });
  await page.getByRole("textbox").focus();
  expect(await page.getByRole("textbox").evaluate((element) => element.getBoundingClientRect().bottom <= innerHeight)).toBe(true);
  await fit("large print");
  await page.getByRole("button", { name: "المزيد" }).click();
  await page.getByRole("menuitem").last().click();
  await page.getByRole("radio").last().waitFor({ state: "attached" });
  await fit("rating");
  await api("DELETE", `/connections/${id}`);
});
