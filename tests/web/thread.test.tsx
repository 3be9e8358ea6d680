import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { chunksOf, firstUnread, lastEmail, place } from "../../web/inbox/thread/layout";
import { parseLinks, parseMarkdown, type Block, type Inline } from "../../web/inbox/thread/markdown";
import { snoozePresets } from "../../web/inbox/thread/snooze";
import { entry } from "./inbox-fixtures";

describe("a comment's words", () => {
  const paragraph = (text: string): Inline[] => (parseMarkdown(text)[0] as Extract<Block, { children: Inline[] }>).children;
  const words = (inline: Inline): string => ("children" in inline ? inline.children.map(words).join("") : inline.text);

  it("stay text when they look like markup", () => {
    expect(parseMarkdown('<img src=x onerror="alert(1)">')).toEqual([{ type: "paragraph", children: [{ type: "text", text: '<img src=x onerror="alert(1)">' }] }]);
  });

  it.each(["javascript:alert(1)", "data:text/html,x", "vbscript:x", " javascript:x", "file:///etc/passwd", "//evil.example"])("make no link to %s", (href) => {
    expect(paragraph(`[click](${href})`).some(({ type }) => type === "link")).toBe(false);
  });

  it.each([
    ["**bold**", { type: "strong", children: [{ type: "text", text: "bold" }] }],
    ["*soft*", { type: "em", children: [{ type: "text", text: "soft" }] }],
    ["`code **x**`", { type: "code", text: "code **x**" }],
    ["[us](https://example.com)", { type: "link", href: "https://example.com", children: [{ type: "text", text: "us" }] }],
    ["@Ana", { type: "mention", text: "@Ana" }],
  ])("understand %s", (text, inline) => { expect(paragraph(text)).toEqual([inline]); });

  it("make lists, quotes and code", () => {
    expect(parseMarkdown("- a\n- b\n\n1. c\n> d\n```\n<e>\n```").map(({ type }) => type)).toEqual(["list", "list", "quote", "code"]);
  });

  it("lose no letter, whatever is written", () => {
    fc.assert(fc.property(fc.string(), (text) => {
      expect(parseLinks(text).map(words).join("")).toBe(text);
    }));
  });

  it("end for every text", () => {
    fc.assert(fc.property(fc.array(fc.constantFrom("*", "_", "`", "[", "](", ")", "@", "https://", "> ", "- ", "\n", "a", "```")), (parts) => { parseMarkdown(parts.join("")); }));
  });

  it("take no dot after an address into the link", () => {
    expect(parseLinks("See https://example.com/a.").map(({ type }) => type)).toEqual(["text", "link", "text"]);
  });
});

describe("the timeline", () => {
  const day = (iso: string) => iso.slice(0, 10);

  it("groups one person's quick words and begins a day with its name", () => {
    const rows = [entry(1, 1), entry(2, 2), entry(3, 3, { direction: "out", author: { type: "member", id: "u1", name: "Ana" } }), entry(4, 4, { at: "2026-05-13T09:00:00Z" })];
    expect(place(rows, null, null, day).map(({ opensDay, opensGroup, closesGroup }) => [opensDay, opensGroup, closesGroup])).toEqual([
      [true, true, false], [false, false, true], [false, true, true], [true, true, true],
    ]);
  });

  it("leaves a failed message alone, so that its reason stands below it", () => {
    const rows = [entry(1, 1, { state: "sent" }), entry(2, 2, { state: "failed" }), entry(3, 3, { state: "sent" })];
    expect(place(rows, null, null, day).map(({ closesGroup }) => closesGroup)).toEqual([true, true, true]);
  });

  it("looks the same cut into chunks as whole", () => {
    fc.assert(fc.property(fc.array(fc.constantFrom("in", "out"), { minLength: 1, maxLength: 120 }), fc.integer({ min: 1, max: 50 }), (directions, first) => {
      const rows = directions.map((direction, index) => entry(first + index, index + 1, { direction: direction as "in" | "out" }));
      const of = new Map(rows.map((row) => [row.id, row]));
      const chunks = chunksOf("c1", rows.map(({ id }) => id), (id) => of.get(id)!.seq);
      const parts = chunks.flatMap((chunk, index) => place(chunk.ids.map((id) => of.get(id)!), of.get(chunks[index - 1]?.ids.at(-1) ?? "") ?? null, of.get(chunks[index + 1]?.ids[0] ?? "") ?? null, day));
      expect(parts).toEqual(place(rows, null, null, day));
    }));
  });

  it("moves no row into another chunk when a page comes on top", () => {
    const ids = (from: number, to: number) => Array.from({ length: to - from }, (_, index) => `e${from + index}`);
    const seq = (id: string) => Number(id.slice(1));
    const before = chunksOf("c1", ids(100, 200), seq);
    const after = chunksOf("c1", ids(50, 200), seq);
    for (const chunk of before.slice(1)) expect(after).toContainEqual(chunk);
  });

  it("draws the line of the new above the first unread message of the customer", () => {
    const rows = [entry(1, 1), entry(2, 2, { direction: "out" }), entry(3, 3), entry(4, 4, { kind: "comment", direction: null }), entry(5, 5)];
    const of = Object.fromEntries(rows.map((row) => [row.id, row]));
    const order = rows.map(({ id }) => id);
    expect(firstUnread(order, of, 2)).toBe("e3");
    expect(firstUnread(order, of, 0)).toBeNull();
    expect(firstUnread(order, of, 9)).toBeNull();
    expect(lastEmail(order, of)).toBeNull();
  });
});

describe("snoozing", () => {
  it.each([
    ["a Wednesday", "2026-05-13T10:10:00", ["hours", "tomorrow", "monday", "week"]],
    ["a Sunday, whose tomorrow is Monday", "2026-05-17T10:10:00", ["hours", "tomorrow", "week"]],
    ["a Monday, whose next week is Monday", "2026-05-18T10:10:00", ["hours", "tomorrow", "monday"]],
  ])("offers times to come on %s", (_name, now, keys) => {
    const presets = snoozePresets(new Date(now));
    expect(presets.map(({ key }) => key)).toEqual(keys);
    for (const { at } of presets) expect(at.getTime()).toBeGreaterThan(Date.parse(now));
    expect(new Set(presets.map(({ at }) => at.getTime())).size).toBe(presets.length);
  });
});
