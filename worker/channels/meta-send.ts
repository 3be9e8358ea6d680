import { z } from "zod";
import type { ChannelIo, OutboundMessage, SendResult, Signal } from "./channel";
import { graph, type GraphAnswer, type GraphCall, outcomeOf } from "./meta";
import type { MessagingErrors } from "./meta-messaging-errors";

/** https://developers.facebook.com/docs/messenger-platform/send-messages/quick-replies */
export const QUICK_REPLIES = { max: 13, characters: 20, words: null, links: false };

/** Marks the id of a public comment among those of messages: it is answered by another address. */
const COMMENT = "comment:";

/** Where an account's messages go, and by whose right. `path` ends in `/messages`. */
export interface MetaSender extends Pick<GraphCall, "host" | "path" | "token" | "appSecret"> {
  errors: MessagingErrors;
  /** How this platform wants a reply inside the window marked, if at all. */
  inWindow: { messaging_type: "RESPONSE" } | Record<never, never>;
  /** What this platform wants to know of a file besides its address. */
  forFile: Record<string, unknown>;
  /** How many pictures one message may hold. */
  album: number;
  /** It returns our reference in its echo. */
  takesReference: boolean;
}

export const commentId = (id: string): string => `${COMMENT}${id}`;

const Sent = z.object({ message_id: z.string().min(1) });
const Acted = z.object({ recipient_id: z.string().min(1) });

/**
 * Sends words, one file or an album of pictures. An answer to a public comment goes out as its private reply, which Meta takes once per comment and
 * within 7 days: https://developers.facebook.com/docs/instagram-platform/private-replies
 */
export async function sendToMeta(message: OutboundMessage, sender: MetaSender, io: ChannelIo): Promise<SendResult> {
  const { to, text, media, buttons, replyTo, automated, inHumanWindow } = message;
  const [file, ...others] = media;
  const refused = (kind: "window" | "permanent", code: string): SendResult => ({ ok: false, class: kind, code, detail: sender.errors.explain(code) ?? code });
  // The tag promises Meta that a person wrote it.
  if (inHumanWindow && automated) return refused("window", "people-only");
  const isAlbum = others.length > 0 && media.length <= sender.album && media.every(({ type }) => attachmentType(type) === "image");
  if ((others.length > 0 && !isAlbum) || (file && text !== "")) return refused("permanent", "one-at-a-time");
  const comment = replyTo?.startsWith(COMMENT) ? replyTo.slice(COMMENT.length) : null;
  const answer = await call(sender, io, {
    recipient: comment === null ? { id: to } : { comment_id: comment },
    ...(comment === null && (inHumanWindow ? { messaging_type: "MESSAGE_TAG", tag: "HUMAN_AGENT" } : sender.inWindow)),
    message: {
      ...(isAlbum ? { attachments: media.map((one) => attachmentOf(one, sender)) } : file ? { attachment: attachmentOf(file, sender) } : { text }),
      ...(buttons.length > 0 && { quick_replies: buttons.map(({ text: title }) => ({ content_type: "text", title, payload: title })) }),
      ...(sender.takesReference && { metadata: message.reference }),
    },
    ...(comment === null && replyTo !== null && { reply_to: { mid: replyTo } }),
  });
  return outcomeOf(answer, sender.errors.classify, (body) => Sent.safeParse(body).data?.message_id ?? null);
}

/** `reaction` as this platform writes it. */
export async function reactOnMeta({ target, to, reaction }: { target: string; to: string; reaction: string | null }, sender: MetaSender, io: ChannelIo): Promise<SendResult> {
  const answer = await call(sender, io, {
    recipient: { id: to }, sender_action: reaction === null ? "unreact" : "react",
    payload: { message_id: target, ...(reaction !== null && { reaction }) },
  });
  // An action has no id of its own.
  return outcomeOf(answer, sender.errors.classify, (body) => (Acted.safeParse(body).success ? target : null));
}

export async function signalToMeta({ kind, to }: Signal, sender: MetaSender, io: ChannelIo): Promise<void> {
  const { status } = await call(sender, io, { recipient: { id: to }, sender_action: kind === "read" ? "mark_seen" : "typing_on" });
  if (status >= 300) throw new Error(`Meta answered ${status} to a signal`);
}

const call = ({ host, path, token, appSecret }: MetaSender, io: ChannelIo, body: Record<string, unknown>): Promise<GraphAnswer> =>
  graph(io, { ...(host !== undefined && { host }), path, token, appSecret, method: "POST", body });

const attachmentOf = ({ type, url }: OutboundMessage["media"][number], { forFile }: MetaSender) => ({ type: attachmentType(type), payload: { url, ...forFile } });

function attachmentType(type: string): "image" | "audio" | "video" | "file" {
  const kind = type.split("/")[0]!;
  return kind === "image" || kind === "audio" || kind === "video" ? kind : "file";
}

/** Asks for what the customer shows of themselves: null when Meta does not tell, a throw when it may later. */
export async function profileOf<P>(address: string, fields: string, shape: z.ZodType<P>, { host, token, appSecret, errors }: MetaSender, io: ChannelIo): Promise<P | null> {
  const answer = await graph(io, { ...(host !== undefined && { host }), path: encodeURIComponent(address), token, appSecret, method: "GET", query: { fields } });
  const kind = answer.error ? errors.classify(answer.error) : null;
  if (kind === "temporary" || kind === "rate") throw new Error(`Meta answered ${answer.status} when asked for a name`);
  return shape.safeParse(answer.body).data ?? null;
}
