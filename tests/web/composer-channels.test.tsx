import { cleanup, fireEvent, render, screen, within } from "@solidjs/testing-library";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { ComposeChannel, ComposeCheck } from "../../worker/contract/compose";
import type { Entry } from "../../worker/contract/entry";
import { ComposerBox } from "../../web/inbox/composer/composer";
import type { ComposerSession } from "../../web/inbox/composer/session";
import { answering } from "../../web/lib/answering";
import { setMe } from "../../web/lib/me";
import { CAPABILITIES, channel, internal, message, press, type, world } from "./composer-world";

const show = (session: ComposerSession) => render(() => <ComposerBox session={session} />);

beforeEach(() => localStorage.clear());
afterEach(cleanup);

describe("windows", () => {
  const WINDOW = { hours: 24, adHours: null, humanHours: 168, perTurn: null };
  const whatsapp = (fields: Partial<ComposeChannel>): ComposeCheck => ({ channel: "whatsapp", channels: [channel({}), channel({ channel: "whatsapp", connectionId: "c-wa", capabilities: { ...CAPABILITIES, window: WINDOW, templates: true, replies: true, voice: "audio/ogg" }, ...fields })] });
  const inHours = (hours: number) => new Date(Date.now() + hours * 3_600_000 + 30_000).toISOString();
  const CLOSED: Partial<ComposeChannel> = { outcome: "refused", reason: "window-closed", wayOut: "template", sentence: "The time for free replies ended.", window: { state: "closed", closesAt: null, left: null } };

  it("the time that is left stands beside the channel and in words below", () => {
    const session = world();
    session.setCheck(whatsapp({ window: { state: "open", closesAt: inHours(3.2), left: 6 } }));
    show(session);
    expect(screen.getByRole("radio", { name: "WhatsApp. Answer within 3 h 12 min" })).toBeTruthy();
    expect(screen.getByText("Answer within 3 h 12 min")).toBeTruthy();
    expect(screen.getByText("6 left")).toBeTruthy();
  });

  it("a closed window explains itself in the place of the text and leads to templates or another channel", () => {
    const session = world();
    session.setCheck(whatsapp(CLOSED));
    show(session);
    expect(screen.queryByRole("textbox", { name: "Message" })).toBeNull();
    expect(screen.getByText("The time for free replies ended.")).toBeTruthy();
    expect(screen.getByRole("button", { name: "Choose a template" })).toBeTruthy();
    fireEvent.click(screen.getByRole("button", { name: "Write by SMS" }));
    expect(screen.getByRole("radio", { name: "SMS" }).getAttribute("aria-checked")).toBe("true");
    expect(message()).toBeTruthy();
  });

  it("words that were written before it closed stay in the box, and do not go", () => {
    const session = world();
    session.setCheck(whatsapp({ window: { state: "open", closesAt: inHours(1), left: null } }));
    show(session);
    type(message(), "Nearly there");
    session.setCheck(whatsapp(CLOSED));
    expect(message().value).toBe("Nearly there");
    press(message(), "Enter", { ctrlKey: true });
    expect(session.sent).toEqual([]);
  });

  it.each([["warning", "It is night where Maya is."], ["held", "It is night where Maya is. This goes out at 08:00."]] as const)("a %s says so above the button, and the message may go", (outcome, sentence) => {
    const session = world();
    session.setCheck(whatsapp({ outcome, reason: "quiet-hours", sentence, until: outcome === "held" ? inHours(8) : null }));
    show(session);
    expect(screen.getByText(sentence)).toBeTruthy();
    type(message(), "Good night");
    press(message(), "Enter", { ctrlKey: true });
    expect(session.sent).toMatchObject([{ channel: "whatsapp", text: "Good night" }]);
  });

  it.each([["contact", "Open contact"], ["settings", "Open channel settings"]] as const)("a refusal that the %s helps leads there", (wayOut, label) => {
    const go = vi.fn();
    setMe({ member: { id: "m1", name: "Ana", email: "ana@example.test", role: "owner", teamIds: [], disabled: false, createdAt: "2026-05-12T09:00:00.000Z" }, account: { id: "a1", name: "Northside", settings: { reopenDays: 7, undoMs: 0, timeZone: "UTC", country: "US" } }, demo: false });
    const session = world({ go });
    session.setCheck(whatsapp({ outcome: "refused", reason: "no-address", wayOut, sentence: "Not now." }));
    show(session);
    fireEvent.click(screen.getByRole("button", { name: label }));
    expect(go).toHaveBeenCalledWith(wayOut);
    setMe(null);
  });
});

