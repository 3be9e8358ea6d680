import type { Attachment } from "postal-mime";
import { cleanName } from "../domain/file-name";
import type { MediaRef } from "./channel";
import { unpackTnef } from "./mime-tnef";

const MAX_ATTACHMENTS = 200; // more are an attack on whoever lists them; the whole mail is attached instead

/** Evidence for mail programs, not files that somebody sent. */
const SIGNATURES = new Set(["application/pkcs7-signature", "application/x-pkcs7-signature", "application/pgp-signature"]);
const REPORTS = new Set(["message/delivery-status", "message/disposition-notification", "message/feedback-report", "text/rfc822-headers"]);
const CALENDARS = new Set(["text/calendar", "application/ics"]);
const TNEF = new Set(["application/ms-tnef", "application/vnd.ms-tnef"]);

export function bytesOf({ content }: Attachment): Uint8Array {
  if (typeof content === "string") return new TextEncoder().encode(content);
  return content instanceof Uint8Array ? content : new Uint8Array(content);
}

const bareId = (contentId: string): string => contentId.trim().replace(/^<|>$/g, "");

/** Content ids that the HTML shows. Clients mark every part inline, so only the HTML says which ones are part of the text. */
function shownIds(html: string | null): Set<string> {
  const shown = new Set<string>();
  for (const [, id] of (html ?? "").matchAll(/\bcid:([^"'\s>)]+)/gi)) {
    let decoded = id!;
    try { decoded = decodeURIComponent(id!); } catch { /* a stray percent sign: taken as written */ }
    shown.add(decoded.replaceAll("&amp;", "&").toLowerCase());
  }
  return shown;
}

const unfold = (calendar: string): string => calendar.replace(/\r?\n[ \t]/g, "");

/** An invitation comes twice in one mail: beside the text and as a file. */
const calendarUid = (attachment: Attachment): string | null => /^UID(?:;[^:\r\n]*)?:([^\r\n]+)/im.exec(unfold(new TextDecoder().decode(bytesOf(attachment))))?.[1]?.trim() ?? null;

function onceEach(attachments: readonly Attachment[]): Attachment[] {
  const byUid = new Map<string, Attachment>();
  for (const attachment of attachments) {
    if (!CALENDARS.has(attachment.mimeType)) continue;
    const uid = calendarUid(attachment);
    // The copy with a name is the one people download.
    if (uid && (!byUid.has(uid) || (attachment.filename && !byUid.get(uid)!.filename))) byUid.set(uid, attachment);
  }
  return attachments.filter((attachment) => {
    const uid = CALENDARS.has(attachment.mimeType) ? calendarUid(attachment) : null;
    return uid === null || byUid.get(uid) === attachment;
  });
}

const unpack = (attachment: Attachment): { name: string | null; type: string; bytes: Uint8Array; contentId?: string }[] => {
  const bytes = bytesOf(attachment);
  const files = TNEF.has(attachment.mimeType) ? unpackTnef(bytes) : [];
  if (files.length > 0) return files.map((file) => ({ name: file.name, type: "application/octet-stream", bytes: file.bytes }));
  return [{ name: attachment.filename, type: CALENDARS.has(attachment.mimeType) ? "text/calendar" : attachment.mimeType, bytes, contentId: attachment.contentId }];
};

/** The files of a mail. `contentId` is set (in the HTML's own spelling apart from case) only where the HTML shows the part. */
export function mailFiles(attachments: readonly Attachment[], html: string | null, isReport: boolean): { files: MediaRef[]; complete: boolean } {
  const shown = shownIds(html);
  const wanted = attachments.filter(({ mimeType }) => !SIGNATURES.has(mimeType) && !(isReport && REPORTS.has(mimeType)));
  const files = onceEach(wanted.slice(0, MAX_ATTACHMENTS)).flatMap(unpack).map((file, index): MediaRef => {
    const type = /^[\w.+-]+\/[\w.+-]+$/.test(file.type) ? file.type : "application/octet-stream";
    const contentId = file.contentId ? bareId(file.contentId) : "";
    return {
      ref: `part:${index + 1}`,
      type,
      name: cleanName(file.name ?? "", type),
      bytes: file.bytes,
      ...(contentId && shown.has(contentId.toLowerCase()) && { contentId }),
    };
  });
  return { files: files.slice(0, MAX_ATTACHMENTS), complete: wanted.length <= MAX_ATTACHMENTS && files.length <= MAX_ATTACHMENTS };
}
