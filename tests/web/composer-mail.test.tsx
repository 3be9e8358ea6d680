import { Route, MemoryRouter } from "@solidjs/router";
import { cleanup, fireEvent, render, screen, waitFor } from "@solidjs/testing-library";
import { afterEach, describe, expect, it } from "vitest";
import type { ComposeCheck } from "../../worker/contract/compose";
import type { Attachment, Draft, Entry } from "../../worker/contract/entry";
import { ComposerBox } from "../../web/inbox/composer/composer";
import { emptyDraft } from "../../web/inbox/composer/draft";
import { filesBeside, filesOf } from "../../web/inbox/composer/draft-files";
import { pastedPictures } from "../../web/inbox/composer/pictures";
import { answered } from "../../web/inbox/composer/recipients";
import { safeNodes } from "../../web/inbox/composer/safe-nodes";
import { forward } from "../../web/lib/forwarding";
import { CAPABILITIES, channel as channelOf, message, type, world } from "./composer-world";

afterEach(() => {
  cleanup();
  localStorage.clear();
});

const file = (id: string, more: Partial<Attachment> = {}): Attachment => ({ id, name: `${id}.png`, type: "image/png", size: 3, url: `/media/u/${id}/${id}.png`, state: "ready", ...more });
const mail = (id: string, more: Partial<Entry> = {}, threadId = "t1"): Entry => ({
  id, rev: 1, seq: 1, kind: "message", channel: "email", connectionId: "c-mail", direction: "in", author: { type: "contact", id: "p1", name: "Maya" }, text: "Broken", state: null, attachments: [],
  at: "2026-05-12T09:00:00Z", dueAt: null, undoable: false, to: "maya@example.com", attempts: [], failure: null, recipients: [], segments: null, event: null, editedAt: null, deleted: false,
  email: { threadId, subject: "FWD: Re: Frame", from: { name: "Maya", address: "maya@example.com" }, to: [], cc: [], bcc: [], replyTo: [], messageId: `${id}@x`, hasHtml: true, quoteAt: null, automatic: "no", warning: null }, ...more,
});
const byMail = (): ComposeCheck => ({ channel: "email", channels: [channelOf({ channel: "email", connectionId: "c-mail", to: ["maya@example.com"], capabilities: { ...CAPABILITIES, text: { max: 100_000, unit: "characters" }, subject: true, html: true, copies: true, media: { ...CAPABILITIES.media!, types: ["*"] } } })] });
const show = (fields: Parameters<typeof world>[0] = {}) => {
  const session = world(fields);
  session.setCheck(byMail());
  render(() => <MemoryRouter><Route path="*" component={() => <ComposerBox session={session} />} /></MemoryRouter>);
  return session;
};
const button = (name: string) => screen.getByRole("button", { name });
const to = () => screen.getByRole<HTMLInputElement>("textbox", { name: "To" });
const enter = (text: string) => { fireEvent.input(to(), { target: { value: text } }); fireEvent.keyDown(to(), { key: "Enter" }); };

describe("pictures in the words", () => {
  const draft = (html: string | undefined): Draft => ({ ...emptyDraft("reply"), ...(html !== undefined && { html }), attachments: [file("a1", { contentId: "a1" }), file("a2", { contentId: "a2" }), file("a3")] });

  it.each([
    ["go with the words that show them; one that was deleted from them goes nowhere", '<p><img src="cid:a1"></p>', ["a1", "a3"], ["a3"]],
    ["go beside words without formatting", undefined, ["a1", "a2", "a3"], ["a1", "a2", "a3"]],
  ])("%s", (_, html, sent, beside) => {
    expect(filesOf(draft(html)).map(({ id }) => id)).toEqual(sent);
    expect(filesBeside(draft(html)).map(({ id }) => id)).toEqual(beside);
  });

  const clipboard = (html: string, files: File[], text = "") => ({ files: files as unknown as FileList, getData: (kind: string) => (kind === "text/html" ? html : text) });
  const png = () => new File(["x"], "image.png", { type: "image/png" });
  it.each([
    ["a screenshot is a picture", clipboard("", [png()]), 1, false],
    ["a picture copied from a page is a picture", clipboard('<meta charset="utf-8"><img src="https://example.com/x.png">', [png()]), 1, false],
    ["words of a word processor are words, though it copies a picture of them", clipboard("<style>p{}</style><p class=MsoNormal>Hello</p>", [png()], "Hello"), 0, true],
    ["pictures within copied words come along", clipboard('<p>Hello <img src="data:image/png;base64,iVBORw0KGgo="></p>', []), 1, true],
    ["other files are none of it", clipboard("", [new File(["x"], "a.pdf", { type: "application/pdf" })]), 0, false],
  ])("%s", (_, data, count, hasWords) => {
    const found = pastedPictures(data);
    expect([found.files.length, found.hasWords]).toEqual([count, hasWords]);
  });
});

