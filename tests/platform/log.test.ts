import { afterEach, describe, expect, it, vi } from "vitest";
import { z } from "zod";
import { log } from "../../worker/platform/log";

afterEach(() => { vi.restoreAllMocks(); });

/** What stands in the log for something thrown. */
function logged(act: () => unknown): string {
  const written = vi.spyOn(console, "log").mockImplementation(() => {});
  try { act(); } catch (error) { log("failed", { account: "a_1", error }); }
  return String(written.mock.calls[0]?.[0]);
}

describe("a log", () => {
  it.each<[string, () => unknown, string]>([
    ["a body that is no JSON", () => JSON.parse("my card is 4242") as unknown, "SyntaxError"],
    ["a body that ends too soon", () => JSON.parse('{"text":"my card is 4242') as unknown, "SyntaxError"],
    ["a key that nobody knows", () => z.strictObject({}).parse({ "my card is 4242": 1 }), "ZodError"],
    ["a broken provider", () => { throw new Error("503 from the provider"); }, "Error: 503 from the provider"],
    ["what is no error", () => { throw "gone"; }, "gone"],
  ])("of %s holds nothing of what was read", (_, act, error) => {
    expect(JSON.parse(logged(act))).toEqual({ event: "failed", account: "a_1", error });
  });
});
