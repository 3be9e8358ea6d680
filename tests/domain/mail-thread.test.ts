import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { angled, bare, isOwnMessageId, messageIds, ownMessageId, referencesHeader, replyReferences, replySubject } from "../../worker/domain/mail-thread";

it.each([
  ["<a@x> <b@y>\r\n\t<c@z>", ["a@x", "b@y", "c@z"]], ["<a@x><a@x>", ["a@x"]], ["Your message of Monday <a@x> (was: <b@y>)", ["a@x", "b@y"]],
  ["a@x", ["a@x"]], ["", []], [null, []], ["<>", []], ["<a b@x>", []], ["Jane wrote", []], [`<${"a".repeat(300)}@x>`, []], ["<No-At-Sign>", ["No-At-Sign"]],
])("the ids of %j", (header, ids) => expect(messageIds(header)).toEqual(ids));

it("a hostile References header is read only up to a bound, the newest ids kept", () => {
  const ids = messageIds(Array.from({ length: 5_000 }, (_, index) => `<${index}@x>`).join(" "));
  expect(ids).toHaveLength(200);
  expect(ids.at(-1)).toBe("4999@x");
});

it.each([
  ["Order", "Re: Order"], ["Re: Order", "Re: Order"], ["RE: AW: Re: Order", "Re: Order"], ["Fwd: Order", "Re: Fwd: Order"], ["", "Re:"], ["回复：订单", "Re: 订单"], ["x\r\nBcc: m@evil.example", "Re: x Bcc: m@evil.example"],
])("the answer to %j is called %j", (subject, reply) => {
  expect(replySubject(subject)).toBe(reply);
  expect(replySubject(reply)).toBe(reply);
});

it("a subject is bounded however long it comes", () => expect(replySubject("x".repeat(5_000)).length).toBeLessThanOrEqual(998));

describe("References of an answer", () => {
  it("are the answered mail's own, then its id, each once", () => {
    expect(replyReferences(["a@x", "<b@x>", "a@x"], "<c@x>")).toEqual(["a@x", "b@x", "c@x"]);
    expect(replyReferences(["a@x", "c@x"], "c@x")).toEqual(["a@x", "c@x"]);
    expect(replyReferences([], null)).toEqual([]);
  });

  it("of a long thread keep its root and its newest 20", () => {
    const kept = replyReferences(Array.from({ length: 150 }, (_, index) => `${index}@x`), "last@x");
    expect(kept).toHaveLength(21);
    expect([kept[0], kept[1], kept.at(-1)]).toEqual(["0@x", "131@x", "last@x"]);
  });

  it("always fit a header, keep the answered id and break no line", () => {
    fc.assert(fc.property(fc.array(fc.string({ maxLength: 400 }), { maxLength: 150 }), fc.integer({ min: 1, max: 240 }), (references, length) => {
      const last = `${"z".repeat(length)}@x`;
      const header = referencesHeader(replyReferences(references, last));
      expect(header.length).toBeLessThanOrEqual(1_900);
      expect(header.endsWith(`<${last}>`)).toBe(true);
      expect(header).not.toMatch(/[\r\n]/);
    }));
  });
});

it("an id goes into a header in brackets, or not at all", () => {
  expect([angled("a@x"), angled("<a@x>"), bare(" <a@x> ")]).toEqual(["<a@x>", "<a@x>", "a@x"]);
  for (const id of ["", "<>", "a@x>\r\nBcc: m", "a b@x", "a<b@x"]) expect(() => angled(id)).toThrow();
});

it("our own ids are known again, also by their case and only at our domains", () => {
  const id = ownMessageId("msg_0a1b2c3d4e5f", "acme.example");
  expect(isOwnMessageId(id, ["acme.example"])).toBe(true);
  expect(isOwnMessageId(id.toUpperCase(), ["acme.example"])).toBe(true);
  expect(isOwnMessageId(id, ["other.example"])).toBe(false);
  expect(isOwnMessageId("form-1@acme.example", ["acme.example"])).toBe(false);
});