it("the customer sees typing on the channel that is written for, and never for a comment", () => {
  const typing = vi.fn();
  show(world({ typing }));
  fireEvent.click(screen.getByRole("radio", { name: "Live chat" }));
  type(message(), "Hel");
  expect(typing).toHaveBeenLastCalledWith(true, "reply", "Hel", "chat");
  fireEvent.click(screen.getByRole("button", { name: "Comment" }));
  type(internal(), "Between us");
  expect(typing).toHaveBeenLastCalledWith(true, "comment", "Between us", null);
});

it("with many channels every one stays there with its name to be heard", () => {
  const session = world();
  const shut = (["email", "instagram", "messenger"] as const).map((kind) => channel({ channel: kind, outcome: "refused", wayOut: "contact", sentence: "No address." }));
  session.setCheck({ channel: "sms", channels: [channel({}), ...shut, channel({ channel: "chat" })] });
  show(session);
  expect(screen.getByRole("radiogroup").dataset["names"]).toBe("open");
  expect(screen.getAllByRole("radio").map((radio) => radio.getAttribute("aria-label"))).toEqual(["SMS", "Email. No address.", "Instagram. No address.", "Messenger. No address.", "Live chat"]);
});

describe("an answer to one message", () => {
  const asked = { id: "e7", kind: "message", channel: "whatsapp", direction: "in", author: { type: "contact", id: "p1", name: "Maya" }, text: "Is the saddle leather?", attachments: [], email: null, deleted: false } as unknown as Entry;
  const CHANNELS: ComposeCheck = { channel: "sms", channels: [channel({}), channel({ channel: "whatsapp", connectionId: "c-wa", capabilities: { ...CAPABILITIES, replies: true } })] };
  const answers = () => answering("v1");
  beforeEach(() => answers().clear());

  it("is shown above the box, goes along, and is over after that", () => {
    const session = world();
    session.setCheck(CHANNELS);
    show(session);
    answers().set(asked);
    const quote = within(screen.getByRole("group", { name: "Answers Maya" }));
    expect(quote.getByText("Is the saddle leather?")).toBeTruthy();
    expect(screen.getByRole("radio", { name: "WhatsApp" }).getAttribute("aria-checked")).toBe("true");
    type(message(), "It is");
    press(message(), "Enter", { ctrlKey: true });
    expect(session.sent).toMatchObject([{ channel: "whatsapp", text: "It is", replyTo: "e7" }]);
    expect(screen.queryByRole("group", { name: "Answers Maya" })).toBeNull();
  });

  it("comes back with an undo", async () => {
    const session = world();
    session.setCheck(CHANNELS);
    show(session);
    answers().set(asked);
    type(message(), "It is");
    press(message(), "Enter", { ctrlKey: true });
    fireEvent.click(screen.getByRole("button", { name: "Undo" }));
    expect(await screen.findByRole("group", { name: "Answers Maya" })).toBeTruthy();
  });

  it("never moves words that are written for another channel; there it stands alone", () => {
    const session = world();
    session.setCheck(CHANNELS);
    show(session);
    type(message(), "By SMS");
    answers().set(asked);
    expect(screen.getByText(/It came by WhatsApp\. Here your message stands alone\./)).toBeTruthy();
    press(message(), "Enter", { ctrlKey: true });
    expect(session.sent[0]).not.toHaveProperty("replyTo");
    expect(session.sent[0]).toMatchObject({ channel: "sms" });
  });

  it.each([["the cross", () => fireEvent.click(screen.getByRole("button", { name: "Do not answer this message" }))], ["Escape", () => press(message(), "Escape")]])("%s takes it away and keeps the words", (_, act) => {
    const session = world();
    session.setCheck(CHANNELS);
    show(session);
    answers().set(asked);
    type(message(), "It is");
    act();
    press(message(), "Enter", { ctrlKey: true });
    expect(session.sent[0]).not.toHaveProperty("replyTo");
    expect(session.sent[0]?.text).toBe("It is");
  });

  it("a message that was taken back in the meantime is answered no more", () => {
    const session = world({ entries: () => [{ ...asked, deleted: true }] });
    session.setCheck(CHANNELS);
    show(session);
    answers().set(asked);
    expect(screen.queryByRole("group", { name: "Answers Maya" })).toBeNull();
  });
});
