import { describe, expect, it } from "vitest";
import { channels } from "../../worker/channels/registry";
import { WORDS_AND_FILES } from "../../worker/channels/channel";
import type { QuietHours } from "../../worker/contract/account";
import type { Capabilities, WindowRule } from "../../worker/contract/channel";
import { maySend, type Reason, type SendDraft, type SendQuestion, type Verdict, type WayOut } from "../../worker/domain/sendable";

const HOUR = 3_600_000;
/** A Tuesday, noon in Greenwich. */
const NOON = Date.UTC(2026, 2, 10, 12);
const MIDNIGHT = NOON + 11.5 * HOUR;

const PLAIN: Capabilities = {
  text: { max: 1_600, unit: "characters" }, subject: false, html: false, copies: false,
  media: { max: 10, bytes: 5_000_000, types: ["image/*", "application/pdf"], limits: [], together: true, caption: true },
  ...WORDS_AND_FILES, typing: false, readReceipts: false, deliveryReceipts: true, start: true, resend: "ask", transport: "provider", perSecond: 1,
};
const WITH_TEMPLATES: Capabilities = {
  ...PLAIN, templates: true, location: true, window: { hours: 24, adHours: null, humanHours: null, perTurn: null },
  media: { max: 10, bytes: 100_000_000, types: ["*/*"], limits: [{ type: "image/", bytes: 5_000_000 }, { type: "video/", bytes: 16_000_000 }], together: false, caption: true },
};
const FOR_PEOPLE: Capabilities = { ...PLAIN, start: false, window: { hours: 24, adHours: 168, humanHours: 168, perTurn: null } };
const COUNTED: Capabilities = {
  ...PLAIN, start: false, window: { hours: 48, adHours: null, humanHours: null, perTurn: 10 },
  media: { max: 10, bytes: 3_000_000, types: ["image/jpeg"], limits: [], together: false, caption: false },
};
const NIGHTS: QuietHours = { on: true, days: Array.from({ length: 7 }, () => [{ from: "21:00", to: "08:00" }]), holidays: [], manual: "warn" };

const WITH_BUTTONS: Capabilities = { ...PLAIN, buttons: { max: 3, characters: 20, words: 1_024, links: false } };

const answers = (...texts: string[]) => texts.map((text) => ({ text, url: null }));
const draft = (given: Partial<SendDraft> = {}): SendDraft => ({ text: "Hello", files: [], template: null, hasLocation: false, ...given });
const file = (type = "image/jpeg", size = 1_000, name = "cat.jpg") => ({ type, size, name });
const ask = (given: Partial<SendQuestion> = {}): SendQuestion => ({
  head: { contactName: "Ana", consent: {} }, channel: "sms", connection: "active", capabilities: PLAIN, window: null, draft: draft(),
  automated: false, scheduled: false, quiet: { hours: null, zone: null, accountZone: "UTC" }, role: "agent", now: NOON, ...given,
});
const wrote = (hoursAgo: number, used = 0, ad = false) => ({ openedAt: NOON - hoursAgo * HOUR, ad, used });
const consent = (state: "active" | "no-marketing" | "inactive" | "permanent") => ({ contactName: "Ana", consent: { sms: state } });
const template = (status: NonNullable<SendDraft["template"]>["status"] = "approved", category: NonNullable<SendDraft["template"]>["category"] = "utility") => draft({ text: "", template: { status, category } });
const codeOf = (verdict: Verdict) => (verdict.outcome === "allowed" ? "allowed" : `${verdict.outcome}: ${verdict.reason}`);
const sentenceOf = (verdict: Verdict) => (verdict.outcome === "allowed" ? "" : verdict.sentence);

type Row = [what: string, given: Partial<SendQuestion>, answer: string, wayOut?: WayOut];
const table = (rows: Row[]) => it.each(rows)("%s", (_, given, answer, wayOut) => {
  const verdict = maySend(ask(given));
  expect(codeOf(verdict)).toBe(answer);
  expect(verdict.outcome === "refused" ? verdict.wayOut : undefined).toBe(wayOut);
});

