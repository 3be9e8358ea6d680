import { cleanup, fireEvent, render, screen, waitFor } from "@solidjs/testing-library";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Attachment, Draft } from "../../worker/contract/entry";
import { ComposerBox } from "../../web/inbox/composer/composer";
import type { ComposerSession } from "../../web/inbox/composer/session";
import { CAPABILITIES, channel, CHECK, internal, message, press, type, world } from "./composer-world";

const show = (session: ComposerSession) => render(() => <ComposerBox session={session} />);

beforeEach(() => localStorage.clear());
afterEach(cleanup);

describe("a comment never reaches the customer", () => {
  it("a comment is added as a comment, even right after a switch", async () => {
    const session = world();
    show(session);
    type(message(), "For the customer");
    fireEvent.click(screen.getByRole("button", { name: "Comment" }));
    type(internal(), "For the team");
    press(internal(), "Enter", { ctrlKey: true });
    await waitFor(() => expect(session.comments).toEqual([{ text: "For the team" }]));
    expect(session.sent).toEqual([]);
  });

  it("going back to the reply leaves the comment's words behind", () => {
    const session = world();
    show(session);
    fireEvent.click(screen.getByRole("button", { name: "Comment" }));
    type(internal(), "She always haggles");
    fireEvent.click(screen.getByRole("button", { name: "Back to reply" }));
    expect(message().value).toBe("");
    press(message(), "Enter", { ctrlKey: true });
    expect(session.sent).toEqual([]);
    fireEvent.click(screen.getByRole("button", { name: /^Comment/ }));
    expect(internal().value).toBe("She always haggles");
  });

  it("with Enter sending, Enter in a comment still adds a comment", async () => {
    localStorage.setItem("composer:send-key", "enter");
    const session = world();
    show(session);
    fireEvent.click(screen.getByRole("button", { name: "Comment" }));
    type(internal(), "For the team");
    press(internal(), "Enter");
    await waitFor(() => expect(session.comments).toHaveLength(1));
    expect(session.sent).toEqual([]);
  });
});

describe("a draft", () => {
  it("survives the screen being closed and opened again", () => {
    const first = show(world());
    type(message(), "Half a sent");
    first.unmount();
    show(world());
    expect(message().value).toBe("Half a sent");
  });

  it("reaches the server a moment later, once", async () => {
    vi.useFakeTimers();
    const session = world();
    show(session);
    type(message(), "Hel");
    type(message(), "Hello");
    await vi.advanceTimersByTimeAsync(700);
    vi.useRealTimers();
    expect(session.drafts.map(({ text, mode, channel }) => ({ text, mode, channel }))).toEqual([{ text: "Hello", mode: "reply", channel: "sms" }]);
  });

  it("the newer copy of another machine is shown", async () => {
    show(world({ loadDraft: (mode) => Promise.resolve(mode === "reply" ? { mode, channel: "sms", text: "From the other desk", updatedAt: "2099-01-01T00:00:00.000Z" } : null) }));
    await waitFor(() => expect(message().value).toBe("From the other desk"));
  });

  it("what is being typed is not replaced by what the server answers late", async () => {
    let answer!: (draft: Draft) => void;
    show(world({ loadDraft: (mode) => (mode === "reply" ? new Promise((resolve) => { answer = resolve; }) : Promise.resolve(null)) }));
    type(message(), "Mine");
    answer({ mode: "reply", channel: "sms", text: "Old", updatedAt: "2099-01-01T00:00:00.000Z" });
    await Promise.resolve();
    expect(message().value).toBe("Mine");
  });

  it("never shows another member's words", () => {
    const first = show(world());
    type(message(), "Mine");
    first.unmount();
    show(world({ memberId: "m2" }));
    expect(message().value).toBe("");
  });
});

describe("undo", () => {
  it("brings the words back", async () => {
    const session = world();
    show(session);
    type(message(), "Oops");
    press(message(), "Enter", { metaKey: true });
    expect(message().value).toBe("");
    fireEvent.click(screen.getByRole("button", { name: "Undo" }));
    await waitFor(() => expect(message().value).toBe("Oops"));
  });

  it("keeps what was begun in the meantime", async () => {
    show(world());
    type(message(), "First");
    press(message(), "Enter", { metaKey: true });
    type(message(), "Second");
    fireEvent.click(screen.getByRole("button", { name: "Undo" }));
    await waitFor(() => expect(message().value).toBe("First\n\nSecond"));
  });

  it("leaves the box empty when the message had already left", async () => {
    const takeBack = vi.fn(() => Promise.resolve(false));
    show(world({ takeBack }));
    type(message(), "Gone");
    press(message(), "Enter", { metaKey: true });
    fireEvent.click(screen.getByRole("button", { name: "Undo" }));
    await waitFor(() => expect(takeBack).toHaveBeenCalled());
    expect(message().value).toBe("");
  });

  it("is not offered when the account holds nothing back", () => {
    show(world({ undoMs: () => 0 }));
    type(message(), "Now");
    press(message(), "Enter", { metaKey: true });
    expect(screen.queryByRole("button", { name: "Undo" })).toBeNull();
  });
});

