import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { forwardSubject } from "../../worker/contract/forward-subject";
import { forwarded as forwardedIn, type Forwardable } from "../../worker/domain/mail-forward";
import { cleanHtml, textToHtml } from "../../worker/domain/mail-html";
import { htmlToText } from "../../worker/domain/mail-text";

const clean = (html: string) => cleanHtml(html, (id) => (id === "logo@x" ? "a_1" : null));

describe("markup that leaves by mail", () => {
  it.each([
    ["keeps what people write", '<p>Hi <strong>Jane</strong>,<br>see <a href="https://acme.example/?a=1&amp;b=2">this</a></p><ul><li>one</li></ul>', '<p>Hi <strong>Jane</strong>,<br>see <a href="https://acme.example/?a=1&amp;b=2">this</a></p><ul><li>one</li></ul>'],
    ["loses scripts with their words", "<p>a<script>alert(1)</script>b</p>", "<p>ab</p>"],
    ["loses style sheets", "<style>p{background:url(https://e.example)}</style><p>a</p>", "<p>a</p>"],
    ["loses handlers", '<b onclick="x()" title="t">a</b>', '<b title="t">a</b>'],
    ["loses links that run", '<a href="java\tscript:alert(1)">a</a><a href=" javascript:x">b</a><a href="data:text/html,x">c</a>', "<a>a</a><a>b</a><a>c</a>"],
    ["loses pictures that are no file of it, but says what they showed", '<img src="cid:none" alt="a chart"><img src="data:image/svg+xml,x">', "a chart"],
    ["shows its own pictures", '<img src="CID:logo%40x" alt="Logo" onerror="x()">', '<img src="cid:a_1" alt="Logo">'],
    ["keeps the look of words, nothing that covers or fetches", '<p style="color:red; position:fixed; background:url(//e) ; margin-left:-900px;FONT-SIZE:12px">a</p>', '<p style="color:red; FONT-SIZE:12px">a</p>'],
    ["loses forms but keeps their words", '<form action="https://e.example"><p>Sign in</p><input value="x"></form>', "<p>Sign in</p>"],
    ["ends nothing around it", "</div></td><p>a</blockquote><b>b", "<p>a<b>b</b></p>"],
    ["loses SVG and MathML whole", '<svg><a href="https://e.example"><script>x</script></a></svg><math><mi>x</mi></math>a', "a"],
    ["is not fooled by tags within tags", "<scr<script>x</script>ipt>alert(1)", "xipt&gt;alert(1)"],
    ["is not fooled by comments", "a<!--[if mso]><script>x</script><![endif]-->b<!-- -- >c", "ab"],
    ["closes what a word processor leaves open", '<p class=MsoNormal><o:p>&nbsp;</o:p><span lang=EN-US style="mso-ansi-language:EN-US">a', '<p>&nbsp;<span lang="EN-US">a</span></p>'],
    ["keeps tables", '<table width="100%"><tr><td colspan=2 bgcolor=#fff>a</td></tr></table>', '<table width="100%"><tr><td colspan="2" bgcolor="#fff">a</td></tr></table>'],
  ])("%s", (_, html, expected) => expect(clean(html)).toBe(expected));

  it("is balanced, holds no other tags, and does not change when it is cleaned again", () => {
    const piece = fc.constantFrom("<p>", "</p>", "<b", ">", "<script>", "</script>", "<img src=x>", '"', "'", "=", "<svg", "/>", "<a href='", "javascript:", "<!--", "-->", "<style>", " onx=", "a & b", "<td style=", "<textarea>", "</textarea", "<iframe src=//e>");
    fc.assert(fc.property(fc.array(piece, { maxLength: 25 }), (pieces) => {
      const once = clean(pieces.join(""));
      expect(once).not.toMatch(/<(?!\/?(?:p|b|a|td)\b)/i);
      expect(once).not.toMatch(/<[^>]*\son/i);
      expect(clean(once)).toBe(once);
    }), { numRuns: 400 });
  });

  it.each([["<svg>", 300_000], ["<b>", 200_000], ["<", 500_000], ["<a href=x ", 50_000], ["</p>", 200_000], ["</", 500_000], ["<a ='>='", 100_000], ["</titl", 200_000], ["<a src='x", 100_000]])("costs no more than its length: %s", (piece, times) => {
    const started = performance.now();
    clean(`${piece.repeat(times)}>`);
    expect(performance.now() - started).toBeLessThan(3_000);
  });
});

