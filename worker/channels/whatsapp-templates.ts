import { z } from "zod";
import type { TemplateButton, TemplateParts } from "../contract/content";
import { TemplateCategory, type Template, type TemplateDraft, type TemplateStatus } from "../contract/template";
import { isNamed, missing, variableKeys } from "../domain/template";
import type { ChannelConnection, ChannelIo, ProviderTemplate } from "./channel";
import { graph, graphCode } from "./meta";
import type { WhatsAppSettings } from "./whatsapp-settings";

type Connection = ChannelConnection<WhatsAppSettings>;

const FIELDS = "id,name,status,category,language,components,parameter_format,quality_score,rejected_reason";
const PAGE = 100;
const PAGES_MAX = 100; // an account may have 6,000 templates; a longer list is a loop
const DETAIL_MAX = 300; // what we keep of a provider's free text

/** What WhatsApp calls them, in its list and in its webhooks. What cannot be sent and never will be is `disabled`. */
const STATUSES: Readonly<Record<string, TemplateStatus>> = {
  APPROVED: "approved", REINSTATED: "approved", PENDING: "pending", IN_APPEAL: "pending", REJECTED: "rejected", LIMIT_EXCEEDED: "rejected",
  PAUSED: "paused", DISABLED: "disabled", PENDING_DELETION: "disabled", DELETED: "disabled", ARCHIVED: "disabled",
};
const QUALITIES: Readonly<Record<string, Template["quality"]>> = { GREEN: "high", YELLOW: "medium", RED: "low" };
const BUTTONS: Readonly<Record<string, TemplateButton["type"]>> = { QUICK_REPLY: "quick-reply", URL: "url", PHONE_NUMBER: "phone", COPY_CODE: "copy-code" };
const HEADERS = ["text", "image", "video", "document", "location"] as const;

/** Null for an event that changes no status. */
export const statusOf = (name: string): TemplateStatus | null => (Object.hasOwn(STATUSES, name) ? STATUSES[name]! : null);
export const qualityOf = (score: string): Template["quality"] => (Object.hasOwn(QUALITIES, score) ? QUALITIES[score]! : "unknown");
export const categoryOf = (name: string): Template["category"] | null => TemplateCategory.safeParse(name.toLowerCase()).data ?? null;

const words = z.string().catch("");
const id = z.union([z.string().min(1), z.number()]).transform(String);
const Button = z.object({ type: words, text: words, url: z.string().nullish().catch(null), phone_number: z.string().nullish().catch(null) });
const Component = z.object({ type: words, format: words, text: words, buttons: z.array(Button).catch([]) });
const Listed = z.object({
  id, name: z.string().min(1), language: z.string().min(1), status: words, category: words, parameter_format: words, rejected_reason: words,
  quality_score: z.object({ score: words }).catch({ score: "" }),
  components: z.array(Component).catch([]),
});
const Page = z.object({ data: z.array(z.unknown()), paging: z.object({ next: words, cursors: z.object({ after: words }).catch({ after: "" }) }).catch({ next: "", cursors: { after: "" } }) });
const Created = z.object({ id, status: words });

/** All templates of the account. Throws when a page cannot be read: half a list would look like deleted templates. */
export async function listTemplates({ settings }: Connection, io: ChannelIo): Promise<ProviderTemplate[]> {
  const { accessToken: token, appSecret, wabaId } = settings;
  const templates: ProviderTemplate[] = [];
  let after = "";
  for (let page = 0; page < PAGES_MAX; page++) {
    const answer = await graph(io, { path: `${wabaId}/message_templates`, token, appSecret, method: "GET", query: { fields: FIELDS, limit: String(PAGE), ...(after && { after }) } });
    const read = Page.safeParse(answer.body);
    if (answer.error || !read.success) throw new Error(`WhatsApp did not list the templates: ${answer.error ? graphCode(answer.error) : answer.status}`);
    const { data, paging } = read.data;
    templates.push(...data.map(templateOf).filter((one) => one !== null));
    if (paging.next === "" || paging.cursors.after === "" || paging.cursors.after === after) return templates;
    after = paging.cursors.after;
  }
  throw new Error("template pages without end");
}

function templateOf(raw: unknown): ProviderTemplate | null {
  const listed = Listed.safeParse(raw).data;
  const category = listed && categoryOf(listed.category);
  if (!listed || !category) return null;
  const parts = partsOf(listed.components);
  const reason = listed.rejected_reason === "" || listed.rejected_reason === "NONE" ? null : listed.rejected_reason.replaceAll("_", " ").toLowerCase().slice(0, DETAIL_MAX);
  return {
    externalId: listed.id, name: listed.name, language: listed.language, category,
    quality: qualityOf(listed.quality_score.score), named: listed.parameter_format === "NAMED",
    ...(parts ? { status: statusOf(listed.status) ?? "pending", reason, parts }
      : { status: "disabled" as const, reason: "This kind of template (a carousel, an offer or a catalogue) cannot be sent from here.", parts: plainParts(listed.components) }),
  };
}

