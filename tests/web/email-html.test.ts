// @vitest-environment jsdom
// The cleaner needs a document that parses HTML as browsers do, which happy-dom does not.
import { describe, expect, it } from "vitest";
import { estimateHeight } from "../../web/inbox/thread/email-height";
import { cleanEmail, emailDocument } from "../../web/inbox/thread/email-html";

const clean = (html: string, allowRemote = false) => cleanEmail(html, { allowRemote, inline: { "logo@mail": "data:image/png;base64,AAAA" }, labels: { quote: "Earlier", signature: "Signature" } });

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

  it.each([
    ["Gmail", '<p>new</p><div class="gmail_quote"><p>old</p></div>', "new"],
    ["Apple Mail", '10:00 is fine.<br><div><br><blockquote type="cite"><div>On 22. Nov, Acme wrote:</div>old</blockquote></div>', "10:00 is fine."],
    ["Outlook", '<p>new</p><div id="appendonsend"></div><hr><div id="divRplyFwdMsg"><b>From:</b> Acme</div><p>old</p>', "new"],
    ["Outlook on a desk", '<p>new</p><div style="border:none;border-top:solid #E1E1E1 1.0pt;padding:3pt"><p><b>From:</b> Acme</p></div><p>old</p>', "new"],
    ["Thunderbird", '<p>new</p><div class="moz-cite-prefix">On 22.11., Acme wrote:</div><blockquote>old</blockquote>', "new"],
    ["Gmail with a signature below", '<p>new</p><div class="gmail_quote">old</div><div class="gmail_signature">Jane</div>', "new"],
  ])("folds the history that %s quotes", (_program, html, open) => {
    const result = clean(html);
    const page = new DOMParser().parseFromString(result.html, "text/html");
    expect([result.hasQuote, page.querySelector("summary")?.textContent]).toEqual([true, "Earlier"]);
    expect(page.querySelector("details")!.textContent).toContain(html.includes("old") ? "old" : "");
    for (const details of page.querySelectorAll("details")) details.remove();
    expect(page.body.textContent!.trim()).toBe(open);
    expect(result.html).not.toMatch(/\sid=/);
  });

  it.each([
    ["an answer below the quote", '<div class="gmail_quote">old</div><p>new</p>'],
    ["an answer between the quotes", '<p>hi</p><blockquote type="cite">one?</blockquote><p>yes</p><blockquote type="cite">two?</blockquote><p>no</p>'],
    ["a forwarded mail with no word of its own", '<div class="gmail_quote">---------- Forwarded message</div>'],
    ["no history", "<p>new</p>"],
  ])("folds nothing of %s", (_what, html) => expect(clean(html)).toMatchObject({ hasQuote: false, html: expect.not.stringContaining("<details") as string }));

  it("folds a signature, unless there is nothing else", () => {
    expect(clean('<p>Hi</p><div class="gmail_signature">Jane, Acme</div>').html).toMatch(/<details><summary>Signature<\/summary>/);
    expect(clean('<div class="gmail_signature">Jane, Acme</div>').html).not.toContain("<details");
  });

  it("finds a picture in the mail however its name is written", () => {
    for (const src of ["cid:logo@mail", "cid:logo%40mail", "CID:LOGO@MAIL"]) expect(clean(`<img src="${src}">`).html).toContain("data:image/png;base64,AAAA");
    expect(clean('<img src="cid:%E0%A4%A">').html).not.toContain("src=");
  });
  it("says which pictures of the mail stand in the page, so that the others can be shown below it", () => {
    expect([...clean('<img src="CID:LOGO@MAIL"><img src="cid:other@mail"><img src="cid:constructor">').placed]).toEqual(["logo@mail"]);
    expect([...clean("<p>cid:logo@mail</p>").placed]).toEqual([]);
  });

  it("keeps what makes a newsletter stand as it was built, and its own ground", () => {
    const { html } = clean('<body style="color: #fff" bgcolor="#000000"><table width="600" cellpadding="4" bgcolor="#123456"><tr><td colspan="2" align="center" valign="top" height="40">x</td></tr></table></body>');
    expect(html).toMatch(/width="600"/);
    expect(html).toMatch(/colspan="2"/);
    expect(html).toMatch(/align="center"/);
    expect(html).toMatch(/background-color: (?:rgb\(0, 0, 0\)|#000000)/);
    expect(clean('<td bgcolor="url(https://track.example/x)">a</td>').html).not.toMatch(/background-color/);
  });

  it("gets a height that grows with its words and shrinks with the pane's width, within limits", () => {
    const height = (html: string, width: number) => estimateHeight(clean(html).body, width);
    const words = `<p>${"word ".repeat(100)}</p>`;
    expect(height("<p>short</p>", 600)).toEqual({ px: 46, isCut: false });
    expect(height(words, 300).px).toBeGreaterThan(height(words, 600).px);
    expect(height(words.repeat(30), 600)).toEqual({ px: 460, isCut: true });
    // A picture that is held back keeps the place it asked for, so nothing below it is cut.
    expect(height('<p>short</p><img src="https://pictures.example/a.png" height=80>', 600)).toEqual({ px: 126, isCut: false });
    expect(height("<p>new</p><details><summary>Earlier</summary>old</details>", 600).isCut).toBe(true);
  });
});
