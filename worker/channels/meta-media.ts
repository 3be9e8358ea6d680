import { z } from "zod";
import type { ChannelIo } from "./channel";
import { graph, graphCode, metaDownload } from "./meta";
import type { MetaSender } from "./meta-send";
import { MediaGone } from "./outside";

/** Ids of messages are base64 of various kinds; nothing else may get into a path. */
const MESSAGE_ID = /^[\w$=:+/-]{1,400}$/;
/** What an address of Meta's answers once its time is over, or its file is gone. */
const OVER = new Set([403, 404, 410]);
/** Graph's word for something that does not exist, or not for us. */
const NO_SUCH_THING = 100;

const place = z.object({ url: z.string() }).optional().catch(undefined);
const Message = z.object({ attachments: z.object({ data: z.array(z.object({ file_url: z.string().optional().catch(undefined), image_data: place, video_data: place })) }) });

interface File { ref: string; message?: string; nth?: number }

/**
 * A file of a message. Its address carries its own proof, and media hosts have no business with our token. It lives for a
 * while only: after that the message itself is asked for a new one. https://developers.facebook.com/docs/graph-api/reference/message
 */
export async function downloadOfMessage({ ref, message, nth = 0 }: File, { host, token, appSecret }: Pick<MetaSender, "host" | "token" | "appSecret">, io: ChannelIo): Promise<Response> {
  const response = await metaDownload(ref, io);
  if (!OVER.has(response.status) || message === undefined || !MESSAGE_ID.test(message)) return response;
  await response.body?.cancel();
  const answer = await graph(io, { ...(host && { host }), path: encodeURIComponent(message), token, appSecret, method: "GET", query: { fields: "attachments{file_url,image_data,video_data}" } });
  if (answer.error?.code === NO_SUCH_THING) throw new MediaGone(graphCode(answer.error));
  if (answer.error) throw new Error(`Meta gave no new address: ${graphCode(answer.error)}`);
  const file = Message.safeParse(answer.body).data?.attachments.data[nth];
  const address = file?.image_data?.url ?? file?.video_data?.url ?? file?.file_url;
  if (address === undefined) throw new MediaGone("the message has no such file any more");
  return metaDownload(address, io);
}
