import { describe, expect, it } from "vitest";
import { direction, fill } from "../../web/lib/i18n";
import { en, type Message } from "../../web/lib/locales/en";
import { enAuth } from "../../web/lib/locales/en-auth";
import { enShell } from "../../web/lib/locales/en-shell";

describe("a message", () => {
  it("takes its values, and leaves a missing one empty instead of showing braces", () => {
    expect(fill("Join {account}", { account: "Northside" })).toBe("Join Northside");
    expect(fill("Join {account}")).toBe("Join ");
    expect(fill("{a} and {a}", { a: 2 })).toBe("2 and 2");
  });

  it("never reads a value's own braces as a name", () => {
    expect(fill("{name} wrote", { name: "{account}", account: "x" })).toBe("{account} wrote");
  });

  it.each([[0, "0 messages"], [1, "one message"], [2, "2 messages"], [1.5, "1.5 messages"]])("chooses the form of %d", (count, expected) => {
    expect(fill({ one: "one message", other: "{count} messages" }, { count })).toBe(expected);
  });
});

describe("the English words", () => {
  const all = Object.entries<Message>(en).flatMap(([key, message]) => (typeof message === "string" ? [[key, message] as const] : [[key, message.one] as const, [key, message.other] as const]));

  it("are there, without loose spaces, shouting or long dashes", () => {
    expect(all.length).toBeGreaterThan(100);
    expect(all.filter(([, words]) => words === "" || words.trim() !== words || /!|\u2014|\s{2}/.test(words))).toEqual([]);
  });

  it("have a count in every message with two forms", () => {
    expect(Object.entries<Message>(en).filter(([, message]) => typeof message !== "string" && !message.other.includes("{count}"))).toEqual([]);
  });
});

it("pages before signing in say nothing whose words come only with the gate", () => {
  const early = { ...enShell, ...enAuth };
  const files = import.meta.glob<string>(["../../web/inbox/auth/*.{ts,tsx}", "../../web/inbox/{app,main,routes,not-found}.tsx", "../../web/ui/*.{ts,tsx}", "../../web/lib/*.ts"], { query: "?raw", import: "default", eager: true });
  const said = Object.entries(files).flatMap(([file, source]) => [...source.matchAll(/\bt\("([^"]+)"/g)].map(([, key]) => `${file}: ${key}`));
  expect(said.length).toBeGreaterThan(50);
  expect(said.filter((line) => !Object.hasOwn(early, line.split(": ")[1]!))).toEqual([]);
});

it.each([["en", "ltr"], ["de-AT", "ltr"], ["ar", "rtl"], ["he-IL", "rtl"], ["fa", "rtl"], ["arn", "ltr"]])("%s is written %s", (language, expected) => {
  expect(direction(language)).toBe(expected);
});