describe("carrying an email on", () => {
  const bill = file("a1", { name: "bill.txt", type: "text/plain", url: "/media/c/v1/e1/a1/bill.txt" });
  const inline = file("a2", { contentId: "ii_1", url: "/media/c/v1/e1/a2/a2.png" });

  it("asks who gets it, says that the customer does not, and sends it by name with the files that were left", async () => {
    const session = show({ entries: () => [mail("e1", { attachments: [bill, inline] })] });
    forward({ conversationId: "v1", entryIds: ["e1"] });
    await screen.findByText("Maya does not get it. Say who does.");
    expect(button("Send").getAttribute("aria-disabled")).toBe("true");
    enter("maya@example.com");
    expect(screen.getByRole("alert").textContent).toBe("Maya gets it too: their address is among the recipients.");
    fireEvent.click(button("Remove maya@example.com"));
    enter("parts@example.com");
    expect(screen.getByText("Maya does not get it.")).toBeTruthy();
    fireEvent.click(button("Send"));
    expect(session.sent).toEqual([expect.objectContaining({ to: ["parts@example.com"], subject: "Fwd: Re: Frame", forward: ["e1"], attachments: ["a1"] })]);
    expect(session.sent[0]).not.toHaveProperty("replyTo");
  });

  it("stops with one click: its files and people are gone, one's own words and files stay", async () => {
    show({ entries: () => [mail("e1", { attachments: [bill] })] });
    type(message(), "Mine");
    forward({ conversationId: "v1", entryIds: ["e1"] });
    await screen.findByText("bill.txt");
    fireEvent.click(button("Do not forward"));
    expect(screen.queryByText("bill.txt")).toBeNull();
    expect(message().value).toBe("Mine");
    expect(screen.getByRole<HTMLInputElement>("textbox", { name: "Subject" }).value).toBe("Re: FWD: Re: Frame");
  });

  it("an answer without a choice goes to the customer, whatever others said of what was carried on", () => {
    const entries = [mail("e1"), mail("e2", { direction: "out", forwarded: true }, "t2"), mail("e3", { author: { type: "contact", id: null, name: "Parts" } }, "t2")];
    expect(answered(entries)?.id).toBe("e1");
  });
});

describe("the email that is answered", () => {
  const box = () => screen.queryByRole<HTMLInputElement>("checkbox", { name: "Quote the email you answer below" });

  it("stands below the answer unless the writer takes it away", () => {
    const session = show({ entries: () => [mail("e1")] });
    expect(box()!.checked).toBe(true);
    fireEvent.click(box()!);
    type(message(), "Hi");
    fireEvent.click(button("Send"));
    expect(session.sent).toEqual([expect.objectContaining({ replyTo: "e1", quote: false })]);
    // The next answer is another one.
    expect(box()!.checked).toBe(true);
  });

  it("is not spoken of where none is answered: with another subject, or before the first email", () => {
    show({ entries: () => [mail("e1")] });
    fireEvent.input(screen.getByRole("textbox", { name: "Subject" }), { target: { value: "Something else" } });
    expect(box()).toBeNull();
    cleanup();
    localStorage.clear();
    show();
    expect(box()).toBeNull();
  });
});

describe("a signature", () => {
  it("is shown below an email, and left out of it with one click", () => {
    const session = show({ signature: () => '<p>Ada <b>Admin</b><a href="https://acme.example">Acme</a></p>' });
    expect(screen.getByRole("group", { name: "Signature" }).textContent).toContain("Ada AdminAcme");
    fireEvent.click(button("Leave the signature out of this email"));
    expect(screen.queryByRole("group", { name: "Signature" })).toBeNull();
    type(message(), "Hi");
    fireEvent.click(button("Send"));
    expect(session.sent).toEqual([expect.objectContaining({ signature: false })]);
  });

  it("shows nothing but words, whatever it holds", () => {
    const holder = document.createElement("div");
    holder.append(...safeNodes('<p onclick="x()">a<script>x</script><img src=x onerror="x()"><a href="javascript:x">b</a></p>'));
    expect(holder.innerHTML).toBe("<p>ax<u>b</u></p>");
  });
});

it("words typed without formatting are what is sent, though another browser had formatted them", async () => {
  localStorage.setItem("draft:m1:v1:reply", JSON.stringify({ ...emptyDraft("reply"), text: "Old", html: "<p>Old</p>", updatedAt: new Date().toISOString() }));
  const session = show();
  await waitFor(() => expect(message().value).toBe("Old"));
  type(message(), "New");
  fireEvent.click(button("Send"));
  expect(session.sent).toEqual([expect.objectContaining({ text: "New" })]);
  expect(session.sent[0]).not.toHaveProperty("html");
});

it("what is no address stands in the way of sending until it is corrected or removed", async () => {
  const session = show();
  type(message(), "Hi");
  enter("nobody at example");
  await waitFor(() => expect(to().getAttribute("aria-invalid")).toBe("true"));
  fireEvent.click(button("Send"));
  expect(session.sent).toEqual([]);
  fireEvent.input(to(), { target: { value: "" } });
  fireEvent.blur(to());
  fireEvent.click(button("Send"));
  expect(session.sent).toHaveLength(1);
});
