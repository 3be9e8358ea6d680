import type { TemplateButton, TemplateParts } from "../contract/content";
import type { TemplateDraft } from "../contract/template";

/*
 * What WhatsApp takes: https://developers.facebook.com/documentation/business-messaging/whatsapp/templates/components
 * A customer sees a header, a body, a footer and buttons; the variables in them are named by keys (contract/template.ts).
 */
const BODY_MAX = 1_024;
const HEADER_MAX = 60;
const FOOTER_MAX = 60;
const LABEL_MAX = 25;
const URL_MAX = 2_000;
const PHONE_MAX = 20;
const CODE_MAX = 15;
const BUTTONS_MAX = 10;
/** How many buttons of a kind, where fewer than all. */
const OF_KIND_MAX = { url: { max: 2, words: "two buttons that open a link" }, phone: { max: 1, words: "one button that calls" }, "copy-code": { max: 1, words: "one button with a code to copy" } } as const;

/** As people write them in templates of other tools too: blanks inside the braces are no harm when reading. */
const VARIABLE = /\{\{\s*([A-Za-z0-9_]+)\s*\}\}/g;
/** The platform takes nothing else between the braces. */
const EXACT = /\{\{(?:[1-9]\d*|[a-z][a-z0-9_]*)\}\}/g;
const LANGUAGE = /^[a-z]{2,3}(_[A-Z]{2}|_[A-Z][a-z]{3})?$/;
/** "Param text cannot have new-line/tab characters or more than 4 consecutive spaces", error 132018. */
const BROKEN_VALUE = /[\r\n\t]| {5}/;

type Values = Readonly<Record<string, string>>;

/** The variables of a template, as they stand in it: header, body, then the buttons that take a value. */
export function variableKeys({ header, body, buttons }: TemplateParts): string[] {
  return [
    ...(header?.format === "text" ? namesIn(header.text ?? "").map((name) => `header.${name}`) : []),
    ...namesIn(body).map((name) => `body.${name}`),
    ...buttons.flatMap((button, index) => (takesValue(button) ? [`button.${index}`] : [])),
  ];
}

/** Whether the variables have names instead of numbers. */
export const isNamed = (parts: TemplateParts): boolean => variableKeys(parts).some((key) => !key.startsWith("button.") && !/^\d+$/.test(nameOf(key)));

/** The template as the customer sees it. What has no value keeps its braces, so that a preview shows the gap. */
export function render(parts: TemplateParts, values: Values): TemplateParts {
  const fill = (text: string, keyOf: (name: string) => string) => text.replace(VARIABLE, (whole: string, name: string) => valueOf(values, keyOf(name)) ?? whole);
  return {
    header: parts.header && { ...parts.header, text: parts.header.text === null ? null : fill(parts.header.text, (name) => `header.${name}`) },
    body: fill(parts.body, (name) => `body.${name}`),
    footer: parts.footer,
    buttons: parts.buttons.map((button, index) => ({ ...button, url: button.url === null ? null : fill(button.url, () => `button.${index}`) })),
  };
}

/** The keys of variables that have no value yet. */
export const missing = (parts: TemplateParts, values: Values): string[] => variableKeys(parts).filter((key) => valueOf(values, key) === null);

/** Why these values cannot be sent, each in a sentence; empty when they can. */
export function checkValues(parts: TemplateParts, values: Values): string[] {
  const filled = render(parts, values);
  return [
    ...missing(parts, values).map((key) => `Fill in ${labelOf(parts, key)}.`), ...brokenValues(parts, values),
    ...tooLong("The text", filled.body, BODY_MAX), ...(filled.header?.format === "text" ? tooLong("The header", filled.header.text ?? "", HEADER_MAX) : []),
    ...filled.buttons.flatMap(({ text, url }) => tooLong(`The link of “${text}”`, url ?? "", URL_MAX)),
  ];
}

const brokenValues = (parts: TemplateParts, values: Values): string[] => [
  ...variableKeys(parts).filter((key) => BROKEN_VALUE.test(valueOf(values, key) ?? ""))
    .map((key) => `${capital(labelOf(parts, key))} may hold no line breaks, tabs or more than four spaces in a row.`),
  ...parts.buttons.flatMap(({ type }, index) => (type === "copy-code" ? tooLong("The code", valueOf(values, `button.${index}`) ?? "", CODE_MAX) : [])),
];

/** What the platform would refuse a draft for, each in a sentence that says what to do; empty when nothing is known against it. */
export function lint({ language, parts, examples }: Pick<TemplateDraft, "language" | "parts" | "examples">): string[] {
  return [
    ...(LANGUAGE.test(language) ? [] : [`“${language}” is no language here. Write it like en or en_US.`]),
    ...lintHeader(parts.header), ...lintBody(parts.body), ...lintFooter(parts.footer), ...lintButtons(parts.buttons), ...lintNames(parts), ...lintExamples(parts, examples),
  ];
}

function lintHeader(header: TemplateParts["header"]): string[] {
  if (!header) return [];
  const text = header.text ?? "";
  if (header.format !== "text") return text === "" ? [] : ["A header is either a text or a file. Take one of them away."];
  return [
    ...(text.trim() === "" ? ["The header is empty. Write it, or leave the header out."] : []),
    ...tooLong("The header", text, HEADER_MAX), ...malformed("The header", text),
    ...(/[\r\n]/.test(text) ? ["The header is one line."] : []),
    ...(namesIn(text).length > 1 ? ["The header may have one variable."] : []),
  ];
}

