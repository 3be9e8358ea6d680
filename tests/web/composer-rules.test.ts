import { describe, expect, it } from "vitest";
import type { Capabilities } from "../../worker/contract/channel";
import type { ComposeChannel } from "../../worker/contract/compose";
import type { Draft, EmailFields, Entry } from "../../worker/contract/entry";
import { emptyDraft } from "../../web/inbox/composer/draft";
import { isSend } from "../../web/inbox/composer/keys";
import { firstRefused, refuseFile } from "../../web/inbox/composer/limits";
import { hindrance } from "../../web/inbox/composer/hindrance";
import { recipientsOf, toMessage } from "../../web/inbox/composer/message";
import { answered, exposed, hasMore, isEmailAddress, parseAddresses, replySubject, replyTo } from "../../web/inbox/composer/recipients";
import { htmlOf } from "../../web/inbox/composer/rich-html";
import { isLanguage, isTimeZone } from "../../worker/contract/locale";
import { applyPatch, readAddress, sameClock } from "../../web/inbox/contact/values";
import { shownAddress } from "../../worker/contract/shown-address";

const OWN = ["support@northside.example", "workshop@northside.example"];
const named = (address: string) => ({ name: "", address });

function email(fields: Partial<EmailFields>, entry: Partial<Entry> = {}): Entry {
  return {
    id: "e1", rev: 1, seq: 1, kind: "message", channel: "email", connectionId: "c1", direction: "in", author: { type: "contact", id: "p1", name: "Maya" }, text: "", state: null, attachments: [],
    at: "2026-05-12T09:00:00Z", dueAt: null, undoable: false, to: "maya@example.com", attempts: [], failure: null, recipients: [], segments: null, event: null, editedAt: null, deleted: false,
    email: { threadId: "t1", subject: "Quote", from: named("maya@example.com"), to: [named(OWN[0]!)], cc: [], bcc: [], replyTo: [], messageId: "<1@example.com>", hasHtml: false, quoteAt: null, automatic: "no", warning: null, ...fields },
    ...entry,
  };
}

const CAPABILITIES: Capabilities = {
  text: { max: 10, unit: "segments" }, subject: false, html: false, copies: false, media: { max: 10, bytes: 5_000_000, types: ["image/*", "text/vcard"], limits: [], together: true, caption: true },
  voice: null, location: false, window: null, templates: false, reactions: false, replies: false, edit: false, delete: false, groups: false,
  typing: false, readReceipts: false, deliveryReceipts: true, start: true, resend: "ask", transport: "provider", perSecond: 1,
};
const sms = (fields: Partial<ComposeChannel> = {}): ComposeChannel => ({ channel: "sms", connectionId: "c-sms", from: "+15125550142", because: "", to: ["+15125550164"], outcome: "allowed", reason: null, sentence: "", capabilities: CAPABILITIES, ...fields });
const mail = (): ComposeChannel => ({ ...sms(), channel: "email", connectionId: "c-mail", from: OWN[0]!, to: ["maya@example.com"], capabilities: { ...CAPABILITIES, text: { max: 100_000, unit: "characters" }, subject: true, html: true, copies: true, media: { max: 20, bytes: 25_000_000, types: ["*"], limits: [], together: true, caption: true } } });
const draft = (fields: Partial<Draft>): Draft => ({ ...emptyDraft("reply"), ...fields });

describe("addresses", () => {
  it.each([["a@b.co", true], ["a@b", false], ["a b@c.de", false], ["a@b.c", false], ["@b.co", false], ["a,b@c.de", false], ["ä@b.co", true]])("%s is an address: %s", (text, good) => {
    expect(isEmailAddress(text)).toBe(good);
  });

  it("reads names, separators and repetitions, and keeps what it cannot read", () => {
    expect(parseAddresses("Ana Ruiz <Ana@Example.com>; bob@example.com, bob@example.com\nnobody")).toEqual({ addresses: ["ana@example.com", "bob@example.com"], rest: "nobody" });
  });
});

