import { cleanup, fireEvent, render, screen, waitFor } from "@solidjs/testing-library";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { ButtonLimits } from "../../worker/contract/channel";
import { moved, troubleOf, type Trouble } from "../../web/inbox/composer/answers/answers";
import { ComposerBox } from "../../web/inbox/composer/composer";
import { messagesOf } from "../../web/inbox/composer/limits";
import { CAPABILITIES, channel, message, press, type, world } from "./composer-world";

beforeEach(() => localStorage.clear());
afterEach(cleanup);

const LIMITS: ButtonLimits = { max: 3, characters: 20, words: 50, links: true };
const answers = (...texts: string[]) => texts.map((text) => ({ text, url: null }));

describe("answers to tap are told what is wrong with them before they go", () => {
  it.each<[string, Parameters<typeof troubleOf>[0], ButtonLimits | null, Trouble | null]>([
    ["none", { text: "Hi" }, null, null],
    ["only begun", { text: "Hi", buttons: answers(" ") }, null, null],
    ["where there are none", { text: "Hi", buttons: answers("Yes") }, null, { why: "none" }],
    ["without a question", { text: " ", buttons: answers("Yes") }, LIMITS, { why: "question" }],
    ["below too many words", { text: "x".repeat(51), buttons: answers("Yes") }, LIMITS, { why: "words", max: 50 }],
    ["too many", { text: "Which?", buttons: answers("1", "2", "3", "4") }, LIMITS, { why: "count", max: 3 }],
    ["too long", { text: "Which?", buttons: answers("x".repeat(21)) }, LIMITS, { why: "long", text: "x".repeat(21), max: 20 }],
    ["twice", { text: "Which?", buttons: answers("Yes", "yes") }, LIMITS, { why: "twice", text: "yes" }],
    ["with a link that runs something", { text: "Which?", buttons: [{ text: "See", url: "javascript:alert(1)" }] }, LIMITS, { why: "bad-link", text: "See" }],
    ["with a link where none may be", { text: "Which?", buttons: [{ text: "See", url: "https://a.example" }] }, { ...LIMITS, links: false }, { why: "link", text: "See" }],
    ["as many as may be", { text: "Which?", buttons: [...answers("Yes", "No"), { text: "See", url: "https://a.example" }] }, LIMITS, null],
  ])("%s", (_name, draft, limits, trouble) => expect(troubleOf(draft, limits)).toEqual(trouble));

  it("one is moved within the ends", () => {
    expect(moved(["a", "b", "c"], 2, 0)).toEqual(["c", "a", "b"]);
    expect(moved(["a", "b"], 0, -1)).toEqual(["a", "b"]);
  });

  it("they need a message of their own where files travel alone", () => {
    const media = { ...CAPABILITIES.media!, together: false };
    expect([messagesOf(media, "Which?", [{ type: "image/png" }]), messagesOf(media, "Which?", [{ type: "image/png" }], 2), messagesOf(CAPABILITIES.media, "Which?", [{ type: "image/png" }], 2)]).toEqual([1, 2, 1]);
  });
});

describe("offering answers to tap", () => {
  const field = (number: number) => screen.getByRole<HTMLInputElement>("textbox", { name: `Answer ${number}` });
  const opened = async () => {
    const session = world({ check: () => ({ channel: "chat", channels: [channel({ channel: "chat", connectionId: "c-chat", capabilities: { ...CAPABILITIES, buttons: LIMITS } }), channel({})] }) });
    render(() => <ComposerBox session={session} />);
    type(message(), "Which day?");
    fireEvent.click(screen.getByRole("button", { name: "Answers to tap" }));
    await screen.findByRole("textbox", { name: "Answer 1" });
    return session;
  };

  it("works by keyboard alone: write, add, move, remove, send", async () => {
    const session = await opened();
    await waitFor(() => expect(document.activeElement).toBe(field(1)));
    fireEvent.input(field(1), { target: { value: "Monday" } });
    press(field(1), "Enter");
    expect(document.activeElement).toBe(field(2));
    fireEvent.input(field(2), { target: { value: "Friday" } });
    press(field(2), "ArrowUp", { altKey: true });
    expect([field(1).value, field(2).value, document.activeElement]).toEqual(["Friday", "Monday", field(1)]);
    press(field(1), "Enter");
    press(field(2), "Backspace");
    expect(document.activeElement).toBe(field(1));
    expect(screen.getByRole("group", { name: "As your customer sees it" }).textContent).toContain("Which day?FridayMonday");
    press(message(), "Enter", { ctrlKey: true });
    await waitFor(() => expect(session.sent).toMatchObject([{ text: "Which day?", buttons: [{ text: "Friday", url: null }, { text: "Monday", url: null }] }]));
    await waitFor(() => expect(screen.queryByRole("textbox", { name: "Answer 1" })).toBeNull());
  });

  it("Enter with a modifier in an answer sends nothing by accident", async () => {
    const session = await opened();
    press(field(1), "Enter", { ctrlKey: true });
    expect(session.sent).toEqual([]);
  });

  it("a channel without them says so, keeps them, and does not send", async () => {
    const session = await opened();
    fireEvent.input(field(1), { target: { value: "Monday" } });
    fireEvent.click(screen.getByRole("radio", { name: /SMS/ }));
    expect(await screen.findByText("This channel has no answers to tap. Remove them, or write on another channel.")).toBeTruthy();
    press(message(), "Enter", { ctrlKey: true });
    expect(session.sent).toEqual([]);
    fireEvent.click(screen.getByRole("button", { name: "Remove answer 1" }));
    press(message(), "Enter", { ctrlKey: true });
    await waitFor(() => expect(session.sent).toMatchObject([{ channel: "sms", text: "Which day?" }]));
    expect(session.sent[0]).not.toHaveProperty("buttons");
  });

  it("they are part of the draft", async () => {
    const session = await opened();
    fireEvent.input(field(1), { target: { value: "Monday" } });
    await waitFor(() => expect(session.drafts.at(-1)).toMatchObject({ text: "Which day?", buttons: [{ text: "Monday" }] }));
  });
});
