import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { addressKey, displayName, formatMailAddress, headerText, isMailAddress, mailDomain, parseMailAddress, sameAddress } from "../../worker/domain/mail-address";

it.each([
  ["jane@example.com", true], ["jane.o'neil+tag@mail.example.co.uk", true], ["žofie@příklad.example", true], ["x@xn--pklad-zsa96e.example", true], ["a@localhost", true], ["用户@例子.广告", true],
  ["", false], ["jane", false], ["@example.com", false], ["jane@", false], ["broken@@example", false], ["a b@example.com", false], ["a@exa mple.com", false], ["a@-example.com", false], ["a@example-.com", false], ["a@example..com", false],
  ["a@.example.com", false], ["a@example.com.", false], ["a@example.com\r\nBcc: b@example.com", false], ["<a@example.com>", false], ["a,b@example.com", false], ["a@example.com;b", false], ["a\u202eb@example.com", false], ["a\u0000@example.com", false],
  [`${"a".repeat(64)}@example.com`, true], [`${"a".repeat(65)}@example.com`, false], [`a@${"b".repeat(260)}.com`, false],
])("whether mail could go to %j: %s", (text, good) => expect(isMailAddress(text)).toBe(good));

it.each([
  ["jane@example.com", { name: "", address: "jane@example.com" }],
  ["  Jane Doe <jane@example.com> ", { name: "Jane Doe", address: "jane@example.com" }],
  ['"Doe, \\"J\\" Jane" <jane@example.com>', { name: 'Doe, "J" Jane', address: "jane@example.com" }],
  ["<jane@example.com>", { name: "", address: "jane@example.com" }],
  ["a <b> <jane@example.com>", { name: "a <b>", address: "jane@example.com" }],
  ["jane@example.com <mallory@evil.example>", { name: "jane@example.com", address: "mallory@evil.example" }],
])("%j is read as a person", (text, person) => expect(parseMailAddress(text)).toEqual(person));

it.each(["", "Jane", "Jane <jane>", "<>", "Jane <jane@example.com", "a@example.com, b@example.com"])("%j names nobody", (text) => expect(parseMailAddress(text)).toBeNull());

it("one address in two spellings is one address", () => {
  expect(sameAddress(" Jane@EXAMPLE.com", "jane@example.com")).toBe(true);
  expect(sameAddress("jose\u0301@example.com", "jos\u00e9@example.com")).toBe(true);
  expect(sameAddress("jane@example.com", "jane@example.org")).toBe(false);
  expect([addressKey("A@B.c"), mailDomain("A@B.c")]).toEqual(["a@b.c", "b.c"]);
});

describe("nobody can add a header through a name", () => {
  it.each([
    [{ name: "Jane Doe", address: "j@example.com" }, "Jane Doe <j@example.com>"],
    [{ name: "", address: "j@example.com" }, "j@example.com"],
    [{ name: "Doe, Jane", address: "j@example.com" }, '"Doe, Jane" <j@example.com>'],
    [{ name: 'a" <x@evil.example>, "b', address: "j@example.com" }, '"a\\" <x@evil.example>, \\"b" <j@example.com>'],
    [{ name: "x\r\nBcc: y@evil.example", address: "j@example.com" }, '"x Bcc: y@evil.example" <j@example.com>'],
    [{ name: "back\\", address: "j@example.com" }, '"back\\\\" <j@example.com>'],
    [{ name: "Žofie 山田", address: "j@example.com" }, "Žofie 山田 <j@example.com>"],
  ])("%j", (person, header) => expect(formatMailAddress(person)).toBe(header));

  it("whatever it is, the header is one line that reads back as the same person", () => {
    fc.assert(fc.property(fc.string({ unit: "binary", maxLength: 60 }), (name) => {
      const header = formatMailAddress({ name, address: "j@example.com" });
      expect(header).not.toMatch(/[\u0000-\u001f\u007f\u2028\u2029]/);
      const back = parseMailAddress(header)!;
      expect(back.address).toBe("j@example.com");
      expect(back.name).toBe(displayName(name));
    }));
  });

  it("an address that is none is refused", () => {
    expect(() => formatMailAddress({ name: "", address: "a@example.com\r\nBcc: b@example.com" })).toThrow();
  });
});

it("text for a header is one clean line", () => {
  expect(headerText("  Re:\r\n order\t\u2028\u202e 5 ")).toBe("Re: order 5");
  expect(displayName("x".repeat(500))).toHaveLength(200);
});
