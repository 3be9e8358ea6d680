import type { Draft } from "./entry";

/** A draft with nothing in it that a person would miss: a chosen channel or recipient alone is not worth keeping. */
export const isEmptyDraft = ({ text, attachments = [], buttons = [], subject = "", forward = [] }: Draft): boolean =>
  text.trim() === "" && attachments.length === 0 && subject.trim() === "" && forward.length === 0 && buttons.every((button) => button.text.trim() === "");
