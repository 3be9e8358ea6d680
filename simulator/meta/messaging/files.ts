import type { Media } from "../../api";
import { download } from "../../download";
import type { Answer, Call, Realm } from "../../provider";
import { toMedia } from "../../upload";
import { type Fields, type Refusal, formOf, isFields, unpacked } from "../graph";
import { newDigits } from "../wire";
import { type Flavour, nameOf } from "./flavour";

const MB = 1_000_000;
const MAX_BYTES = 25 * MB;
/** Pictures that Meta fetches from a URL. */
const MAX_IMAGE_BYTES = 8 * MB;
/** Addresses of files end after some days; an id in them says until when. */
const LINK_SECONDS = 7 * 86_400;

/** Where the app finds a customer's file: unguessable, and all the credentials there are. */
export const cdnUrl = ({ mediaHost }: Flavour, blobId: string, now = Date.now()): string => `https://${mediaHost}/v/t59/${blobId}?_nc_cat=1&oe=${(Math.floor(now / 1_000) + LINK_SECONDS).toString(16)}`;

const plain = (status: number, body: string): Answer => ({ status, headers: { "content-type": "text/plain" }, body });

export function served(flavour: Flavour, { url }: Call, realm: Realm): Answer {
  const id = url.pathname.split("/").at(-1) ?? "";
  const blob = realm.blobs.head(id);
  if (!blob) return plain(404, "Not Found");
  if (Number.parseInt(url.searchParams.get("oe") ?? "0", 16) * 1_000 < realm.now()) return plain(403, "URL signature expired");
  if (realm.notes.count(`${nameOf(flavour)} fetched ${id}`) <= (realm.weather.mediaFailures ?? 0)) return plain(503, "Service Unavailable");
  return { status: 200, headers: { "content-type": blob.type, "content-length": String(blob.size) }, body: realm.blobs.bytes(id) };
}

/** A file that a send names or carries. */
export type FileNamed = { type: string } & ({ url: string } | { attachmentId: string } | { carried: true });

const attachmentKey = (flavour: Flavour, id: string) => `${nameOf(flavour)} attachment ${id}`;

export interface Held { media: Media; attachmentId: string }

const tooLarge: Refusal = { code: 100, subcode: 2_018_109, message: "(#100) Attachment size exceeds allowable limit" };
const unfetched: Refusal = { code: 100, subcode: 2_018_008, message: "(#100) Failed to fetch the file from the url" };

/** Meta fetches before it answers. */
export async function hold(flavour: Flavour, named: FileNamed, carried: File | null, realm: Realm): Promise<Held | Refusal> {
  if ("attachmentId" in named) {
    const blobId = realm.notes.get<string>(attachmentKey(flavour, named.attachmentId));
    const blob = blobId === null ? null : realm.blobs.head(blobId);
    return blob ? { media: toMedia(blob), attachmentId: named.attachmentId } : { code: 100, subcode: 2_018_074, message: "(#100) Invalid attachment ID" };
  }
  const file = "carried" in named ? carried && { name: carried.name, type: carried.type, bytes: new Uint8Array(await carried.arrayBuffer()) } : await fetchedFrom(named.url, realm);
  if (!file) return unfetched;
  if (file.bytes.byteLength > (named.type === "image" && "url" in named ? MAX_IMAGE_BYTES : MAX_BYTES)) return tooLarge;
  const blob = realm.blobs.put(file.name, file.type, file.bytes);
  const attachmentId = newDigits(16);
  realm.notes.put(attachmentKey(flavour, attachmentId), blob.id);
  return { media: toMedia(blob), attachmentId };
}

async function fetchedFrom(url: string, realm: Realm): Promise<{ name: string; type: string; bytes: Uint8Array } | null> {
  const file = await download(url, realm);
  return file && { ...file, name: file.name || "file" };
}

/** The fields of a form with a file in `filedata`, and the file. */
export async function partsOf(call: Call): Promise<{ fields: Fields; file: File | null } | null> {
  const form = await formOf(call);
  if (!form) return null;
  const file = form.get("filedata");
  const fields = Object.fromEntries([...form].flatMap(([key, value]) => (typeof value === "string" ? [[key, unpacked(value)]] : [])));
  return { fields, file: file instanceof File ? file : null };
}

export const asFields = (value: unknown): Fields => (isFields(value) ? value : {});
