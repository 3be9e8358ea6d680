import { z } from "zod";

/** Every error code of the API. A client may branch on these; the sentence in `detail` is for people. */
export const ProblemCode = z.enum([
  "invalid-request", "unauthenticated", "forbidden", "not-found", "conflict", "too-large", "too-many-requests",
  "refused", "unsupported-type", "already-set-up", "wrong-credentials", "expired", "unavailable", "method-not-allowed", "bad-cursor",
]);
export type ProblemCode = z.infer<typeof ProblemCode>;

/** RFC 9457 problem details. `reason` is a finer code, for example of the sending engine (`window-closed`). */
export const Problem = z.object({
  type: ProblemCode,
  title: z.string(),
  status: z.int(),
  detail: z.string().optional(),
  reason: z.string().optional(),
}).meta({ id: "Problem" });
export type Problem = z.infer<typeof Problem>;
