import { createRoute } from "@hono/zod-openapi";
import { Member, MemberList, MemberPatch, ResetLink } from "../../contract/account";
import { audit } from "../../db/audit";
import { endSessions } from "../../db/credentials";
import { createReset, RESET_BY_ADMIN_MS } from "../../db/links";
import { changeMember, findMember, listMembers, mayChangeMember } from "../../db/people";
import { membershipsOfEmail } from "../../db/users";
import { announce, rightsChanged } from "../../flows/rights";
import { adminOnly } from "../middleware/session";
import { problem } from "../problem";
import { ADMIN, body, idParam, json, MEMBER, refusal, router } from "../router";

const tags = ["Members"];
const NOBODY = "No such member";

const list = createRoute({
  method: "get", path: "/api/v1/members", operationId: "listMembers", summary: "Everybody in the account", tags,
  description: "Disabled members too: their name stands on what they wrote.",
  responses: { 200: json("Oldest first", MemberList), ...MEMBER },
});

const read = createRoute({
  method: "get", path: "/api/v1/members/{id}", operationId: "readMember", summary: "One member", tags,
  request: { params: idParam },
  responses: { 200: json("The member", Member), 404: refusal(NOBODY), ...MEMBER },
});

const change = createRoute({
  method: "patch", path: "/api/v1/members/{id}", operationId: "changeMember", summary: "Change a member's name or role, disable or enable them", tags, middleware: [adminOnly] as const,
  description: "A changed role and a disabling end every session of the member at once. Only owners touch or make owners; the last owner stays one.",
  request: { params: idParam, body: body(MemberPatch) },
  responses: { 200: json("As it is now", Member), 400: refusal("Not a valid request"), 404: refusal(NOBODY), 409: refusal("The last owner stays one"), ...ADMIN },
});

const resetLink = createRoute({
  method: "post", path: "/api/v1/members/{id}/reset-link", operationId: "createResetLink", summary: "Make a password reset link for a member", tags, middleware: [adminOnly] as const,
  description: "For accounts without a mailbox, or when the mail does not arrive. The link is shown once and works once.",
  request: { params: idParam },
  responses: { 201: json("Hand it to the member", ResetLink), 404: refusal(NOBODY), 409: refusal("This person also works in another account, so only they can reset their password"), ...ADMIN },
});

export const members = router()
  .openapi(list, async (c) => c.json({ items: await listMembers(c.var.account) }, 200))
  .openapi(read, async (c) => {
    const member = await findMember(c.var.account, c.req.valid("param").id);
    return member ? c.json(member, 200) : problem(c, "not-found", NOBODY);
  })
  .openapi(change, async (c) => {
    const { account, actor, now } = c.var;
    const { id } = c.req.valid("param");
    const patch = c.req.valid("json");
    const change = await changeMember(account, actor, id, patch, now);
    if (change.outcome === "not-found") return problem(c, "not-found", NOBODY);
    if (change.outcome === "forbidden") return problem(c, "forbidden", "Only an owner may change an owner or make one", "role");
    if (change.outcome === "last-owner") return problem(c, "conflict", "This is the last owner. Make somebody else an owner first.", "last-owner");
    if (change.rights) await endSessions(account, id, {});
    await rightsChanged(account, { memberId: id });
    await announce(account, "members");
    return c.json(change.member, 200);
  })
  .openapi(resetLink, async (c) => {
    const { account, actor, now } = c.var;
    const { id } = c.req.valid("param");
    const member = await findMember(account, id);
    if (!member) return problem(c, "not-found", NOBODY);
    if (!mayChangeMember(actor, member, {})) return problem(c, "forbidden", "Only an owner may do this for an owner", "role");
    // A password opens every account of its person: no admin of one may take it for another.
    if ((await membershipsOfEmail(c.env, member.email)).length > 1) return problem(c, "conflict", "This person also works in another account, so only they can reset their password");
    const { url, expiresAt } = await createReset(c.env, { email: member.email, lifeMs: RESET_BY_ADMIN_MS, now });
    await audit(account, { actor: actor.id, action: "member.reset-link", target: id, now });
    return c.json({ url, expiresAt: new Date(expiresAt).toISOString() }, 201);
  });
