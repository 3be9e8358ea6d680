import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { quoteStart } from "../../worker/domain/mail-quote";
import { htmlToText } from "../../worker/domain/mail-text";

describe("HTML becomes the text a person would type", () => {
  it.each([
    ["paragraphs", "<p>One</p><p>Two</p>", "One\n\nTwo"],
    ["line breaks", "One<br>Two<br/>Three", "One\nTwo\nThree"],
    ["blocks", "<div>One</div><div>Two</div>", "One\nTwo"],
    ["an empty line between blocks", "<div>One</div><div><br></div><div>Two</div>", "One\n\nTwo"],
    ["marks", "<b>bold</b>, <i>italic</i> <u>under</u>", "bold, italic under"],
    ["spaces", "  a \n\t b&nbsp;&nbsp;c  ", "a b  c"],
    ["lists", "<ul><li>one</li><li>two</li></ul><ol><li>first</li><li>second</li></ol>", "- one\n- two\n1. first\n2. second"],
    ["nested lists", "<ul><li>one<ul><li>inner</li></ul></li></ul>", "- one\n  - inner"],
    ["links", '<a href="https://x.example/a?b=1&amp;c=2">here</a>', "here (https://x.example/a?b=1&c=2)"],
    ["links that show themselves", '<a href="https://x.example/">https://x.example</a> <a href="mailto:a@x.example">a@x.example</a>', "https://x.example a@x.example"],
    ["links that are no links", '<a href="javascript:alert(1)">x</a><a name="y">z</a>', "xz"],
    ["pictures", '<img alt="Our &quot;logo&quot;" src=x><img src=y>', '[Our "logo"]'],
    ["tables", "<table><tr><td>a</td><td>b</td></tr><tr><td>c</td></tr></table>", "a b\nc"],
    ["headings", "<h1>Title</h1>text", "Title\n\ntext"],
    ["a rule", "a<hr>b", `a\n${"_".repeat(32)}\nb`],
    ["named and numbered characters", "&lt;b&gt; &amp;amp; &euro;&#8364;&#x20AC; &uuml;&Uuml; &bogus; &#0;&#xD800;", "<b> &amp; €€€ üÜ &bogus; \ufffd\ufffd"],
    ["a quote", "<blockquote><p>one</p><p>two</p><blockquote>deep</blockquote></blockquote>after", "> one\n>\n> two\n>\n>> deep\n\nafter"],
    ["what is not text", "<head><title>t</title><style>a>b{}</style></head><body><script>if (a<b) x('</div>')</script>text<!-- <p>no</p> --></body>", "text"],
    ["Word's comments", "<!--[if mso]><p>no</p><![endif]--><![if !mso]>yes<![endif]>", "yes"],
    ["attributes that hold brackets", '<p title="a > b">x</p>', "x"],
    ["a lone bracket", "1 < 2 and 3 > 2", "1 < 2 and 3 > 2"],
    ["unclosed tags", "<p>one<p>two<b>three", "one\n\ntwothree"],
    ["a cut-off tag", "one<a href=\"x", 'one<a href="x'],
    ["an unclosed head", "<head><style>x</style><body>text", "text"],
    ["nothing", "", ""],
  ])("%s", (_what, html, text) => expect(htmlToText(html)).toBe(text));
});

it.each([
  ["Gmail", '<div dir="ltr">Yes</div><br><div class="gmail_quote"><div class="gmail_attr">On Sun, Nov 22, 2026 at 10:31 AM Acme &lt;<a href="mailto:s@acme.example">s@acme.example</a>&gt; wrote:<br></div><blockquote>old</blockquote></div>'],
  ["Outlook", '<p>Yes</p><div id="appendonsend"></div><hr><div id="divRplyFwdMsg"><b>From:</b> Acme<br><b>Sent:</b> Sunday, 22 November 2026 09:50<br><b>To:</b> Jane<br><b>Subject:</b> x</div><p>old</p>'],
  ["Apple", 'Yes<br><div><br><blockquote type="cite"><div>On 22. Nov 2026, at 09:00, Acme &lt;s@acme.example&gt; wrote:</div><br><div>old</div></blockquote></div>'],
])("the quoted history of HTML-only mail by %s is found in its text", (_program, html) => {
  const text = htmlToText(html);
  expect(text).toContain("old");
  expect(text.slice(0, quoteStart(text, true)!).trim()).toBe("Yes");
});

it("any markup gives text, and text without markup stays what it was", () => {
  const piece = fc.constantFrom("<", ">", "</", "<p>", "</p>", "<blockquote>", "<a href='", '"', "=", "<!--", "-->", "<style>", "</style>", "<li>", "<ul>", "&", "&#", ";", "text", " ", "\n");
  fc.assert(fc.property(fc.array(piece, { maxLength: 40 }), (pieces) => { expect(htmlToText(pieces.join(""))).not.toMatch(/\n{3}/); }));
  fc.assert(fc.property(fc.stringMatching(/^[a-z]+( [a-z]+)*$/), (text) => { expect(htmlToText(text)).toBe(text); }));
});

it.each([
  ["open tags", "<a b=\"".repeat(100_000)], ["quotes", `<a b="x'>`.repeat(50_000)], ["comments", "<!--".repeat(100_000)], ["nesting", "<blockquote><ul><li>x".repeat(20_000)], ["brackets", "<".repeat(300_000)], ["styles", "<style>".repeat(50_000)],
  ["closed styles", "<style></style>".repeat(30_000)], ["references", "&#".repeat(200_000)], ["spaces", `${" ".repeat(400_000)}x`], ["attributes", `<img ${"a ".repeat(100_000)}>`.repeat(2)], ["closing brackets", `${"<a '".repeat(50_000)}>`], ["brackets before one that closes", `${"<".repeat(500_000)}>`], ["ends of nothing", `${"</".repeat(300_000)}>`], ["quotes that hide their end", "<a ='>='".repeat(100_000)],
])("hostile %s are read in bounded time", (_what, html) => {
  const started = performance.now();
  expect(htmlToText(html).length).toBeLessThan(html.length * 3 + 100);
  expect(performance.now() - started).toBeLessThan(3_000);
});
