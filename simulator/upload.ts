import { z } from "zod";
import type { Media, Upload } from "./api";
import type { Blob, Blobs } from "./blobs";

/** `nobase64!` and the like are refused here, before anything happened. */
export const UploadInput: z.ZodType<Upload> = z.object({ name: z.string().max(255), type: z.string().min(1).max(255), base64: z.base64() });

export const bytesOf = (base64: string): Uint8Array => Uint8Array.from(atob(base64), (char) => char.charCodeAt(0));

export const store = (blobs: Blobs, { name, type, base64 }: Upload): Blob => blobs.put(name, type, bytesOf(base64));

export const toMedia = ({ id, name, type, size }: Blob): Media => ({ name, type, size, url: `/simulator/api/files/${id}` });
