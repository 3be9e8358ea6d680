import { OpenAPIHono } from "@hono/zod-openapi";
import { z } from "zod";
import { Problem } from "../contract/problem";
import type { Account } from "../db/locate";
import type { MemberActor } from "../domain/access";
import { CURSOR_MAX } from "../platform/cursor";
import { problem } from "./problem";

export interface AppEnv {
  Bindings: Env;
  Variables: {
    /** The clock of this request, in milliseconds. */
    now: number;
    /** Who asks. Set by `session`; routes under /api/v1 can rely on it. */
    actor: MemberActor;
    /** The asker's account, and nobody else's. Set by `session`. */
    account: Account;
    /** The hash of the credential that was used, to tell the current session in a list. */
    credential: string;
  };
}

/** Every router is made here, so a rejected request reads the same on every route, also when a test mounts one alone. */
export const router = () => new OpenAPIHono<AppEnv>({
  defaultHook: (result, c) => {
    if (result.success) return;
    const { issues } = result.error;
    if (issues.every(({ path }) => path[0] === CURSOR)) return problem(c, "bad-cursor", "This cursor is none that this list gave out. Begin again without one.");
    return problem(c, "invalid-request", z.prettifyError(result.error));
  },
});

const CURSOR = "cursor";
/** The `cursor` of a list: only what the list gave out is one. */
export const listCursor = (isOurs: (cursor: string) => boolean) => z.string().max(CURSOR_MAX).refine(isOurs, "not of this list").optional();

/** Shorthand for the two kinds of answer a route declares. */
export const json = <S extends z.ZodType>(description: string, schema: S) => ({ description, content: { "application/json": { schema } } });
export const refusal = (description: string) => ({ description, content: { "application/problem+json": { schema: Problem } } });
export const body = <S extends z.ZodType>(schema: S) => ({ required: true, content: { "application/json": { schema } } });
export const idParam = z.object({ id: z.string().min(1).max(80) });
/** What every route under /api/v1 may answer besides its own. Typed by number: from a spread literal the compiler makes text keys. */
export const MEMBER: Record<401 | 403, ReturnType<typeof refusal>> = {
  401: refusal("Nobody is signed in, or the key is not valid"),
  403: refusal("The role, or the key's scopes, do not allow it"),
};
/** What a list that comes in pages may answer too. */
export const PAGED: typeof MEMBER & Record<422, ReturnType<typeof refusal>> = { ...MEMBER, 422: refusal("The cursor is none that this list gave out") };
/** The same for routes that only owners and admins may use. */
export const ADMIN: typeof MEMBER = { ...MEMBER, 403: refusal("Only owners and admins, and keys with the admin scope") };
