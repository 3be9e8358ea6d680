import { cleanup, render } from "@solidjs/testing-library";
import { createSignal } from "solid-js";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import type { VisitorSession } from "../../../worker/contract/widget";
import { createChat } from "../../../web/widget/chat";
import { loadLanguage } from "../../../web/widget/strings";
import { Widget } from "../../../web/widget/Widget";
import { FakeApi, frame, message } from "./fakes";

const closed = vi.fn();
const unread = vi.fn();
const rated = vi.fn();

async function draw(change: Partial<VisitorSession> = {}, locale = "en") {
  const api = new FakeApi(change);
  const language = await loadLanguage(locale);
  const [open, setOpen] = createSignal(true);
  const view = render(() => {
    const chat = createChat("cn_1", api, () => ({ pageLocale: "en", locale: "en", timeZone: "UTC", referrer: "" }));
    return <Widget chat={chat} language={language} connectionId="cn_1" open={open()} close={closed} unread={unread} rated={rated} />;
  });
  await vi.waitFor(() => expect(view.queryByText("Connecting…")).toBeNull());
  return { api, ...view, setOpen };
}

const type = (area: HTMLElement, text: string) => {
  (area as HTMLTextAreaElement).value = text;
  area.dispatchEvent(new InputEvent("input", { bubbles: true }));
};
const press = (element: Element, key: string, more: KeyboardEventInit = {}) => element.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true, ...more }));

beforeEach(() => { localStorage.clear(); sessionStorage.clear(); closed.mockClear(); unread.mockClear(); rated.mockClear(); });
afterEach(cleanup);

it("a new visitor is greeted and starts with one click", async () => {
  const { getByRole, getByText } = await draw();
  expect(getByRole("heading", { name: "What can we fix?" })).toBeTruthy();
  getByText("Start a conversation").click();
  expect(document.activeElement).toBe(getByRole("textbox", { name: "Write a message" }));
});

it("outside office hours the away message takes the place of a promise", async () => {
  const { config } = new FakeApi().current;
  const { getByText, queryByText } = await draw({ config: { ...config, online: false } });
  expect(getByText("We are out on a ride.")).toBeTruthy();
  expect(queryByText("We are here and answer as soon as we can.")).toBeNull();
});

it("Enter sends, Shift+Enter and a word being composed do not", async () => {
  const { api, getByRole, getByText, findByText } = await draw();
  getByText("Start a conversation").click();
  const area = getByRole("textbox", { name: "Write a message" });
  type(area, "  Do you rent kids’ bikes?  ");
  press(area, "Enter", { shiftKey: true });
  press(area, "Enter", { isComposing: true });
  expect(api.drafts).toEqual([]);
  press(area, "Enter");
  await findByText("Sent");
  expect(api.drafts.map(({ text }) => text)).toEqual(["Do you rent kids’ bikes?"]);
  expect((area as HTMLTextAreaElement).value).toBe("");
});

it("an empty message is not sent", async () => {
  const { api, getByRole, getByText } = await draw();
  getByText("Start a conversation").click();
  const area = getByRole("textbox", { name: "Write a message" });
  type(area, "   ");
  press(area, "Enter");
  expect(api.drafts).toEqual([]);
});

it("the questions before the chat are asked once and travel with the first message", async () => {
  const { config } = new FakeApi().current;
  const { api, getByLabelText, getByRole, getByText } = await draw({ asked: false, config: { ...config, preChat: [{ key: "name", required: true }, { key: "email", required: false }] } });
  getByText("Start a conversation").click();
  getByText("Start chat").click();
  expect(getByRole("alert").textContent).toBe("Please fill this in");
  expect(document.activeElement).toBe(getByLabelText("Name", { exact: false }));
  type(getByLabelText("Name", { exact: false }), " Lena ");
  getByText("Start chat").click();
  for (const text of ["one", "two"]) {
    const area = getByRole("textbox", { name: "Write a message" });
    type(area, text);
    press(area, "Enter");
    await vi.waitFor(() => expect(getByText(text).closest(".line")!.className).toContain("state-sent"));
  }
  expect(api.drafts.map(({ preChat }) => preChat)).toEqual([{ name: "Lena" }, undefined]);
});

it("who has talked before is back in the thread, and reading it tells the team", async () => {
  const { api, getByRole } = await draw({ conversationId: "c_1", messages: [message(1)], cursor: 1 });
  api.socket.accept();
  api.socket.hear(frame(1, 2, [message(2)]));
  const log = getByRole("log");
  expect(log.textContent).toContain("text 1");
  expect(log.textContent).toContain("text 2");
  await vi.waitFor(() => expect(api.socket.said).toContainEqual({ type: "read", seq: 2 }));
});

it("a closed panel counts for the bubble what arrives", async () => {
  const { api, setOpen } = await draw({ conversationId: "c_1", messages: [message(1)], cursor: 1 });
  setOpen(false);
  api.socket.accept();
  api.socket.hear(frame(1, 3, [message(2), message(3)]));
  expect(unread).toHaveBeenLastCalledWith(2);
  setOpen(true);
  expect(unread).toHaveBeenLastCalledWith(0);
});