function lintBody(body: string): string[] {
  if (body.trim() === "") return ["Write what the message says."];
  return [
    ...tooLong("The text", body, BODY_MAX), ...malformed("The text", body),
    ...(/^\s*\{\{/.test(body) ? ["The text may not begin with a variable. Put a word before it."] : []),
    ...(/\}\}\s*$/.test(body) ? ["The text may not end with a variable. Put a word or a full stop after it."] : []),
  ];
}

function lintFooter(footer: string | null): string[] {
  if (footer === null) return [];
  return [
    ...(footer.trim() === "" ? ["The footer is empty. Write it, or leave it out."] : []), ...tooLong("The footer", footer, FOOTER_MAX),
    ...(/\{\{|\}\}/.test(footer) ? ["The footer may have no variables."] : []),
  ];
}

function lintButtons(buttons: readonly TemplateButton[]): string[] {
  const quick = buttons.map(({ type }) => type === "quick-reply");
  // One run of quick replies: they begin once at most.
  const runs = quick.filter((isQuick, index) => isQuick && !quick[index - 1]).length;
  return [
    ...(buttons.length > BUTTONS_MAX ? [`A template may have ${BUTTONS_MAX} buttons.`] : []),
    ...Object.entries(OF_KIND_MAX).flatMap(([kind, { max, words }]) => (buttons.filter(({ type }) => type === kind).length > max ? [`A template may have ${words}.`] : [])),
    ...(runs > 1 ? ["Put the quick replies next to each other, before or after the other buttons."] : []),
    ...buttons.flatMap(lintButton),
  ];
}

function lintButton({ type, text, url, phone }: TemplateButton, index: number): string[] {
  const words = `Button ${index + 1}`;
  const label = text.trim() === "" ? [`${words} has no words on it.`] : tooLong(words, text, LABEL_MAX);
  const hasVariable = /\{\{|\}\}/.test(text) ? [`${words} may have no variables in its words.`] : [];
  return [...label, ...hasVariable, ...targetOf()];

  function targetOf(): string[] {
    if (type === "other") return [`${words} is of a kind that cannot be made here.`];
    if (type === "phone") return /^\+\d{5,}$/.test(phone ?? "") && phone!.length <= PHONE_MAX ? [] : [`${words} needs a phone number with + and country code.`];
    return type === "url" ? lintUrl(words, url ?? "") : [];
  }
}

function lintUrl(words: string, url: string): string[] {
  const fixed = url.replace(EXACT, "x");
  if (!/^https?:\/\/[^/{}]+/i.test(url) || !URL.canParse(fixed)) return [`${words} needs a link that begins with https:// and names its site.`];
  const count = url.match(VARIABLE)?.length ?? 0;
  return [
    ...tooLong(`The link of ${words.toLowerCase()}`, url, URL_MAX), ...malformed(`The link of ${words.toLowerCase()}`, url),
    ...(count > 1 || (count === 1 && !url.endsWith("}}")) ? [`The link of ${words.toLowerCase()} may have one variable, at its very end.`] : []),
  ];
}

/** Either all have names, or all have numbers that count up from 1 in each place. */
function lintNames(parts: TemplateParts): string[] {
  const places = [["header", parts.header?.format === "text" ? namesIn(parts.header.text ?? "") : []], ["text", namesIn(parts.body)]] as const;
  const names = places.flatMap(([, found]) => found);
  const isNumber = (name: string) => /^\d+$/.test(name);
  if (names.some(isNumber) && !names.every(isNumber)) return ["Give all variables names, or number them all."];
  if (!names.every(isNumber)) return [];
  return places.flatMap(([place, found]) => {
    const gap = found.map((_, index) => index + 1).find((number) => !found.includes(String(number)));
    return gap === undefined ? [] : [`The variables of the ${place} count up from 1: {{${gap}}} is missing.`];
  });
}

function lintExamples(parts: TemplateParts, examples: Values): string[] {
  return [
    ...missing(parts, examples).map((key) => `Give an example for ${labelOf(parts, key)}: the reviewers want to see one.`),
    ...brokenValues(parts, examples),
  ];
}

/** A variable as people know it. */
function labelOf(parts: TemplateParts, key: string): string {
  if (key.startsWith("header.")) return `{{${nameOf(key)}}} in the header`;
  if (key.startsWith("body.")) return `{{${nameOf(key)}}} in the text`;
  const button = parts.buttons[Number(nameOf(key))]!;
  return button.type === "copy-code" ? `the code of “${button.text}”` : `the end of the link of “${button.text}”`;
}

const nameOf = (key: string): string => key.slice(key.indexOf(".") + 1);
const namesIn = (text: string): string[] => [...new Set([...text.matchAll(VARIABLE)].map(([, name]) => name!))];
const takesValue = ({ type, url }: TemplateButton): boolean => type === "copy-code" || (type === "url" && namesIn(url ?? "").length > 0);
const malformed = (what: string, text: string): string[] => (/\{\{|\}\}/.test(text.replace(EXACT, "")) ? [`${what} has braces that are no variable. Write {{1}} or {{name}}, in small letters.`] : []);
const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

/** Null for what is missing or blank. */
function valueOf(values: Values, key: string): string | null {
  const value = Object.hasOwn(values, key) ? values[key]! : "";
  return value.trim() === "" ? null : value;
}

/** Counted as people count, an emoji as one. */
function tooLong(what: string, text: string, max: number): string[] {
  const length = [...text].length;
  return length > max ? [`${what} has ${length} characters and may have ${max}.`] : [];
}
