import * as fc from "fast-check";
import type { Act } from "./line";
import { OTHERS, type LineName } from "./lines";

/** What the customers, colleagues, providers and the platform do, one thing after the other. Plain data, so that it prints and shrinks. */
export type Step =
  | { do: "text"; who: number; say: "words" | "stop" | "start" | "picture"; copies: number; lateMs: number; luck: number }
  | { do: "mail"; who: number; answers: boolean; copies: number; luck: number }
  | { do: "chat"; who: number; copies: number; luck: number }
  /** `line`: which of the world's other providers. */
  | { do: "line"; line: number; who: number; act: Act; nth: number; copies: number; lateMs: number; luck: number }
  | { do: "token"; line: number; what: "ends" | "renewed" }
  | { do: "send"; who: number; by: "sms" | "email" | "chat" | "line"; line: number; copies: number; holdMs: number; luck: number }
  | { do: "comment"; who: number; copies: number }
  | { do: "change"; who: number; what: "assign" | "unassign" | "close" | "reopen" | "snooze" | "star" | "read" | "unread" | "dismiss" | "follow" }
  | { do: "draft"; who: number; keep: boolean }
  | { do: "decide"; nth: number; what: "retry" | "sent" | "failed" | "cancel" }
  | { do: "reports"; count: number; copies: number; luck: number }
  | { do: "visit"; who: number; what: "read" | "delivered" }
  | { do: "wait"; ms: number }
  | { do: "crash"; afterMs: number }
  | { do: "lose alarm"; who: number }
  | { do: "sweep" }
  | { do: "outage"; of: "D1" | "R2" | "Feed" | "Connection"; calls: number; tells: "nothing" | "too late" }
  | { do: "cut"; who: number }
  | { do: "resume"; who: number };

/** `together` runs a step without waiting for the one before it to end. */
export interface Schedule { lines: LineName[]; steps: { step: Step; together: boolean }[] }

/** People the schedule names by number: few, so that much happens to each. */
export const PEOPLE = 2;

const who = fc.nat(PEOPLE - 1);
const luck = fc.nat(0x7fffffff);
/** Mostly once, sometimes many times at once. */
const copies = fc.oneof({ weight: 6, arbitrary: fc.constant(1) }, { weight: 2, arbitrary: fc.constant(2) }, { weight: 1, arbitrary: fc.constant(5) });
const MINUTE = 60_000;
export const DAY_AND_MORE = 25 * 60 * MINUTE;
/** Of the providers besides text and mail a world has one or two, so that much happens on each. */
const LINES_MAX = 2;
/** The last closes every window of a day. */
const wait = fc.constantFrom(100, 1_000, 5_000, 30_000, MINUTE, 3 * MINUTE, 10 * MINUTE, 60 * MINUTE, DAY_AND_MORE);
const line = fc.nat(LINES_MAX - 1);

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ do: fc.constant("text" as const), who, say: fc.constantFrom("words" as const, "words" as const, "words" as const, "words" as const, "stop" as const, "start" as const, "start" as const, "picture" as const), copies, lateMs: fc.constantFrom(0, 0, 0, 1), luck }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant("mail" as const), who, answers: fc.boolean(), copies, luck }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant("chat" as const), who, copies, luck }) },
  { weight: 8, arbitrary: fc.record({ do: fc.constant("line" as const), line, who, act: fc.constantFrom("words" as const, "words" as const, "words" as const, "picture" as const, "edit" as const, "unsend" as const, "react" as const, "app" as const), nth: fc.nat(3), copies, lateMs: fc.constantFrom(0, 0, 0, 1), luck }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("token" as const), line: fc.nat(LINES_MAX), what: fc.constantFrom("ends" as const, "renewed" as const) }) },
  { weight: 13, arbitrary: fc.record({ do: fc.constant("send" as const), who, by: fc.constantFrom("sms" as const, "sms" as const, "email" as const, "chat" as const, "line" as const, "line" as const, "line" as const), line, copies, holdMs: fc.constantFrom(0, 0, 0, 5_000, 30 * MINUTE), luck }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("comment" as const), who, copies }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant("change" as const), who, what: fc.constantFrom("assign" as const, "unassign" as const, "close" as const, "reopen" as const, "snooze" as const, "star" as const, "read" as const, "unread" as const, "dismiss" as const, "follow" as const) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("draft" as const), who, keep: fc.boolean() }) },
  { weight: 6, arbitrary: fc.record({ do: fc.constant("decide" as const), nth: fc.nat(5), what: fc.constantFrom("retry" as const, "retry" as const, "sent" as const, "failed" as const, "cancel" as const) }) },
  { weight: 6, arbitrary: fc.record({ do: fc.constant("reports" as const), count: fc.integer({ min: 1, max: 5 }), copies, luck }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("visit" as const), who, what: fc.constantFrom("read" as const, "delivered" as const) }) },
  { weight: 7, arbitrary: fc.record({ do: fc.constant("wait" as const), ms: wait }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant("crash" as const), afterMs: fc.constantFrom(0, 0, 1, 3, 8) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("lose alarm" as const), who }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("sweep" as const) }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant("outage" as const), of: fc.constantFrom("D1" as const, "D1" as const, "R2" as const, "Feed" as const, "Connection" as const), calls: fc.integer({ min: 1, max: 12 }), tells: fc.constantFrom("nothing" as const, "too late" as const) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("cut" as const), who }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("resume" as const), who }) },
);

export const schedule: fc.Arbitrary<Schedule> = fc.record({ lines: fc.shuffledSubarray(OTHERS, { minLength: 1, maxLength: LINES_MAX }), steps: fc.array(fc.record({ step, together: fc.boolean() }), { minLength: 15, maxLength: 50, size: "max" }) });
