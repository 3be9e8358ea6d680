import { describe, expect, it } from "vitest";
import { cleanPageUrl, frameAncestors, originAllowed, readPattern, unanswered } from "../../worker/domain/widget";

describe("only the sites that were named may show the chat", () => {
  it.each([
    ["https://shop.example.com", "https://shop.example.com", true],
    ["shop.example.com", "https://shop.example.com", true],
    ["shop.example.com", "http://shop.example.com", false],
    ["https://shop.example.com:443", "https://shop.example.com", true],
    ["https://shop.example.com", "https://shop.example.com:8443", false],
    ["https://shop.example.com:8443", "https://shop.example.com:8443", true],
    ["*.example.com", "https://shop.example.com", true],
    ["*.example.com", "https://a.b.example.com", true],
    ["*.example.com", "https://example.com", false],
    ["*.example.com", "https://evilexample.com", false],
    ["*.example.com", "https://example.com.evil.test", false],
    ["https://shop.example.com", "https://shop.example.com.evil.test", false],
    ["https://shop.example.com", "https://shopXexample.com", false],
    ["https://shop.example.com", "https://user@shop.example.com", false],
    ["https://shop.example.com", "https://shop.example.com/path", false],
    ["https://shop.example.com", "null", false],
    ["https://shop.example.com", "", false],
    ["localhost:8787", "http://localhost:8787", true],
    ["localhost:8787", "http://localhost:9999", false],
    ["http://127.0.0.1:8787", "http://127.0.0.1:8787", true],
    ["SHOP.example.com", "https://shop.example.com", true],
  ])("%s lets %s in: %s", (pattern, origin, allowed) => {
    expect(originAllowed([pattern], origin)).toBe(allowed);
  });

  it.each(["*", "*.com", "https://*", "https://shop.example.com/path", "ftp://shop.example.com", "https://a b", "https://shop.example.com; script-src *", "'self'", ""])("%s is no site", (text) => {
    expect(readPattern(text)).toBeNull();
  });

  it("names the same sites to the browser as may frame us, and nothing that could end the directive", () => {
    expect(frameAncestors(["https://shop.example.com", "*.example.org:8443", "localhost:5173", "x; script-src *"]))
      .toBe("'self' https://shop.example.com https://*.example.org:8443 https://localhost:5173 http://localhost:5173");
  });
});

describe("an agent sees the visitor's page without anything that could let someone in", () => {
  it.each([
    ["https://shop.example.com/p/1?utm_source=x", "https://shop.example.com/p/1?utm_source=x"],
    ["https://shop.example.com/reset?token=abc&step=2", "https://shop.example.com/reset?step=2"],
    ["https://shop.example.com/?email=jane@example.com&Access_Token=1", "https://shop.example.com/"],
    ["https://jane:pw@shop.example.com/a#access_token=1", "https://shop.example.com/a"],
    [`https://shop.example.com/?x=${"a".repeat(32)}&y=1`, "https://shop.example.com/?y=1"],
    ["javascript:alert(1)", null],
    ["data:text/html,x", null],
    ["not a url", null],
  ])("%s", (url, clean) => { expect(cleanPageUrl(url)).toBe(clean); });

  it("never grows past what a panel can show", () => {
    expect(cleanPageUrl(`https://shop.example.com/${"a/".repeat(900)}`)!.length).toBeLessThanOrEqual(500);
  });
});

it("a required question left open is named, an optional one is not", () => {
  const questions = [{ key: "name" as const, required: true }, { key: "email" as const, required: true }, { key: "phone" as const, required: false }];
  expect(unanswered(questions, { name: "Jane" })).toEqual(["email"]);
  expect(unanswered(questions, undefined)).toEqual(["name", "email"]);
  expect(unanswered([], undefined)).toEqual([]);
});
