import { ApiProblem } from "../../lib/api";
import { t } from "../../lib/i18n";

/** What a refused form shows: under which field which words, and what belongs to no field. */
export interface Refusal { fields: Readonly<Record<string, string>>; sentence: string | null }
export const NO_REFUSAL: Refusal = { fields: {}, sentence: null };

/** Validation words meant for programmers, and what a person reads instead. */
const PLAIN = [[/^Too small/, "settings.field.tooSmall"], [/^Too big/, "settings.field.tooBig"], [/^(Invalid|Unrecognized)/, "settings.field.invalid"]] as const;

const plain = (message: string): string => {
  const found = PLAIN.find(([pattern]) => pattern.test(message));
  return found ? t(found[1]) : message;
};

/** The API names what is wrong as `✖ message`, next line `→ at path`. */
function issuesOf(detail: string): { message: string; field: string | null }[] {
  return detail.split("✖").map((issue) => issue.trim()).filter(Boolean).map((issue) => {
    const [message = "", at = ""] = issue.split(/\s*→ at /);
    return { message: plain(message.trim()), field: /(?:^|\.)([^.[\]]+)(?:\[\d+\])*$/.exec(at.trim())?.[1] ?? null };
  });
}

/** A refusal as one sentence. Anything that is no refusal is an accident and thrown on. */
export function sentenceOf(error: unknown): string {
  if (!(error instanceof ApiProblem)) throw error;
  if (error.code === "offline") return t("settings.problem.offline");
  if (error.detail.includes("✖")) return issuesOf(error.detail).map(({ message }) => message).join(" ");
  return error.detail || t("settings.problem.other");
}

/** A refusal of a form. `labels` are the fields that can show an error, by key; what concerns another one is said below the form, by its name in `others`. */
export function refusalOf(error: unknown, labels: Readonly<Record<string, string>>, others: Readonly<Record<string, string>> = {}): Refusal {
  const sentence = sentenceOf(error);
  if (!(error instanceof ApiProblem && error.detail.includes("✖"))) return { fields: {}, sentence };
  const issues = issuesOf(error.detail);
  const own = issues.filter(({ field }) => field !== null && Object.hasOwn(labels, field));
  const rest = issues.filter((issue) => !own.includes(issue));
  return {
    fields: Object.fromEntries(own.map(({ field, message }) => [field!, t("settings.field.named", { field: labels[field!]!, message })])),
    sentence: rest.length > 0 ? rest.map(({ message, field }) => (field ? t("settings.field.named", { field: others[field] ?? field, message }) : message)).join(" ") : null,
  };
}

/** Says which of the fields are still empty; null when none is. */
export function missing(values: Readonly<Record<string, string>>, labels: Readonly<Record<string, string>>): Refusal | null {
  const empty = Object.keys(labels).filter((key) => (values[key] ?? "").trim() === "");
  return empty.length > 0 ? { fields: Object.fromEntries(empty.map((key) => [key, t("settings.field.needed", { field: labels[key]! })])), sentence: null } : null;
}

/** After a refusal the hand belongs where the first mistake is. */
export const focusFirstWrong = (form: HTMLFormElement): void => queueMicrotask(() => form.querySelector<HTMLElement>("[aria-invalid=true]")?.focus());
