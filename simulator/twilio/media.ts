import type { Media } from "../api";
import { download } from "../download";
import type { Answer, Call, Realm } from "../provider";
import { toMedia } from "../upload";

/** Redirect target of every media URL: storage of another company, which wants its signature and nothing else. */
export const STORAGE_HOST = "media.twiliocdn.com";
/** Carriers refuse more than 5 MB in a message. */
const MAX_BYTES = 5_000_000;
const RETRIEVAL_FAILED = "11200";
const TOO_LARGE = "11751";
const LINK_SECONDS = 14_400;

const plain = (status: number, body: string): Answer => ({ status, headers: { "content-type": "text/plain" }, body });

/** `ME` and the id of the file. */
export const mediaUrl = (accountSid: string, messageSid: string, blobId: string): string =>
  `https://api.twilio.com/2010-04-01/Accounts/${accountSid}/Messages/${messageSid}/Media/ME${blobId}`;

/** Answers `GET …/Media/ME…` with a redirect, as often as the weather wants with an error first. */
export function redirect(accountSid: string, blobId: string, realm: Realm): Answer | null {
  if (!realm.blobs.head(blobId)) return null;
  if (realm.notes.count(`twilio fetched ${blobId}`) <= (realm.weather.mediaFailures ?? 0)) return plain(503, "Service Unavailable");
  const signature = realm.notes.get<string>(`twilio signature ${blobId}`) ?? crypto.randomUUID();
  realm.notes.put(`twilio signature ${blobId}`, signature);
  const expires = Math.floor(realm.now() / 1_000) + LINK_SECONDS;
  return { status: 307, headers: { location: `https://${STORAGE_HOST}/${accountSid}/${blobId}?Expires=${expires}&Signature=${signature}` }, body: "" };
}

/** The storage host. Credentials that were meant for Twilio are an error here, as they are in life. */
export function stored({ url, headers }: Call, realm: Realm): Answer {
  if (headers.has("authorization")) return plain(400, "Only one auth mechanism allowed");
  const blobId = url.pathname.split("/").at(-1) ?? "";
  const blob = realm.blobs.head(blobId);
  if (!blob || url.searchParams.get("Signature") !== realm.notes.get<string>(`twilio signature ${blobId}`)) return plain(403, "Forbidden");
  if (Number(url.searchParams.get("Expires")) * 1_000 < realm.now()) return plain(403, "Expired");
  return { status: 200, headers: { "content-type": blob.type, "content-length": String(blob.size) }, body: realm.blobs.bytes(blobId) };
}

/** Twilio's `DELETE …/Media/ME…`. */
export function remove(blobId: string, realm: Realm): Answer | null {
  if (!realm.blobs.head(blobId)) return null;
  realm.blobs.delete(blobId);
  return { status: 204, headers: {}, body: "" };
}

/** Fetches what the app wants to be sent along. A failure fails the message. */
export async function fetchMedia(urls: readonly string[], realm: Realm): Promise<{ media: Media[] } | { code: string }> {
  const media: Media[] = [];
  let total = 0;
  for (const url of urls) {
    const file = await download(url, realm);
    if (!file) return { code: RETRIEVAL_FAILED };
    total += file.bytes.byteLength;
    if (total > MAX_BYTES) return { code: TOO_LARGE };
    media.push(toMedia(realm.blobs.put(file.name || "media", file.type, file.bytes)));
  }
  return { media };
}