it("a message that arrives keeps its line, so that it is read out once", async () => {
  const { api, getByRole, getByText, findByText } = await draw();
  getByText("Start a conversation").click();
  const area = getByRole("textbox", { name: "Write a message" });
  type(area, "hello");
  press(area, "Enter");
  const line = getByText("hello");
  await findByText("Sent");
  expect(getByText("hello")).toBe(line);
  expect(line.closest(".line")!.classList).toContain("me");
  api.socket.accept();
  api.socket.hear(frame(0, 2, [message(1, { rev: 2, mine: true, author: "", text: "hello" })]));
  expect(getByText("hello")).toBe(line);
});

it("what people write is text: markup stays visible, only web addresses become links", async () => {
  const text = "<img src=x onerror=alert(1)> javascript:alert(1) see https://shop.example.com/p?a=1.";
  const { getByRole } = await draw({ conversationId: "c_1", messages: [message(1, { text, author: "<b>Ana</b>" })], cursor: 1 });
  const log = getByRole("log");
  expect(log.querySelector("img, b, script")).toBeNull();
  expect(log.textContent).toContain(text);
  expect([...log.querySelectorAll("a")].map(({ href, rel, target }) => [href, rel, target])).toEqual([["https://shop.example.com/p?a=1", "noopener noreferrer nofollow", "_blank"]]);
});

it("pictures are shown, everything else is offered as a file", async () => {
  const file = { id: "a", size: 2_000, url: "/media/s/1", state: "ready" as const };
  const { getByRole, getByText } = await draw({ conversationId: "c_1", cursor: 1, messages: [message(1, { attachments: [{ ...file, name: "bike.png", type: "image/png" }, { ...file, name: "evil.svg", type: "image/svg+xml" }] })] });
  expect(getByRole("img", { name: "bike.png" })).toBeTruthy();
  expect(getByText("evil.svg").closest("a")!.download).toBe("evil.svg");
});

it("a file is uploaded while writing and sent with the message", async () => {
  const { api, getByRole, getByText, container } = await draw();
  getByText("Start a conversation").click();
  const picker = container.querySelector<HTMLInputElement>("input[type=file]")!;
  const files = [new File(["x"], "map.pdf", { type: "application/pdf" })];
  Object.defineProperty(picker, "files", { value: files, configurable: true });
  picker.dispatchEvent(new Event("change", { bubbles: true }));
  await vi.waitFor(() => expect((getByRole("button", { name: "Send" }) as HTMLButtonElement).disabled).toBe(false));
  getByRole("button", { name: "Send" }).click();
  await vi.waitFor(() => expect(api.drafts.map(({ attachments }) => attachments)).toEqual([["a_map.pdf"]]));
});

it("Escape closes, and Tab stays inside", async () => {
  const { getByRole, container } = await draw();
  press(getByRole("heading"), "Escape");
  expect(closed).toHaveBeenCalledOnce();
  const buttons = [...container.querySelectorAll("button")];
  buttons.at(-1)!.focus();
  press(buttons.at(-1)!, "Tab");
  expect(document.activeElement).toBe(buttons[0]);
  press(buttons[0]!, "Tab", { shiftKey: true });
  expect(document.activeElement).toBe(buttons.at(-1));
});

it("speaks the visitor's language", async () => {
  const { getByText, getByRole } = await draw({}, "de");
  getByText("Gespräch beginnen").click();
  expect(getByRole("button", { name: "Senden" })).toBeTruthy();
});

it("a team that types is heard as well as seen", async () => {
  const { api, findByText } = await draw({ conversationId: "c_1", messages: [message(1)], cursor: 1 });
  api.socket.accept();
  api.socket.hear({ type: "typing", name: "Ana", on: true });
  const words = await findByText("Ana is typing");
  expect(words.closest("[role=log]")).not.toBeNull();
});

const talking = (...more: ReturnType<typeof message>[]): Partial<VisitorSession> => ({ conversationId: "c_1", cursor: 1 + more.length, messages: [message(1, { mine: true, author: "", text: "Hello" }), ...more] });

it("answers to choose from are tapped once, by the newest message alone, and only web addresses are links", async () => {
  const buttons = [{ text: "Red", url: null }, { text: "Our sizes", url: "https://shop.example.com/sizes" }, { text: "Blue", url: "javascript:alert(1)" }];
  const { api, getByRole, queryByRole, findByText } = await draw(talking(message(2, { text: "Which colour?", buttons })));
  expect(getByRole("link", { name: "Our sizes" }).getAttribute("href")).toBe("https://shop.example.com/sizes");
  expect(getByRole("button", { name: "Blue" })).toBeTruthy();
  getByRole("button", { name: "Red" }).click();
  await findByText("Sent");
  expect(api.drafts).toMatchObject([{ text: "Red", tapped: "e2" }]);
  expect(queryByRole("button", { name: "Red" })).toBeNull();
});