describe("consent", () => table([
  ["nothing was said", {}, "allowed"],
  ["they opted in", { head: consent("active") }, "allowed"],
  ["they opted out", { head: consent("inactive") }, "refused: opted-out", "channel"],
  ["a colleague blocked them", { head: consent("permanent") }, "refused: opted-out", "channel"],
  ["they opted out elsewhere", { head: { contactName: "Ana", consent: { email: "inactive" } } }, "allowed"],
  ["an opt-out also stops templates", { head: consent("inactive"), capabilities: WITH_TEMPLATES, draft: template() }, "refused: opted-out", "channel"],
  ["an opt-out goes before a connection that is off", { head: consent("inactive"), connection: "disabled" }, "refused: opted-out", "channel"],
  ["an opt-out is said before anything is written", { head: consent("inactive"), draft: null }, "refused: opted-out", "channel"],
  ["no advertising: a person answers", { head: consent("no-marketing") }, "allowed"],
  ["no advertising: a template that advertises", { head: consent("no-marketing"), capabilities: WITH_TEMPLATES, draft: template("approved", "marketing") }, "refused: no-marketing", "template"],
  ["no advertising: a template that does not", { head: consent("no-marketing"), capabilities: WITH_TEMPLATES, draft: template(), automated: true }, "allowed"],
  ["no advertising: automation writes freely", { head: consent("no-marketing"), automated: true }, "refused: no-marketing", null],
  ["no advertising: automation has templates", { head: consent("no-marketing"), automated: true, capabilities: WITH_TEMPLATES, window: wrote(1) }, "refused: no-marketing", "template"],
]));

describe("the connection", () => table([
  ["is gone", { connection: null, capabilities: null }, "refused: no-connection", "settings"],
  ["is of a provider we no longer know", { capabilities: null }, "refused: no-connection", "settings"],
  ["is off", { connection: "disabled" }, "refused: disabled", "settings"],
  ["is off, and nothing is written", { connection: "disabled", draft: null }, "refused: disabled", "settings"],
  ["only receives", { capabilities: { ...PLAIN, transport: "none" } }, "refused: receive-only", "settings"],
]));

describe("the window", () => table([
  ["open", { capabilities: WITH_TEMPLATES, window: wrote(23) }, "allowed"],
  ["closed, with templates", { capabilities: WITH_TEMPLATES, window: wrote(24) }, "refused: window-closed", "template"],
  ["closed, without", { capabilities: COUNTED, window: wrote(48) }, "refused: window-closed", "channel"],
  ["closed is said before anything is written", { capabilities: WITH_TEMPLATES, window: wrote(24), draft: null }, "refused: window-closed", "template"],
  ["closed, but a template needs none", { capabilities: WITH_TEMPLATES, window: wrote(100), draft: template() }, "allowed"],
  ["they never wrote, with templates", { capabilities: WITH_TEMPLATES }, "refused: never-wrote", "template"],
  ["they never wrote, without", { capabilities: COUNTED }, "refused: never-wrote", "channel"],
  ["they never wrote, and a template begins", { capabilities: WITH_TEMPLATES, draft: template() }, "allowed"],
  ["a person in the longer one", { capabilities: FOR_PEOPLE, window: wrote(25) }, "allowed"],
  ["automation in the longer one", { capabilities: FOR_PEOPLE, window: wrote(25), automated: true }, "refused: people-only", "channel"],
  ["automation while it is open", { capabilities: FOR_PEOPLE, window: wrote(23), automated: true }, "allowed"],
  ["automation after an ad", { capabilities: FOR_PEOPLE, window: wrote(100, 0, true), automated: true }, "allowed"],
  ["the longer one is over", { capabilities: FOR_PEOPLE, window: wrote(168) }, "refused: window-closed", "channel"],
  ["the last that they take", { capabilities: COUNTED, window: wrote(1, 9) }, "allowed"],
  ["all used", { capabilities: COUNTED, window: wrote(1, 10) }, "refused: turn-used", "channel"],
  ["all used, and nothing is written", { capabilities: COUNTED, window: wrote(1, 10), draft: null }, "refused: turn-used", "channel"],
  ["a text and a file that go separately", { capabilities: COUNTED, window: wrote(1, 8), draft: draft({ files: [file()] }) }, "allowed"],
  ["a text and a file that go separately, with one left", { capabilities: COUNTED, window: wrote(1, 9), draft: draft({ files: [file()] }) }, "refused: turn-used", null],
  ["files alone, one each", { capabilities: COUNTED, window: wrote(1, 8), draft: draft({ text: "", files: [file(), file()] }) }, "allowed"],
  ["no window at all", { window: wrote(10_000, 10_000) }, "allowed"],
]));

