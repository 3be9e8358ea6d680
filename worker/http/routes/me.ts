import { createRoute } from "@hono/zod-openapi";
import { Me, MePatch, SessionList } from "../../contract/account";
import { readAccount } from "../../db/accounts";
import { audit } from "../../db/audit";
import { endSessions, listSessions } from "../../db/credentials";
import type { Account } from "../../db/locate";
import { findMember, findSignature, renameMember, setSignature } from "../../db/people";
import { cleanHtml } from "../../domain/mail-html";
import { htmlToText } from "../../domain/mail-text";
import { announce, rightsChanged } from "../../flows/rights";
import { problem } from "../problem";
import { body, idParam, json, MEMBER, refusal, router } from "../router";

const tags = ["You"];

const read = createRoute({
  method: "get", path: "/api/v1/me", operationId: "readMe", summary: "Who you are and where", tags,
  responses: { 200: json("You and your account", Me), ...MEMBER },
});

const change = createRoute({
  method: "patch", path: "/api/v1/me", operationId: "changeMe", summary: "Change your own name or signature", tags,
  request: { body: body(MePatch) },
  responses: { 200: json("You and your account", Me), 400: refusal("Not a valid request"), ...MEMBER },
});

const sessions = createRoute({
  method: "get", path: "/api/v1/sessions", operationId: "listSessions", summary: "Where you are signed in", tags,
  responses: { 200: json("Last used first", SessionList), ...MEMBER },
});

const endOne = createRoute({
  method: "delete", path: "/api/v1/sessions/{id}", operationId: "endSession", summary: "Sign out one of your sessions", tags,
  request: { params: idParam },
  responses: { 204: { description: "It is over at once, its sockets too" }, 404: refusal("You have no such session"), ...MEMBER },
});

const endOthers = createRoute({
  method: "delete", path: "/api/v1/sessions", operationId: "endOtherSessions", summary: "Sign out everywhere else", tags,
  responses: { 204: { description: "Only the session that asked is left" }, ...MEMBER },
});

/** Words and links. What is clean already holds no picture within the tag of another one. A picture would need a file with each mail, or be fetched from a server that then knows who read it. */
const cleanSignature = (html: string): string => {
  const clean = cleanHtml(html, () => null).replace(/<img\b[^>]*>/g, "").trim();
  return htmlToText(clean) === "" ? "" : clean;
};

async function view(account: Account, memberId: string): Promise<Me> {
  const [member, about, signature] = await Promise.all([findMember(account, memberId), readAccount(account), findSignature(account, memberId)]);
  if (!member) throw new Error(`member ${memberId} acts but has no row`);
  return { member, account: about, signature: signature ?? "", demo: account.env.DEMO === "on" };
}

export const me = router()
  .openapi(read, async (c) => c.json(await view(c.var.account, c.var.actor.id), 200))
  .openapi(change, async (c) => {
    const { account, actor, now } = c.var;
    const { name, signature } = c.req.valid("json");
    if (signature !== undefined) {
      await setSignature(account, actor.id, cleanSignature(signature));
      await announce(account, "members");
    }
    if (name !== undefined) {
      await renameMember(account, actor.id, name, now);
      await rightsChanged(account, { memberId: actor.id });
      await announce(account, "members");
    }
    return c.json(await view(account, actor.id), 200);
  })
  .openapi(sessions, async (c) => c.json({ items: await listSessions(c.var.account, c.var.actor.id, c.var.credential, c.var.now) }, 200))
  .openapi(endOne, async (c) => {
    const { account, actor, now } = c.var;
    const { id } = c.req.valid("param");
    const ended = await endSessions(account, actor.id, { id });
    if (ended.length === 0) return problem(c, "not-found", "You have no such session");
    await rightsChanged(account, { memberId: actor.id });
    await audit(account, { actor: actor.id, action: "session.end", target: id, now });
    return c.body(null, 204);
  })
  .openapi(endOthers, async (c) => {
    const { account, actor, credential, now } = c.var;
    const ended = await endSessions(account, actor.id, { except: credential });
    if (ended.length > 0) {
      await rightsChanged(account, { memberId: actor.id });
      await audit(account, { actor: actor.id, action: "session.end-others", target: actor.id, data: { count: ended.length }, now });
    }
    return c.body(null, 204);
  });