it("an emoji goes where the cursor stands, by mouse or keyboard", async () => {
  const { getByRole, queryByRole } = await draw(talking());
  const area = getByRole("textbox", { name: "Write a message" }) as HTMLTextAreaElement;
  type(area, "Great!");
  area.setSelectionRange(5, 5);
  const opener = getByRole("button", { name: "Emoji" });
  opener.click();
  const grid = getByRole("group", { name: "Emoji" });
  press(document.activeElement!, "ArrowRight");
  expect(document.activeElement!.textContent).toBe("😃");
  (document.activeElement as HTMLButtonElement).click();
  expect(area.value).toBe("Great😃!");
  expect(queryByRole("group", { name: "Emoji" })).toBeNull();
  opener.click();
  press(document.activeElement!, "Escape");
  expect([grid.isConnected, document.activeElement === opener, closed.mock.calls.length]).toEqual([false, true, 0]);
});

it("the end of a chat is told, rated once with a comment, and thanked for", async () => {
  const { api, getByRole, getByLabelText, findByText, findByLabelText } = await draw(talking());
  getByRole("button", { name: "More" }).click();
  getByRole("menuitem", { name: "End chat" }).click();
  const four = await findByLabelText("4 of 5 stars") as HTMLInputElement;
  expect(api.acts).toMatchObject([{ type: "end" }]);
  const send = getByRole("button", { name: "Send rating" }) as HTMLButtonElement;
  expect(send.disabled).toBe(true);
  four.click();
  type(getByLabelText(/Tell us more/), "Quick");
  send.click();
  await findByText("Thank you. This helps us do better.");
  expect(api.acts[1]).toMatchObject({ type: "rating", stars: 4, comment: "Quick" });
  expect(rated).toHaveBeenCalledExactlyOnceWith(4);
});

it("a chat that the team has closed says so and asks how it was, unless nobody wants to know", async () => {
  const { getByText, getByRole } = await draw({ ...talking(), closed: true });
  expect(getByText(/has been closed/)).toBeTruthy();
  expect(getByRole("button", { name: "How was this chat?" })).toBeTruthy();
  cleanup();
  const { config } = new FakeApi().current;
  const again = await draw({ ...talking(), closed: true, config: { ...config, rating: false } });
  expect(again.queryByRole("button", { name: "How was this chat?" })).toBeNull();
});

it("the chat is mailed to an address that looks like one, and a refusal says why", async () => {
  const { api, getByRole, getByLabelText, findByText } = await draw(talking());
  getByRole("button", { name: "More" }).click();
  getByRole("menuitem", { name: "Email this chat" }).click();
  const send = getByRole("button", { name: "Send email" });
  send.click();
  await findByText("Please fill this in");
  type(getByLabelText("Email"), "jane@example.com");
  api.refusals.push({ ok: false, retry: false, status: 422, detail: "There is no answer to send yet", reason: "unanswered" });
  send.click();
  await findByText("There is no answer to send yet.");
  send.click();
  await findByText("Sent to jane@example.com.");
  expect(api.transcripts.at(-1)).toMatchObject({ email: "jane@example.com", locale: "en", timeZone: "UTC" });
});

it("nothing is asked of who does not agree first, where the site wants it", async () => {
  const { config } = new FakeApi().current;
  const { api, getByText, getByLabelText, getByRole, findByText } = await draw({ asked: false, config: { ...config, preChat: [{ key: "email", required: false }], consentText: "You may write to me." } });
  getByText("Start a conversation").click();
  getByRole("button", { name: "Start chat" }).click();
  await findByText("Please agree before you go on");
  getByLabelText("You may write to me.").click();
  getByRole("button", { name: "Start chat" }).click();
  const area = getByRole("textbox", { name: "Write a message" });
  type(area, "Hi");
  press(area, "Enter");
  await vi.waitFor(() => expect(api.drafts).toMatchObject([{ preChat: { consent: true } }]));
});

it("what came by mail says so, and who wrote has their initials beside it", async () => {
  const { container } = await draw(talking(message(2, { author: "Ana Ruiz", text: "Packed", byMail: true })));
  expect(container.querySelector(".line:not(.me) .avatar")!.textContent).toBe("AR");
  expect(container.querySelector(".line:not(.me) .meta")!.textContent).toContain("by email");
});

it("sound follows the site until the visitor decides", async () => {
  const { config } = new FakeApi().current;
  const { getByRole } = await draw({ ...talking(), config: { ...config, sound: true } });
  const bell = getByRole("button", { name: "Turn sound off" });
  expect(bell.getAttribute("aria-pressed")).toBe("true");
  bell.click();
  expect(getByRole("button", { name: "Turn sound on" })).toBeTruthy();
  expect(localStorage.getItem("switchboard:cn_1:sound")).toBe("false");
});
