import { describe, expect, it } from "vitest";
import type { TemplateButton, TemplateParts } from "../../worker/contract/content";
import { checkValues, isNamed, lint, missing, render, variableKeys } from "../../worker/domain/template";

const parts = (more: Partial<TemplateParts> = {}): TemplateParts => ({ header: null, body: "Hello {{1}}, your order is ready.", footer: null, buttons: [], ...more });
const button = (type: TemplateButton["type"], more: Partial<TemplateButton> = {}): TemplateButton => ({ type, text: "Look", url: type === "url" ? "https://shop.example/orders" : null, phone: type === "phone" ? "+15125550100" : null, ...more });
const header = (text: string): TemplateParts["header"] => ({ format: "text", text });

const full = parts({
  header: header("News for {{name}}"), body: "Hi {{name}}, {{what}} is here. See you, {{name}}!", footer: "Northside Cycles",
  buttons: [button("quick-reply", { text: "Fine" }), button("url", { url: "https://shop.example/o/{{1}}" }), button("copy-code", { text: "Copy" }), button("phone")],
});

describe("variables", () => {
  it.each<[string, TemplateParts, string[]]>([
    ["none", parts({ body: "Hello there." }), []],
    ["each once, in their order", full, ["header.name", "body.name", "body.what", "button.1", "button.2"]],
    ["numbers in the order they stand", parts({ body: "A {{2}} b {{1}} c {{2}} d" }), ["body.2", "body.1"]],
    ["with blanks inside the braces", parts({ body: "A {{ 1 }} b" }), ["body.1"]],
    ["not of a picture's header", parts({ header: { format: "image", text: null } }), ["body.1"]],
    ["not of a link without one", parts({ body: "x", buttons: [button("url"), button("quick-reply")] }), []],
    ["no braces that are no variable", parts({ body: "a {{}} {1} {{a b}} {{1}" }), []],
  ])("%s", (_, of, keys) => expect(variableKeys(of)).toEqual(keys));

  it.each<[boolean, TemplateParts]>([[true, full], [false, parts()], [false, parts({ body: "x", buttons: [button("url", { url: "https://shop.example/{{1}}" })] })]])("have names: %s", (named, of) => expect(isNamed(of)).toBe(named));
});

describe("what the customer sees", () => {
  const values = { "header.name": "Ana", "body.name": "Ana", "body.what": "the blue bike", "button.1": "77", "button.2": "SAVE10" };

  it("has every value in its place", () => {
    expect(render(full, values)).toEqual({
      header: header("News for Ana"), body: "Hi Ana, the blue bike is here. See you, Ana!", footer: "Northside Cycles",
      buttons: [full.buttons[0], { ...full.buttons[1], url: "https://shop.example/o/77" }, full.buttons[2], full.buttons[3]],
    });
    expect(missing(full, values)).toEqual([]);
    expect(checkValues(full, values)).toEqual([]);
  });

  it("shows a gap where a value is missing or blank", () => {
    const some = { "body.name": "Ana", "body.what": "  " };
    expect(render(full, some).body).toBe("Hi Ana, {{what}} is here. See you, Ana!");
    expect(missing(full, some)).toEqual(["header.name", "body.what", "button.1", "button.2"]);
  });

  it.each(["$&", "$1", "{{2}}", "\\1", "<b>", "__proto__"])("takes %s as it is", (value) => {
    expect(render(parts(), { "body.1": value }).body).toBe(`Hello ${value}, your order is ready.`);
  });

  it.each(["toString", "__proto__", "constructor"])("a variable called %s has no value by itself", (name) => {
    expect(missing(parts({ body: `a {{${name}}} b` }), {})).toEqual([`body.${name}`]);
  });
});

describe("values that cannot be sent", () => {
  const said = (value: string, of = parts()) => checkValues(of, { "body.1": value, "header.1": value, "button.0": value });
  const BROKEN = "{{1}} in the text may hold no line breaks, tabs or more than four spaces in a row.";
  it.each<[string, string, string[]]>([
    ["four spaces", "a    b", []], ["five spaces", "a     b", [BROKEN]], ["a line break", "a\nb", [BROKEN]], ["a carriage return", "a\rb", [BROKEN]], ["a tab", "a\tb", [BROKEN]],
    ["nothing", "", ["Fill in {{1}} in the text."]],
    ["a text that just fits", "x".repeat(1_024 - 28), []],
    ["a text that is one too long", "x".repeat(1_024 - 27), ["The text has 1025 characters and may have 1024."]],
    ["emoji counted as one", "👍".repeat(1_024 - 28), []],
  ])("%s", (_, value, sentences) => expect(said(value)).toEqual(sentences));

  it("counts the header, the link and the code too", () => {
    const of = parts({ header: header("{{1}}"), body: "x", buttons: [button("url", { url: "https://shop.example/{{1}}" })] });
    expect(said("y".repeat(61), of)).toEqual(["The header has 61 characters and may have 60."]);
    expect(said("y".repeat(1_980), of)).toContain("The link of “Look” has 2001 characters and may have 2000.");
    expect(said("y".repeat(16), parts({ body: "x", buttons: [button("copy-code")] }))).toEqual(["The code has 16 characters and may have 15."]);
  });
});

