import { createRoute, z } from "@hono/zod-openapi";
import type { Context } from "hono";
import { AuthState, Reset, ResetRequest, SetUp, SignIn } from "../../contract/account";
import { createFirstAccount, hasAccount } from "../../db/accounts";
import { audit } from "../../db/audit";
import { createSession, endSessions } from "../../db/credentials";
import { createReset, openLink, RESET_BY_MAIL_MS, resetPassword } from "../../db/links";
import { type Account, findAccount } from "../../db/locate";
import { findMember, loadActor } from "../../db/people";
import { forgiveAttempt } from "../../db/throttle";
import { findUser, type Membership, membershipsOf, membershipsOfEmail } from "../../db/users";
import { DEMO_MEMBERS, DEMO_PASSWORD, isPublished } from "../../domain/demo";
import { sendAccountMail } from "../../flows/account-mail";
import { rightsChanged } from "../../flows/rights";
import { hashPassword, isPassword } from "../../platform/password";
import { hashToken } from "../../platform/token";
import { clearSession, presented, startSession } from "../middleware/session";
import { linkLimits, refuseIfTooMany, resetLimits, setUpLimits, signInLimits } from "../middleware/throttle";
import { problem } from "../problem";
import { type AppEnv, body, json, refusal, router } from "../router";

const tags = ["Signing in"];
export const SignedIn = z.object({ accountId: z.string(), memberId: z.string() }).meta({ id: "SignedIn" });
export const TOO_MANY = refusal("Too many tries; `Retry-After` says for how long");
export const PUBLISHED_PASSWORD = "This password is published. Choose another one.";

const state = createRoute({
  method: "get", path: "/api/auth/state", operationId: "readAuthState", summary: "What the sign-in page needs to know", tags, security: [],
  responses: { 200: json("Whether the first account has been made", AuthState) },
});

const setUp = createRoute({
  method: "post", path: "/api/auth/set-up", operationId: "setUp", summary: "Make the first account and its owner", tags, security: [],
  description: "Works once: after the first account exists it is closed for good.",
  request: { body: body(SetUp) },
  responses: { 201: json("Made, and signed in by cookie", SignedIn), 400: refusal("Not a valid request"), 409: refusal("Already set up"), 422: refusal("The password is published"), 429: TOO_MANY },
});

const signIn = createRoute({
  method: "post", path: "/api/auth/sign-in/email", operationId: "signIn", summary: "Sign in with email and password", tags, security: [],
  description: "Sets the session cookie. The answer and its timing are the same whether or not there is such a person.",
  request: { body: body(SignIn) },
  responses: { 200: json("Signed in by cookie", SignedIn), 400: refusal("Not a valid request"), 401: refusal("Wrong email or password"), 429: TOO_MANY },
});

const signOut = createRoute({
  method: "post", path: "/api/auth/sign-out", operationId: "signOut", summary: "End this session", tags,
  responses: { 204: { description: "Signed out; also when nobody was signed in" } },
});

const requestReset = createRoute({
  method: "post", path: "/api/auth/reset-request", operationId: "requestPasswordReset", summary: "Ask for a password reset by mail", tags, security: [],
  description: "Always answers 202. A mail goes out if there is such a person and their account has a mailbox connected; otherwise an admin can make a reset link.",
  request: { body: body(ResetRequest) },
  responses: { 202: { description: "Taken" }, 400: refusal("Not a valid request"), 429: TOO_MANY },
});

const reset = createRoute({
  method: "post", path: "/api/auth/reset", operationId: "resetPassword", summary: "Set a new password with a reset link", tags, security: [],
  description: "Ends every session of this person. The token works once.",
  request: { body: body(Reset) },
  responses: { 204: { description: "Set. Sign in with it" }, 400: refusal("Not a valid request"), 410: refusal("The link was used or is too old"), 422: refusal("The password is published"), 429: TOO_MANY },
});

/** The first account in which this person is an active member. */
async function homeOf(env: Env, userId: string): Promise<Membership | null> {
  for (const membership of await membershipsOf(env, userId)) {
    const account = await findAccount(env, membership.accountId);
    const member = account && await findMember(account, membership.memberId);
    if (member && !member.disabled) return membership;
  }
  return null;
}

/** After this nobody holds a session of these memberships, and no socket stays open. */
async function forgetEverywhere(env: Env, memberships: readonly Membership[], each: (account: Account, memberId: string) => Promise<void>): Promise<void> {
  for (const { accountId, memberId } of memberships) {
    const account = await findAccount(env, accountId);
    if (!account) continue;
    await each(account, memberId);
    await rightsChanged(account, { memberId });
  }
}

