import { z } from "zod";
import type { Upload } from "./api";

/** `nobase64!` and the like are refused here, before anything happened. */
export const UploadInput: z.ZodType<Upload> = z.object({ name: z.string().max(255), type: z.string().min(1).max(255), base64: z.base64() });
