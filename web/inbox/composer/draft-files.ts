import type { Attachment, Draft } from "../../../worker/contract/entry";

/** What every mail program draws. */
export const isPicture = ({ type }: { type: string }): boolean => /^image\/(?:png|jpe?g|gif|webp)$/.test(type);

/** Where a file of a reply goes: within the words, beside them, or (its picture was deleted from the words) nowhere. */
export function placeOf({ html }: Pick<Draft, "html">, { id, contentId }: Pick<Attachment, "id" | "contentId">): "within" | "beside" | "nowhere" {
  if (!contentId || html === undefined) return "beside";
  return html.includes(`"cid:${id}"`) ? "within" : "nowhere";
}

/** The files that go with a reply. */
export const filesOf = (draft: Pick<Draft, "html" | "attachments">): Attachment[] => (draft.attachments ?? []).filter((file) => placeOf(draft, file) !== "nowhere");

/** The files of a reply that do not stand in its words. */
export const filesBeside = (draft: Pick<Draft, "html" | "attachments">): Attachment[] => (draft.attachments ?? []).filter((file) => placeOf(draft, file) === "beside");
