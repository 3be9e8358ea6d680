import { z } from "zod";
import type { WorldConnection } from "../../api";
import { type Answer, type Call, type Delivery, type Realm, Refused, json, secretOf } from "../../provider";
import { type Refusal, bodyOf, graphError } from "../graph";
import { newDigits } from "../wire";
import { starters } from "./starters";
import type { Component, Template } from "./template";
import { change } from "./webhook";

/** Long enough to be seen waiting, short enough to be waited for. */
const REVIEW_MS = 3_000;
const MAX_BODY = 1_024;
const MAX_BUTTONS = 10;
const PAGE = 25;

const key = (connection: WorldConnection) => `whatsapp templates ${secretOf(connection, "wabaId")}`;

export const templatesOf = (connection: WorldConnection, realm: Realm): Template[] => realm.notes.get<Template[]>(key(connection)) ?? starters();

const keep = (connection: WorldConnection, realm: Realm, list: Template[]) => realm.notes.put(key(connection), list);

/** `GET /{waba}/message_templates`, page by page. */
export function list(call: Call, connection: WorldConnection, realm: Realm): Answer {
  const query = call.url.searchParams;
  const all = templatesOf(connection, realm).filter(({ name, status }) => (query.get("name") ?? name) === name && (query.get("status") ?? status) === status);
  const from = Number(atobOr(query.get("after") ?? "", "0")) || 0;
  const limit = Math.max(1, Number(query.get("limit") ?? PAGE) || PAGE);
  const until = from + limit;
  const cursors = { before: btoa(String(from)), after: btoa(String(until)) };
  const next = new URL(call.url);
  next.searchParams.set("after", cursors.after);
  return json(200, { data: all.slice(from, until), paging: { cursors, ...(until < all.length && { next: next.href }) } });
}

function atobOr(text: string, fallback: string): string {
  try {
    return atob(text);
  } catch {
    return fallback;
  }
}

const Draft = z.object({
  name: z.string().regex(/^[a-z0-9_]{1,512}$/), language: z.string().min(2).max(15), category: z.enum(["MARKETING", "UTILITY", "AUTHENTICATION"]), parameter_format: z.enum(["POSITIONAL", "NAMED", "positional", "named"]).default("POSITIONAL"),
  components: z.array(z.object({
    type: z.string().transform((type) => type.toUpperCase()).pipe(z.enum(["HEADER", "BODY", "FOOTER", "BUTTONS"])), format: z.string().transform((format) => format.toUpperCase()).optional(), text: z.string().optional(), example: z.unknown(),
    buttons: z.array(z.object({ type: z.string().transform((type) => type.toUpperCase()), text: z.string().max(25).default(""), url: z.string().optional(), phone_number: z.string().optional(), example: z.unknown() })).max(MAX_BUTTONS).optional(),
  })).min(1),
});

const refuse = (details: string): Refusal => ({ code: 100, subcode: 2_388_024, message: "Invalid parameter", details });

/** What reviewers would not even look at; null when there is nothing. */
function flawOf({ components }: z.infer<typeof Draft>): string | null {
  const body = components.find(({ type }) => type === "BODY");
  const header = components.find(({ type }) => type === "HEADER");
  if (!body?.text) return "Message templates need a body.";
  if (body.text.length > MAX_BODY) return "The body is too long.";
  if (/^\s*\{\{|\}\}\s*$/.test(body.text)) return "Variables can't be at the start or end of the template.";
  if (variablesIn(body.text).length > 0 && body.example === undefined) return "The body needs an example for each variable.";
  if (header?.format === "TEXT" && (header.text ?? "").length > 60) return "The header is too long.";
  return components.some(({ type, text }) => type === "FOOTER" && (text ?? "").length > 60) ? "The footer is too long." : null;
}

