import { bodyLimit } from "hono/body-limit";
import { Hono } from "hono";
import { z } from "zod";
import type { InboundEvent, RawRequest } from "../../channels/channel";
import { actEvent, visitorHandle } from "../../channels/chat";
import { TranscriptDraft, VisitorAct } from "../../contract/widget";
import { visitorConversation } from "../../db/visitors";
import { deliver } from "../../flows/inbound";
import { mailTranscript, transcriptOf } from "../../flows/transcript";
import { isFlooding, tooMany, visitor, type WidgetEnv } from "../middleware/visitor";
import { problem } from "../problem";

/** A comment of a thousand characters, or twenty values of three hundred. */
const MAX_BODY_BYTES = 20_000;
/** What a site tells of one visitor: a step every two seconds, after a page full of them. */
const PER_VISITOR = { burst: 20, perSecond: 0.5 };
/** One mail an hour for one chat, whatever address it names: strangers must not post through us. */
const TRANSCRIPT_EVERY_MS = 3_600_000;

const small = bodyLimit({ maxSize: MAX_BODY_BYTES, onError: (c) => problem(c, "too-large", `This may have ${MAX_BODY_BYTES} bytes`) });

/** What a visitor does besides writing, always with the token in a header. */
export const widgetActs = new Hono<WidgetEnv>()
  .use("/widget/acts", visitor)
  .post("/widget/acts", small, async (c) => {
    const { widget, visitorId, vouched, now } = c.var;
    if (isFlooding(`act ${widget.id} ${visitorId}`, PER_VISITOR, now)) return tooMany(c);
    const body = new Uint8Array(await c.req.arrayBuffer());
    const act = VisitorAct.safeParse(parse(body));
    if (!act.success) return problem(c, "invalid-request", z.prettifyError(act.error));
    if (!await visitorConversation(widget.account, widget.id, visitorId)) return problem(c, "not-found", "There is no conversation yet");
    const event = actEvent(act.data, visitorHandle(visitorId, vouched, widget.connection.country), now);
    await deliver(widget.account, widget.connection, [event], asRequest(c.req.url, body, now));
    return c.body(null, 204);
  })
  .use("/widget/transcript", visitor)
  .post("/widget/transcript", small, async (c) => {
    const { widget, visitorId, vouched, now } = c.var;
    if (!widget.settings.transcript) return problem(c, "refused", "This chat mails no transcripts", "transcript");
    if (isFlooding(`act ${widget.id} ${visitorId}`, PER_VISITOR, now)) return tooMany(c);
    const body = new Uint8Array(await c.req.arrayBuffer());
    const draft = TranscriptDraft.safeParse(parse(body));
    if (!draft.success) return problem(c, "invalid-request", z.prettifyError(draft.error));
    const conversationId = await visitorConversation(widget.account, widget.id, visitorId);
    if (!conversationId) return problem(c, "not-found", "There is no conversation yet");
    const { email, locale = null, timeZone = null } = draft.data;
    const person = visitorHandle(visitorId, vouched, widget.connection.country);
    const asked: InboundEvent = { kind: "activity", externalId: `transcript:${Math.floor(now / TRANSCRIPT_EVERY_MS)}:${visitorId}`, person, type: "transcript", text: `Asked for the transcript at ${email}`, data: { email }, at: now };
    const said = await transcriptOf(widget.account, { connectionId: widget.id, visitorId, conversationId });
    if (!said) return problem(c, "refused", "There is no answer to send yet", "unanswered");
    // The line in the thread comes first: it is what keeps a second request of this hour from mailing again.
    const [delivered] = await deliver(widget.account, widget.connection, [asked], asRequest(c.req.url, body, now));
    if (delivered!.entries[0]!.repeated) return problem(c, "refused", "It was sent a moment ago. Look into your mailbox, or ask again in an hour.", "repeated");
    const isSent = await mailTranscript(widget.account, said, { email, locale, timeZone, business: widget.name }, now);
    if (!isSent) return problem(c, "refused", "Mail cannot be sent right now", "mail");
    return c.body(null, 204);
  });

const asRequest = (url: string, body: Uint8Array, receivedAt: number): RawRequest => ({ method: "POST", url, headers: { "content-type": "application/json" }, body, receivedAt });

/** Undefined when it is not JSON, which no schema accepts. */
function parse(body: Uint8Array): unknown {
  try { return JSON.parse(new TextDecoder().decode(body)); } catch { return undefined; }
}
