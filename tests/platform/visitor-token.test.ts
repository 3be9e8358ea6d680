import { expect, it } from "vitest";
import { issueVisitorToken, readVisitorToken } from "../../worker/platform/visitor-token";

const SECRET = "test:MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=";
const OTHER = "other:YWJjZGVmZ2hpamtsbW5vcHFyc3R1dnd4eXphYmNkZWY=";
const NOW = 1_795_341_600_000;
const DAY_MS = 86_400_000;
const claims = { account: "ac_1", connection: "cn_1", visitor: "v_1", issuedAt: NOW };

it("a visitor who comes back days later is who they were", async () => {
  expect(await readVisitorToken(SECRET, await issueVisitorToken(SECRET, claims), NOW + 30 * DAY_MS)).toEqual(claims);
});

it("a token outlives the rotation of the key that signed it", async () => {
  expect(await readVisitorToken(`${OTHER},${SECRET}`, await issueVisitorToken(SECRET, claims), NOW)).toEqual(claims);
});

it("fits into a WebSocket subprotocol", async () => {
  expect(await issueVisitorToken(SECRET, { ...claims, visitor: "v_ü?>~" })).toMatch(/^[A-Za-z0-9_.-]+$/);
});

it("a token that we did not sign, that was changed, or that is too old is nobody's", async () => {
  const token = await issueVisitorToken(SECRET, claims);
  const [payload, signature] = token.split(".") as [string, string];
  const forged = btoa(JSON.stringify({ ...claims, visitor: "v_2" })).replaceAll("=", "");
  for (const wrong of ["", "x", payload, `${payload}.`, `.${signature}`, `${forged}.${signature}`, `${token}.x`, `${payload}.${signature.slice(0, -1)}${signature.endsWith("A") ? "B" : "A"}`, await issueVisitorToken(OTHER, claims)])
    expect(await readVisitorToken(SECRET, wrong, NOW)).toBeNull();
  expect(await readVisitorToken(SECRET, token, NOW + 366 * DAY_MS)).toBeNull();
  expect(await readVisitorToken(SECRET, token, NOW - DAY_MS)).toBeNull();
});
