import type { Media, WorldConnection } from "../../api";
import type { Blob } from "../../blobs";
import { download } from "../../download";
import { hex } from "../../hex";
import { type Answer, type Call, type Realm, json, secretOf } from "../../provider";
import { toMedia } from "../../upload";
import { type Refusal, formOf, graphError, isTokenValid, tokenOf } from "../graph";
import { newDigits, newToken } from "../wire";
import { NAME } from "./webhook";

/** Where the bytes lie: another host, which wants the same token. */
export const MEDIA_HOST = "lookaside.fbsbx.com";
const LINK_MS = 5 * 60_000;
const DAY_MS = 86_400_000;
/** Media of customers is kept this long, our own uploads longer. */
const INBOUND_DAYS = 7;
const UPLOAD_DAYS = 30;
const MB = 1_000_000;

export type MediaKind = "image" | "video" | "audio" | "document" | "sticker";

/** What each kind of message may hold, by the largest file. */
const LIMITS: Readonly<Record<MediaKind, { types: RegExp; bytes: number }>> = {
  image: { types: /^image\/(jpeg|png)$/, bytes: 5 * MB },
  video: { types: /^video\/(mp4|3gpp)$/, bytes: 16 * MB },
  audio: { types: /^audio\/(aac|amr|mpeg|mp4|ogg)$/, bytes: 16 * MB },
  document: { types: /./, bytes: 100 * MB },
  sticker: { types: /^image\/webp$/, bytes: 500_000 },
};

const plainType = (type: string): string => type.split(";")[0]!.trim().toLowerCase();

/** Why a file cannot travel as this kind; null when it can. */
export function misfit(kind: MediaKind, type: string, size: number): "type" | "size" | null {
  if (!LIMITS[kind].types.test(plainType(type))) return "type";
  return size > LIMITS[kind].bytes ? "size" : null;
}

/** What Meta takes at all, and how large. */
const isTaken = (type: string, size: number): boolean => (["image", "video", "audio", "sticker"] as const).some((kind) => misfit(kind, type, size) === null)
  || (/^(text\/plain|application\/(pdf|msword|vnd\.[\w.-]+))$/.test(plainType(type)) && size <= LIMITS.document.bytes);

/** A file under a media id. `sha256` is hex. */
export interface Stored { blob: string; sha256: string; expiresAt: number; ours: boolean; phoneNumberId: string }

const key = (id: string) => `whatsapp media ${id}`;

export const mediaOf = (id: string, realm: Realm): (Stored & { id: string; file: Blob }) | null => {
  const stored = realm.notes.get<Stored>(key(id));
  const file = stored && stored.expiresAt > realm.now() ? realm.blobs.head(stored.blob) : null;
  return stored && file ? { ...stored, id, file } : null;
};

export async function keepMedia(blob: Blob, connection: WorldConnection, ours: boolean, realm: Realm): Promise<{ id: string; sha256: string }> {
  const id = newDigits(16);
  const sha256 = hex(new Uint8Array(await crypto.subtle.digest("SHA-256", realm.blobs.bytes(blob.id))));
  realm.notes.put(key(id), { blob: blob.id, sha256, expiresAt: realm.now() + (ours ? UPLOAD_DAYS : INBOUND_DAYS) * DAY_MS, ours, phoneNumberId: secretOf(connection, "phoneNumberId") } satisfies Stored);
  return { id, sha256 };
}

/** Webhooks write the digest in base64, the API in hex. */
export const base64Of = (hexDigest: string): string => btoa(hexDigest.replaceAll(/../g, (pair) => String.fromCharCode(Number.parseInt(pair, 16))));

/** `POST /{phone number}/media`. */
export async function upload(call: Call, connection: WorldConnection, realm: Realm): Promise<Answer> {
  const form = await formOf(call);
  const file = form?.get("file");
  if (form?.get("messaging_product") !== "whatsapp") return graphError({ code: 100, message: "(#100) The parameter messaging_product is required." });
  if (!(file instanceof File)) return graphError({ code: 100, message: "(#100) The parameter file is required." });
  const type = form.get("type");
  const mime = typeof type === "string" && type !== "" ? type : file.type;
  if (!isTaken(mime, file.size)) return graphError({ code: 100, message: `(#100) Param file must be a file with one of the supported types and sizes. Received file of type '${mime}' and ${file.size} bytes.` });
  const { id } = await keepMedia(realm.blobs.put(file.name || "file", mime, new Uint8Array(await file.arrayBuffer())), connection, true, realm);
  return json(200, { id });
}

/** `GET /{media}`: the address of the bytes for five minutes. */
export function locate(call: Call, id: string, connection: WorldConnection, realm: Realm): Answer | null {
  const media = mediaOf(id, realm);
  if (!media || media.phoneNumberId !== (call.url.searchParams.get("phone_number_id") ?? secretOf(connection, "phoneNumberId"))) return null;
  const hash = newToken(18);
  realm.notes.put(`whatsapp link ${hash}`, { id, expiresAt: realm.now() + LINK_MS });
  const url = `https://${MEDIA_HOST}/whatsapp_business/attachments/?mid=${id}&ext=${Math.floor((realm.now() + LINK_MS) / 1_000)}&hash=${hash}`;
  return json(200, { messaging_product: "whatsapp", url, mime_type: media.file.type, sha256: media.sha256, file_size: String(media.file.size), id });
}

const plain = (status: number, body: string): Answer => ({ status, headers: { "content-type": "text/plain" }, body });

/** The media host: the token again, and a program that says its name. */
export function fetched(call: Call, realm: Realm): Answer {
  const link = realm.notes.get<{ id: string; expiresAt: number }>(`whatsapp link ${call.url.searchParams.get("hash") ?? ""}`);
  const isOurs = realm.connections().some((connection) => connection.provider === NAME && secretOf(connection, "accessToken") === tokenOf(call)) && isTokenValid(NAME, realm);
  if (!isOurs) return plain(401, "Unauthorized");
  if ((call.headers.get("user-agent") ?? "") === "") return plain(403, "Forbidden");
  const media = link && link.expiresAt > realm.now() && link.id === call.url.searchParams.get("mid") ? mediaOf(link.id, realm) : null;
  if (!media) return plain(404, "Not Found");
  if (realm.notes.count(`whatsapp fetched ${media.id}`) <= (realm.weather.mediaFailures ?? 0)) return plain(503, "Service Unavailable");
  return { status: 200, headers: { "content-type": media.file.type, "content-length": String(media.file.size) }, body: realm.blobs.bytes(media.blob) };
}

export function forget(id: string, realm: Realm): Answer | null {
  if (!mediaOf(id, realm)) return null;
  realm.notes.delete(key(id));
  return json(200, { success: true });
}

/** The files of an accepted message: ours by id, others fetched from the app. Failing is what the message then does. */
export async function filesOf(named: { kind: MediaKind; id?: string; link?: string; filename?: string }, realm: Realm): Promise<Media | Refusal> {
  if (named.id !== undefined) {
    const media = mediaOf(named.id, realm);
    return media ? { ...toMedia(media.file), name: named.filename ?? media.file.name } : { code: 131_053, message: "Media upload error" };
  }
  const file = await download(named.link ?? "", realm);
  if (!file || misfit(named.kind, file.type, file.bytes.byteLength) !== null) return { code: 131_053, message: "Media upload error" };
  return toMedia(realm.blobs.put(named.filename ?? (file.name || "media"), file.type, file.bytes));
}