describe("a draft that reviewers would refuse", () => {
  /** With an example of every variable, unless told otherwise. */
  const said = (more: Partial<TemplateParts>, { language = "en_US", examples }: { language?: string; examples?: Record<string, string> } = {}) =>
    lint({ language, parts: parts(more), examples: examples ?? Object.fromEntries(variableKeys(parts(more)).map((key) => [key, "Ana"])) });

  it.each<[string, Partial<TemplateParts>]>([
    ["all there is", full], ["a body alone", {}], ["a picture above it", { header: { format: "image", text: null } }], ["a body that just fits", { body: `${"x".repeat(1_023)}.` }],
    ["ten quick replies", { buttons: Array.from({ length: 10 }, () => button("quick-reply")) }], ["quick replies after the others", { buttons: [button("url"), button("quick-reply"), button("quick-reply")] }],
    ["two links, a call and a code", { buttons: [button("url"), button("url"), button("phone"), button("copy-code")] }],
  ])("passes: %s", (_, more) => expect(said(more)).toEqual([]));

  it.each<[string, Partial<TemplateParts>, string]>([
    ["no body", { body: " " }, "Write what the message says."],
    ["a long body", { body: "x".repeat(1_025) }, "The text has 1025 characters and may have 1024."],
    ["a variable at the start", { body: "{{1}}, hello." }, "The text may not begin with a variable. Put a word before it."],
    ["a variable at the end", { body: "Hello {{1}} " }, "The text may not end with a variable. Put a word or a full stop after it."],
    ["a number left out", { body: "Hi {{1}}, see you {{3}}." }, "The variables of the text count up from 1: {{2}} is missing."],
    ["numbers from 2", { body: "Hi {{2}}." }, "The variables of the text count up from 1: {{1}} is missing."],
    ["names and numbers", { body: "Hi {{1}} and {{name}}." }, "Give all variables names, or number them all."],
    ["a name with capitals", { body: "Hi {{Name}}." }, "The text has braces that are no variable. Write {{1}} or {{name}}, in small letters."],
    ["blanks inside the braces", { body: "Hi {{ 1 }}." }, "The text has braces that are no variable. Write {{1}} or {{name}}, in small letters."],
    ["braces that stay open", { body: "Hi {{1}} and {{." }, "The text has braces that are no variable. Write {{1}} or {{name}}, in small letters."],
    ["an empty header", { header: header("") }, "The header is empty. Write it, or leave the header out."],
    ["a long header", { header: header("x".repeat(61)) }, "The header has 61 characters and may have 60."],
    ["a header of two lines", { header: header("a\nb") }, "The header is one line."],
    ["two variables in the header", { header: header("{{1}} and {{2}}") }, "The header may have one variable."],
    ["a file and a text above it", { header: { format: "image", text: "Look" } }, "A header is either a text or a file. Take one of them away."],
    ["an empty footer", { footer: "" }, "The footer is empty. Write it, or leave it out."],
    ["a long footer", { footer: "x".repeat(61) }, "The footer has 61 characters and may have 60."],
    ["a variable in the footer", { footer: "Hi {{1}}" }, "The footer may have no variables."],
    ["eleven buttons", { buttons: Array.from({ length: 11 }, () => button("quick-reply")) }, "A template may have 10 buttons."],
    ["three links", { buttons: [button("url"), button("url"), button("url")] }, "A template may have two buttons that open a link."],
    ["two calls", { buttons: [button("phone"), button("phone")] }, "A template may have one button that calls."],
    ["two codes", { buttons: [button("copy-code"), button("copy-code")] }, "A template may have one button with a code to copy."],
    ["quick replies around a link", { buttons: [button("quick-reply"), button("url"), button("quick-reply")] }, "Put the quick replies next to each other, before or after the other buttons."],
    ["a button without words", { buttons: [button("quick-reply", { text: " " })] }, "Button 1 has no words on it."],
    ["a long button", { buttons: [button("quick-reply", { text: "x".repeat(26) })] }, "Button 1 has 26 characters and may have 25."],
    ["a variable on a button", { buttons: [button("quick-reply", { text: "Hi {{1}}" })] }, "Button 1 may have no variables in its words."],
    ["a kind nobody can make", { buttons: [button("other")] }, "Button 1 is of a kind that cannot be made here."],
    ["a number without its country", { buttons: [button("phone", { phone: "5125550100" })] }, "Button 1 needs a phone number with + and country code."],
    ["no number", { buttons: [button("phone", { phone: null })] }, "Button 1 needs a phone number with + and country code."],
    ["a link that runs something", { buttons: [button("url", { url: "javascript:alert(1)" })] }, "Button 1 needs a link that begins with https:// and names its site."],
    ["a link whose site is a variable", { buttons: [button("url", { url: "https://{{1}}" })] }, "Button 1 needs a link that begins with https:// and names its site."],
    ["a variable inside a link", { buttons: [button("url", { url: "https://shop.example/{{1}}/x" })] }, "The link of button 1 may have one variable, at its very end."],
    ["two variables in a link", { buttons: [button("url", { url: "https://shop.example/{{1}}/{{2}}" })] }, "The link of button 1 may have one variable, at its very end."],
    ["a long link", { buttons: [button("url", { url: `https://shop.example/${"x".repeat(1_980)}` })] }, "The link of button 1 has 2001 characters and may have 2000."],
  ])("%s", (_, more, sentence) => expect(said(more)).toEqual([sentence]));

  it("wants an example of every variable", () => {
    expect(said(full, { examples: {} })).toEqual(["{{name}} in the header", "{{name}} in the text", "{{what}} in the text", "the end of the link of “Look”", "the code of “Copy”"]
      .map((place) => `Give an example for ${place}: the reviewers want to see one.`));
    expect(said({}, { examples: { "body.1": "a\nb" } })).toEqual(["{{1}} in the text may hold no line breaks, tabs or more than four spaces in a row."]);
  });

  it.each([["en", true], ["en_US", true], ["fil", true], ["zh_CN", true], ["sr_Latn", true], ["en-US", false], ["English", false], ["EN", false]])("language %s: %s", (language, isKnown) => {
    expect(said({}, { language })).toEqual(isKnown ? [] : [`“${language}” is no language here. Write it like en or en_US.`]);
  });
});
