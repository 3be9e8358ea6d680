import type { Context } from "hono";
import { bodyLimit } from "hono/body-limit";
import { Hono } from "hono";
import { getCookie, setCookie } from "hono/cookie";
import { z } from "zod";
import type { InboundEvent, RawRequest } from "../../channels/channel";
import { UPLOAD, vouchedHeader, type Vouched } from "../../channels/chat";
import type { Attachment } from "../../contract/entry";
import { VisitorDraft, VisitorStart, type PreChat, type VisitorIdentity, type VisitorSession } from "../../contract/widget";
import { findUploads, recordUpload } from "../../db/attachments";
import { uploadedBy, visitorConversation } from "../../db/visitors";
import { cleanName } from "../../domain/file-name";
import { unanswered } from "../../domain/widget";
import { deliver } from "../../flows/inbound";
import { lineOf, outcomeOf } from "../../flows/intake";
import { logWebhook } from "../../flows/webhook-log";
import { MAX_FILE_BYTES, storeMedia, TooLarge } from "../../flows/media";
import { newId } from "../../platform/id";
import { mediaUrl } from "../../platform/media";
import { readIdentityToken } from "../../platform/identity-token";
import { issueVisitorToken, isVouchedFor, readVisitorToken, VISITOR_MAX_AGE_MS, vouchedVisitor } from "../../platform/visitor-token";
import { floods, foreign, isFlooding, isForeign, openWidget, tooMany, visitor, VISITOR_PROTOCOL, type Widget, type WidgetEnv } from "../middleware/visitor";
import { problem } from "../problem";
import { configOf } from "./widget-frame";

type C = Context<WidgetEnv>;

/** 10,000 characters of four bytes each, escaped, and the rest of a draft. */
const MAX_BODY_BYTES = 100_000;
/** What a panel shows at once, and a few screens more. */
const PAGE_SIZE = 50;
/** Thirty messages a minute: nobody types faster, and the widget waits and tries again. */
const PER_VISITOR = { burst: 30, perSecond: 0.5 };
/** New sessions of one address: a page reload each two seconds. */
const PER_START = { burst: 30, perSecond: 0.5 };
/** Two full messages of files, then one file in five seconds: uploads cost storage before anybody has seen them. */
const PER_UPLOADER = { burst: 20, perSecond: 0.2 };

const small = bodyLimit({ maxSize: MAX_BODY_BYTES, onError: (c) => problem(c, "too-large", `This may have ${MAX_BODY_BYTES} bytes`) });

/** What the visitor's browser calls, always with the token in a header. */
export const widget = new Hono<WidgetEnv>()
  .post("/widget/session", small, async (c) => {
    const connectionId = c.req.query("connection") ?? "";
    if (floods(c, connectionId, PER_START)) return tooMany(c);
    const opened = await openWidget(c.env, connectionId);
    if (!opened) return problem(c, "not-found", "There is no such chat, or it is switched off");
    if (isForeign(c, opened)) return foreign(c);
    const start = VisitorStart.safeParse(await json(c));
    if (!start.success) return problem(c, "invalid-request", z.prettifyError(start.error));
    return c.json(await session(c, opened, start.data));
  })
  .use("/widget/messages", visitor)
  .post("/widget/messages", small, async (c) => {
    const { widget, visitorId, vouched } = c.var;
    if (isFlooding(`${widget.id} ${visitorId}`, PER_VISITOR, c.var.now)) return tooMany(c);
    const body = new Uint8Array(await c.req.arrayBuffer());
    const draft = VisitorDraft.safeParse(parse(body));
    if (!draft.success) return problem(c, "invalid-request", z.prettifyError(draft.error));
    const { text, attachments, preChat } = draft.data;
    if (!text.trim() && attachments.length === 0) return problem(c, "invalid-request", "A message needs words or a file");
    const files = await findUploads(widget.account, attachments, uploadedBy(widget.id, visitorId));
    if (files.length < attachments.length) return problem(c, "invalid-request", "One of the files is not yours to send", "attachments");
    const open = unanswered(widget.settings.preChat, { ...preChat, ...vouched });
    if (open.length > 0 && !await visitorConversation(widget.account, widget.id, visitorId)) return problem(c, "refused", `Please fill in: ${open.join(", ")}`, "pre-chat");
    if (preChat && !preChat.consent && hasAnswers(preChat) && widget.settings.consentText !== "") return problem(c, "refused", "Please agree to how your details are used", "consent");

    const request: RawRequest = { method: "POST", url: c.req.url, headers: { "content-type": "application/json", "x-visitor": visitorId, "x-vouched": vouchedHeader(vouched) }, body, receivedAt: c.var.now };
    const [delivered] = await deliver(widget.account, widget.connection, withUploads(await widget.channel.receive(request, widget.connection), files), request);
    const { conversationId, entries } = delivered!;
    const message = entries.at(-1)!;
    c.executionCtx.waitUntil(logWebhook(widget.account, widget.id, lineOf(request, outcomeOf({ delivered: [delivered!], events: ["message"] }))));
    const { messages } = await widget.account.conversation(conversationId).visitorPage(visitorId, widget.id, message.seq + 1, 1);
    return c.json({ message: messages[0]!, conversationId }, 201);
  })
  .get("/widget/messages", async (c) => {
    const { widget, visitorId } = c.var;
    const before = z.coerce.number().int().positive().optional().safeParse(c.req.query("before"));
    if (!before.success) return problem(c, "invalid-request", "`before` is the place of a message");
    const conversationId = await visitorConversation(widget.account, widget.id, visitorId);
    if (!conversationId) return c.json({ messages: [], cursor: 0 });
    return c.json(await widget.account.conversation(conversationId).visitorPage(visitorId, widget.id, before.data ?? null, PAGE_SIZE));
  })
  .post("/widget/attachments", visitor, async (c) => {
    const { widget: { id: connectionId, account }, visitorId, now } = c.var;
    if (isFlooding(`upload ${connectionId} ${visitorId}`, PER_UPLOADER, now)) return tooMany(c);
    if (Number(c.req.header("content-length") ?? 0) > MAX_FILE_BYTES) return problem(c, "too-large", new TooLarge(MAX_FILE_BYTES).message);
    const id = newId("a", now);
    try {
      const { type, size } = await storeMedia(c.env, account.id, id, c.req.raw.body, { declared: c.req.header("content-type") ?? "" });
      if (size === 0) return problem(c, "invalid-request", "This file is empty");
      const name = cleanName(decoded(c.req.header("x-file-name") ?? ""), type);
      const file = await recordUpload(account, { id, name, type, size }, uploadedBy(connectionId, visitorId), now);
      return c.json({ ...file, url: mediaUrl(c.env, account.id, id, name, now) }, 201);
    } catch (error) {
      if (error instanceof TooLarge) return problem(c, "too-large", error.message);
      throw error;
    }
  })
  .get("/live/visitor", visitor, async (c) => {
    if (c.req.header("upgrade")?.toLowerCase() !== "websocket") return problem(c, "invalid-request", "This is a WebSocket");
    const { widget, visitorId } = c.var;
    const conversationId = await visitorConversation(widget.account, widget.id, visitorId);
    if (!conversationId) return problem(c, "not-found", "There is no conversation yet");
    // Headers are made anew: whatever the browser sent under these names never reaches the object. A browser that offered
    // subprotocols hangs up unless one is chosen; the token is never echoed.
    const headers = new Headers({ upgrade: "websocket", "x-visitor": visitorId, "x-connection": widget.id, "x-protocol": VISITOR_PROTOCOL });
    const answer = await widget.account.conversation(conversationId).fetch(new Request(c.req.url, { headers }));
    return answer.webSocket ? answer : problem(c, "not-found", "There is no conversation yet");
  });

