import { html, raw } from "hono/html";

type Markup = ReturnType<typeof html>;

/** As much of JSON Schema as zod writes. */
export interface Schema {
  $ref?: string;
  type?: string | string[];
  properties?: Record<string, Schema>;
  required?: string[];
  items?: Schema;
  enum?: unknown[];
  const?: unknown;
  anyOf?: Schema[];
  oneOf?: Schema[];
  allOf?: Schema[];
  additionalProperties?: boolean | Schema;
  description?: string;
  default?: unknown;
  format?: string;
  minimum?: number;
  maximum?: number;
  minLength?: number;
  maxLength?: number;
  maxItems?: number;
}

export const refName = (schema: Schema): string | null => schema.$ref?.slice(schema.$ref.lastIndexOf("/") + 1) ?? null;

export const join = (parts: readonly Markup[], between: string): Markup => html`${parts.map((part, index) => (index === 0 ? part : html`${raw(between)}${part}`))}`;

/** A schema in a few words: "text", "list of Member", "open or closed". */
export function typeWords(schema: Schema): Markup {
  const name = refName(schema);
  if (name) return html`<a href="#schema-${name}">${name}</a>`;
  const choices = schema.anyOf ?? schema.oneOf;
  if (choices) return join(choices.map(typeWords), " or ");
  if (schema.allOf) return join(schema.allOf.map(typeWords), " and ");
  if (schema.const !== undefined) return html`<code>${JSON.stringify(schema.const)}</code>`;
  if (schema.enum) return join(schema.enum.map((value) => html`<code>${JSON.stringify(value)}</code>`), " or ");
  const types = [schema.type ?? []].flat();
  if (types.length > 1) return join(types.map((type) => typeWords({ ...schema, type })), " or ");
  if (types[0] === "array") return html`list of ${typeWords(schema.items ?? {})}`;
  if (types[0] === "object" && typeof schema.additionalProperties === "object") return html`map of ${typeWords(schema.additionalProperties)}`;
  const plain: Record<string, string> = { string: "text", integer: "whole number", boolean: "true or false", null: "null" };
  return html`${plain[types[0] ?? ""] ?? types[0] ?? "anything"}${schema.format ? ` (${schema.format})` : ""}`;
}

const LIMITS = [["minimum", "at least"], ["maximum", "at most"], ["minLength", "characters at least"], ["maxLength", "characters at most"], ["maxItems", "items at most"]] as const;
/** Zod writes the bounds of safe integers where a schema has none of its own. */
const isTold = (value: number) => Math.abs(value) < Number.MAX_SAFE_INTEGER;

function limits(schema: Schema): string {
  const words = LIMITS.flatMap(([key, label]) => (schema[key] !== undefined && isTold(schema[key]) ? [`${label} ${schema[key]}`] : []));
  if (schema.default !== undefined) words.push(`default ${JSON.stringify(schema.default)}`);
  return words.join(", ");
}

/** The fields of an object, one row each; anything else in words. */
export function fields(schema: Schema): Markup {
  if (!schema.properties) return html`<p>${typeWords(schema)}</p>`;
  const rows = Object.entries(schema.properties).map(([key, field]) => html`<tr>
    <th scope="row"><code>${key}</code></th>
    <td>${typeWords(field)}${schema.required?.includes(key) ? "" : html` <small>optional</small>`}</td>
    <td>${[field.description, limits(field)].filter(Boolean).join(" · ")}</td>
  </tr>`);
  return html`<div class="scroll" tabindex="0" role="group" aria-label="Fields"><table>
    <thead><tr><th scope="col">Field</th><th scope="col">Type</th><th scope="col">About</th></tr></thead><tbody>${rows}</tbody></table></div>`;
}

/** Schemas may contain themselves; an example does not. */
const EXAMPLE_DEPTH = 4;
const SAMPLES: Record<string, unknown> = { "date-time": "2026-11-22T09:30:00.000Z", email: "ana@example.com", uuid: "8f3c1f6e-2f0b-4f4e-9a65-0d1c7a52f0aa", string: "text", integer: 1, number: 1, boolean: true };

/** A value that fits: required fields only when `brief`. */
export function exampleOf(schema: Schema, named: Record<string, Schema>, brief: boolean, depth = 0): unknown {
  const name = refName(schema);
  if (name) return exampleOf(named[name] ?? {}, named, brief, depth);
  if (schema.default !== undefined) return schema.default;
  if (schema.const !== undefined) return schema.const;
  if (schema.enum) return schema.enum[0];
  const choice = (schema.anyOf ?? schema.oneOf ?? schema.allOf)?.[0];
  if (choice) return exampleOf(choice, named, brief, depth);
  const type = [schema.type ?? []].flat()[0];
  if (depth > EXAMPLE_DEPTH) return type === "array" ? [] : {};
  if (type === "array") return [exampleOf(schema.items ?? {}, named, brief, depth + 1)];
  if (type !== "object") return SAMPLES[schema.format ?? ""] ?? SAMPLES[type ?? ""] ?? null;
  const wanted = Object.entries(schema.properties ?? {}).filter(([key]) => !brief || schema.required?.includes(key));
  // A request that may leave out everything is shown with its first field, or the example would be empty.
  const shown = wanted.length > 0 ? wanted : Object.entries(schema.properties ?? {}).slice(0, 1);
  return Object.fromEntries(shown.map(([key, field]) => [key, exampleOf(field, named, brief, depth + 1)]));
}
