import { cleanup, fireEvent, screen, within } from "@solidjs/testing-library";
import { describe, expect, it, vi } from "vitest";
import type { Content } from "../../worker/contract/content";
import type { Entry } from "../../worker/contract/entry";
import { chatMarks } from "../../web/inbox/thread/chat-marks";
import { ownWords } from "../../web/inbox/thread/content/own-words";
import { isEmojiOnly } from "../../web/inbox/thread/emoji";
import { isTakenBack } from "../../web/inbox/thread/layout";
import { mapLink, webLink } from "../../web/inbox/thread/links";
import { money, totals } from "../../web/inbox/thread/money";
import { entry } from "./inbox-fixtures";
import { atWork, file, reaction, show } from "./thread-stage";

const world = atWork();
const said = (content: Content, change: Partial<Entry> = {}) => show(entry(1, 1, { channel: "whatsapp", connectionId: "ch_wa", text: "in words", content, ...change }));
const words = () => screen.queryByText("in words");

describe("addresses from outside", () => {
  it.each([
    ["https://www.example.com/a?b=1", "example.com"], ["http://example.com:8080/", "example.com:8080"],
  ])("%s can be opened", (url, host) => { expect(webLink(url)?.host).toBe(host); });

  it.each(["javascript:alert(1)", "data:text/html,x", "JAVASCRIPT:alert(1)", "//evil.example", "example.com", "ftp://example.com", "https://shop.example@evil.example/", "", null])("%s cannot", (url) => { expect(webLink(url)).toBeNull(); });

  it("a place is opened on a map that is not part of the page", () => {
    expect(mapLink({ latitude: 30.25, longitude: -97.75 })).toBe("https://www.openstreetmap.org/?mlat=30.25&mlon=-97.75#map=17/30.25/-97.75");
  });
});

describe("amounts", () => {
  it.each([[1234.5, "USD", "$1,234.50"], [1234, "JPY", "¥1,234"], [10, "EUR", "€10.00"], [9.5, "no money", "9.5 no money"]])("%d %s is %s", (amount, currency, expected) => { expect(money(amount, currency)).toBe(expected); });

  it("add up by currency", () => {
    expect(totals([{ quantity: 2, price: 10, currency: "EUR" }, { quantity: 1, price: 5, currency: "USD" }, { quantity: 1, price: 1.5, currency: "EUR" }])).toEqual([{ currency: "EUR", amount: 21.5 }, { currency: "USD", amount: 5 }]);
  });
});

describe("words in a chat", () => {
  it.each([
    ["👍", true], ["❤️", true], ["👨‍👩‍👧 🎉", true], ["🇦🇹", true], ["1️⃣", true], ["👍👍👍", true],
    ["👍👍👍👍", false], ["1", false], ["©", false], ["ok 👍", false], ["", false], ["😀".repeat(5_000), false],
  ])("%s is a gesture: %s", (text, expected) => { expect(isEmojiOnly(text)).toBe(expected); });

  it.each([
    ["*bold* and _soft_", ["bold:bold", ": and ", "italic:soft"]],
    ["~old~ ```a*b*c```", ["strike:old", ": ", "code:a*b*c"]],
    ["2*3*4 and a_b_c", [":2*3*4 and a_b_c"]],
    ["* not * bold", [":* not * bold"]],
    ["<b>*x*</b>", [":<b>", "bold:x", ":</b>"]],
  ])("%s is read as the customer's app shows it", (text, parts) => {
    expect(chatMarks(text).map(({ mark, text: part }) => `${mark ?? ""}:${part}`)).toEqual(parts);
  });
});