async function mailReset(c: Context<AppEnv>, email: string): Promise<void> {
  const { now } = c.var;
  for (const { accountId } of await membershipsOfEmail(c.env, email)) {
    const account = await findAccount(c.env, accountId);
    if (!account) continue;
    const { url } = await createReset(c.env, { email, lifeMs: RESET_BY_MAIL_MS, now });
    const text = `Somebody asked to reset the password of ${email}.\n\nSet a new one within an hour:\n${url}\n\nIf it was not you, there is nothing to do.`;
    if (await sendAccountMail(account, { to: email, subject: "Set a new password", text }, now)) return;
  }
}

export const auth = router()
  .openapi(state, async (c) => {
    const demo = c.env.DEMO === "on" ? { members: [...DEMO_MEMBERS], password: DEMO_PASSWORD } : null;
    return c.json({ setUp: await hasAccount(c.env), demo }, 200);
  })
  .openapi(setUp, async (c) => {
    const { accountName, name, email, password } = c.req.valid("json");
    const { now } = c.var;
    if (await hasAccount(c.env)) return problem(c, "already-set-up", "This installation has its first account already");
    const tooMany = await refuseIfTooMany(c, await setUpLimits(c));
    if (tooMany) return tooMany;
    if (isPublished(password, c.env.DEMO)) return problem(c, "refused", PUBLISHED_PASSWORD);
    const made = await createFirstAccount(c.env, { name: accountName, owner: { name, email, passwordHash: await hashPassword(password) }, now });
    if (!made) return problem(c, "already-set-up", "This installation has its first account already");
    const who = { accountId: made.account.id, memberId: made.ownerId };
    startSession(c, await createSession(c.env, { ...who, userId: made.userId, userAgent: c.req.header("user-agent") ?? "", now }));
    return c.json(who, 201);
  })
  .openapi(signIn, async (c) => {
    const { email: typed, password } = c.req.valid("json");
    const email = typed.trim().toLowerCase();
    const limits = await signInLimits(c, email);
    const tooMany = await refuseIfTooMany(c, limits);
    if (tooMany) return tooMany;
    const user = await findUser(c.env, email);
    const correct = await isPassword(password, user?.passwordHash ?? null);
    const home = user && correct && !isPublished(password, c.env.DEMO) ? await homeOf(c.env, user.id) : null;
    if (!user || !home) return problem(c, "wrong-credentials", "Wrong email or password");
    await forgiveAttempt(c.env, limits);
    startSession(c, await createSession(c.env, { ...home, userId: user.id, userAgent: c.req.header("user-agent") ?? "", now: c.var.now }));
    return c.json({ accountId: home.accountId, memberId: home.memberId }, 200);
  })
  .openapi(signOut, async (c) => {
    const credential = presented(c);
    const hash = credential?.via === "cookie" ? await hashToken(credential.token) : null;
    const actor = hash && await loadActor(c.env, hash, c.var.now);
    const account = actor && await findAccount(c.env, actor.accountId);
    if (account && actor.via === "session") {
      await endSessions(account, actor.id, { hash });
      await rightsChanged(account, { memberId: actor.id });
      await audit(account, { actor: actor.id, action: "session.end", target: actor.id, now: c.var.now });
    }
    clearSession(c);
    return c.body(null, 204);
  })
  .openapi(requestReset, async (c) => {
    const email = c.req.valid("json").email.trim().toLowerCase();
    const tooMany = await refuseIfTooMany(c, await resetLimits(c, email));
    if (tooMany) return tooMany;
    // After the answer, so that its timing tells nothing.
    c.executionCtx.waitUntil(mailReset(c, email));
    return c.body(null, 202);
  })
  .openapi(reset, async (c) => {
    const { token, password } = c.req.valid("json");
    const { now } = c.var;
    const tooMany = await refuseIfTooMany(c, await linkLimits(c));
    if (tooMany) return tooMany;
    const link = await openLink(c.env, "reset", token, now);
    if (!link) return problem(c, "expired", "This link was used already or is too old");
    if (isPublished(password, c.env.DEMO)) return problem(c, "refused", PUBLISHED_PASSWORD);
    if (!await resetPassword(c.env, link, await hashPassword(password), now)) return problem(c, "expired", "This link was used already or is too old");
    await forgetEverywhere(c.env, await membershipsOfEmail(c.env, link.email), (account, memberId) =>
      audit(account, { actor: memberId, action: "password.reset", target: memberId, now }));
    return c.body(null, 204);
  });
