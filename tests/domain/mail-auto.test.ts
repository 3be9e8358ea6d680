import { describe, expect, it } from "vitest";
import { automaticMail, mailWarning, ownMail } from "../../worker/domain/mail-auto";

const headers = (lines: Record<string, string> = {}) => new Map(Object.entries(lines).map(([name, value]) => [name, [value]]));
const judge = (lines: Record<string, string>, rest: { from?: string; subject?: string; envelopeFrom?: string | null } = {}) =>
  automaticMail({ headers: headers(lines), from: "jane@example.com", subject: "Order", envelopeFrom: "jane@example.com", ...rest });

describe("who wrote a mail", () => {
  it.each<[string, Parameters<typeof judge>, "no" | "auto-reply" | "bulk"]>([
    ["a person", [{}], "no"],
    ["a person, said so", [{ "auto-submitted": "no" }], "no"],
    ["a person whose server asks for no vacation notes", [{ "x-auto-response-suppress": "DR, NDR, RN" }], "no"],
    ["a vacation note", [{ "auto-submitted": "auto-replied (vacation)" }], "auto-reply"],
    ["a vacation note with parameters", [{ "auto-submitted": "Auto-Generated; owner-email=x@example.com" }], "auto-reply"],
    ["a comment before the keyword", [{ "auto-submitted": "(comment) auto-notified" }], "auto-reply"],
    ["an old autoresponder", [{ "x-autoreply": "yes" }], "auto-reply"],
    ["another old autoresponder", [{ "x-autorespond": "" }], "auto-reply"],
    ["a program that suppresses answers", [{ "x-auto-response-suppress": "All" }], "auto-reply"],
    ["precedence auto_reply", [{ precedence: "auto_reply" }], "auto-reply"],
    ["a vacation note sent as bulk", [{ "auto-submitted": "auto-replied", precedence: "bulk" }], "auto-reply"],
    ["the null sender in Return-Path", [{ "return-path": "<>" }], "auto-reply"],
    ["the null sender in the envelope", [{}, { envelopeFrom: "" }], "auto-reply"],
    ["an unknown envelope", [{}, { envelopeFrom: null }], "no"],
    ["a mail system", [{}, { from: "MAILER-DAEMON@example.com" }], "auto-reply"],
    ["a postmaster", [{}, { from: "postmaster@example.com" }], "auto-reply"],
    ["an address that reads no answers", [{}, { from: "no-reply@example.com" }], "auto-reply"],
    ["the same with a tag", [{}, { from: "noreply+5@example.com" }], "auto-reply"],
    ["a person called Norbert Reply", [{}, { from: "noreplyer@example.com" }], "no"],
    ["a report", [{ "content-type": "multipart/report; boundary=x" }], "auto-reply"],
    ["a newsletter", [{ "list-unsubscribe": "<https://x.example>" }], "bulk"],
    ["a mailing list", [{ "list-id": "<x.example>" }], "bulk"],
    ["a campaign", [{ "feedback-id": "1:2:3" }], "bulk"],
    ["precedence bulk", [{ precedence: "Bulk" }], "bulk"],
    ["precedence list", [{ precedence: "list" }], "bulk"],
    ["an away subject on an answer", [{ "in-reply-to": "<a@x>" }, { subject: "Automatische Antwort: Ihre Anfrage" }], "auto-reply"],
    ["another language", [{ references: "<a@x>" }, { subject: "Réponse automatique : Devis" }], "auto-reply"],
    ["an away subject on a first mail", [{}, { subject: "Out of office: which plan do I need?" }], "no"],
    ["an answer to an away note", [{ "in-reply-to": "<a@x>" }, { subject: "Re: Automatic reply: Order" }], "no"],
  ])("%s", (_who, facts, expected) => expect(judge(...facts)).toBe(expected));
});

describe("mail from our own address", () => {
  const own = ["support@acme.example", "sales@acme.example"];
  it.each<[string, string, string | null, Record<string, string>, "no" | "own" | "loop"]>([
    ["somebody else's", "jane@example.com", "msg_0a1b2c3d@acme.example", { "x-loop": "inbox" }, "no"],
    ["our message come back", "SALES@acme.example", "msg_0a1b2c3d@acme.example", {}, "loop"],
    ["marked as passed through us", "support@acme.example", null, { "x-loop": "inbox" }, "loop"],
    ["a form or a colleague", "support@acme.example", "abc@mail.gmail.com", {}, "own"],
    ["our id's form at a foreign domain", "support@acme.example", "msg_0a1b2c3d@evil.example", {}, "own"],
  ])("%s", (_what, from, messageId, lines, expected) => expect(ownMail({ headers: headers(lines), from, messageId }, own)).toBe(expected));
});

describe("what a reader is warned of", () => {
  const jane = { name: "Jane", address: "jane@example.com" };
  it.each([["failed", true], ["unverified", false], ["verified", false]] as const)("%s: %s", (authenticity, warned) => expect(mailWarning(authenticity, jane) !== null).toBe(warned));
  it.each([["support@acme.example", true], ["Acme (support@acme.example)", true], ["JANE@example.com", false], ["Jane @ Example", false], ["", false]])("the name %j: %s", (name, warned) => {
    expect(mailWarning("unverified", { ...jane, name }) !== null).toBe(warned);
  });
});