it.each([
  ["Hello\nJane\n\n\nBye", '<p dir="auto">Hello<br>Jane</p><p dir="auto">Bye</p>'],
  ["see https://acme.example/a?b=1&c=2. Or <b>", '<p dir="auto">see <a href="https://acme.example/a?b=1&amp;c=2">https://acme.example/a?b=1&amp;c=2</a>. Or &lt;b&gt;</p>'],
  ["שלום", '<p dir="auto">שלום</p>'],
  ["  a  b", '<p dir="auto">a&nbsp; b</p>'],
])("plain words become a page: %j", (text, html) => expect(textToHtml(text)).toBe(html));

it("plain words come back from their page", () => {
  const text = "Dear Jane,\nyour order:\n\n- one\n- two\n\n> you wrote\n> this\n\nhttps://acme.example/x";
  expect(htmlToText(textToHtml(text))).toBe(text);
});

it("the text of a formatted mail says its lists, links and quotes", () => expect(htmlToText('<p>Hi,</p><ol><li><p>first</p></li><li><p>second</p><ul><li><p>inner</p></li></ul></li></ol><p><a href="https://acme.example/x">the page</a></p><blockquote><p>you wrote</p></blockquote><p>Bye</p>'))
  .toBe("Hi,\n\n1. first\n2. second\n  - inner\n\nthe page (https://acme.example/x)\n\n> you wrote\n\nBye"));

describe("forwarded mail", () => {
  const forwarded = (mails: Forwardable[]) => forwardedIn(mails, "UTC");
  const mail = (change: Partial<Forwardable> = {}): Forwardable => ({
    email: { from: { name: "Jane", address: "jane@x.example" }, to: [{ name: "", address: "support@acme.example" }], cc: [], subject: "Order" }, at: "2026-11-22T10:00:00.000Z", text: "It is broken.", html: null, contentIds: new Map(), ...change,
  });

  it("says whose it was, when, and to whom", () => expect(forwarded([mail()]).text).toBe("---------- Forwarded message ----------\nFrom: Jane <jane@x.example>\nDate: Sun, 22 Nov 2026, 10:00 UTC\nSubject: Order\nTo: support@acme.example\n\nIt is broken."));
  it.each([["Europe/Berlin", "2026-11-22T10:00:00.000Z", "Sun, 22 Nov 2026, 11:00 CET"], ["Europe/Berlin", "2026-07-01T22:30:00.000Z", "Thu, 2 Jul 2026, 00:30 CEST"], ["America/New_York", "2026-11-22T02:00:00.000Z", "Sat, 21 Nov 2026, 21:00 GMT-5"], ["Nowhere/None", "2026-11-22T10:00:00.000Z", "Sun, 22 Nov 2026, 10:00 UTC"]])(
    "tells the time in %s at %s as %s", (zone, at, expected) => expect(forwardedIn([mail({ at })], zone).text).toContain(`\nDate: ${expected}\n`));
  it("nothing in a header can be markup or another line", () => {
    const { text, html } = forwarded([mail({ email: { from: { name: "<img src=x>\nTo: eve", address: "jane@x.example" }, to: [], cc: [], subject: "a\r\nCc: eve@x.example" } })]);
    expect(html).not.toContain("<img");
    expect(text).toContain("From: <img src=x> To: eve <jane@x.example>");
    expect(text).toContain("Subject: a Cc: eve@x.example");
  });
  it("carries its page, cleaned, with its pictures under their new names", () => {
    const { html } = forwarded([mail({ html: '<p onclick="x()">a<img src="cid:logo@x"></p></div><script>x</script>', contentIds: new Map([["logo@x", "a_9"]]) })]);
    expect(html).toContain('<div><p>a<img src="cid:a_9"></p></div>');
  });
  it("a page that is too long goes as words, and words end somewhere", () => {
    const { html, text } = forwarded([mail({ text: "word ".repeat(100_000), html: `<p>${"x".repeat(900_000)}</p>` }), mail()]);
    expect(text).toMatch(/\[The rest of this message is left out\.\]/);
    expect(text.length).toBeLessThan(310_000);
    expect(html.length).toBeLessThan(1_200_000);
  });
  it("several stand in their order", () => expect(forwarded([mail({ text: "first" }), mail({ text: "second" })]).text).toMatch(/first\n\n-{10} Forwarded[^]*second/));
  it.each([["Order", "Fwd: Order"], ["FW: Fwd: Order", "Fwd: Order"], ["Re: Order", "Fwd: Re: Order"], [" RV: ENC : Order", "Fwd: Order"], ["", "Fwd:"]])("%j is forwarded as %j", (subject, expected) => expect(forwardSubject(subject)).toBe(expected));
});