describe("what people send", () => {
  it("a place has its name, its address and a link, and loads nothing", () => {
    const { container } = said({ kind: "location", latitude: 30.25, longitude: -97.75, name: "Café <b>Central</b>", address: "1 Main St", url: "javascript:alert(1)" });
    expect(screen.getByText("Café <b>Central</b>")).toBeTruthy();
    expect(words()).toBeTruthy();
    expect(screen.getAllByRole("link").map((link) => link.getAttribute("href"))).toEqual([mapLink({ latitude: 30.25, longitude: -97.75 })]);
    expect(container.querySelector("img, iframe")).toBeNull();
  });

  it("ten contact cards begin with three", () => {
    said({ kind: "contacts", cards: Array.from({ length: 10 }, (_, index) => ({ name: `Person ${index}`, company: null, phones: [], emails: [], addresses: [], urls: [] })) });
    expect(screen.getAllByRole("group", { name: /^Contact card/ })).toHaveLength(3);
    fireEvent.click(screen.getByRole("button", { name: "Show all 10 cards" }));
    expect(screen.getAllByRole("group", { name: /^Contact card/ })).toHaveLength(10);
  });

  const card = { name: "Lee Park", company: "Park & Co", phones: [{ number: "+1 (512) 555-0100", label: "Work" }], emails: ["Lee@Example.com"], addresses: [], urls: [] };

  it("a contact card becomes a contact", async () => {
    world.answer = () => ({ status: 201, body: { id: "ct_9" } });
    said({ kind: "contacts", cards: [card] });
    fireEvent.click(screen.getByRole("button", { name: "Add to contacts" }));
    await screen.findByRole("link", { name: "Show contact" });
    expect(world.asked).toEqual([{ method: "POST", path: "/api/v1/contacts", body: { name: "Lee Park", company: "Park & Co", address: "", identities: [{ kind: "phone", address: "+15125550100" }, { kind: "email", address: "lee@example.com" }] } }]);
  });

  it("somebody we know already is shown instead of added twice", async () => {
    world.answer = () => ({ status: 409, body: { type: "conflict", title: "Conflict", status: 409, reason: "ct_old" } });
    said({ kind: "contacts", cards: [card] });
    fireEvent.click(screen.getByRole("button", { name: "Add to contacts" }));
    expect((await screen.findByRole("link", { name: "Show contact" })).getAttribute("href")).toBe("/contacts?contact=ct_old");
  });

  it("a sticker stands alone; while it is fetched it says so", () => {
    said({ kind: "sticker" }, { text: "", attachments: [file("image/webp")] });
    expect(screen.getByRole("img", { name: "Sticker" }).getAttribute("src")).toBe("/media/a1");
    expect(screen.getByRole("article").querySelector("[class*=bubble]")).toBeNull();
    cleanup();
    said({ kind: "sticker" }, { attachments: [file("image/webp", { state: "fetching" })] });
    expect(screen.getByText("Being fetched from the channel")).toBeTruthy();
  });

  it("a voice note plays, and changes its speed", () => {
    const play = vi.spyOn(HTMLMediaElement.prototype, "play").mockResolvedValue();
    said({ kind: "voice" }, { attachments: [file("audio/ogg")] });
    fireEvent.click(screen.getByRole("button", { name: "Play" }));
    expect(play).toHaveBeenCalledOnce();
    for (const next of ["Speed 1.5", "Speed 2", "Speed 1"]) {
      fireEvent.click(screen.getByRole("button", { name: /^Speed/ }));
      expect(screen.getByRole("button", { name: next })).toBeTruthy();
    }
    play.mockRestore();
  });

  it("a voice note whose file is missing is told in words", () => {
    said({ kind: "voice" }, { text: "" });
    expect(screen.getByText("Voice note")).toBeTruthy();
  });

  it.each([
    ["still there", new Date(Date.now() + 60_000).toISOString(), true],
    ["gone", new Date(Date.now() - 1_000).toISOString(), false],
    ["there for good", null, true],
  ])("a story that is %s", (_name, expiresAt, isThere) => {
    said({ kind: "story", relation: "reply", url: "https://example.com/story", expiresAt });
    expect(screen.queryByRole("link", { name: "View story" }) !== null).toBe(isThere);
    expect(screen.queryByText("The story is no longer available") === null).toBe(isThere);
    expect(words()).toBeTruthy();
  });

  it("a share names what it is and where it leads, and says its title once", () => {
    said({ kind: "share", what: "reel", title: "in words", url: "https://example.com/r/1" });
    expect(screen.getAllByText("in words")).toHaveLength(1);
    expect(screen.getByText("Shared a reel")).toBeTruthy();
    expect(screen.getByRole("link").getAttribute("rel")).toBe("noopener noreferrer");
  });

  it("a story that was passed on is called one", () => {
    said({ kind: "share", what: "post", title: null, url: "https://example.com/s" }, { text: "Shared a story" });
    expect(screen.getAllByText("Shared a story")).toHaveLength(1);
    expect(screen.queryByText("Shared a post")).toBeNull();
  });

  it("an order has lines and a total", () => {
    said({ kind: "order", items: [{ id: "bell", quantity: 2, price: 12.5, currency: "USD" }, { id: "lamp", quantity: 1, price: 40, currency: "USD" }] });
    const rows = within(screen.getByRole("table")).getAllByRole("row").map((row) => row.textContent);
    expect(rows).toEqual(["ItemQuantityEachAmount", "bell2$12.50$25.00", "lamp1$40.00$40.00", "Total$65.00"]);
  });

  it("a tapped button is no written word", () => {
    said({ kind: "choice", how: "button", payload: "yes", description: "Tomorrow at nine" });
    expect(words()).toBeTruthy();
    expect(screen.getByText("Tapped a button")).toBeTruthy();
    expect(screen.getByText("Tomorrow at nine")).toBeTruthy();
  });

  it("a form is questions with answers", () => {
    said({ kind: "form", name: "Fitting", fields: [{ label: "Size", value: "52" }, { label: "Colour", value: "" }] });
    expect(screen.getAllByRole("term").map((term) => [term.textContent, term.nextElementSibling?.textContent])).toEqual([["Size", "52"], ["Colour", "No answer"]]);
  });

  it("a public comment says that it is public", () => {
    said({ kind: "comment", where: "post", commentId: "1", postId: null, parentId: null });
    expect(screen.getByText("Public comment")).toBeTruthy();
    expect(words()).toBeTruthy();
  });

  it("a template looks as the customer sees it", () => {
    said({ kind: "template", name: "ready", language: "en_US", parts: {
      header: { format: "text", text: "Your bike" }, body: "Hi *Robin*, it is ready.", footer: "Reply STOP to end",
      buttons: [{ type: "url", text: "Track", url: "https://example.com/t", phone: null }, { type: "url", text: "Bad", url: "javascript:x", phone: null }, { type: "quick-reply", text: "Thanks", url: null, phone: null }],
    } }, { direction: "out", state: "sent", author: { type: "member", id: "u1", name: "Ana Ruiz" } });
    const view = within(screen.getByRole("group", { name: "Template ready, en_US" }));
    for (const text of ["Your bike", "Robin", "Reply STOP to end", "Bad", "Thanks"]) expect(view.getByText(text)).toBeTruthy();
    expect(view.getAllByRole("link").map((link) => link.textContent)).toEqual(["Track"]);
    expect(words()).toBeNull();
  });

  it("what cannot be shown is said calmly", () => {
    said({ kind: "unsupported", what: "poll" });
    expect(screen.getByText("This cannot be shown here")).toBeTruthy();
    expect(screen.getAllByText("in words")).toHaveLength(1);
  });

  it("a kind we do not know yet is told in words", () => {
    said({ kind: "hologram" } as unknown as Content);
    expect(words()).toBeTruthy();
  });
});

