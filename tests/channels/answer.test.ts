import { expect, it } from "vitest";
import { jsonOf, waitOf } from "../../worker/channels/answer";

const NOW = Date.parse("2026-03-02T10:00:00Z");

it.each([
  ["seconds", "30", 30_000],
  ["a fraction of a second", "0.5", 500],
  ["an HTTP date", "Mon, 02 Mar 2026 10:01:00 GMT", 60_000],
  ["a date that has passed", "Mon, 02 Mar 2026 09:00:00 GMT", 0],
  ["less than nothing", "-5", 0],
  ["no header", null, undefined],
  ["an empty header", " ", undefined],
  ["words", "soon", undefined],
  ["a number without end", "Infinity", undefined],
])("a wait told as %s is read", (_, header, wait) => {
  expect(waitOf(header, NOW)).toBe(wait);
});

it("an answer that is no JSON is as good as none", () => {
  expect(jsonOf("{\"id\":1}")).toEqual({ id: 1 });
  expect(jsonOf("<html>502 Bad Gateway</html>")).toBeNull();
  expect(jsonOf("")).toBeNull();
});
