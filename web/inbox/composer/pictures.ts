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

/** Pictures that were copied as data within markup, as some word processors do. */
const DATA_PICTURE = /<img\b[^>]*?\ssrc=["']?(data:image\/(png|jpeg|gif|webp);base64,([A-Za-z0-9+/=\s]+))/gi;
/** More than this in one paste is a document, not a reply. */
const PASTED_MAX = 10;

/** The pictures somebody pastes. A word processor copies a picture of the words along with them: the words are meant then. */
export function pastedPictures(data: Pick<DataTransfer, "files" | "getData">): { files: File[]; hasWords: boolean } {
  const html = data.getData("text/html");
  const hasWords = html === "" ? data.getData("text/plain").trim() !== "" : html.replace(/<(?:style|script|head|title)\b[^]*?<\/(?:style|script|head|title)>|<[^>]*>|&nbsp;/gi, "").trim() !== "";
  if (!hasWords) return { files: [...data.files].filter(isPicture), hasWords };
  const files = [...html.matchAll(DATA_PICTURE)].slice(0, PASTED_MAX).map(([, , kind, base64], index) => new File([Uint8Array.from(atob(base64!.replace(/\s/g, "")), (char) => char.charCodeAt(0))], `picture-${index + 1}.${kind === "jpeg" ? "jpg" : kind!}`, { type: `image/${kind!}` }));
  return { files, hasWords };
}
