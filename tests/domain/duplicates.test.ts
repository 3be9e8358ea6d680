import { describe, expect, it } from "vitest";
import type { Contact, Identity } from "../../worker/contract/contact";
import { resemblance, similarBeginnings } from "../../worker/domain/duplicates";
import { conflictsOf, disputed, goesOn, strictest, united, type Work, workApart, workTogether } from "../../worker/domain/merge";

const address = (text: string): Identity => ({ id: text, kind: text.includes("@") ? "email" : text.includes(",") ? "group" : text.startsWith("+") ? "phone" : "user", address: text, connectionId: null, name: null, verified: false, primary: true });
const person = (name: string, addresses: string[] = [], more: Partial<Contact> = {}): Contact => ({
  id: name, name, company: "", language: "", timeZone: "", address: "", identities: addresses.map(address), tags: [], consent: {}, fields: {}, conversationId: null, createdAt: "2026-11-22T09:00:00.000Z", ...more,
});

describe("two contacts may be one person", () => {
  it.each([
    ["one claimed the other's email", person("Ann", ["ann@example.com"]), person("A. Lee", ["visitor", "ann@example.com"]), "claimed-email"],
    ["one claimed the other's number", person("Ann", ["+15125550164"]), person("", ["+15125550164"]), "claimed-phone"],
    ["a tag in the address", person("", ["ann.lee+shop@example.com"]), person("", ["ann.lee@example.com"]), "email-spelling"],
    ["dots where they mean nothing", person("", ["a.nnlee@gmail.com"]), person("", ["annlee@googlemail.com"]), "email-spelling"],
    ["same name, same company", person("Ann", [], { company: "Harbour Studio" }), person("ann", [], { company: "harbour  studio" }), "name-company"],
    ["the same beginning at another provider", person("", ["ann.harper@example.com"]), person("", ["annharper@example.org"]), "email-name"],
    ["same full name, written with and without accents", person("José Núñez"), person("Jose Nunez"), "name"],
  ])("%s", (_, one, other, reason) => {
    expect(resemblance(one, other)).toBe(reason);
    expect(resemblance(other, one)).toBe(reason);
  });

  it.each([
    ["nothing in common", person("Ann Lee", ["ann@example.com"]), person("Bob Ray", ["bob@example.com"])],
    ["a first name alone", person("Ann"), person("Ann")],
    ["no names at all", person(""), person("")],
    ["everybody's mailbox", person("", ["support@example.com"]), person("", ["support@example.org"])],
    ["a short beginning that many have", person("", ["max@example.com"]), person("", ["max@example.org"])],
    ["dots where they are letters", person("", ["a.nn@example.com"]), person("", ["ann@example.com"])],
    ["a group", person("Ann Lee", ["+15125550164,+15125550165"]), person("Ann Lee")],
  ])("or not: %s", (_, one, other) => {
    expect(resemblance(one, other)).toBeNull();
  });

  it("is looked for under other domains and tags, but not for everybody's mailbox", () => {
    expect(similarBeginnings(person("", ["ann+x@example.com", "info@example.com"]))).toEqual(["ann+", "ann@", "info+"]);
  });
});

describe("two contacts as one", () => {
  it.each([
    [{}, {}, {}],
    [{ sms: "inactive" }, {}, { sms: "inactive" }],
    [{ sms: "active" }, { sms: "no-marketing" }, { sms: "no-marketing" }],
    [{ sms: "permanent", email: "active" }, { sms: "inactive", email: "inactive" }, { sms: "permanent", email: "inactive" }],
  ] as const)("allow on each channel what both allow: %j and %j", (one, other, both) => {
    expect(strictest(one, other)).toEqual(both);
    expect(strictest(other, one)).toEqual(both);
  });

  it("dispute only where they differ", () => {
    expect(disputed({ sms: "inactive", email: "inactive" }, { email: "inactive", chat: "active" })).toEqual({ sms: "inactive" });
  });

  it("keep what the kept one says, fill what it leaves open, and name what both say differently", () => {
    const kept = person("Ann", ["+15125550164"], { tags: ["vip"], language: "en" });
    const other = person("Anna", ["ann@example.com"], { company: "Harbour", tags: ["new", "vip"], language: "en" });
    expect(united(kept, other, "c1")).toMatchObject({ name: "Ann", company: "Harbour", tags: ["vip", "new"], conversationId: "c1", identities: [{ address: "+15125550164", primary: true }, { address: "ann@example.com", primary: false }] });
    expect(conflictsOf(kept, other)).toEqual([{ field: "name", kept: "Ann", other: "Anna" }]);
    const claimed = { ...address("+15125550164"), id: "claim", connectionId: "ch_1" };
    expect(united(kept, { ...other, identities: [claimed] }, null).identities).toEqual(kept.identities);
  });

  const talk = (id: string, isOpen: boolean, lastAt: number) => ({ id, isOpen, lastAt });
  it.each([
    ["neither has any", null, null, { into: null, from: null }],
    ["only one has any", null, talk("b", false, 1), { into: "b", from: null }],
    ["the newer of two open ones", talk("a", true, 1), talk("b", true, 2), { into: "b", from: "a" }],
    ["an open one before a newer closed one", talk("a", true, 1), talk("b", false, 2), { into: "a", from: "b" }],
    ["the newer of two closed ones", talk("a", false, 3), talk("b", false, 2), { into: "a", from: "b" }],
  ])("go on in one conversation: %s", (_, kept, other, expected) => {
    expect(goesOn(kept, other)).toEqual(expected);
  });
});

