type Field = string | number | boolean | null | undefined;

/** Errors of readers quote what they could not read, and that may be what a customer wrote. */
const QUOTING = /^(SyntaxError|\$?Zod\w*)$/;

/** One JSON line per unit of work. Ids, times and codes only: never content, never secrets. `error` is whatever was thrown. */
export function log<Fields extends { [Key in keyof Fields]: Key extends "error" ? unknown : Field }>(event: string, fields: Fields): void {
  console.log(JSON.stringify({ event, ...fields, ..."error" in fields && { error: causeOf(fields.error) } }));
}

/** What was thrown, in words for a log: of an error that quotes what was read, its name alone. */
export const causeOf = (error: unknown): string => (error instanceof Error && QUOTING.test(error.name) ? error.name : String(error));
