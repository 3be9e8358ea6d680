import { describe, expect, it } from "vitest";
import { quoted, type Quotable } from "../../worker/domain/mail-quoted";
import { quoteStart } from "../../worker/domain/mail-quote";

const mail = (more: Partial<Quotable> = {}): Quotable => ({ from: { name: "Ada Byron", address: "ada@example.com" }, at: "2026-11-22T10:00:00Z", text: "Is it ready?", html: null, ...more });
const LINE = "On Sun, 22 Nov 2026, 19:00 GMT+9, Ada Byron <ada@example.com> wrote:";

describe("the mail below its answer", () => {
  it("is named by who wrote it and when, by the clock of the house, each line marked", () => {
    const { text, html } = quoted(mail({ text: "Is it ready?\r\n\r\n> Friday\nAda" }), "Asia/Tokyo")!;
    expect(text).toBe(`${LINE}\n\n> Is it ready?\n>\n>> Friday\n> Ada`);
    expect(html).toContain("On Sun, 22 Nov 2026, 19:00 GMT+9, Ada Byron &lt;ada@example.com&gt; wrote:</div><blockquote");
  });

  it.each([["a name", { name: "Ada Byron", address: "ada@example.com" }], ["none", { name: "", address: "ada@example.com" }], ["a long one", { name: "A ".repeat(300), address: `${"a".repeat(60)}@${"example.".repeat(20)}com` }], ["a name of two lines", { name: "Ada\r\nBcc: x", address: "ada@example.com" }]])("is found and folded by whoever reads the answer: the writer has %s", (_what, from) => {
    const answer = `Yes.\n\n${quoted(mail({ from }), "UTC")!.text}`;
    expect(answer.slice(0, quoteStart(answer, true)!)).toBe("Yes.\n\n");
  });

  it("fetches nothing and runs nothing: pictures leave their words, scripts and forms nothing", () => {
    const { html } = quoted(mail({ html: '<p style="background:url(https://t.example/a)">Hi <img src="https://t.example/pixel.gif" alt="a &gt; b"> <img src="cid:logo@x"><b>there</b></p><script>x()</script><form action="https://t.example"><input></form><link rel=stylesheet href="https://t.example/c">' }), "UTC")!;
    expect(html).toContain("<b>there</b>");
    expect(html).toContain("a &gt; b");
    expect(html).not.toMatch(/<img|<script|<form|<link|<input|url\(|t\.example/);
  });

  it("ends nothing around it, whatever it leaves open or closes too often", () => {
    const { html } = quoted(mail({ html: "</blockquote></div><div><b>x" }), "UTC")!;
    expect(html.match(/<div|<blockquote/g)!.length).toBe(html.match(/<\/div>|<\/blockquote>/g)!.length);
    expect(html).toMatch(/<div><b>x<\/b><\/div><\/blockquote><\/div>$/);
  });

  it("has its limits: a long page is quoted in words, long words are cut and say so", () => {
    const { text, html } = quoted(mail({ text: "word ".repeat(50_000), html: `<p>${"page ".repeat(50_000)}</p>` }), "UTC")!;
    expect([text.length < 21_000, html.length < 61_000, html.includes("page")]).toEqual([true, true, false]);
    expect(text).toContain("[The rest of this message is left out.]");
  });

  it("is nothing where there are no words", () => {
    expect(quoted(mail({ text: " \r\n " }), "UTC")).toBeNull();
  });
});
