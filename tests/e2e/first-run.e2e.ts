import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect } from "vitest";
import type { ConnectionView } from "../../worker/contract/channel.ts";
import { startApp, type RunningApp } from "./support/app";
import { words } from "./support/customers";
import { line, list, row } from "./support/desk";
import { contextAt, test, toolsFor } from "./support/test";

const [OWNER, INVITED] = ["mira@studio.example", "paul@studio.example"];
const [PASSWORD, NEW_PASSWORD, THEIR_PASSWORD] = ["four quiet words here", "five other quiet words", "another four quiet words"];
const LINE = { address: "+15125550142", accountSid: "AC0123456789abcdef0123456789abcdef", authToken: "fedcba98765432100123456789abcdef" };

let app: RunningApp;
let owner: Page;

async function visitor(path: string): Promise<Page> {
  const page = await (await contextAt(app.url)).newPage();
  await page.goto(path);
  return page;
}
async function signInAs(page: Page, email: string, password: string): Promise<void> {
  await page.getByRole("textbox", { name: "Email" }).fill(email);
  await page.getByRole("textbox", { name: "Password" }).fill(password);
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
}
const nav = (page: Page) => page.getByRole("navigation", { name: "Main" });

/** One story: each test goes on where the one before it ended. */
describe("a new installation", () => {
  beforeAll(async () => { app = await startApp({ demo: false }); owner = await visitor("/"); });
  afterAll(async () => { await owner?.context().close(); await app?.stop(); });

  test("lets the first visitor make the account, and nobody after them", async () => {
    await owner.getByRole("heading", { name: "Set up Switchboard" }).waitFor();
    const late = await visitor("/set-up");
    for (const page of [owner, late]) {
      await page.getByRole("textbox", { name: "Name of your business" }).fill("Studio Example");
      await page.getByRole("textbox", { name: "Your name" }).fill("Mira");
      await page.getByRole("textbox", { name: "Email" }).fill(OWNER);
      await page.getByRole("textbox", { name: "Password" }).fill(PASSWORD);
    }
    await owner.getByRole("button", { name: "Create account" }).click();
    await owner.getByText("All clear").waitFor();
    await late.getByRole("button", { name: "Create account" }).click();
    await late.getByText("This installation is set up already. Sign in instead.").waitFor();
    const second = await visitor("/");
    await second.getByRole("button", { name: "Sign in", exact: true }).waitFor();
    expect(await second.getByText("demo").count()).toBe(0);
    await Promise.all([late.context().close(), second.context().close()]);
  });

  test("an invitation link makes a colleague, once", async () => {
    await owner.goto("/settings/members");
    await owner.getByRole("button", { name: "Invite" }).click();
    await owner.getByRole("dialog").getByRole("textbox", { name: "Email address" }).fill(INVITED);
    await owner.getByRole("button", { name: "Make the link" }).click();
    const link = await owner.getByRole("textbox", { name: "Invitation link" }).inputValue();
    await owner.getByRole("button", { name: "I have copied it" }).click();
    const paul = await visitor(link);
    await paul.getByRole("heading", { name: "Join Studio Example" }).waitFor();
    await paul.getByRole("textbox", { name: "Your name" }).fill("Paul");
    await paul.getByRole("textbox", { name: "Password" }).fill(THEIR_PASSWORD);
    await paul.getByRole("button", { name: "Join" }).click();
    await nav(paul).waitFor();
    const again = await visitor(link);
    await again.getByRole("heading", { name: "This link does not work any more" }).waitFor();

    await again.goto("/sign-in");
    await signInAs(again, INVITED, THEIR_PASSWORD);
    await nav(again).waitFor();
    await Promise.all([paul.context().close(), again.context().close()]);
  });

  test("a reset link sets a new password once and signs out everywhere", async () => {
    const paul = await visitor("/sign-in");
    await signInAs(paul, INVITED, THEIR_PASSWORD);
    await nav(paul).waitFor();

    await owner.goto("/settings/members");
    await owner.getByRole("button", { name: "More for Paul" }).click();
    await owner.getByRole("menuitem", { name: "Make a reset link" }).click();
    await owner.getByRole("button", { name: "Make a reset link" }).click();
    const link = await owner.getByRole("textbox", { name: "Reset link" }).inputValue();
    await owner.getByRole("button", { name: "I have copied it" }).click();
    const elsewhere = await visitor(link);
    await elsewhere.getByRole("textbox", { name: "New password" }).fill(NEW_PASSWORD);
    await elsewhere.getByRole("button", { name: "Set password" }).click();
    await elsewhere.getByText("Your new password is set. Sign in with it.").waitFor();
    // The socket that was open is closed, without a click.
    await paul.getByRole("button", { name: "Sign in", exact: true }).waitFor();
    await signInAs(elsewhere, INVITED, THEIR_PASSWORD);
    await elsewhere.getByText("Wrong email or password").waitFor();
    await signInAs(elsewhere, INVITED, NEW_PASSWORD);
    await nav(elsewhere).waitFor();

    const second = await elsewhere.context().newPage();
    await second.goto("/");
    await nav(second).waitFor();
    await second.getByRole("button", { name: /^You: / }).click();
    await second.getByRole("menuitem", { name: "Sign out" }).click();
    await second.getByRole("button", { name: "Sign in", exact: true }).waitFor();
    await elsewhere.getByRole("button", { name: "Sign in", exact: true }).waitFor();
    await Promise.all([paul.context().close(), elsewhere.context().close()]);
  });

  test("a number is connected by a form, verified, written to, and switched off", async () => {
    const { world } = toolsFor(app.url);
    await owner.goto("/settings/channels");
    await owner.getByRole("link", { name: /Twilio/ }).click();
    const side = owner.getByRole("complementary", { name: /^Connect / });
    await side.getByRole("textbox", { name: "Name" }).fill("Front desk");
    await side.getByRole("textbox", { name: "Phone number" }).fill(LINE.address);
    await side.getByLabel("Account SID").fill(LINE.accountSid);
    await side.getByLabel("Auth token", { exact: false }).first().fill(LINE.authToken);
    await side.getByRole("button", { name: "Connect", exact: true }).click();
    const webhookUrl = await side.getByRole("textbox", { name: "Webhook address" }).inputValue();
    expect(webhookUrl).toContain("/hooks/twilio/");
    const { items } = await (await owner.request.get("/api/v1/connections")).json() as { items: ConnectionView[] };
    const made = items.find(({ address }) => address === LINE.address)!;
    expect(webhookUrl.split("#")[0]).toBe(made.webhookUrl.split("#")[0]);
    expect(JSON.stringify(items)).not.toContain(LINE.authToken);

    // Twilio does not know the account yet, then it does.
    await side.getByRole("button", { name: "Verify" }).click();
    await side.getByRole("status").filter({ hasText: /Account SID|Auth|credential|refuse/i }).waitFor();
    await world("/connections", [{ provider: "twilio", connectionId: made.id, address: LINE.address, webhookUrl, secrets: { accountSid: LINE.accountSid, authToken: LINE.authToken } }]);
    await side.getByRole("button", { name: "Verify" }).click();
    await side.getByRole("status").filter({ hasNotText: /refuse|wrong|Listening/i }).first().waitFor();

    const text = words("Are you the new ones?");
    await world("/twilio/inbound", { from: "+15125550199", text });
    await side.getByText("The first message has arrived.").waitFor();
    await side.getByRole("button", { name: "Done" }).click();
    await owner.getByRole("switch", { name: "Front desk is switched on" }).click();
    await owner.getByRole("complementary", { name: "Front desk" }).getByText("Switched off").first().waitFor();
    const kept = words("Is anybody there?");
    await world("/twilio/inbound", { from: "+15125550199", text: kept });

    await owner.goto("/");
    await row(owner, text).click();
    await line(owner, text).waitFor();
    expect(await list(owner).getByText(kept).count()).toBe(0);
    await owner.goto(`/settings/channels/${made.id}`);
    await owner.getByRole("switch", { name: "Front desk is switched on" }).click();
    await owner.goto("/");
    await row(owner, kept).waitFor();
  });
});