describe("what colleagues arranged about two conversations that become one", () => {
  const work = (more: Partial<Work> = {}): Work => ({ status: "open", assigneeId: null, teamId: null, labelIds: [], followerIds: [], wakeOnReply: true, snoozedUntil: null, ...more });
  it.each<[string, Partial<Work>, Partial<Work>, Partial<Work>]>([
    ["nothing of a case that was closed", { labelIds: ["new"] }, { status: "closed", assigneeId: "ana", teamId: "t", labelIds: ["old"], followerIds: ["bo"] }, { labelIds: ["new"] }],
    ["labels and followers come along", { labelIds: ["a"], followerIds: ["bo"] }, { labelIds: ["b", "a"], followerIds: ["cy"] }, { labelIds: ["a", "b"], followerIds: ["bo", "cy"] }],
    ["nobody's goes to who had the other", {}, { assigneeId: "ana", teamId: "t" }, { assigneeId: "ana", teamId: "t" }],
    ["who has it keeps it, and who had the other follows", { assigneeId: "ana" }, { assigneeId: "bo" }, { assigneeId: "ana", followerIds: ["bo"] }],
    ["a team's stays the team's", { teamId: "t" }, { assigneeId: "bo" }, { teamId: "t", followerIds: ["bo"] }],
    ["what slept wakes for what is open", { status: "snoozed", snoozedUntil: 9 }, {}, { status: "open", snoozedUntil: null }],
    ["what is open stays open", {}, { status: "snoozed", snoozedUntil: 9 }, { status: "open", snoozedUntil: null }],
    ["two that sleep sleep until the first of both wakes", { status: "snoozed", snoozedUntil: 9, wakeOnReply: false }, { status: "snoozed", snoozedUntil: 5 }, { status: "snoozed", snoozedUntil: 5, wakeOnReply: true }],
    ["one that sleeps until they reply, and one until a time", { status: "snoozed" }, { status: "snoozed", snoozedUntil: 5 }, { status: "snoozed", snoozedUntil: 5 }],
  ])("%s; and apart again each has its own", (_, into, from, expected) => {
    const before = work(into), after = workTogether(before, work(from));
    expect(after).toEqual(work({ ...(into.wakeOnReply === false && { wakeOnReply: false }), ...expected }));
    expect(workApart(after, before, after, false)).toEqual(before);
  });

  it("apart again, what colleagues have arranged meanwhile stays", () => {
    const before = work({ labelIds: ["a"] }), after = workTogether(before, work({ assigneeId: "ana", labelIds: ["b"], followerIds: ["cy"] }));
    const now = { ...after, assigneeId: "bo", labelIds: ["a", "b", "c"], followerIds: ["cy", "di"], status: "closed" as const };
    expect(workApart(now, before, after, false)).toEqual(work({ assigneeId: "bo", labelIds: ["a", "c"], followerIds: ["di"], status: "closed" }));
  });

  it("apart again, who has written meanwhile is not put to sleep", () => {
    const before = work({ status: "snoozed", snoozedUntil: 9 }), after = workTogether(before, work());
    expect(workApart(after, before, after, true)).toMatchObject({ status: "open", snoozedUntil: null });
  });
});