/** Who is here: the customer the site vouches for, else whoever the earlier token names, else somebody new. A wrong proof counts as none. */
async function session(c: C, opened: Widget, start: VisitorStart): Promise<VisitorSession> {
  const { env, var: { now } } = c;
  const { account, settings } = opened;
  const person = start.identity && settings.identitySecret !== undefined ? await provedBy(settings.identitySecret, start.identity, now) : null;
  const vouched = person !== null;
  const shown = start.token ?? (start.cookie === "use" ? getCookie(c, cookieOf(opened.id), "host") : undefined);
  const claims = shown === undefined ? null : await readVisitorToken(env.VAULT_KEYS, shown, now);
  const earlier = claims?.connection === opened.id && claims.account === account.id ? claims.visitor : null;
  const visitorId = person ? await vouchedVisitor(opened.id, person.userId) : earlier ?? newId("v", now);
  const token = await issueVisitorToken(env.VAULT_KEYS, { account: account.id, connection: opened.id, visitor: visitorId, issuedAt: now, ...(person && { vouched: person.vouched }) });
  // Partitioned: a browser sends it only from our frame inside the very site where it was set.
  if (start.cookie && !vouched) setCookie(c, cookieOf(opened.id), token, { prefix: "host", path: "/", secure: true, httpOnly: true, sameSite: "None", partitioned: true, maxAge: VISITOR_MAX_AGE_MS / 1_000 });
  const conversationId = await visitorConversation(account, opened.id, visitorId);
  const { messages, cursor, closed } = conversationId ? await account.conversation(conversationId).visitorPage(visitorId, opened.id, null, PAGE_SIZE) : { messages: [], cursor: 0, closed: false };
  // What the site has proved need not be asked.
  const asked = conversationId !== null || settings.preChat.every(({ key }) => person?.vouched[key] !== undefined);
  return { token, visitorId, config: configOf(env, opened, now, start.locale), conversationId, messages, cursor, asked, vouched, closed };
}

/** Null when the proof is wrong. The older kind of proof covers the id alone. */
async function provedBy(secret: string, identity: VisitorIdentity, now: number): Promise<{ userId: string; vouched: Vouched } | null> {
  if ("hash" in identity) return await isVouchedFor(secret, identity) ? { userId: identity.userId, vouched: {} } : null;
  const person = await readIdentityToken(secret, identity.token, now);
  if (!person) return null;
  const { userId, ...vouched } = person;
  return { userId, vouched };
}

const hasAnswers = ({ name, email, phone }: PreChat): boolean => Boolean(name || email || phone);

/** Tells the flow which media lie in the bucket already, so that nothing is fetched. */
const withUploads = (events: InboundEvent[], files: Attachment[]): InboundEvent[] => events.map((event) => (event.kind !== "message" ? event : {
  ...event,
  media: event.media.map((media) => {
    const file = files.find(({ id }) => media.ref === `${UPLOAD}${id}`);
    return file ? { ...media, name: file.name, type: file.type, stored: { id: file.id, size: file.size } } : media;
  }),
}));

/** Header values are ASCII, so names come percent-encoded; what is not is taken as it stands. */
function decoded(text: string): string {
  try { return decodeURIComponent(text); } catch { return text; }
}

/** Only `/widget/session` reads it, and only to answer with a token: no other request is trusted for a cookie. */
const cookieOf = (connectionId: string) => `sb_visitor_${connectionId}`;

/** Undefined when it is not JSON, which no schema accepts. */
function parse(body: Uint8Array): unknown {
  try { return JSON.parse(new TextDecoder().decode(body)); } catch { return undefined; }
}
const json = async (c: C): Promise<unknown> => parse(new Uint8Array(await c.req.arrayBuffer()));
