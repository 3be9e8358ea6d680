import { isPicture } from "./draft-files";

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
