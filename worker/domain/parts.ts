import type { Capabilities } from "../contract/channel";
import type { Content } from "../contract/content";
import type { Attachment, MessageDraft } from "../contract/entry";
import { filesByMessage } from "../contract/file-limits";
import type { Template } from "../contract/template";
import { render } from "./template";

/** One message of a draft. */
export interface Part { text: string; files: Attachment[]; content: Content | null }

/**
 * One draft becomes as many messages as the provider needs calls: a call that fails is one message that failed. `files` and `text`
 * are what is sent, which may be more than the draft names.
 */
export function partsOf(draft: MessageDraft, { media }: Capabilities, files: Attachment[], text: string, template: Template | null): Part[] {
  if (template) return [templatePart(draft, template, files)];
  const content: Content | null = draft.buttons ? { kind: "buttons", options: draft.buttons } : draft.voice && files.length === 1 ? { kind: "voice" } : null;
  const place = draft.location ? [placePart(draft.location)] : [];
  const words: Part[] = text.trim() === "" ? [] : [{ text, files: [], content: draft.buttons ? content : null }];
  if (files.length === 0) return draft.buttons ? [...place, ...words] : [...words, ...place];
  if (media!.together && (media!.caption || words.length === 0)) return [{ text, files, content }, ...place];
  const contentOfFiles = draft.buttons ? null : content;
  const alone: Part[] = filesByMessage(files, media!).map((some) => ({ text: "", files: some, content: contentOfFiles }));
  // Answers to tap vanish on some platforms when anything comes after them.
  if (draft.buttons) return [...alone, ...place, ...words];
  // A voice note carries no words on any platform.
  if (media!.caption && content === null) return [{ ...alone[0]!, text }, ...alone.slice(1), ...place];
  return [...words, ...alone, ...place];
}

function templatePart(draft: MessageDraft, template: Template, files: Attachment[]): Part {
  const parts = render(template.parts, draft.template!.values);
  return { text: [parts.header?.text, parts.body, parts.footer].filter(Boolean).join("\n\n"), files, content: { kind: "template", name: template.name, language: template.language, parts } };
}

function placePart({ name = null, address = null, url = null, ...point }: NonNullable<MessageDraft["location"]>): Part {
  return { text: [name, address].filter(Boolean).join(", ") || `${point.latitude}, ${point.longitude}`, files: [], content: { kind: "location", ...point, name, address, url } };
}
