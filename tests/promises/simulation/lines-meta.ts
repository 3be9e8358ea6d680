import { OURS, onMeta, onWhatsApp } from "../../support/meta";
import { fileIn, json, posted, type Asked, type Line, type Sending, type Told } from "./line";

const GRAPH = "graph.facebook.com";
const INSTAGRAM = "graph.instagram.com";
const FILES = "https://scontent.xx.fbcdn.net/";

interface Body { messaging_product?: string; type?: string; to?: string; status?: string; biz_opaque_callback_data?: string; recipient?: { id?: string }; message?: { text?: string; metadata?: string } }
const bodyOf = ({ method, body }: Asked): Body => (method === "POST" && body.startsWith("{") ? JSON.parse(body) as Body : {});
const refused = (code: number, more: object, status: number, headers?: Record<string, string>) => json({ error: { message: "no", type: "OAuthException", code, ...more } }, status, headers);

const REFUSES: Line["refuses"] = {
  "for good": () => refused(100, {}, 400),
  busy: (headers) => refused(4, {}, 400, headers),
  token: () => refused(190, { error_subcode: 463 }, 401),
  unavailable: { answer: "later", response: () => refused(2, { is_transient: true }, 500) },
};

/** Pages and profiles differ in host and in what they say back. */
const messaging = (provider: "messenger" | "instagram", host: string) => ({
  reaches: "user" as const,
  token: provider === "messenger" ? "pageAccessToken" : "accessToken",
  connects: OURS[provider] as unknown as Line["connects"] & object,
  reads(asked: Asked): Sending | null {
    const { recipient, message } = bodyOf(asked);
    return asked.url.host === host && message ? { to: recipient?.id ?? "", reference: message.metadata ?? "" } : null;
  },
  takes: (id: string) => json({ recipient_id: "1", message_id: id }),
  refuses: REFUSES,
  serves: ({ url }: Asked, file: (name: string) => Response) => (url.href.startsWith(FILES) ? file(fileIn(url)) : null),
});
const from = (provider: "messenger" | "instagram", { ours }: { ours: string }) => onMeta({ provider, address: ours });
const acts = (provider: "messenger" | "instagram") => ({
  words: (told: Told) => posted(from(provider, told).says(told.customer, told.words, { mid: told.id, at: told.at })),
  picture: (told: Told) => posted(from(provider, told).event(told.customer, "contact", { message: { mid: told.id, text: told.words, attachments: [{ type: "image", payload: { url: `${FILES}${told.picture}` } }] } }, told.at)),
  edit: (told: Told) => posted(from(provider, told).edit(told.customer, told.target, told.words, told.version, told.at)),
  react: (told: Told) => posted(from(provider, told).reaction(told.customer, told.target, told.emoji, told.at)),
  app: (told: Told) => posted(from(provider, told).echo(told.customer, { mid: told.id, text: told.words }, told.at)),
});

export const messenger: Line = {
  ...messaging("messenger", GRAPH),
  stories: [[4, ["echo", "delivered", "read"]], [2, ["delivered"]], [2, ["echo"]], [1, ["read"]], [1, []]],
  words: {
    echo: { says: "sent", post: ({ id, to, words, reference, at }, place) => posted(from("messenger", place).echo(to, { mid: id, text: words, metadata: reference }, at)) },
    delivered: { says: "delivered", isWatermark: true, post: ({ id, to, at }, place) => posted(from("messenger", place).delivery(to, { mids: [id], watermark: at }, at)) },
    read: { says: "read", isWatermark: true, post: ({ to, at }, place) => posted(from("messenger", place).read(to, { watermark: at }, at)) },
  },
  acts: acts("messenger"),
};

export const instagram: Line = {
  ...messaging("instagram", INSTAGRAM),
  stories: [[4, ["echo", "read"]], [2, ["echo"]], [2, ["read"]], [1, []]],
  words: {
    echo: { says: "sent", post: ({ id, to, words, at }, place) => posted(from("instagram", place).echo(to, { mid: id, text: words }, at)) },
    read: { says: "read", isWatermark: true, post: ({ id, to, at }, place) => posted(from("instagram", place).read(to, { mid: id }, at)) },
  },
  acts: { ...acts("instagram"), unsend: (told) => posted(from("instagram", told).deleted(told.customer, told.target, told.at)) },
};

const status = (word: string, says: "sent" | "delivered" | "read" | "failed"): Line["words"] => ({
  [word]: {
    says,
    post: ({ id, to, reference, at }) => posted(onWhatsApp.status(id, word, { recipient_id: to.slice(1), biz_opaque_callback_data: reference, ...(word === "failed" && { errors: [{ code: 131_000, title: "Something went wrong" }] }) }, at)),
  },
});
const they = ({ customer }: Told) => ({ phone: customer.slice(1) });

export const whatsapp: Line = {
  reaches: "phone",
  token: "accessToken",
  connects: OURS.whatsapp as unknown as Line["connects"] & object,
  reads(asked) {
    const { messaging_product, type, to = "", biz_opaque_callback_data: reference = "" } = bodyOf(asked);
    return asked.url.host === GRAPH && messaging_product === "whatsapp" && type === "text" ? { to: `+${to}`, reference } : null;
  },
  takes: (id) => json({ messaging_product: "whatsapp", messages: [{ id }] }),
  refuses: REFUSES,
  stories: [[5, ["sent", "delivered", "read"]], [2, ["sent", "failed"]], [1, ["delivered", "sent"]], [1, ["read"]], [1, []], [1, ["sent", "failed", "delivered"]]],
  words: { ...status("sent", "sent"), ...status("delivered", "delivered"), ...status("read", "read"), ...status("failed", "failed") },
  acts: {
    words: (told) => posted(onWhatsApp.says(they(told), told.words, { id: told.id, at: told.at })),
    picture: (told) => posted(onWhatsApp.message(they(told), { id: told.id, type: "image", image: { id: told.picture, mime_type: "image/jpeg", sha256: "", caption: told.words } }, told.at)),
    edit: (told) => posted(onWhatsApp.edit(they(told), told.target, told.words, told.at)),
    unsend: (told) => posted(onWhatsApp.revoke(they(told), told.target, told.at)),
    react: (told) => posted(onWhatsApp.reaction(they(told), told.target, told.emoji ?? "", told.at)),
    app: (told) => posted(onWhatsApp.echo(they(told), { id: told.id, text: { body: told.words } }, told.at)),
  },
  // An id becomes an address, and the address the file.
  serves: (asked, file) => {
    if (asked.url.href.startsWith(FILES)) return file(fileIn(asked.url));
    if (asked.url.host !== GRAPH) return null;
    return asked.method === "GET" ? json({ url: `${FILES}${fileIn(asked.url)}`, mime_type: "image/jpeg", sha256: "" }) : json({ success: true });
  },
};