describe("who a reply goes to", () => {
  const toAll = email({ to: [named(OWN[0]!), named("jonas@example.com")], cc: [named("OWNER@example.com"), named(OWN[1]!)] });

  it.each([
    ["a reply goes to the sender", email({}), false, { to: ["maya@example.com"], cc: [] }],
    ["an answer to all leaves out the address that answers come back to", email({ to: [named(`reply+c_1m81nwk.${"a2".repeat(13)}@example.com`)], cc: [named("jonas@example.com")] }), true, { to: ["maya@example.com"], cc: ["jonas@example.com"] }],
    ["a reply goes where the sender asks", email({ replyTo: [named("desk@example.com")] }), false, { to: ["desk@example.com"], cc: [] }],
    ["a reply to all leaves our own addresses out", toAll, true, { to: ["maya@example.com", "jonas@example.com"], cc: ["owner@example.com"] }],
    ["answering our own email writes to the same people", email({ to: [named("maya@example.com")] }, { direction: "out" }), false, { to: ["maya@example.com"], cc: [] }],
  ] as const)("%s", (_, entry, all, expected) => {
    expect(replyTo(entry, all, OWN)).toMatchObject(expected);
  });

  it("offers reply to all only where it reaches more people", () => {
    expect(hasMore(toAll, OWN)).toBe(true);
    expect(hasMore(email({}), OWN)).toBe(false);
  });

  it("answers the newest email of the customer, never a deleted one", () => {
    const old = email({}, { id: "old" });
    expect(answered([old, email({}, { id: "ours", direction: "out" }), email({}, { id: "gone", deleted: true })])?.id).toBe("old");
  });

  it("adds Re: once", () => {
    expect([replySubject("Quote"), replySubject("re: Quote"), replySubject(" RE: Quote ")]).toEqual(["Re: Quote", "re: Quote", "RE: Quote"]);
  });
});

describe("a blind copy stays blind", () => {
  it("warns when somebody we blind-copied is now named openly", () => {
    const before = email({ bcc: [named("boss@example.com")] }, { id: "before", direction: "out" });
    const found = exposed({ to: ["maya@example.com"], cc: ["boss@example.com"], bcc: [] }, [before, email({})], email({}), OWN);
    expect(found).toEqual({ named: ["boss@example.com"], self: false });
  });

  it("warns when we were blind-copied and answer more than the sender", () => {
    const hidden = email({ to: [named("jonas@example.com")] });
    expect(exposed({ to: ["maya@example.com", "jonas@example.com"], cc: [], bcc: [] }, [hidden], hidden, OWN).self).toBe(true);
    expect(exposed({ to: ["maya@example.com"], cc: [], bcc: [] }, [hidden], hidden, OWN).self).toBe(false);
    const answer = email({ to: [named(`reply+c_1m81nwk.${"a2".repeat(13)}@example.com`)], cc: [named("jonas@example.com")] });
    expect(exposed({ to: ["maya@example.com"], cc: ["jonas@example.com"], bcc: [] }, [answer], answer, OWN).self).toBe(false);
  });

  it("says nothing when everybody could see everybody", () => {
    expect(exposed({ to: ["maya@example.com", "jonas@example.com"], cc: [], bcc: ["boss@example.com"] }, [email({})], email({}), OWN)).toEqual({ named: [], self: false });
  });
});

describe("files", () => {
  const media = CAPABILITIES.media;
  it.each([
    ["fits", media, { name: "a.jpg", type: "image/jpeg", size: 10 }, [], null],
    ["no files on this channel", null, { name: "a.jpg", type: "image/jpeg", size: 10 }, [], { why: "no-files" }],
    ["a kind it does not take", media, { name: "a.pdf", type: "application/pdf", size: 10 }, [], { why: "type", type: "application/pdf" }],
    ["an image too large, that can be made smaller", media, { name: "a.jpg", type: "image/jpeg", size: 6_000_000 }, [], { why: "size", bytes: 6_000_000, max: 5_000_000, shrink: true }],
    ["a moving image would be harmed", media, { name: "a.gif", type: "image/gif", size: 6_000_000 }, [], { why: "size", bytes: 6_000_000, max: 5_000_000, shrink: false }],
    ["the others count", media, { name: "b.jpg", type: "image/jpeg", size: 2_000_000 }, [{ name: "a.jpg", type: "image/jpeg", size: 4_000_000 }], { why: "size", bytes: 2_000_000, max: 1_000_000, shrink: true }],
  ] as const)("%s", (_, limits, file, others, expected) => {
    expect(refuseFile(limits as Capabilities["media"], file, others)).toEqual(expected);
  });

  it("finds what no longer fits after a switch of channel", () => {
    expect(firstRefused(media, [{ name: "a.jpg", type: "image/jpeg", size: 1 }, { name: "b.pdf", type: "application/pdf", size: 1 }])?.file.name).toBe("b.pdf");
  });
});

