import type { Contact } from "../../../../worker/contract/contact";
import type { TemplateButton, TemplateParts } from "../../../../worker/contract/content";

/** `{{1}}` or `{{first_name}}`. */
const VARIABLE = /\{\{\s*(\w+)\s*\}\}/g;
/** A first name follows one of these; a number says nothing by itself. */
const GREETING = /(?:^|[\s(¡])(?:hi|hello|hey|dear|hallo|hola|bonjour|salut|ciao|olá|oi|moin)[\s,]+$/i;
/** The platform refuses values with line breaks, tabs or more than four spaces in a row. */
const BREAKS = /[\n\r\t]+/g, SPACES = / {5,}/g, SPACES_MAX = "    ";

/** A stretch of a text: plain, or the place of a variable with what stands in it. */
export interface Piece { text: string; key: string | null; isMissing: boolean }
export type Values = Readonly<Record<string, string>>;

/** Where a button carries its variable; copied codes have one without saying so. */
const buttonHolds = ({ type, url }: TemplateButton): boolean => type === "copy-code" || (url !== null && url.search(VARIABLE) >= 0);

const namesIn = (text: string): string[] => [...new Set([...text.matchAll(VARIABLE)].map((found) => found[1]!))];

/** The keys of all variables, in the order a customer meets them. */
export function variableKeys({ header, body, buttons }: TemplateParts): string[] {
  return [
    ...(header?.format === "text" ? namesIn(header.text ?? "").map((name) => `header.${name}`) : []),
    ...namesIn(body).map((name) => `body.${name}`),
    ...buttons.flatMap((button, index) => (buttonHolds(button) ? [`button.${index}`] : [])),
  ];
}

/** The name between the braces; of a button's variable, the text on the button. */
export function variableName(key: string, { buttons }: TemplateParts): string {
  const [place, name = ""] = key.split(".");
  return place === "button" ? buttons[Number(name)]?.text ?? name : name;
}

export const cleanValue = (text: string): string => text.replace(BREAKS, " ").replace(SPACES, SPACES_MAX);

/** A text of `place` with its values; what is missing keeps its braces. */
export function pieces(text: string, place: "header" | "body", values: Values): Piece[] {
  const list: Piece[] = [];
  let at = 0;
  for (const found of text.matchAll(VARIABLE)) {
    if (found.index > at) list.push({ text: text.slice(at, found.index), key: null, isMissing: false });
    const key = `${place}.${found[1]!}`;
    const value = values[key]?.trim() ?? "";
    list.push({ text: value || found[0], key, isMissing: value === "" });
    at = found.index + found[0].length;
  }
  if (at < text.length) list.push({ text: text.slice(at), key: null, isMissing: false });
  return list;
}

const filled = (text: string, place: "header" | "body", values: Values): string => pieces(text, place, values).map((piece) => piece.text).join("");

/** The parts with their values, as they stand in a message. */
export const fillParts = (parts: TemplateParts, values: Values): TemplateParts => ({
  ...parts,
  header: parts.header && { ...parts.header, text: parts.header.text === null ? null : filled(parts.header.text, "header", values) },
  body: filled(parts.body, "body", values),
  buttons: parts.buttons.map((button, index) => ({ ...button, url: button.url?.replace(VARIABLE, () => values[`button.${index}`]?.trim() ?? "") ?? null })),
});

/** The variables nobody has given a value yet. */
export const missingOf = (keys: readonly string[], values: Values): string[] => keys.filter((key) => (values[key] ?? "").trim() === "");

/** Who is nameless is listed by their number: that is no name to greet. */
const nameOf = ({ name }: Contact): string => (/\d{4}/.test(name) ? "" : name.trim());
const firstName = (contact: Contact): string => nameOf(contact).split(/\s+/)[0] ?? "";
const lastName = (contact: Contact): string => nameOf(contact).split(/\s+/).slice(1).join(" ");
const addressOf = (contact: Contact, kind: "phone" | "email"): string => contact.identities.find((identity) => identity.kind === kind)?.address ?? "";

interface Us { account: string; member: string }
const FACTS: readonly (readonly [names: RegExp, read: (contact: Contact, us: Us) => string])[] = [
  [/^((customer|contact|client|user|recipient)_?)?(full_?)?name$|^(customer|contact|client)$/, nameOf],
  [/^((customer|contact|client|user|recipient)_?)?first_?name$/, firstName],
  [/^((customer|contact|client|user|recipient)_?)?last_?name$/, lastName],
  [/^((customer|contact|client|user)_?)?(company|organi[sz]ation)(_?name)?$/, ({ company }) => company],
  [/^((customer|contact|client|user)_?)?phone(_?number)?$/, (contact) => addressOf(contact, "phone")],
  [/^((customer|contact|client|user)_?)?e?mail(_?address)?$/, (contact) => addressOf(contact, "email")],
  [/^(agent|sender|member|rep)(_?name)?$/, (_, us) => us.member],
  [/^(business|shop|store|brand|account)(_?name)?$/, (_, us) => us.account],
];

/** What we know, by the names people give their variables; a field of the contact has the first word. */
function known(name: string, contact: Contact, us: Us): string {
  const own = Object.hasOwn(contact.fields, name) ? contact.fields[name] : undefined;
  if (typeof own === "string" || typeof own === "number") return String(own);
  return FACTS.find(([names]) => names.test(name.toLowerCase()))?.[1](contact, us) ?? "";
}

/** Whether a variable stands right after a greeting. */
function isGreeted(text: string, name: string): boolean {
  const found = [...text.matchAll(VARIABLE)].find((one) => one[1] === name);
  return found !== undefined && GREETING.test(text.slice(0, found.index));
}

/** Values to begin with, from what is known of the contact. Only what is sure to be meant; the rest stays empty. */
export function prefill(parts: TemplateParts, contact: Contact, us: Us): Record<string, string> {
  const values: Record<string, string> = {};
  for (const key of variableKeys(parts)) {
    const [place, name = ""] = key.split(".");
    if (place === "button") continue;
    const text = place === "header" ? parts.header?.text ?? "" : parts.body;
    const value = /^\d+$/.test(name) ? (isGreeted(text, name) ? firstName(contact) : "") : known(name, contact, us);
    if (value !== "") values[key] = cleanValue(value);
  }
  return values;
}