it("says where the window stands, whatever the answer", () => {
  const stands = { state: "open", closesAt: NOON + 23 * HOUR, left: null };
  const open = { capabilities: WITH_TEMPLATES, window: wrote(1) };
  expect(maySend(ask(open)).standing).toEqual(stands);
  expect(maySend(ask({ ...open, head: consent("inactive") })).standing).toEqual(stands);
  expect(maySend(ask({ ...open, automated: true, quiet: { hours: { ...NIGHTS, days: NIGHTS.days.map(() => [{ from: "00:00", to: "00:00" }]) }, zone: null, accountZone: "UTC" } }))).toMatchObject({ outcome: "held", standing: stands });
  expect(maySend(ask({ capabilities: FOR_PEOPLE, window: wrote(25) })).standing).toEqual({ state: "human", closesAt: NOON + 143 * HOUR, left: null });
  expect(maySend(ask()).standing).toBeNull();
});

describe("a template", () => table([
  ["where there are none", { draft: template() }, "refused: no-templates", "channel"],
  ...(["pending", "rejected", "paused", "disabled"] as const).map((status): Row => [`that is ${status}`, { capabilities: WITH_TEMPLATES, draft: template(status) }, "refused: template-not-approved", "template"]),
  ["by automation in the longer window", { capabilities: { ...WITH_TEMPLATES, window: FOR_PEOPLE.window }, window: wrote(30), draft: template(), automated: true }, "allowed"],
  ["with a picture that is too large", { capabilities: WITH_TEMPLATES, draft: { ...template(), files: [file("image/png", 5_000_001)] } }, "refused: too-large", null],
]));

describe("what is written", () => table([
  ["nothing yet", { draft: null }, "allowed"],
  ["nothing, and sent", { draft: draft({ text: " \n" }) }, "refused: empty", null],
  ["a file alone", { draft: draft({ text: "", files: [file()] }) }, "allowed"],
  ["a place alone", { capabilities: WITH_TEMPLATES, window: wrote(1), draft: draft({ text: "", hasLocation: true }) }, "allowed"],
  ["answers to tap where there are none", { draft: draft({ buttons: answers("Yes") }) }, "refused: no-buttons", null],
  ["answers to tap under a question", { capabilities: WITH_BUTTONS, draft: draft({ buttons: answers("Yes", "No") }) }, "allowed"],
  ["answers to tap under a file alone", { capabilities: WITH_BUTTONS, draft: draft({ text: " ", files: [file()], buttons: answers("Yes") }) }, "refused: no-buttons", null],
  ["one answer too many", { capabilities: WITH_BUTTONS, draft: draft({ buttons: answers("1", "2", "3", "4") }) }, "refused: bad-buttons", null],
  ["an answer that is too long", { capabilities: WITH_BUTTONS, draft: draft({ buttons: answers("x".repeat(21)) }) }, "refused: bad-buttons", null],
  ["the same answer twice", { capabilities: WITH_BUTTONS, draft: draft({ buttons: answers("Yes", "yes") }) }, "refused: bad-buttons", null],
  ["an answer that opens a link where none may", { capabilities: WITH_BUTTONS, draft: draft({ buttons: [{ text: "See", url: "https://a.example" }] }) }, "refused: bad-buttons", null],
  ["too many words above answers to tap", { capabilities: WITH_BUTTONS, draft: draft({ text: "x".repeat(1_025), buttons: answers("Yes") }) }, "refused: too-long", null],
  ["a place where there are none", { draft: draft({ hasLocation: true }) }, "refused: no-location", null],
  ["as long as may be", { draft: draft({ text: "x".repeat(1_600) }) }, "allowed"],
  ["one too long", { draft: draft({ text: "x".repeat(1_601) }) }, "refused: too-long", null],
  ["bytes: as long as may be", { capabilities: { ...PLAIN, text: { max: 1_000, unit: "bytes" } }, draft: draft({ text: "é".repeat(500) }) }, "allowed"],
  ["bytes: one letter too long", { capabilities: { ...PLAIN, text: { max: 1_000, unit: "bytes" } }, draft: draft({ text: "é".repeat(501) }) }, "refused: too-long", null],
  ["segments: as long as may be", { capabilities: { ...PLAIN, text: { max: 2, unit: "segments" } }, draft: draft({ text: "x".repeat(306) }) }, "allowed"],
  ["segments: one letter too long", { capabilities: { ...PLAIN, text: { max: 2, unit: "segments" } }, draft: draft({ text: "x".repeat(307) }) }, "refused: too-long", null],
  ["segments: a curly quote makes it too long", { capabilities: { ...PLAIN, text: { max: 2, unit: "segments" } }, draft: draft({ text: `${"x".repeat(300)}”` }) }, "refused: too-long", null],
]));

