import { createRoute, z } from "@hono/zod-openapi";
import { Attachment } from "../../contract/entry";
import { MAX_LINKED_BYTES } from "../../contract/file-limits";
import { recordUpload } from "../../db/attachments";
import { cleanName } from "../../domain/file-name";
import { MAX_FILE_BYTES, storeMedia, TooLarge } from "../../flows/media";
import { newId } from "../../platform/id";
import { problem } from "../problem";
import { json, MEMBER, refusal, router } from "../router";

/** Of a refused file so much is still read: who is answered while they send sees a broken connection instead of the answer. */
const MAX_READ_AWAY_BYTES = 4 * MAX_FILE_BYTES;
const MB = 1024 * 1024;

const upload = createRoute({
  method: "post", path: "/api/v1/attachments", operationId: "uploadAttachment", summary: "Upload a file to send", tags: ["Messages"],
  description: `The body is the bytes, at most ${MAX_FILE_BYTES / MB} MB, or ${MAX_LINKED_BYTES / MB} MB with \`for=link\`: what is larger than a message takes is sent as a link. \`x-file-name\` is its name, percent-encoded. Its type is decided by its content. Only you can send it.`,
  request: { query: z.object({ for: z.enum(["message", "link"]).default("message") }), body: { required: true, content: { "application/octet-stream": { schema: { type: "string", format: "binary" } } } } },
  responses: { 201: json("Uploaded", Attachment), 413: refusal("Larger than the limit"), 400: refusal("No bytes"), ...MEMBER },
});

export const attachments = router().openapi(upload, async (c) => {
  const { account, actor, now } = c.var;
  const max = c.req.valid("query").for === "link" ? MAX_LINKED_BYTES : MAX_FILE_BYTES;
  if (Number(c.req.header("content-length") ?? 0) > max) {
    await readAway(c.req.raw.body);
    return problem(c, "too-large", new TooLarge(max).message);
  }
  const id = newId("a", now);
  try {
    const { type, size } = await storeMedia(c.env, account.id, id, c.req.raw.body, { declared: c.req.header("content-type") ?? "", max });
    if (size === 0) return problem(c, "invalid-request", "This file is empty.");
    return c.json(await recordUpload(account, { id, name: cleanName(decode(c.req.header("x-file-name") ?? ""), type), type, size }, actor.id, now), 201);
  } catch (error) {
    if (error instanceof TooLarge) return problem(c, "too-large", error.message);
    throw error;
  }
});

function decode(name: string): string {
  try { return decodeURIComponent(name); } catch { return name; }
}

async function readAway(body: ReadableStream<Uint8Array> | null): Promise<void> {
  let size = 0;
  for await (const chunk of body ?? []) if ((size += chunk.byteLength) > MAX_READ_AWAY_BYTES) return;
}
