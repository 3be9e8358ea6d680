import { cleanup, fireEvent, render, screen, waitFor, within } from "@solidjs/testing-library";
import { createSignal } from "solid-js";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Capabilities } from "../../worker/contract/channel";
import type { ComposeChannel, ComposeCheck } from "../../worker/contract/compose";
import type { Attachment, Draft, Entry } from "../../worker/contract/entry";
import { ComposerBox } from "../../web/inbox/composer/composer";
import type { ComposerSession } from "../../web/inbox/composer/session";
import { answering } from "../../web/lib/answering";
import { setMe } from "../../web/lib/me";
import type { OutgoingComment, OutgoingMessage, SendOutcome } from "../../web/lib/outbox";

const CAPABILITIES: Capabilities = {
  text: { max: 1_600, unit: "characters" }, subject: false, html: false, copies: false, media: { max: 10, bytes: 5_000_000, types: ["image/*"], limits: [], together: true, caption: true },
  voice: null, location: false, window: null, templates: false, reactions: false, replies: false, edit: false, delete: false, groups: false,
  typing: false, readReceipts: false, deliveryReceipts: true, start: true, resend: "ask", transport: "provider", perSecond: 1,
};
const channel = (fields: Partial<ComposeChannel>): ComposeChannel => ({ channel: "sms", connectionId: "c-sms", from: "+15125550142", because: "", to: ["+15125550164"], outcome: "allowed", reason: null, sentence: "", capabilities: CAPABILITIES, ...fields });
const CHECK: ComposeCheck = {
  channel: "sms",
  channels: [
    channel({}),
    channel({ channel: "chat", connectionId: "c-chat" }),
    channel({ channel: "whatsapp", connectionId: "c-wa", outcome: "refused", reason: "opted-out", sentence: "Maya opted out of WhatsApp." }),
  ],
};

interface World extends ComposerSession { sent: OutgoingMessage[]; comments: OutgoingComment[]; drafts: Draft[]; setCheck: (check: ComposeCheck) => void }

function world(fields: Partial<ComposerSession> = {}): World {
  const [check, setCheck] = createSignal<ComposeCheck | undefined>(CHECK);
  const sent: OutgoingMessage[] = [];
  const comments: OutgoingComment[] = [];
  const drafts: Draft[] = [];
  const stored = (n: number): SendOutcome => ({ status: "stored", clientId: `client-${n}`, entry: { id: `entry-${n}` } as Entry });
  return {
    sent, comments, drafts, setCheck, conversationId: "v1", memberId: "m1", contactName: () => "Maya", contact: () => Promise.resolve(null), go: () => undefined, entries: () => [], writing: () => [], check, ownAddresses: () => [], undoMs: () => 5_000,
    send: (draft) => Promise.resolve(stored(sent.push(draft))),
    comment: (draft) => Promise.resolve(stored(comments.push(draft))),
    takeBack: () => Promise.resolve(true),
    typing: () => undefined,
    loadDraft: () => Promise.resolve(null),
    saveDraft: (draft) => Promise.resolve(drafts.push(draft)),
    upload: () => new Promise<Attachment>(() => undefined),
    ...fields,
  };
}

const message = () => screen.getByRole<HTMLTextAreaElement>("textbox", { name: "Message" });
const internal = () => screen.getByRole<HTMLTextAreaElement>("textbox", { name: "Internal comment" });
const type = (box: HTMLTextAreaElement, text: string) => fireEvent.input(box, { target: { value: text } });
const press = (box: HTMLElement, key: string, init: KeyboardEventInit = {}) => fireEvent.keyDown(box, { key, ...init });
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