describe("files", () => table([
  ["as many as may be", { draft: draft({ files: Array.from({ length: 10 }, () => file()) }) }, "allowed"],
  ["one too many", { draft: draft({ files: Array.from({ length: 11 }, () => file()) }) }, "refused: too-large", null],
  ["several where each goes alone", { capabilities: WITH_TEMPLATES, window: wrote(1), draft: draft({ files: [file(), file()] }) }, "allowed"],
  ["of a kind of many", { draft: draft({ files: [file("image/png")] }) }, "allowed"],
  ["of a kind, in capitals and with parameters", { draft: draft({ files: [file("Application/PDF; name=a.pdf")] }) }, "allowed"],
  ["of another kind", { draft: draft({ files: [file(), file("application/zip", 1, "all.zip")] }) }, "refused: bad-type", null],
  ["where there are none", { capabilities: { ...PLAIN, media: null }, draft: draft({ files: [file()] }) }, "refused: bad-type", null],
  ["exactly the limit together", { draft: draft({ files: [file("image/png", 2_500_000), file("image/png", 2_500_000)] }) }, "allowed"],
  ["too large together", { draft: draft({ files: [file("image/png", 2_500_000), file("image/png", 2_500_001)] }) }, "refused: too-large", null],
  ["too large together where each goes alone", { capabilities: WITH_TEMPLATES, window: wrote(1), draft: draft({ files: [file("application/zip", 99_000_000), file("application/zip", 99_000_000)] }) }, "allowed"],
  ["a picture over the limit of pictures", { capabilities: WITH_TEMPLATES, window: wrote(1), draft: draft({ files: [file("image/png", 5_000_001)] }) }, "refused: too-large", null],
  ["a document as large is fine", { capabilities: WITH_TEMPLATES, window: wrote(1), draft: draft({ files: [file("application/pdf", 50_000_000)] }) }, "allowed"],
  ["a text beside a file that cannot carry it", { capabilities: COUNTED, window: wrote(1), draft: draft({ files: [file()] }) }, "allowed"],
]));

