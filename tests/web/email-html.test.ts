// @vitest-environment jsdom
// The cleaner needs a document that parses HTML as browsers do, which happy-dom does not.
import { describe, expect, it } from "vitest";
import { cleanEmail, emailDocument, estimateHeight } from "../../web/inbox/thread/email-html";

const clean = (html: string, allowRemote = false) => cleanEmail(html, { allowRemote, inline: { "logo@mail": "data:image/png;base64,AAAA" }, quoteLabel: "Earlier" });

describe("an email's own HTML", () => {
  it.each([
    ["a script", "<p>hi</p><script>alert(1)</script>"],
    ["a handler", '<img src="x" onerror="alert(1)">'],
    ["a script address", '<a href="javascript:alert(1)">x</a>'],
    ["a vbscript address", '<a href="vbscript:msgbox">x</a>'],
    ["an html data address", '<a href="data:text/html,<script>alert(1)</script>">x</a>'],
    ["an svg", '<svg onload="alert(1)"><script>alert(1)</script></svg>'],
    ["mathml", '<math><mtext><script>alert(1)</script></mtext></math>'],
    ["a nested frame", '<iframe src="https://evil.example"></iframe>'],
    ["an object", '<object data="evil.swf"></object><embed src="evil.swf">'],
    ["a form", '<form action="https://evil.example"><input name="password"><button>Sign in</button></form>'],
    ["a base", '<base href="https://evil.example/">'],
    ["a refresh", '<meta http-equiv="refresh" content="0;url=https://evil.example">'],
    ["a stylesheet", '<link rel="stylesheet" href="https://evil.example/a.css">'],
    ["a nested tag trick", "<scr<script>ipt>alert(1)</scr</script>ipt>"],
  ])("loses %s", (_name, html) => {
    const result = clean(`<div>${html}</div>`).html;
    expect(result).not.toMatch(/<script|\son\w+=|javascript:|vbscript:|data:text|<svg|<math|<iframe|<object|<embed|<form|<input|<button|<base|<meta|<link/i);
  });

  it("stands in a document that forbids every script and every request", () => {
    const page = emailDocument(clean("<p>hi</p>"), false);
    expect(page).toContain("default-src 'none'; style-src 'unsafe-inline'; img-src data:;");
    expect(page).not.toContain("script-src");
  });

  it("loads no picture from the web until asked, and says how many wait", () => {
    const html = '<img src="https://track.example/p.gif"><img src="//track.example/q.gif"><img src="cid:logo@mail">';
    expect(clean(html)).toMatchObject({ blocked: 2 });
    expect(clean(html).html).not.toContain("track.example");
    expect(clean(html).html).toContain("data:image/png;base64,AAAA");
    expect(clean(html, true).html).toContain("https://track.example/p.gif");
  });

  it("loads nothing through a style either", () => {
    const result = clean('<p style="background:url(https://track.example/a)">a</p>');
    expect(result.html).not.toContain("track.example");
    expect(result.blocked).toBe(1);
  });

  it("opens links apart, without telling where from", () => {
    expect(clean('<a href="https://example.com" target="_top">x</a>').html).toMatch(/target="_blank"[^>]*rel="noopener noreferrer nofollow"|rel="noopener noreferrer nofollow"[^>]*target="_blank"/);
  });

  it("folds the quoted history", () => {
    const result = clean('<p>new</p><div class="gmail_quote"><p>old</p></div>');
    expect(result.hasQuote).toBe(true);
    expect(result.html).toMatch(/<details><summary>Earlier<\/summary>/);
  });

  it("gets a height that grows with its words, within limits", () => {
    expect(estimateHeight("short", 0)).toBeLessThan(100);
    expect(estimateHeight("line\n".repeat(12), 0)).toBeGreaterThan(200);
    expect(estimateHeight("line\n".repeat(900), 9)).toBe(460);
  });
});
