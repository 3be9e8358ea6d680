import * as fc from "fast-check";
import { render } from "@solidjs/testing-library";
import { describe, expect, it } from "vitest";
import { parseLinks, parseMarkdown, type Block, type Inline } from "../../../web/inbox/thread/markdown";
import { MarkdownView, PlainText } from "../../../web/inbox/thread/markdown-view";
import { VisitorLine } from "../../../web/inbox/thread/visitor-line";

/** 13 and 17: what somebody wrote is shown as they wrote it. It is never markup, and a link leads to the web, a mail or a phone. */

const sources = import.meta.glob<string>(["../../../web/{inbox,lib,ui,widget,loader}/**/*.{ts,tsx}"], { query: "?raw", import: "default", eager: true });
const files = Object.entries(sources).map(([path, text]) => [path.slice("../../../".length), text] as const);

const PAYLOADS = ["<img src=x onerror=alert(1)>", "<script>alert(1)</script>", '"><svg onload=alert(1)>', "javascript:alert(1)", "{{constructor.constructor('alert(1)')()}}", "${alert(1)}", "<a href='javascript:alert(1)'>x</a>", "&lt;b&gt;", "[x](javascript:alert(1))", "[x](https://a.example\"onmouseover=alert(1))", "[x](data:text/html,<script>alert(1)</script>)", "[x](JaVaScRiPt:alert(1))", "[x](//evil.example)", "https://a.example/\"><img src=x onerror=alert(1)>", "@<img src=x onerror=alert(1)>", "```\n<script>alert(1)</script>", "**<b onclick=alert(1)>**", "`<i>`"];

describe("the source of every screen", () => {
  it("is what this test reads", () => { expect(files.length).toBeGreaterThan(100); });

  it.each([
    ["writes markup from text", /\binnerHTML\s*=|outerHTML|insertAdjacentHTML|document\.write|createContextualFragment|setHTMLUnsafe/], ["evaluates text", /\beval\(|new Function|setTimeout\(\s*["'`]|setInterval\(\s*["'`]/],
    ["opens an address from a string that somebody wrote", /window\.open\(|location\.(?:href|assign|replace)\s*[=(]/],
  ])("never %s", (_, pattern) => { expect(files.filter(([, text]) => pattern.test(text)).map(([path]) => path)).toEqual([]); });

  it("reads markup back in one place only: what the mail cleaner made, for the frame that runs nothing", () => {
    expect(files.filter(([, text]) => /innerHTML|srcdoc/.test(text)).map(([path]) => path).sort()).toEqual(["web/inbox/thread/email-frame.tsx", "web/inbox/thread/email-html.ts"]);
  });

  it("parses markup in one place besides, which builds what it shows anew and copies no attribute", () => {
    expect(files.filter(([, text]) => /DOMParser/.test(text)).map(([path]) => path)).toEqual(["web/inbox/composer/safe-nodes.ts"]);
    expect(files.find(([path]) => path.endsWith("safe-nodes.ts"))![1]).not.toMatch(/attribute|cloneNode|importNode|adoptNode/i);
  });

  it("opens every page apart without handing it our window", () => {
    for (const [path, text] of files) for (const [tag] of text.matchAll(/<a\b[^>]*target="_blank"[^>]*>/g)) expect(tag, path).toMatch(/rel="[^"]*noopener/);
  });
});

const linksOf = (of: readonly Inline[]): string[] => of.flatMap((inline) => (inline.type === "link" ? [inline.href, ...linksOf(inline.children)] : "children" in inline ? linksOf(inline.children) : []));
const blockLinks = (block: Block): string[] => (block.type === "list" ? block.items.flatMap(linksOf) : "children" in block ? linksOf(block.children) : []);
const piece = fc.oneof(fc.constantFrom(...PAYLOADS, "[", "](", ")", "**", "_", "`", "```\n", "> ", "- ", "\n", "https://", "javascript:", "http:", "mailto:", "tel:"), fc.string({ maxLength: 6 }));

it("a link made of any text has http, https, mailto or tel, and the words around it are not lost", () => {
  fc.assert(fc.property(fc.array(piece, { maxLength: 8 }), (pieces) => {
    const text = pieces.join("");
    for (const href of [...parseMarkdown(text).flatMap(blockLinks), ...linksOf(parseLinks(text))]) expect(href).toMatch(/^(?:https?:\/\/|mailto:|tel:)[^\s<>]*$|^(?:https?:\/\/|mailto:|tel:)[^\s)]+$/i);
    expect(parseLinks(text).map((inline) => ("text" in inline ? inline.text : inline.children.map((child) => ("text" in child ? child.text : "")).join(""))).join("")).toBe(text);
  }), { numRuns: 500 });
});

it("a comment of many signs is read soon", () => {
  for (const sign of ["*", "_", "[", "`", "[a](", "**a", "@a", "https://", "- ", "> "]) {
    const started = performance.now();
    parseMarkdown(sign.repeat(20_000 / sign.length));
    parseLinks(sign.repeat(100_000 / sign.length));
    expect(performance.now() - started, sign).toBeLessThan(1_000);
  }
});

it.each(PAYLOADS)("%j is drawn as words", (text) => {
  const { container } = render(() => <><MarkdownView text={text} /><PlainText text={text} /><VisitorLine name={text} visitor={{ online: true, typing: false, page: { url: "https://shop.example", title: text } }} /><VisitorLine name={text} visitor={{ online: true, typing: true, page: null }} /></>);
  expect(container.querySelectorAll("img, script, iframe, b, [onclick], [onerror], [onload], [onmouseover]").length).toBe(0);
  for (const link of container.querySelectorAll("a")) expect(link.getAttribute("href")).toMatch(/^(?:https?:\/\/|mailto:|tel:)/);
});
