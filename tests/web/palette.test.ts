import { describe, expect, it } from "vitest";
import { match, type PaletteItem } from "../../web/inbox/palette-items";

const item = (label: string, note?: string): PaletteItem => ({ id: label, group: "palette.go", label, ...(note && { note }), icon: () => null, run: () => undefined });
const ITEMS = [item("Close or reopen"), item("Go to the inbox"), item("Repair", "Labels"), item("Labels"), item("Sales", "Teams")];
const found = (typed: string) => match(ITEMS, typed).map(({ label }) => label);

describe("the palette", () => {
  it.each([
    ["", ["Close or reopen", "Go to the inbox", "Repair", "Labels", "Sales"]],
    ["   ", ["Close or reopen", "Go to the inbox", "Repair", "Labels", "Sales"]],
    ["REOPEN", ["Close or reopen"]],
    ["inbox go", ["Go to the inbox"]],
    ["snooze", []],
  ])("finds by %j whatever has every word in it", (typed, expected) => {
    expect(found(typed)).toEqual(expected);
  });

  it("shows what begins with the word before what only holds it, and that before what is only noted as it", () => {
    expect(found("la")).toEqual(["Labels", "Repair"]);
    expect(found("s")[0]).toBe("Sales");
  });
});
