import { createRoute, z } from "@hono/zod-openapi";
import type { Context } from "hono";
import type { Entry } from "../../contract/entry";
import { EntryHtml, MailSource, PictureSender } from "../../contract/mail";
import { addPictureSender, isPictureSender, listPictureSenders, removePictureSender } from "../../db/picture-senders";
import { cleanName } from "../../domain/file-name";
import { picturesOf } from "../../domain/mail-pictures";
import { sourceOf } from "../../flows/mail-source";
import { announceTo } from "../../flows/rights";
import { problem } from "../problem";
import { type AppEnv, idParam, json, MEMBER, refusal, router } from "../router";

const tags = ["Messages"];
const GONE = refusal("There is no such conversation or email, or you may not see it");
const NOT_KEPT = refusal("No such email, or its original is not kept any more: that is 30 days");
const entryParam = idParam.extend({ entryId: z.string().min(1).max(80) });
const path = "/api/v1/conversations/{id}/entries/{entryId}";

const html = createRoute({
  method: "get", path: `${path}/html`, operationId: "getEntryHtml", summary: "The HTML of a mail, as it came: show it only in a sandbox", tags,
  request: { params: entryParam }, responses: { 200: json("Untrusted HTML, and whether to load its pictures from the web", EntryHtml), 404: GONE, ...MEMBER },
});
const source = createRoute({
  method: "get", path: `${path}/source`, operationId: "getEntrySource", summary: "The header lines of a received mail", tags,
  request: { params: entryParam }, responses: { 200: json("As they came", MailSource), 404: NOT_KEPT, 503: refusal("The provider cannot be asked now"), ...MEMBER },
});
const original = createRoute({
  method: "get", path: `${path}/original`, operationId: "getEntryOriginal", summary: "A received mail as a file", tags,
  description: "The bytes as they came (`.eml`), untrusted: for saving and for mail programs.",
  request: { params: entryParam },
  responses: { 200: { description: "The mail", content: { "message/rfc822": { schema: z.string() } } }, 404: NOT_KEPT, 503: refusal("The provider cannot be asked now"), ...MEMBER },
});
const always = createRoute({
  method: "put", path: `${path}/pictures`, operationId: "showPicturesOfSender", summary: "Always show pictures from the web in mail of this one's sender", tags,
  description: "For yourself, in every browser. Only where the mail is proved to be its sender's.",
  request: { params: entryParam }, responses: { 200: json("Remembered", PictureSender), 422: refusal("It is not proved who sent this mail"), 404: GONE, ...MEMBER },
});
const senders = createRoute({
  method: "get", path: "/api/v1/picture-senders", operationId: "listPictureSenders", summary: "Senders whose pictures you always see", tags,
  responses: { 200: json("Newest first", z.object({ items: z.array(PictureSender) })), ...MEMBER },
});
const forget = createRoute({
  method: "delete", path: "/api/v1/picture-senders/{address}", operationId: "forgetPictureSender", summary: "Ask again before showing a sender's pictures", tags,
  request: { params: z.object({ address: z.string().min(3).max(320) }) }, responses: { 204: { description: "Asked again" }, 404: refusal("Not one of yours"), ...MEMBER },
});

export const mailReading = router()
  .openapi(html, async (c) => {
    const { account, actor } = c.var;
    const { id, entryId } = c.req.valid("param");
    const [found, entry] = await Promise.all([account.conversation(id).html(entryId, actor), entryOf(c, id, entryId)]);
    if (found === null || !entry?.email) return problem(c, "not-found");
    const { email, direction } = entry;
    const isRemembered = email.authenticity === "verified" && await isPictureSender(account, actor.id, email.from.address);
    return c.json({ html: found, pictures: picturesOf(direction, email, isRemembered) }, 200);
  })
  .openapi(source, async (c) => {
    const found = await read(c, c.req.valid("param"));
    if (found instanceof Error) return problem(c, "unavailable", "The provider that keeps this mail cannot be asked just now. Try again in a moment.");
    return found ? c.json({ headers: found.headers.map(([name, value]) => ({ name, value })), whole: found.raw !== null }, 200) : problem(c, "not-found", NOT_KEPT.description);
  })
  .openapi(original, async (c) => {
    const found = await read(c, c.req.valid("param"));
    if (found instanceof Error) return problem(c, "unavailable", "The provider that keeps this mail cannot be asked just now. Try again in a moment.");
    if (!found?.raw) return problem(c, "not-found", NOT_KEPT.description);
    const subject = cleanName(`${found.headers.find(([name]) => name.toLowerCase() === "subject")?.[1].slice(0, 60) || "mail"}.eml`, "message/rfc822");
    return c.body(found.raw as Uint8Array<ArrayBuffer>, 200, {
      "content-type": "message/rfc822", "content-disposition": `attachment; filename*=UTF-8''${encodeURIComponent(subject).replace(/['()*]/g, (char) => `%${char.charCodeAt(0).toString(16)}`)}`,
      "content-security-policy": "default-src 'none'; sandbox",
    });
  })
  .openapi(always, async (c) => {
    const { account, actor, now } = c.var;
    const { id, entryId } = c.req.valid("param");
    const entry = await entryOf(c, id, entryId);
    if (!entry?.email) return problem(c, "not-found");
    const { mayAlways, why } = picturesOf(entry.direction, entry.email, false);
    if (!mayAlways) return problem(c, "refused", why ?? "This mail is one of ours.", "unproved");
    await addPictureSender(account, actor.id, entry.email.from.address, now);
    await announceTo(account, actor.id, "pictures");
    return c.json({ address: entry.email.from.address.toLowerCase(), since: new Date(now).toISOString() }, 200);
  })
  .openapi(senders, async (c) => c.json({ items: await listPictureSenders(c.var.account, c.var.actor.id) }, 200))
  .openapi(forget, async (c) => {
    const { account, actor } = c.var;
    if (!await removePictureSender(account, actor.id, c.req.valid("param").address)) return problem(c, "not-found");
    await announceTo(account, actor.id, "pictures");
    return c.body(null, 204);
  });

/** Null also when the conversation is not for this member. */
const entryOf = ({ var: { account, actor } }: Pick<Context<AppEnv>, "var">, id: string, entryId: string): Promise<Entry | null> => account.conversation(id).entry(entryId, actor);

async function read(c: Pick<Context<AppEnv>, "var">, { id, entryId }: { id: string; entryId: string }) {
  const entry = await entryOf(c, id, entryId);
  return entry && sourceOf(c.var.account, id, entry, c.var.now).catch((error: unknown) => (error instanceof Error ? error : new Error(String(error))));
}