describe("words beside what is shown", () => {
  const place: Content = { kind: "location", latitude: 30.25, longitude: -97.75, name: "Café", address: "1 Main St", url: null };
  const reel: Content = { kind: "share", what: "reel", title: "Wheels", url: "https://example.com/r" };
  it.each<[string, Content, string, string]>([
    ["a place", place, "Café\n1 Main St\n30.25, -97.75", ""],
    ["a place and a question", place, "Is this you?", "Is this you?"],
    ["a share", reel, "Shared a reel: Wheels", ""],
    ["a share without a title", { ...reel, title: null }, "Shared a reel", ""],
    ["a share and a question", reel, "Can you do this?", "Can you do this?"],
    ["a product with its price", { ...reel, what: "product", title: "Frame" }, "Frame\n$1,200", "$1,200"],
    ["an order with a note", { kind: "order", items: [{ id: "bell", quantity: 2, price: 12.5, currency: "USD" }] }, "In red, please\n2 × bell, 12.5 USD", "In red, please"],
    ["a mention", { kind: "story", relation: "mention", url: null, expiresAt: null }, "Mentioned you in a story", ""],
    ["an answer to a story", { kind: "story", relation: "reply", url: null, expiresAt: null }, "Mentioned you in a story", "Mentioned you in a story"],
    ["a tap", { kind: "choice", how: "button", payload: null, description: null }, "Yes", "Yes"],
  ])("%s keeps what they wrote and repeats nothing", (_what, content, text, expected) => { expect(ownWords(entry(1, 1, { content, text }))).toBe(expected); });

  it("a like is a large heart", () => {
    said({ kind: "sticker" }, { text: "❤️" });
    expect(screen.getByText("❤️").className).toContain("large");
  });

  it("no empty bubble stands below a mention or a picture", () => {
    said({ kind: "story", relation: "mention", url: null, expiresAt: null }, { text: "Mentioned you in a story" });
    expect(screen.getByRole("article").querySelector("[class*=bubble]")).toBeNull();
    cleanup();
    show(entry(1, 1, { text: "", attachments: [file("image/png")] }));
    expect(screen.getByRole("article").querySelector("[class*=bubble]")).toBeNull();
  });
});