it.each<[what: string, given: Partial<SendQuestion>, words: string[]]>([
  ["the length and the limit", { draft: draft({ text: "x".repeat(2_345) }) }, ["2,345 characters", "1,600", "Shorten it"]],
  ["the number of files and the limit", { draft: draft({ files: Array.from({ length: 12 }, (_, at) => file("image/png", 1, `${at}.png`)) }) }, ["12 files", "10", "10.png", "second message"]],
  ["the file, its size, the limit and the fix", { capabilities: WITH_TEMPLATES, window: wrote(1), draft: draft({ files: [file("image/png", 5_000_001, "roof.png")] }) }, ["“roof.png”", "5.1 MB", "takes 5 MB", "smaller copy"]],
  ["the file, and what is taken instead", { draft: draft({ files: [file("application/zip", 1, "all.zip")] }) }, ["“all.zip”", "a picture or PDF"]],
  ["the largest of several", { draft: draft({ files: [file("image/png", 1_000_000, "small.png"), file("image/png", 4_500_000, "large.png")] }) }, ["5.5 MB together", "“large.png”"]],
  ["small sizes in kB", { capabilities: { ...WITH_TEMPLATES, media: { ...WITH_TEMPLATES.media!, limits: [{ type: "image/webp", bytes: 100_000 }] } }, window: wrote(1), draft: draft({ files: [file("image/webp", 100_001, "s.webp")] }) }, ["100.1 kB", "takes 100 kB"]],
  ["how many messages it becomes", { capabilities: COUNTED, window: wrote(1, 9), draft: draft({ files: [file(), file()] }) }, ["3 messages", "only 1"]],
  ["who, by a number as it is read", { head: { contactName: "+14155550123", consent: { sms: "inactive" } } }, ["+1 415 555 0123 has asked"]],
  ["who, or somebody", { head: { contactName: "", consent: { sms: "inactive" } } }, ["This person has asked"]],
])("a refusal says %s", (_, given, words) => {
  const sentence = sentenceOf(maySend(ask(given)));
  for (const word of words) expect(sentence).toContain(word);
});

