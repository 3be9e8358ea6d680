import type { AppFacts } from "../../api";
import { type Fields, type Refusal, isFields } from "../graph";
import type { Facts, MediaNamed } from "./check";
import type { Template } from "./template";
import { partOf, variablesIn } from "./templates";

const MAX_RENDERED = 1_024;
/** What a variable may not hold. */
const FORBIDDEN = /[\n\r\t]| {5,}/;

const count = (expected: number, given: number, part: string): Refusal =>
  ({ code: 132_000, message: "(#132000) Number of parameters does not match the expected number of params", details: `${part}: number of localizable_params (${given}) does not match the expected number of params (${expected})` });
const format = (details: string): Refusal => ({ code: 132_012, message: "(#132012) Parameter format does not match format in the created template", details });
/** What a template that is there, but may not be sent, is refused with. One that waits or was rejected is as good as missing. */
const BLOCKED: Readonly<Record<string, Refusal>> = {
  PAUSED: { code: 132_015, message: "(#132015) Template is paused due to low quality so it cannot be sent" },
  DISABLED: { code: 132_016, message: "(#132016) Template is disabled" },
};
const ABSENT: Refusal = { code: 132_001, message: "(#132001) Template name does not exist in the translation", status: 404 };

const list = (value: unknown): Fields[] => (Array.isArray(value) ? value.filter(isFields) : []);
const str = (value: unknown): string => (typeof value === "string" ? value : "");

/** A template with its variables filled in, as the customer sees it. */
export function filled({ name, language, components }: Fields, { template: find }: Facts): { text: string; app: AppFacts; media: MediaNamed[]; template: Template } | Refusal {
  const code = isFields(language) ? str(language["code"]) : "";
  if (str(name) === "" || code === "") return { code: 131_008, message: "(#131008) Required parameter is missing", details: "template: name and language['code']" };
  const template = find(str(name), code);
  if (template && BLOCKED[template.status]) return BLOCKED[template.status]!;
  if (template?.status !== "APPROVED") return ABSENT;

  const given = (type: string) => list(components).find((component) => str(component["type"]).toLowerCase() === type);
  const body = render(partOf(template, "BODY")?.text ?? "", list(given("body")?.["parameters"]), template, "body");
  if (typeof body !== "string") return body;
  if ([...body].length > MAX_RENDERED) return { code: 132_005, message: "(#132005) Translated text too long" };
  const header = headerOf(template, list(given("header")?.["parameters"]));
  if ("code" in header) return header;
  const buttons = buttonsOf(template, list(components).filter(({ type }) => str(type).toLowerCase() === "button"));
  if (!Array.isArray(buttons)) return buttons;
  const footer = partOf(template, "FOOTER")?.text;
  return { text: body, app: { kind: "template", ...(header.text !== undefined && { header: header.text }), ...(footer !== undefined && { footer }), buttons }, media: header.media, template };
}

function render(text: string, parameters: readonly Fields[], { parameter_format: style }: Template, part: string): string | Refusal {
  const variables = variablesIn(text);
  if (variables.length !== parameters.length) return count(variables.length, parameters.length, part);
  const values = new Map<string, string>();
  for (const [index, parameter] of parameters.entries()) {
    const value = parameter["type"] === "text" && typeof parameter["text"] === "string" ? parameter["text"] : isFields(parameter[str(parameter["type"])]) ? str((parameter[str(parameter["type"])] as Fields)["fallback_value"]) : "";
    if (value === "") return { code: 131_008, message: "(#131008) Required parameter is missing", details: `${part}: a text parameter is empty` };
    if (FORBIDDEN.test(value)) return { code: 132_018, message: "(#132018) There's an issue with the parameters in your template", details: "Param text cannot have new-line/tab characters or more than 4 consecutive spaces" };
    values.set(style === "NAMED" ? str(parameter["parameter_name"]) : String(index + 1), value);
  }
  if (variables.some((variable) => !values.has(variable))) return format(`${part}: a parameter_name is missing or not one of the template's`);
  return text.replaceAll(/\{\{\s*(\w+)\s*\}\}/g, (whole, variable: string) => values.get(variable) ?? whole);
}

function headerOf(template: Template, parameters: readonly Fields[]): { text?: string; media: MediaNamed[] } | Refusal {
  const header = partOf(template, "HEADER");
  if (!header) return parameters.length > 0 ? count(0, parameters.length, "header") : { media: [] };
  if (header.format === "TEXT" || header.format === undefined) {
    const text = render(header.text ?? "", parameters, template, "header");
    return typeof text === "string" ? { text, media: [] } : text;
  }
  const kind = header.format.toLowerCase();
  const [parameter] = parameters;
  const content = parameter && isFields(parameter[kind]) ? (parameter[kind] as Fields) : null;
  if (!content || parameter?.["type"] !== kind) return format(`header: Format mismatch, expected ${header.format}, received ${str(parameter?.["type"]).toUpperCase() || "UNKNOWN"}`);
  if (kind !== "image" && kind !== "video" && kind !== "document") return { media: [] };
  const { id, link, filename } = content;
  if (typeof id !== "string" && typeof link !== "string") return format(`header: ${kind} needs a link or an id`);
  return { media: [{ kind, voice: false, ...(typeof id === "string" ? { id } : { link: str(link) }), ...(typeof filename === "string" && { filename }) }] };
}

function buttonsOf(template: Template, given: readonly Fields[]): NonNullable<AppFacts["buttons"]> | Refusal {
  const buttons: NonNullable<AppFacts["buttons"]> = [];
  for (const [index, button] of (partOf(template, "BUTTONS")?.buttons ?? []).entries()) {
    const [parameter] = list(given.find((component) => Number(component["index"]) === index)?.["parameters"]);
    const value = str(parameter?.["text"]) || str(parameter?.["payload"]) || str(parameter?.["coupon_code"]);
    const needs = (button.type === "URL" && variablesIn(button.url ?? "").length > 0) || button.type === "COPY_CODE";
    if (needs && value === "") return { code: 131_008, message: "(#131008) Required parameter is missing", details: `buttons: Button at index ${index} of type ${button.type} requires a parameter` };
    if (button.type === "QUICK_REPLY") buttons.push({ kind: "button", text: button.text, payload: value || button.text });
    else buttons.push({ kind: "link", text: button.text || value, payload: button.type === "URL" ? (button.url ?? "").replace(/\{\{\s*\w+\s*\}\}/, value) : button.phone_number ?? value });
  }
  return buttons;
}