describe("what is said about a message", () => {
  it("what brought them here, with a link that is safe", () => {
    show(entry(1, 1, { referral: { kind: "ad", headline: "Spring sale", body: "Twenty percent off", url: "https://example.com/ad", ref: "spring" } }));
    expect(screen.getByText("Came from an ad: Spring sale")).toBeTruthy();
    expect(screen.getByRole("link").getAttribute("href")).toBe("https://example.com/ad");
    expect(screen.getByText("Reference spring")).toBeTruthy();
  });

  it("that it was forwarded", () => {
    show(entry(1, 1, { forwarded: true }));
    expect(screen.getByText("Forwarded")).toBeTruthy();
  });

  it("what it answers, and the way there", async () => {
    const goTo = vi.fn(() => Promise.resolve(false));
    show(entry(1, 1, { quote: { entryId: "e9", kind: "message", author: "Ana Ruiz", text: "Nine works" } }), { goTo });
    fireEvent.click(screen.getByRole("button", { name: /Nine works/ }));
    expect(goTo).toHaveBeenCalledWith("e9");
    await screen.findByText("That message is no longer here.");
  });

  it("what it answers, where we never had it, is no button", () => {
    show(entry(1, 1, { quote: { entryId: null, kind: "product", author: "", text: "Gravel frame" } }));
    expect(screen.getByText("About a product")).toBeTruthy();
    expect(screen.queryByRole("button", { name: /Gravel/ })).toBeNull();
  });

  it("that it was edited, and what it said before", async () => {
    show(entry(1, 1, { editedAt: "2026-05-12T10:00:00Z", history: [{ text: "first words", at: "2026-05-12T09:00:00Z" }, { text: "second words", at: "2026-05-12T09:30:00Z" }] }));
    fireEvent.click(screen.getByRole("button", { name: "edited" }));
    const list = within(await screen.findByRole("dialog"));
    expect(list.getAllByRole("listitem").map((line) => line.firstElementChild?.textContent)).toEqual(["second words", "first words"]);
  });

  const member = { type: "member", id: "u2", name: "Lee Park" } as const;
  it.each<[string, Partial<Entry>, string]>([
    ["the customer", { deletedBy: "contact" }, "Robin Example deleted this message"],
    ["a colleague", { direction: "out", author: member, deletedBy: "member" }, "Lee Park took this message back"],
    ["the reader", { direction: "out", author: { ...member, id: "u1" }, deletedBy: "member" }, "You took this message back"],
    ["nobody knows whom", {}, "This message was deleted"],
  ])("that %s took it away, and nothing of what it held", (_who, change, sentence) => {
    show(entry(1, 1, { text: "secret", deleted: true, attachments: [file("application/pdf")], reactions: [reaction("👍")], quote: { entryId: null, kind: "message", author: "x", text: "quoted" }, ...change }));
    expect(screen.getByText(sentence)).toBeTruthy();
    for (const gone of ["secret", "quoted", "👍"]) expect(screen.queryByText(gone)).toBeNull();
    expect(screen.queryByRole("link")).toBeNull();
  });

  it("a message of ours that had arrived leaves a trace, one that never left does not", () => {
    expect(isTakenBack(entry(1, 1, { direction: "out", deleted: true, deletedBy: "member" }))).toBe(false);
    expect(isTakenBack(entry(1, 1, { direction: "out", deleted: true, deletedBy: null }))).toBe(true);
  });
});