/** `POST /{waba}/message_templates`. Reviewers look at it after a moment. */
export async function create(call: Call, connection: WorldConnection, realm: Realm): Promise<Answer> {
  const parsed = Draft.safeParse(bodyOf(call));
  if (!parsed.success) return graphError(refuse(z.prettifyError(parsed.error)));
  const flaw = flawOf(parsed.data);
  if (flaw !== null) return graphError(refuse(flaw));
  const { name, language, category, parameter_format, components } = parsed.data;
  const known = templatesOf(connection, realm);
  if (known.some((template) => template.name === name && template.language === language)) return graphError(refuse("There is already content in this language for this template."));
  const id = newDigits(16);
  const format = parameter_format.toUpperCase() as Template["parameter_format"];
  // What zod leaves undefined is left out, as JSON does.
  const template = JSON.parse(JSON.stringify({ id, name, language, status: "PENDING", category, parameter_format: format, components, quality_score: { score: "UNKNOWN" }, rejected_reason: "NONE" })) as Template;
  keep(connection, realm, [...known, template]);
  await realm.later(REVIEW_MS, { review: id, connectionId: connection.connectionId });
  return json(200, { id, status: "PENDING", category });
}

/** `DELETE /{waba}/message_templates?name=`: in every language. */
export function remove(call: Call, connection: WorldConnection, realm: Realm): Answer {
  const name = call.url.searchParams.get("name");
  keep(connection, realm, templatesOf(connection, realm).filter((template) => template.name !== name));
  return json(200, { success: true });
}

const Reminder = z.object({ review: z.string(), connectionId: z.string() });

/** The review itself: a name with "reject" in it does not pass. */
export async function review(what: unknown, realm: Realm): Promise<void> {
  const { review: id, connectionId } = Reminder.parse(what);
  const connection = realm.connections().find((one) => one.connectionId === connectionId);
  const template = connection && templatesOf(connection, realm).find((one) => one.id === id);
  if (!connection || template?.status !== "PENDING") return;
  const isRejected = template.name.includes("reject");
  await realm.deliver(moved(connection, realm, template, isRejected ? "REJECTED" : "APPROVED", isRejected ? "TAG_CONTENT_MISMATCH" : "NONE"));
}

function moved(connection: WorldConnection, realm: Realm, template: Template, status: string, reason: string): Delivery {
  keep(connection, realm, templatesOf(connection, realm).map((one) => (one.id === template.id ? { ...one, status, rejected_reason: status === "REJECTED" ? reason : "NONE" } : one)));
  return change(connection, "message_template_status_update", {
    event: status, message_template_id: Number(template.id), message_template_name: template.name, message_template_language: template.language, message_template_category: template.category, reason,
    ...(status === "PAUSED" && { other_info: { title: "FIRST_PAUSE", description: "Your WhatsApp message template has been paused for 3 hours" } }),
    ...(status === "REJECTED" && { rejection_info: { reason: "Category mismatch", recommendation: "Use MARKETING" } }),
  }, null);
}

const Change = z.object({ name: z.string(), language: z.string().optional(), to: z.string().optional(), status: z.enum(["APPROVED", "REJECTED", "PAUSED", "DISABLED", "FLAGGED"]), reason: z.string().optional(), quality: z.enum(["GREEN", "YELLOW", "RED", "UNKNOWN"]).optional() });

/** `POST whatsapp/template`: what Meta's reviewers or customers' complaints do to a template. */
export async function decide(input: unknown, realm: Realm): Promise<unknown> {
  const { name, language, to, status, reason, quality } = Change.parse(input);
  for (const connection of realm.connections().filter(({ provider, address, connectionId }) => provider === "whatsapp" && (to === undefined || to === address || to === connectionId))) {
    const template = templatesOf(connection, realm).find((one) => one.name === name && (language ?? one.language) === one.language);
    if (!template) continue;
    const told = await realm.deliver(moved(connection, realm, template, status, reason ?? "NONE"));
    if (quality !== undefined) await realm.deliver(rated(connection, realm, template, quality));
    return { id: template.id, ...told };
  }
  throw new Refused(`there is no template ${name}`, 404);
}

function rated(connection: WorldConnection, realm: Realm, template: Template, score: string): Delivery {
  keep(connection, realm, templatesOf(connection, realm).map((one) => (one.id === template.id ? { ...one, quality_score: { score } } : one)));
  return change(connection, "message_template_quality_update", {
    previous_quality_score: template.quality_score.score, new_quality_score: score, message_template_id: Number(template.id), message_template_name: template.name, message_template_language: template.language,
  }, null);
}

/** The variables of a text, each once, in the order they first stand in. */
export const variablesIn = (text: string): string[] => [...new Set([...text.matchAll(/\{\{\s*(\w+)\s*\}\}/g)].map(([, name]) => name!))];

export const partOf = ({ components }: Template, type: Component["type"]): Component | undefined => components.find((component) => component.type === type);