describe("quiet hours", () => {
  const night = { now: MIDNIGHT, quiet: { hours: NIGHTS, zone: null, accountZone: "UTC" } };
  const policy = (manual: QuietHours["manual"]) => ({ ...night, quiet: { ...night.quiet, hours: { ...NIGHTS, manual } } });
  table([
    ["by day", { quiet: night.quiet, automated: true }, "allowed"],
    ["switched off", { ...night, quiet: { ...night.quiet, hours: { ...NIGHTS, on: false } }, automated: true }, "allowed"],
    ["automated", { ...night, automated: true }, "held: quiet-hours"],
    ["scheduled", { ...night, scheduled: true }, "held: quiet-hours"],
    ["scheduled, where people may write", { ...policy("allow"), scheduled: true }, "held: quiet-hours"],
    ["by a person", night, "warning: quiet-hours"],
    ["by a person, before anything is written", { ...night, draft: null }, "warning: quiet-hours"],
    ["by a person, where that is fine", policy("allow"), "allowed"],
    ["by a person, where that is blocked", policy("block"), "refused: quiet-hours", null],
    ["by an admin, where that is blocked", { ...policy("block"), role: "admin" }, "warning: quiet-hours"],
    ["an answer to what they wrote just now", { ...night, automated: true, window: { openedAt: MIDNIGHT - HOUR / 2, ad: false, used: 0 } }, "allowed"],
    ["an answer to what they wrote a while ago", { ...night, automated: true, window: { openedAt: MIDNIGHT - HOUR / 2 - 1, ad: false, used: 0 } }, "held: quiet-hours"],
    ["a code to sign in with", { ...night, automated: true, capabilities: WITH_TEMPLATES, draft: template("approved", "authentication") }, "allowed"],
    ["other templates wait", { ...night, automated: true, capabilities: WITH_TEMPLATES, draft: template() }, "held: quiet-hours"],
    ["what may not go at all does not wait", { ...night, automated: true, head: consent("inactive") }, "refused: opted-out", "channel"],
    ["night there, day here", { now: NOON, automated: true, quiet: { hours: NIGHTS, zone: "Pacific/Auckland", accountZone: "UTC" } }, "held: quiet-hours"],
    ["day there, night here", { ...night, automated: true, quiet: { ...night.quiet, zone: "Pacific/Auckland" } }, "allowed"],
    ["a zone that does not exist counts as unknown", { ...night, automated: true, quiet: { ...night.quiet, zone: "Mars/Olympus" } }, "held: quiet-hours"],
  ]);

  it("hold until the morning of the contact", () => {
    const verdict = maySend(ask({ now: MIDNIGHT, automated: true, quiet: { hours: NIGHTS, zone: "Europe/Berlin", accountZone: "America/New_York" } }));
    expect(verdict).toMatchObject({ outcome: "held", until: Date.parse("2026-03-11T07:00:00Z") });
    expect(sentenceOf(verdict)).toContain("00:30 for Ana");
    expect(sentenceOf(verdict)).toContain("until 08:00 there");
  });

  it("of an unknown zone hold until morning in the last place their number may be from, and name the places", () => {
    const quiet = { hours: NIGHTS, zone: null, accountZone: "Europe/Berlin", possible: ["America/New_York", "America/Los_Angeles"] };
    const verdict = maySend(ask({ now: Date.parse("2026-03-11T02:00:00Z"), automated: true, quiet }));
    expect(verdict).toMatchObject({ outcome: "held", until: Date.parse("2026-03-11T15:00:00Z") });
    expect(sentenceOf(verdict)).toContain("22:00 in New York, where Ana may be by their number");
    expect(sentenceOf(verdict)).toContain("until 08:00 on Wednesday, March 11 in Los Angeles");
    // Day in both of them, though it is night at home: it goes.
    expect(maySend(ask({ now: Date.parse("2026-03-11T22:00:00Z"), automated: true, quiet })).outcome).toBe("allowed");
    // Where their zone is known, their number says nothing.
    expect(maySend(ask({ now: Date.parse("2026-03-11T13:00:00Z"), automated: true, quiet: { ...quiet, zone: "America/New_York" } })).outcome).toBe("allowed");
  });

  it("that leave no moment for all the places of a number go by the account's clock", () => {
    const hours = { ...NIGHTS, days: NIGHTS.days.map(() => [{ from: "09:30", to: "08:00" }]) };
    const verdict = maySend(ask({ now: MIDNIGHT, automated: true, quiet: { hours, zone: null, accountZone: "UTC", possible: ["America/New_York", "America/Los_Angeles"] } }));
    expect(verdict).toMatchObject({ outcome: "held", until: Date.parse("2026-03-11T08:00:00Z") });
  });

  it("tell the time there, the day where it is another, and when the zone is not known", () => {
    const sentence = sentenceOf(maySend(ask(night)));
    expect(sentence).toContain("23:30 in the time zone of your account");
    expect(sentence).toContain("08:00 on Wednesday, March 11");
  });
});

type Case = [what: string, given: Partial<SendQuestion>, possible: Reason[]];

function windowCases({ hours, humanHours, perTurn }: WindowRule): Case[] {
  const cases: Case[] = [
    ["long ago", { window: wrote(10_000) }, ["window-closed", "receive-only"]],
    ["never", { window: null }, ["never-wrote", "receive-only"]],
  ];
  if (perTurn !== null) cases.push(["all used", { window: wrote(1, perTurn) }, ["turn-used", "receive-only"]]);
  if (hours !== null && humanHours !== null) cases.push(["people only", { window: wrote(hours), automated: true }, ["people-only", "receive-only"]]);
  return cases;
}