describe("events", () => {
  const activity = (type: string, data: Record<string, unknown>, change: Partial<Entry> = {}) => show(entry(1, 1, { kind: "activity", direction: null, text: "in words", event: { type, data }, ...change }));

  it.each<[string, Record<string, unknown>, string]>([
    ["consent", { channel: "whatsapp", state: "inactive" }, "Robin Example opted out of WhatsApp"],
    ["consent", { channel: "whatsapp", state: "active" }, "Robin Example opted in to WhatsApp again"],
    ["consent", { channel: "whatsapp", state: "no-marketing" }, "Robin Example wants no advertising by WhatsApp"],
    ["consent", { channel: "toString", state: "inactive" }, "Robin Example opted out"],
    ["unsupported", { label: "poll" }, "Something that cannot be shown here: poll"],
    ["quality", { from: "high" }, "in words"],
    ["toString", {}, "in words"],
  ])("%s %o", (type, data, sentence) => {
    activity(type, data);
    expect(screen.getByText(sentence)).toBeTruthy();
  });

  it("lead to the message they are about", () => {
    const goTo = vi.fn(() => Promise.resolve(true));
    show(entry(1, 1, { kind: "activity", event: { type: "suspected-opt-out", data: { entryId: "e7" } } }), { goTo });
    fireEvent.click(screen.getByRole("button", { name: "Show message" }));
    expect(goTo).toHaveBeenCalledWith("e7");
  });
});

it("answers to tap are seen below the words, a link beside its own", () => {
  said({ kind: "buttons", options: [{ text: "Monday", url: null }, { text: "All times", url: "https://shop.example.com/times" }, { text: "Bad", url: "javascript:alert(1)" }] }, { direction: "out" });
  const options = within(screen.getByRole("list", { name: "Answers to tap" }));
  expect(options.getAllByRole("listitem").map(({ textContent }) => textContent)).toEqual(["Monday", "All times", "Bad"]);
  expect(options.getAllByRole("link").map((link) => link.getAttribute("href"))).toEqual(["https://shop.example.com/times"]);
  expect(words()!.compareDocumentPosition(screen.getByRole("list", { name: "Answers to tap" })) & Node.DOCUMENT_POSITION_FOLLOWING).toBeTruthy();
});
