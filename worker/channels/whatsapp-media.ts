import { createHash } from "node:crypto";
import { z } from "zod";
import { bareType } from "../contract/file-limits";
import { toHex } from "../platform/hex";
import { fromBase64 } from "../platform/vault";
import type { ChannelConnection, ChannelIo, OutboundMedia } from "./channel";
import { MediaGone } from "./outside";
import { formWithFiles } from "./streamed";
import { graph, graphCode, metaDownload, type GraphAnswer } from "./meta";
import type { WhatsAppSettings } from "./whatsapp-settings";

type Connection = ChannelConnection<WhatsAppSettings>;

const SHA256_BYTES = 32;
/** Ids from webhooks end after seven days; one that has ended is no different from one that never was. */
const NO_SUCH_MEDIA = 100;
/** Ids are digits today; nothing else may get into a path. */
const MEDIA_ID = /^[A-Za-z0-9_-]{1,200}$/;
const Located = z.object({ url: z.url(), sha256: z.string().catch(""), mime_type: z.string().catch("") });
const Uploaded = z.object({ id: z.string().regex(MEDIA_ID) });

/** What we keep until the file is fetched: its id, and the checksum of the signed webhook. Null for an id that is none. */
export const mediaRef = (id: string, sha256: string): string | null => (MEDIA_ID.test(id) ? `${id}#${sha256}` : null);

/**
 * Two steps: the id becomes an address that lives five minutes, and the address wants the same token. The bytes are checked
 * while they pass; those of another file than the customer sent end in an error.
 */
export async function downloadMedia({ ref }: { ref: string }, { settings }: Connection, io: ChannelIo): Promise<Response> {
  const [id = "", sha256 = ""] = ref.split("#", 2);
  if (!MEDIA_ID.test(id)) throw new Error("no media id");
  const { accessToken: token, appSecret, phoneNumberId } = settings;
  const answer = await graph(io, { path: id, token, appSecret, method: "GET", query: { phone_number_id: phoneNumberId } });
  const located = Located.safeParse(answer.body).data;
  if (answer.error?.code === NO_SUCH_MEDIA) throw new MediaGone(graphCode(answer.error));
  if (answer.error || !located) throw new Error(`WhatsApp did not give the media: ${answer.error ? graphCode(answer.error) : answer.status}`);
  const response = await metaDownload(located.url, io, { authorization: `Bearer ${token}` });
  // The webhook's was signed; the other is only their word, in hex.
  const expected = checksumOf(sha256) ?? (/^[0-9a-f]{64}$/i.test(located.sha256) ? located.sha256.toLowerCase() : null);
  if (!response.ok || !response.body || expected === null) return response;
  const headers = new Headers(response.headers);
  if (!headers.has("content-type") && located.mime_type) headers.set("content-type", located.mime_type);
  return new Response(response.body.pipeThrough(checking(expected)), { status: response.status, headers });
}

/** The hex of a base64 checksum; null when it is none. */
function checksumOf(sha256: string): string | null {
  try {
    const bytes = fromBase64(sha256);
    return bytes.byteLength === SHA256_BYTES ? toHex(bytes) : null;
  } catch {
    return null;
  }
}

function checking(expected: string): TransformStream<Uint8Array, Uint8Array> {
  const hash = createHash("sha256");
  return new TransformStream({
    transform(chunk, controller) {
      hash.update(chunk);
      controller.enqueue(chunk);
    },
    flush(controller) {
      if (hash.digest("hex") !== expected) controller.error(new Error("the media's checksum does not match"));
    },
  });
}

/** Hands a file to WhatsApp, which keeps it 30 days. Nothing has gone to the customer yet, whatever the answer. */
export async function uploadMedia(file: OutboundMedia, { settings }: Connection, io: ChannelIo): Promise<{ id: string } | { answer: GraphAnswer }> {
  const type = bareType(file.type);
  const form = await formWithFiles([["messaging_product", "whatsapp"], ["type", type]], [{ name: "file", file, type, fileName: file.name || "file" }]);
  const { accessToken: token, appSecret, phoneNumberId } = settings;
  const answer = await graph(io, { path: `${phoneNumberId}/media`, token, appSecret, method: "POST", form });
  const uploaded = Uploaded.safeParse(answer.body);
  return uploaded.success && !answer.error ? { id: uploaded.data.id } : { answer };
}
