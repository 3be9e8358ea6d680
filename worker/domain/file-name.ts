import { bareType } from "../contract/file-limits";

const MAX_NAME = 120;
/** Control and invisible characters, and the marks that turn text around: `exe.gpj` must not read as `jpg.exe`. */
const UNSEEN = /[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb]/g;

const EXTENSIONS: Record<string, string> = {
  "image/jpeg": "jpg", "image/png": "png", "image/gif": "gif", "image/webp": "webp", "image/heic": "heic", "application/pdf": "pdf", "text/plain": "txt",
  "text/vcard": "vcf", "text/x-vcard": "vcf", "audio/mpeg": "mp3", "audio/ogg": "ogg", "audio/amr": "amr", "audio/mp4": "m4a", "video/mp4": "mp4", "video/3gpp": "3gp", "message/rfc822": "eml",
};

/** Devices of Windows, where a file of that name cannot be saved. */
const RESERVED = /^(?:con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(?=\.|$)/i;

/** A name that is safe to show, to save and to encode: no path, no half of a character, nothing invisible, never empty, never hidden. */
export function cleanName(name: string, type: string): string {
  const plain = name.normalize("NFC").toWellFormed().replace(UNSEEN, "").split(/[/\\]/).at(-1)!.replace(/[<>:"|?*]/g, "_").trim().replace(/^\.+/, "").replace(/[. ]+$/, "").replace(RESERVED, "_$&");
  if (plain === "") return `file.${EXTENSIONS[bareType(type)] ?? "bin"}`;
  const dot = plain.lastIndexOf(".");
  const extension = dot > 0 && plain.length - dot <= 10 ? plain.slice(dot) : "";
  return [...plain].length <= MAX_NAME ? plain : [...plain].slice(0, MAX_NAME - extension.length).join("") + extension;
}
