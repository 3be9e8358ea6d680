import { Hono, type Context } from "hono";
import { findUploads } from "../../db/attachments";
import { findFileLink } from "../../db/file-links";
import { byteRange, namesEtag } from "../../domain/byte-range";
import { cleanName } from "../../domain/file-name";
import { preferredLanguage, PUBLIC_LANGUAGES } from "../../domain/language";
import { isShown } from "../../domain/media-type";
import { UNSHOWN } from "../../flows/media";
import { fileLinkId, fileLinkUrl, isMediaUrl, objectKey } from "../../platform/media";
import { linkOverPage, linkPage } from "../link-page";
import { session } from "../middleware/session";
import { problem } from "../problem";
import { pageHeaders } from "../public-page";
import type { AppEnv } from "../router";

/** What a file may do when a browser opens it: nothing. */
const FILE_POLICY = "default-src 'none'; img-src 'self'; media-src 'self'; style-src 'unsafe-inline'; sandbox; frame-ancestors 'self'";

/** Bytes of attachments: under an entry for members, behind a signature for visitors and providers, and one's own fresh uploads. */
export const media = new Hono<AppEnv>()
  .use("/media/c/*", session)
  .get("/media/c/:conversation/:entry/:id/:name", async (c) => {
    const entry = await c.var.account.conversation(c.req.param("conversation")).entry(c.req.param("entry"), c.var.actor);
    const file = entry?.attachments.find(({ id }) => id === c.req.param("id"));
    return file ? serve(c, c.var.account.id, file.id, file.name) : problem(c, "not-found");
  })
  .use("/media/u/*", session)
  .get("/media/u/:id/:name", async (c) => {
    const { account, actor } = c.var;
    const [file] = await findUploads(account, [c.req.param("id")], actor.id);
    return file ? serve(c, account.id, file.id, file.name) : problem(c, "not-found");
  })
  .get("/media/s/:account/:id/:proof/:name", async (c) => {
    const { account, id, proof, name } = c.req.param();
    return isMediaUrl(c.env, account, id, proof, c.var.now) ? serve(c, account, id, name) : problem(c, "not-found", "This link is not valid any more");
  })
  .get("/media/s/:proof", async (c) => {
    const link = await linkOf(c);
    const headers = pageHeaders();
    const language = preferredLanguage(c.req.header("accept-language"), PUBLIC_LANGUAGES);
    return link ? c.html(linkPage({ ...link, href: `${fileLinkUrl(c.env, link.id)}/file` }, language), 200, headers) : c.html(linkOverPage(language), 410, headers);
  })
  .get("/media/s/:proof/file", async (c) => {
    const link = await linkOf(c);
    return link ? serve(c, link.accountId, link.attachmentId, link.name, { isDownload: true }) : problem(c, "not-found", "This link is not valid any more");
  });

async function linkOf(c: Context<AppEnv>) {
  const id = fileLinkId(c.env, c.req.param("proof") ?? "");
  return id === null ? null : findFileLink(c.env, id, c.var.now);
}

/** Streams the file, whole or the asked part, or says that the asker has it already. */
async function serve(c: Context<AppEnv>, accountId: string, id: string, name: string, { isDownload = false } = {}): Promise<Response> {
  const key = objectKey(accountId, id);
  const [asked, had] = [c.req.header("range"), c.req.header("if-none-match")];
  // Which part it is, and whether it is one, depends on the size: the bucket throws when asked for a part that is not there.
  const known = asked !== undefined || had !== undefined ? await c.env.BUCKET.head(key) : null;
  if (known && namesEtag(had, known.httpEtag)) return new Response(null, { status: 304, headers: fileHeaders(known, name, isDownload) });
  const range = known ? byteRange(asked, known.size) : "whole";
  if (known && range === "beyond") return new Response(null, { status: 416, headers: { "content-range": `bytes */${known.size}` } });
  const part = typeof range === "object" ? range : null;
  const object = await c.env.BUCKET.get(key, part ? { range: part } : {});
  if (!object) return problem(c, "not-found");
  // A page that shows it, ours or a mail's, would fill the reader's memory. Whoever opens it by itself has chosen to.
  if (object.customMetadata?.[UNSHOWN] && c.req.header("sec-fetch-dest") === "image") {
    await object.body.cancel();
    return problem(c, "too-large", "This picture has too many pixels to be shown. Download it instead.");
  }
  const headers = fileHeaders(object, name, isDownload);
  headers.set("content-length", String(part?.length ?? object.size));
  if (part) headers.set("content-range", `bytes ${part.offset}-${part.offset + part.length - 1}/${object.size}`);
  return new Response(object.body, { status: part ? 206 : 200, headers });
}

/** Only types that cannot run are shown in place; the rest is a download. A link's own name is its holder's word. */
function fileHeaders(object: R2Object, name: string, isDownload: boolean): Headers {
  const type = object.httpMetadata?.contentType ?? "application/octet-stream";
  return new Headers({
    "content-type": isShown(type) || type === "text/plain" ? type : "application/octet-stream",
    "content-disposition": `${isShown(type) && !isDownload ? "inline" : "attachment"}; filename*=UTF-8''${encodeURIComponent(cleanName(name, type)).replace(/['()*]/g, (char) => `%${char.charCodeAt(0).toString(16)}`)}`,
    "content-security-policy": FILE_POLICY, "x-content-type-options": "nosniff", "cross-origin-resource-policy": "cross-origin",
    "cache-control": isDownload ? "private, no-store" : "private, max-age=3600", "accept-ranges": "bytes", etag: object.httpEtag,
  });
}