describe.each(Object.values(channels))("on $title", ({ kind, capabilities }) => {
  const base: Partial<SendQuestion> = { channel: kind, capabilities, window: wrote(1) };
  const huge = { type: "video/mp4", size: 10_000_000_000, name: "film.mp4" };
  const away: Partial<SendQuestion> = { quiet: { hours: NIGHTS, zone: null, accountZone: "UTC" }, now: MIDNIGHT, window: { openedAt: MIDNIGHT - HOUR, ad: false, used: 0 } };
  const questions: Case[] = [
    ["opted out", { head: { contactName: "Ana", consent: { [kind]: "inactive" } } }, ["opted-out"]],
    ["no advertising", { head: { contactName: "Ana", consent: { [kind]: "no-marketing" } }, automated: true }, ["no-marketing", "receive-only"]],
    ["no connection", { connection: null, capabilities: null }, ["no-connection"]],
    ["switched off", { connection: "disabled" }, ["disabled"]],
    ["too long", { draft: draft({ text: "x".repeat(1_000_000) }) }, ["too-long", "receive-only"]],
    ["too large", { draft: draft({ files: [huge] }) }, ["too-large", "bad-type", "receive-only"]],
    ["empty", { draft: draft({ text: "" }) }, ["empty", "receive-only"]],
    ["a template in review", { draft: template("pending") }, ["template-not-approved", "no-templates", "receive-only"]],
    // What everybody reads is written by people: there is nothing of automation to wait.
    ["held", { ...away, automated: true }, [capabilities.public ? "people-only" : "quiet-hours", "receive-only"]],
    ["held until its time", { ...away, scheduled: true }, ["quiet-hours", "receive-only"]],
    ["warned", away, ["quiet-hours", "receive-only"]],
    ...(capabilities.window ? windowCases(capabilities.window) : []),
  ];

  it.each(questions)("the answer says what to do and names no code: %s", (_, given, possible) => {
    const verdict = maySend(ask({ ...base, ...given }));
    if (verdict.outcome === "allowed") return expect.unreachable("a question that has a reason was allowed");
    // What has no end is never over; it is public instead.
    expect(capabilities.public ? [...possible, "public"] : possible).toContain(verdict.reason);
    const sentences = verdict.sentence.split(/(?<=[.])\s/);
    expect(sentences.length).toBeGreaterThan(1);
    expect(verdict.sentence).toMatch(/^[A-Z“].*\.$/u);
    expect(verdict.sentence).not.toMatch(/undefined|null|NaN|[{}_/]/u);
    // "disabled" is a word, "opted-out" is a code.
    if (verdict.reason.includes("-")) expect(verdict.sentence).not.toContain(verdict.reason);
  });

  it("an ordinary answer goes", () => {
    const verdict = maySend(ask(base));
    expect(codeOf(verdict)).toBe(capabilities.transport === "none" ? "refused: receive-only" : capabilities.public ? "warning: public" : "allowed");
  });
});

describe("one public answer without end", () => {
  const once = { ...PLAIN, public: true, edit: true, window: { hours: null, adHours: null, humanHours: null, perTurn: 1 } };
  table([
    ["has nothing to stand below once the review is deleted, written by a person or planned", { capabilities: once, window: wrote(1), scheduled: true, head: { contactName: "Ana", consent: {}, reviewGone: true } }, "refused: review-gone", null],
    ["of a private channel knows nothing of reviews", { head: { contactName: "Ana", consent: {}, reviewGone: true } }, "allowed"],
    ["goes with a warning, years later too", { capabilities: once, window: wrote(100_000) }, "warning: public"],
    ["is one", { capabilities: once, window: wrote(1, 1) }, "refused: turn-used", null],
    ["answers only what was written", { capabilities: once, window: null }, "refused: never-wrote", "channel"],
    ["is written by a person, at any hour", { capabilities: once, window: wrote(1), automated: true }, "refused: people-only", null],
    ["is not automation's either while nothing is written yet", { capabilities: once, window: wrote(1), automated: true, draft: null }, "refused: people-only", null],
    ["is not left waiting for the morning where automation wrote it", { capabilities: once, window: { openedAt: MIDNIGHT - HOUR, ad: false, used: 0 }, automated: true, now: MIDNIGHT, quiet: { hours: NIGHTS, zone: null, accountZone: "UTC" } }, "refused: people-only", null],
    ["of a person waits for its hour like any other", { capabilities: once, window: { openedAt: MIDNIGHT - HOUR, ad: false, used: 0 }, scheduled: true, now: MIDNIGHT, quiet: { hours: NIGHTS, zone: null, accountZone: "UTC" } }, "held: quiet-hours"],
  ]);
});
