import type { Media, Upload } from "./api";
import type { Blob, Blobs } from "./blobs";

export const bytesOf = (base64: string): Uint8Array => Uint8Array.from(atob(base64), (char) => char.charCodeAt(0));

export const store = (blobs: Blobs, { name, type, base64 }: Upload): Blob => blobs.put(name, type, bytesOf(base64));

export const toMedia = ({ id, name, type, size }: Blob): Media => ({ name, type, size, url: `/simulator/api/files/${id}` });