/** Null for a template with a part that we could not fill in. */
function partsOf(components: z.infer<typeof Component>[]): TemplateParts | null {
  const isKnown = components.every(({ type, format }) => type === "BODY" || type === "FOOTER" || type === "BUTTONS" || (type === "HEADER" && formatOf(format) !== undefined));
  return isKnown ? plainParts(components) : null;
}

const formatOf = (format: string) => HEADERS.find((one) => one === format.toLowerCase());

function plainParts(components: z.infer<typeof Component>[]): TemplateParts {
  const part = (type: string) => components.find((one) => one.type === type);
  const header = part("HEADER");
  const format = header && formatOf(header.format);
  return {
    header: header && format ? { format, text: format === "text" ? header.text : null } : null,
    body: part("BODY")?.text ?? "",
    footer: part("FOOTER")?.text || null,
    buttons: (part("BUTTONS")?.buttons ?? []).map(({ type, text, url, phone_number }) => ({ type: Object.hasOwn(BUTTONS, type) ? BUTTONS[type]! : "other", text, url: url || null, phone: phone_number || null })),
  };
}

/** The variables of one part as WhatsApp counts them: numbers in order, names as they stand. */
export function variablesOf(parts: TemplateParts, part: "header" | "body"): string[] {
  const names = variableKeys(parts).filter((key) => key.startsWith(`${part}.`)).map((key) => key.slice(part.length + 1));
  return isNamed(parts) ? names : names.sort((a, b) => Number(a) - Number(b));
}

/** Sends it to the reviewers. What cannot be made through the API is said, not tried. */
export async function createTemplate(draft: TemplateDraft, { settings }: Connection, io: ChannelIo): Promise<{ ok: true; externalId: string; status: TemplateStatus } | { ok: false; sentence: string }> {
  const built = componentsOf(draft);
  if (typeof built === "string") return { ok: false, sentence: built };
  const { accessToken: token, appSecret, wabaId } = settings;
  const body = { name: draft.name, language: draft.language, category: draft.category.toUpperCase(), parameter_format: isNamed(draft.parts) ? "NAMED" : "POSITIONAL", components: built };
  const answer = await graph(io, { path: `${wabaId}/message_templates`, token, appSecret, method: "POST", body });
  if (answer.error) return { ok: false, sentence: `WhatsApp did not take the template: ${answer.error.detail}` };
  const created = Created.parse(answer.body);
  return { ok: true, externalId: created.id, status: statusOf(created.status) ?? "pending" };
}

type Json = Record<string, unknown>;

/** The parts as WhatsApp wants them, each variable with an example; a sentence when something is missing. */
function componentsOf({ parts, examples, category }: TemplateDraft): Json[] | string {
  if (category === "authentication") return "WhatsApp writes the words of authentication templates itself. Make this one in WhatsApp Manager; it then appears here.";
  const { header, body, footer, buttons } = parts;
  if (header && header.format !== "text" && header.format !== "location") return "A template with a picture, video or document on top needs a sample file. Make this one in WhatsApp Manager; it then appears here.";
  const [gap] = missing(parts, examples);
  if (gap) return `The reviewers want an example for every variable. Give one for ${gap}.`;
  if (buttons.some(({ type }) => type === "other")) return "A button is of a kind that cannot be made here. Make this template in WhatsApp Manager; it then appears here.";
  const named = isNamed(parts);
  const example = (part: "header" | "body"): Json => {
    const given = variablesOf(parts, part).map((name) => ({ param_name: name, example: examples[`${part}.${name}`]! }));
    if (given.length === 0) return {};
    const plain = given.map((one) => one.example);
    return { example: named ? { [`${part}_text_named_params`]: given } : { [`${part}_text`]: part === "body" ? [plain] : plain } };
  };
  return [
    ...(header ? [{ type: "HEADER", format: header.format.toUpperCase(), ...(header.format === "text" && { text: header.text ?? "", ...example("header") }) }] : []),
    { type: "BODY", text: body, ...example("body") },
    ...(footer ? [{ type: "FOOTER", text: footer }] : []),
    ...(buttons.length > 0 ? [{ type: "BUTTONS", buttons: buttons.map((button, index) => buttonOf(button, examples[`button.${index}`] ?? "")) }] : []),
  ];
}

function buttonOf({ type, text, url, phone }: TemplateButton, example: string): Json {
  if (type === "url") return { type: "URL", text, url, ...(example !== "" && { example: [(url ?? "").replace(/\{\{[^}]*\}\}/, () => example)] }) };
  if (type === "phone") return { type: "PHONE_NUMBER", text, phone_number: phone };
  return type === "copy-code" ? { type: "COPY_CODE", example } : { type: "QUICK_REPLY", text };
}
