import { createRoute } from "@hono/zod-openapi";
import { Acceptance, Invitation, InvitationDraft, InvitationList, InvitationPreview, TokenPresented } from "../../contract/account";
import { createMember, readAccount } from "../../db/accounts";
import { audit } from "../../db/audit";
import { createSession } from "../../db/credentials";
import { createInvitation, giveBackLink, listInvitations, openLink, useLink, withdrawInvitation } from "../../db/links";
import { findAccount } from "../../db/locate";
import { findMember, hasMemberWithEmail } from "../../db/people";
import { forgiveAttempt } from "../../db/throttle";
import { findUser } from "../../db/users";
import { isPublished } from "../../domain/demo";
import { announce } from "../../flows/rights";
import { hashPassword, isPassword } from "../../platform/password";
import { adminOnly, startSession } from "../middleware/session";
import { linkLimits, refuseIfTooMany, signInLimits } from "../middleware/throttle";
import { problem } from "../problem";
import { ADMIN, body, idParam, json, refusal, router } from "../router";
import { PUBLISHED_PASSWORD, SignedIn, TOO_MANY } from "./auth";

const tags = ["Invitations"];
const SPENT = "This invitation was used already, withdrawn, or is too old. Ask for a new one.";

const list = createRoute({
  method: "get", path: "/api/v1/invitations", operationId: "listInvitations", summary: "Invitations that are still open", tags, middleware: [adminOnly] as const,
  responses: { 200: json("Newest first", InvitationList), ...ADMIN },
});

const invite = createRoute({
  method: "post", path: "/api/v1/invitations", operationId: "createInvitation", summary: "Invite somebody", tags, middleware: [adminOnly] as const,
  description: "The answer holds the link, for the only time. A second invitation of the same address replaces the first. Only an owner may invite an owner.",
  request: { body: body(InvitationDraft) },
  responses: { 201: json("Made", Invitation), 400: refusal("Not a valid request"), 409: refusal("This address is a member already"), ...ADMIN },
});

const withdraw = createRoute({
  method: "delete", path: "/api/v1/invitations/{id}", operationId: "withdrawInvitation", summary: "Withdraw an invitation", tags, middleware: [adminOnly] as const,
  request: { params: idParam },
  responses: { 204: { description: "Withdrawn" }, 404: refusal("No such open invitation"), ...ADMIN },
});

const preview = createRoute({
  method: "post", path: "/api/auth/invitation", operationId: "readInvitation", summary: "What an invitation link is for", tags, security: [],
  description: "POST, because a token has no place in a URL.",
  request: { body: body(TokenPresented) },
  responses: { 200: json("Still open", InvitationPreview), 400: refusal("Not a valid request"), 410: refusal("Used, withdrawn or too old"), 429: TOO_MANY },
});

const accept = createRoute({
  method: "post", path: "/api/auth/accept", operationId: "acceptInvitation", summary: "Accept an invitation", tags, security: [],
  description: "Somebody who has a password here already gives that one; everybody else chooses one.",
  request: { body: body(Acceptance) },
  responses: {
    200: json("A member, and signed in by cookie", SignedIn), 400: refusal("Not a valid request"), 401: refusal("Not the password of this person"),
    410: refusal("Used, withdrawn or too old"), 422: refusal("The password is published"), 429: TOO_MANY,
  },
});

export const invitations = router()
  .openapi(list, async (c) => c.json({ items: await listInvitations(c.var.account, c.var.now) }, 200))
  .openapi(invite, async (c) => {
    const { account, actor, now } = c.var;
    const draft = c.req.valid("json");
    if (draft.role === "owner" && actor.role !== "owner") return problem(c, "forbidden", "Only an owner may invite an owner", "role");
    if (await hasMemberWithEmail(account, draft.email)) return problem(c, "conflict", "This address is a member already");
    const invitation = await createInvitation(account, { ...draft, now });
    await audit(account, { actor: actor.id, action: "invitation.create", target: invitation.id, data: { email: draft.email, role: draft.role }, now });
    return c.json(invitation, 201);
  })
  .openapi(withdraw, async (c) => {
    const { account, actor, now } = c.var;
    const { id } = c.req.valid("param");
    if (!await withdrawInvitation(account, id)) return problem(c, "not-found", "No such open invitation");
    await audit(account, { actor: actor.id, action: "invitation.withdraw", target: id, now });
    return c.body(null, 204);
  })
  .openapi(preview, async (c) => {
    const tooMany = await refuseIfTooMany(c, await linkLimits(c));
    if (tooMany) return tooMany;
    const link = await openLink(c.env, "invitation", c.req.valid("json").token, c.var.now);
    const account = link?.accountId ? await findAccount(c.env, link.accountId) : null;
    if (!link?.role || !account) return problem(c, "expired", SPENT);
    const known = (await findUser(c.env, link.email)) !== null;
    return c.json({ email: link.email, name: link.name, role: link.role, accountName: (await readAccount(account)).name, known }, 200);
  })
  .openapi(accept, async (c) => {
    const { token, name, password } = c.req.valid("json");
    const { now } = c.var;
    const tooManyLinks = await refuseIfTooMany(c, await linkLimits(c));
    if (tooManyLinks) return tooManyLinks;
    const link = await openLink(c.env, "invitation", token, now);
    const account = link?.accountId ? await findAccount(c.env, link.accountId) : null;
    if (!link?.role || !account) return problem(c, "expired", SPENT);
    if (isPublished(password, c.env.DEMO)) return problem(c, "refused", PUBLISHED_PASSWORD);
    const user = await findUser(c.env, link.email);
    if (user) {
      const limits = await signInLimits(c, link.email);
      const tooMany = await refuseIfTooMany(c, limits);
      if (tooMany) return tooMany;
      if (!await isPassword(password, user.passwordHash)) return problem(c, "wrong-credentials", "You have a password here already; this is not it");
      await forgiveAttempt(c.env, limits);
    }
    const passwordHash = user?.passwordHash ?? await hashPassword(password);
    if (!await useLink(c.env, link.id, now)) return problem(c, "expired", SPENT);
    const joined = await createMember(account, { name, email: link.email, role: link.role, passwordHash, now }).catch(async (error: unknown) => {
      await giveBackLink(c.env, link.id);
      throw error;
    });
    const member = await findMember(account, joined.memberId);
    if (!member || member.disabled) return problem(c, "expired", SPENT);
    await audit(account, { actor: member.id, action: "invitation.accept", target: link.id, now });
    await announce(account, "members");
    startSession(c, await createSession(c.env, { userId: joined.userId, accountId: account.id, memberId: member.id, userAgent: c.req.header("user-agent") ?? "", now }));
    return c.json({ accountId: account.id, memberId: member.id }, 200);
  });
