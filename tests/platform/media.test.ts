import { describe, expect, it } from "vitest";
import { isMediaUrl, mediaUrl } from "../../worker/platform/media";

const NOW = 1_795_341_600_000;
const DAY = 24 * 3_600_000;
const env = { VAULT_KEYS: "k1:b25l" };
const proofOf = (url: string): string => url.split("/")[5]!;

describe("a signed link to a file", () => {
  const url = mediaUrl(env, "a_1", "f_1", "pic é.png", NOW);

  it("names the file and opens it until it expires", () => {
    expect(url.endsWith("/pic%20%C3%A9.png")).toBe(true);
    expect(isMediaUrl(env, "a_1", "f_1", proofOf(url), NOW + DAY)).toBe(true);
    expect(isMediaUrl(env, "a_1", "f_1", proofOf(url), NOW + 2 * DAY)).toBe(false);
  });

  it.each([
    ["another file", "a_1", "f_2", (proof: string) => proof],
    ["another account", "a_2", "f_1", (proof: string) => proof],
    ["a later end", "a_1", "f_1", (proof: string) => `z${proof}`],
    ["one letter changed", "a_1", "f_1", (proof: string) => `${proof.slice(0, -1)}${proof.endsWith("A") ? "B" : "A"}`],
    ["no signature", "a_1", "f_1", (proof: string) => proof.split(".")[0]!],
  ])("does not open with %s", (_what, account, file, change) => {
    expect(isMediaUrl(env, account, file, change(proofOf(url)), NOW)).toBe(false);
  });

  it("still opens after the key was rotated, and not once its key is gone", () => {
    expect(isMediaUrl({ VAULT_KEYS: "k2:dHdv,k1:b25l" }, "a_1", "f_1", proofOf(url), NOW)).toBe(true);
    expect(isMediaUrl({ VAULT_KEYS: "k2:dHdv" }, "a_1", "f_1", proofOf(url), NOW)).toBe(false);
  });
});
