import { expect, it } from "vitest";
import { renewalDue } from "../../worker/domain/renewal";

const HOUR = 3_600_000, DAY = 24 * HOUR, NOW = Date.UTC(2026, 10, 22);

it.each([
  ["60 days", 60 * DAY, 50 * DAY], ["20 days", 20 * DAY, 10 * DAY], ["8 days", 8 * DAY, 4 * DAY], ["a day", DAY, 12 * HOUR], ["no time", 0, 0], ["an hour too long", -HOUR, -HOUR],
])("a token that lives %s is renewed in time", (_, lives, renewedAfter) => {
  expect(renewalDue(NOW, NOW + lives)).toBe(NOW + renewedAfter);
});