describe("channels", () => {
  it("a shut channel says why and cannot be chosen", () => {
    const session = world();
    show(session);
    const shut = screen.getByRole("radio", { name: "WhatsApp. Maya opted out of WhatsApp." });
    fireEvent.click(shut);
    expect(shut.getAttribute("aria-checked")).toBe("false");
    expect(screen.getByRole("radio", { name: "SMS" }).getAttribute("aria-checked")).toBe("true");
  });

  it("never switches once something has been typed", () => {
    const session = world();
    show(session);
    type(message(), "Yes");
    session.setCheck({ ...CHECK, channel: "chat" });
    expect(screen.getByRole("radio", { name: "SMS" }).getAttribute("aria-checked")).toBe("true");
    press(message(), "Enter", { ctrlKey: true });
    expect(session.sent[0]?.channel).toBe("sms");
  });

  it("follows the customer while nothing has been typed", () => {
    const session = world();
    show(session);
    session.setCheck({ ...CHECK, channel: "chat" });
    expect(screen.getByRole("radio", { name: "Live chat" }).getAttribute("aria-checked")).toBe("true");
  });
});

describe("before sending", () => {
  it("counts bytes where the channel does, and holds back what is too long", () => {
    const session = world();
    session.setCheck({ channel: "instagram", channels: [channel({ channel: "instagram", capabilities: { ...CAPABILITIES, text: { max: 1_000, unit: "bytes" } } })] });
    show(session);
    type(message(), "a".repeat(400));
    expect(screen.queryByText(/bytes/)).toBeNull();
    type(message(), "é".repeat(300));
    expect(screen.getByText("600/1,000 bytes")).toBeTruthy();
    type(message(), "é".repeat(501));
    press(message(), "Enter", { ctrlKey: true });
    expect(session.sent).toEqual([]);
  });


  it("names what makes an SMS Unicode and replaces it with one click", () => {
    show(world());
    type(message(), "Yes — we do");
    expect([...document.querySelectorAll("mark")].map(({ textContent }) => textContent)).toEqual(["—"]);
    fireEvent.click(screen.getByRole("button", { name: "Replace with plain characters" }));
    expect(message().value).toBe("Yes - we do");
    expect(screen.queryByText("Unicode")).toBeNull();
  });

  it("a file that is too large is not uploaded and says what to do", () => {
    const upload = vi.fn(() => new Promise<Attachment>(() => undefined));
    show(world({ upload }));
    const photo = new File([new Uint8Array(6_000_000)], "bike.jpg", { type: "image/jpeg" });
    fireEvent.drop(screen.getByRole("region", { name: "Reply" }), { dataTransfer: { files: [photo], types: ["Files"] } });
    expect(screen.getByRole("alert").textContent).toContain("bike.jpg is 6");
    expect(screen.getByRole("button", { name: "Make it smaller" })).toBeTruthy();
    expect(upload).not.toHaveBeenCalled();
  });

  it("does not send while a file is on its way", () => {
    const session = world();
    show(session);
    const photo = new File(["x"], "bike.jpg", { type: "image/jpeg" });
    fireEvent.drop(screen.getByRole("region", { name: "Reply" }), { dataTransfer: { files: [photo], types: ["Files"] } });
    type(message(), "Here");
    press(message(), "Enter", { ctrlKey: true });
    expect(session.sent).toEqual([]);
    expect(message().value).toBe("Here");
  });

  it("sends a file that has arrived", async () => {
    const session = world({ upload: () => Promise.resolve({ id: "a1", name: "bike.jpg", type: "image/jpeg", size: 1, url: "/a1", state: "ready" }) });
    show(session);
    fireEvent.drop(screen.getByRole("region", { name: "Reply" }), { dataTransfer: { files: [new File(["x"], "bike.jpg", { type: "image/jpeg" })], types: ["Files"] } });
    await waitFor(() => expect(screen.getByRole("button", { name: "Remove bike.jpg" })).toBeTruthy());
    press(message(), "Enter", { ctrlKey: true });
    expect(session.sent[0]?.attachments).toEqual(["a1"]);
  });
});

describe("a colleague who is writing too", () => {
  it("is named, and their words can be taken over without losing mine", () => {
    show(world({ writing: () => [{ memberId: "m2", name: "Jonas", state: "typing", mode: "reply", draft: "There are four spaces" }] }));
    expect(screen.getByText("Jonas is replying")).toBeTruthy();
    type(message(), "Hello Maya");
    fireEvent.click(screen.getByRole("button", { name: "Take over" }));
    expect(message().value).toBe("Hello Maya\n\nThere are four spaces");
  });
});
