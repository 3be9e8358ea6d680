import type { Page } from "playwright-core";
import { describe, expect } from "vitest";
import { becomes, entriesOf, eventually, fileNames, mailbox, mails, sends, sentTo, upload, words } from "./support/customers";
import { line, open, ready, row, thread } from "./support/desk";
import { test } from "./support/test";

/** A mail with a look of its own is read in its frame. Only the newest stands open. */
const read = (page: Page, text: string): Promise<void> => thread(page).frameLocator("iframe[title^='Text of the email']").getByText(text).first().waitFor();

describe("mail", () => {
  test("a mail with a copy and an attachment shows its subject, who has the copy, and the file opens", async ({ as, api, world }) => {
    const [customer, copied, text] = [mailbox("vera"), mailbox("otto"), words("The order is in the file.")];
    const { id } = await mails({ api, world }, { from: customer, fromName: "Vera Lund", cc: copied, subject: "Order of six helmets", text, attachments: [upload("order.txt", "text/plain", "six helmets, size M")] });
    const agent = await as("agent");
    await row(agent, text).click();
    const mail = line(agent, text);
    await mail.getByText("Order of six helmets").waitFor();
    await mail.getByTitle("People and headers").click();
    await mail.getByText(copied, { exact: true }).waitFor();
    // The answer goes to both: the copy is a chip that can be taken off.
    await agent.getByRole("button", { name: "Reply to all" }).click();
    await agent.getByRole("button", { name: `Remove ${copied}` }).waitFor();

    const [download] = await Promise.all([agent.waitForEvent("download"), mail.getByRole("link", { name: "Download order.txt" }).click()]);
    const chunks: Buffer[] = [];
    for await (const chunk of await download.createReadStream()) chunks.push(chunk as Buffer);
    expect(Buffer.concat(chunks).toString()).toBe("six helmets, size M");
    expect(fileNames((await entriesOf({ api, world }, id))[0]!.attachments)).toEqual(["order.txt"]);
  });

  test("a rich answer to all arrives as HTML in the right thread, and what comes back lands in the same conversation", async ({ as, api, world }) => {
    const [customer, copied, text] = [mailbox("ida"), mailbox("emil"), words("Can you do Friday?")];
    const { id, messageId } = await mails({ api, world }, { from: customer, fromName: "Ida Berg", cc: copied, subject: "Friday", text });
    const agent = await as("agent", `/?c=${id}`);
    await ready(agent);
    await agent.getByRole("button", { name: "Reply to all" }).click();
    await agent.getByRole("button", { name: "Formatting" }).click();
    const editor = agent.locator("[contenteditable=true]");
    await editor.waitFor();
    await editor.pressSequentially("Friday is ");
    await agent.getByRole("button", { name: "Bold" }).click();
    await editor.pressSequentially("perfect");
    await editor.press("Control+Enter");

    const sent = await eventually(async () => (await sentTo({ api, world }, "resend", customer))[0], "a mail from us");
    expect(sent.mail).toMatchObject({ subject: "Re: Friday", to: [customer], cc: [copied] });
    expect(sent.mail?.html).toContain("<strong>perfect</strong>");
    expect(sent.text).toContain("Friday is perfect");
    expect(sent.mail?.inReplyTo).toBe(messageId);
    expect(sent.mail?.references).toContain(messageId);
    expect(sent.mail?.replyTo).toMatch(/^reply\+/);

    const answer = words("Thank you, see you then");
    await world("/cloudflare-email/inbound", { from: customer, fromName: "Ida Berg", inReplyTo: sent.id, text: answer, quote: true });
    await row(agent, answer).waitFor();
    await read(agent, answer);
    expect((await entriesOf({ api, world }, id)).filter(({ direction }) => direction === "in").length).toBe(2);
  });

  test("who presses unsubscribe in an automated mail is seen to have done so, in the thread and beside it, by whoever has it open", async ({ as, api, world }) => {
    const [customer, text] = [mailbox("nora"), words("When do you open?")];
    const { id } = await mails({ api, world }, { from: customer, fromName: "Nora Dahl", subject: "Hours", text });
    await sends({ api, world }, id, "email", "We have news");
    const mail = await eventually(async () => (await sentTo({ api, world }, "resend", customer))[0], "a mail from us");
    const link = /Stop automated mail: (http\S+)$/.exec(mail.text)![1]!;
    const agent = await as("agent", `/?c=${id}`);
    const consent = agent.getByRole("region", { name: "Consent" });
    await consent.getByText("Email").waitFor();
    expect((await fetch(link, { method: "POST", body: new URLSearchParams({ "List-Unsubscribe": "One-Click" }) })).status).toBe(200);
    await line(agent, "Nora Dahl wants no advertising by Email").waitFor();
    await consent.getByText("answers only").waitFor();
  });

  test("the simulator's mailbox shows our HTML and answers it", async ({ as, visit, api, world }) => {
    const agent = await as("agent");
    const simulator = await visit("/simulator");
    await simulator.getByRole("button", { name: /^Customer: / }).click();
    await simulator.getByRole("menuitem", { name: "Lena Petersen" }).click();
    const post = simulator.getByRole("region", { name: "Mailbox" });
    await post.getByRole("button", { name: "Write" }).click();
    const text = words("Do you have trailers?");
    await post.getByLabel("Subject").fill("Trailers");
    await post.getByRole("textbox", { name: "Text" }).fill(text);
    await post.getByRole("button", { name: "Send" }).click();
    await row(agent, text).click();
    await line(agent, text).waitFor();
    const id = new URL(agent.url()).searchParams.get("c")!;
    const answer = words("We have two");
    await sends({ api, world }, id, "email", answer, { html: `<p>${answer}</p>` });
    await post.getByRole("list", { name: "Mails" }).getByRole("button", { name: "Re: Trailers" }).click();
    await post.frameLocator("iframe[title=Mail]").getByText(answer).waitFor();
    await post.getByRole("button", { name: "Reply", exact: true }).click();
    const back = words("One please");
    await post.getByRole("textbox", { name: "Text" }).fill(back);
    await post.getByRole("button", { name: "Send" }).click();
    await read(agent, back);
  });

  test("hostile HTML runs nothing and loads nothing from outside until it is asked to", async ({ as, api, world }) => {
    const text = words("See the picture");
    const html = `<p>${text}</p><img src="https://tracker.example/pixel.png" width=40 height=40><img src=x onerror="top.pwned=1">`
      + `<script>top.pwned = 1</script><svg onload="top.pwned=1"></svg><a href="javascript:top.pwned=1">press</a>`
      + `<style>@import url(https://tracker.example/a.css); body { background: url(https://tracker.example/b.png) }</style>`
      + `<form action="https://tracker.example/f"><input name=a></form><iframe src="https://tracker.example/i"></iframe>`;
    const { id } = await mails({ api, world }, { from: mailbox("mallory"), subject: "Look", text, html });
    const agent = await as("agent");
    const asked: string[] = [];
    agent.context().on("request", (request) => { if (request.url().includes("tracker.example")) asked.push(request.url()); });
    await open(agent, id);
    const frame = agent.frameLocator("iframe[title='Text of the email “Look”']");
    await frame.getByText(text).waitFor();
    const element = agent.locator("iframe[title='Text of the email “Look”']");
    expect(await element.getAttribute("sandbox")).not.toMatch(/allow-scripts|allow-same-origin/);
    await frame.getByText("press").click();
    expect(await agent.evaluate("window.pwned")).toBeUndefined();
    expect(asked).toEqual([]);
    expect(await frame.locator("script, form, iframe, svg[onload], [onerror]").count()).toBe(0);

    await thread(agent).getByRole("button", { name: "Show pictures" }).click();
    await becomes(() => asked.filter((url) => url.endsWith("/pixel.png")).length > 0, true);
    expect(await agent.evaluate("window.pwned")).toBeUndefined();
    // Pictures were asked for, and nothing else.
    expect(asked.filter((url) => !url.endsWith(".png"))).toEqual([]);
  });

  test("pictures allowed for good are there in the sender's next mail, in every browser, and asked about again when taken back", async ({ as, api, world }) => {
    const [from, text] = [mailbox("nora"), words("Our new colours")];
    const html = (name: string) => `<p>${text}</p><img src="https://pics.example/${name}.png" width=40 height=40>`;
    const { id } = await mails({ api, world }, { from, subject: "Colours", text, html: html("first") });
    const agent = await as("agent");
    await open(agent, id);
    await thread(agent).getByRole("button", { name: `Always from ${from}` }).click();
    await thread(agent).getByText(`always shown in mail from ${from}`).waitFor();
    const again = words("More colours");
    await world("/cloudflare-email/inbound", { from, to: "workshop@northside.example", subject: "More", text: again, html: html("second") });
    const other = await as("agent");
    await open(other, id);
    // The browser says nothing of what a frame of its own process asks for first: what stands in the frame is looked at instead.
    const frame = other.frameLocator("iframe[title='Text of the email “More”']");
    await frame.locator("img[src='https://pics.example/second.png']").waitFor({ state: "attached" });
    expect(await frame.locator("meta[http-equiv='Content-Security-Policy']").getAttribute("content")).toContain("img-src data: https:");
    await thread(other).getByRole("button", { name: "Ask again" }).last().click();
    await other.reload();
    await thread(other).getByRole("button", { name: `Always from ${from}` }).last().waitFor();
    // The page that stayed open heard of it.
    await thread(agent).getByRole("button", { name: `Always from ${from}` }).last().waitFor();
  });
});