describe("what leaves the composer", () => {
  const to = { to: ["maya@example.com"], cc: [], bcc: [] };
  it.each([
    ["nothing written", draft({ text: "  " }), sms(), { why: "empty" }],
    ["no channel", draft({ text: "Hi" }), undefined, { why: "no-channel" }],
    ["a refused channel says why", draft({ text: "Hi" }), sms({ outcome: "refused", sentence: "Maya opted out." }), { why: "refused", sentence: "Maya opted out." }],
    ["too many segments", draft({ text: "a".repeat(153 * 10 + 1) }), sms(), { why: "too-long", over: 1, unit: "segments" }],
    ["fine", draft({ text: "Hi" }), sms(), null],
  ] as const)("%s", (_, written, via, expected) => {
    expect(hindrance(written, via, to)).toEqual(expected);
  });

  it("an email needs somebody to go to", () => {
    expect(hindrance(draft({ text: "Hi", to: [] }), mail(), { to: [], cc: [], bcc: [] })).toEqual({ why: "no-recipient" });
  });

  it("an email answers what it stands under, until its subject changes", () => {
    expect(toMessage(draft({ text: "Hi" }), mail(), email({}), OWN, 5_000)).toMatchObject({ channel: "email", to: ["maya@example.com"], subject: "Re: Quote", replyTo: "e1", undoMs: 5_000 });
    expect(toMessage(draft({ text: "Hi", subject: "Another matter" }), mail(), email({}), OWN, 0)).not.toHaveProperty("replyTo");
  });

  it("a text message carries no email fields, whatever the draft holds", () => {
    const message = toMessage(draft({ text: " Hi ", subject: "x", html: "<p>Hi</p>", cc: ["a@example.com"] }), sms(), null, OWN, 5_000);
    expect(message).toEqual({ channel: "sms", connectionId: "c-sms", text: "Hi", undoMs: 5_000 });
  });

  it("chosen recipients win over the suggested ones", () => {
    expect(recipientsOf(draft({ to: ["other@example.com"] }), mail(), email({}), OWN).to).toEqual(["other@example.com"]);
  });

  it("plain words become harmless paragraphs", () => {
    expect(htmlOf("a <b> & c\nd\n\ne")).toBe("<p>a &lt;b&gt; &amp; c<br>d</p><p>e</p>");
  });
});

describe("which key sends", () => {
  const key = (init: KeyboardEventInit) => new KeyboardEvent("keydown", { key: "Enter", ...init });
  it.each([
    ["Enter alone is a new line by default", {}, "mod-enter", false],
    ["with the command key it sends", { metaKey: true }, "mod-enter", true],
    ["with control it sends", { ctrlKey: true }, "enter", true],
    ["Enter sends when so set", {}, "enter", true],
    ["Shift Enter is always a new line", { shiftKey: true }, "enter", false],
    ["an input method's Enter picks a word", { isComposing: true }, "enter", false],
  ] as const)("%s", (_, init, setting, sends) => {
    expect(isSend(key(init), setting)).toBe(sends);
  });
});

describe("what is known of a contact", () => {
  it.each([["(512) 555-0164", { kind: "phone", address: "5125550164" }], ["+1 512 555 0164", { kind: "phone", address: "+15125550164" }], ["Maya@Example.com", { kind: "email", address: "maya@example.com" }], ["maya", null], ["12", null]])("%s is read", (text, expected) => {
    expect(readAddress(text)).toEqual(expected);
  });

  it.each([["+15125550164", "+1 512 555 0164"], ["+4930123456", "+4 930 123 456"], ["72345", "72345"], ["ACME", "ACME"], ["maya@example.com", "maya@example.com"]])("%s is shown in groups", (address, shown) => {
    expect(shownAddress(address)).toBe(shown);
  });

  it("knows zones and languages from words", () => {
    expect([isTimeZone("Europe/Berlin"), isTimeZone("Berlin time"), isLanguage("pt-BR"), isLanguage("Portuguese of Brazil")]).toEqual([true, false, true, false]);
  });

  it("two zones with the same clock are the same", () => {
    const now = new Date("2026-05-12T09:00:00Z");
    expect([sameClock("Europe/Berlin", "Europe/Paris", now), sameClock("Europe/Berlin", "America/Chicago", now)]).toEqual([true, false]);
  });

  it("shows a change as the server will", () => {
    const contact = { id: "p1", name: "Maya", company: "", language: "", timeZone: "", address: "", identities: [], tags: ["old", "kept"], consent: {}, fields: {}, conversationId: null, createdAt: "2026-01-01T00:00:00Z" };
    const next = applyPatch(contact, { name: "Maya Torres", addTags: ["kept", "new"], removeTags: ["old"], consent: { sms: "inactive" }, addIdentities: [{ kind: "email", address: "maya@example.com" }] });
    expect(next).toMatchObject({ name: "Maya Torres", tags: ["kept", "new"], consent: { sms: "inactive" }, identities: [{ kind: "email", address: "maya@example.com" }] });
    expect(contact.tags).toEqual(["old", "kept"]);
  });
});
