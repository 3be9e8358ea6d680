import { describe, expect, it } from "vitest";
import { AUTOMATED_PER_HOUR, machineMayNot } from "../../worker/domain/mail-loop";

const NOW = 1_795_341_600_000;
const sent = (count: number, age = 60_000) => Array.from({ length: count }, () => NOW - age);

describe("whether a machine may write a mail", () => {
  it.each<[string, Parameters<typeof machineMayNot>[0]["answered"], number[], string | undefined]>([
    ["to start a thread", null, [], undefined],
    ["to answer a person", { direction: "in", automatic: "no" }, sent(3), undefined],
    ["to answer an out-of-office note", { direction: "in", automatic: "auto-reply" }, [], "automatic-mail"],
    ["to answer a mailing list", { direction: "in", automatic: "bulk" }, [], "automatic-mail"],
    ["to follow up on a mail of ours", { direction: "out", automatic: "no" }, sent(AUTOMATED_PER_HOUR - 1), undefined],
    ["once more within an hour", { direction: "in", automatic: "no" }, sent(AUTOMATED_PER_HOUR), "mail-loop"],
    ["an hour later", { direction: "in", automatic: "no" }, sent(AUTOMATED_PER_HOUR, 3_600_000), undefined],
  ])("%s", (_what, answered, sentAt, reason) => expect(machineMayNot({ answered, sentAt, now: NOW })?.reason).toBe(reason));
});
