import { beforeEach, describe, expect, it } from "vitest";
import type { Account, QuietHours } from "../../worker/contract/account";
import { newAccount, type TestAccount, type Who } from "../support/account";

let account: TestAccount;
beforeEach(async () => { account = await newAccount(); });

const NIGHTS: QuietHours = { on: true, days: Array.from({ length: 7 }, () => [{ from: "21:00", to: "08:00" }]), holidays: ["2026-12-25"], manual: "warn" };
const change = (settings: object, who: Who = "admin") => account.fetch("/api/v1/account", { method: "PATCH", json: { settings } }, who);
const settings = async () => (await (await account.fetch("/api/v1/account", {}, "restricted")).json<Account>()).settings;

describe("quiet hours", () => {
  it("are kept whole, and other settings stay as they were", async () => {
    expect(await settings()).not.toHaveProperty("quietHours");
    await change({ reopenDays: 3 });
    expect((await change({ quietHours: NIGHTS })).status).toBe(200);
    expect(await settings()).toMatchObject({ reopenDays: 3, quietHours: NIGHTS });
    const fewer: QuietHours = { on: false, days: [[], [], [], [], [], [], [{ from: "12:00", to: "13:00" }]], holidays: [], manual: "block" };
    await change({ quietHours: fewer });
    expect((await settings()).quietHours).toEqual(fewer);
  });

  it.each([
    ["six days", { ...NIGHTS, days: NIGHTS.days.slice(1) }],
    ["a time that no clock shows", { ...NIGHTS, days: [[{ from: "25:00", to: "08:00" }], ...NIGHTS.days.slice(1)] }],
    ["a date that no calendar has", { ...NIGHTS, holidays: ["2026-02-30"] }],
    ["a week in which nothing may ever go out", { ...NIGHTS, days: NIGHTS.days.map(() => [{ from: "00:00", to: "00:00" }]) }],
    ["something we do not know", { ...NIGHTS, manual: "shout" }],
  ])("are refused with %s", async (_, quietHours) => {
    expect((await change({ quietHours })).status).toBe(400);
    expect(await settings()).not.toHaveProperty("quietHours");
  });

  it("are the admins' to set", async () => {
    expect((await change({ quietHours: NIGHTS }, "agent")).status).toBe(403);
  });
});
