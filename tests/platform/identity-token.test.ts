import { describe, expect, it } from "vitest";
import { readIdentityToken } from "../../worker/platform/identity-token";
import { signedToken } from "../support/visitor";

const SECRET = "test_livechat_identity_secret";
const NOW = 1_795_341_600_000;
const NOW_S = NOW / 1_000;
const claims = { sub: "u_77", exp: NOW_S + 600, name: "Jane", email: "JANE@Example.com", phone: "+43 660 1234567" };
const read = async (body: object, head?: object, secret = SECRET) => readIdentityToken(SECRET, await signedToken(secret, body, head), NOW);

it("says who the site's server vouches for", async () => {
  expect(await read(claims)).toEqual({ userId: "u_77", name: "Jane", email: "jane@example.com", phone: "+43 660 1234567" });
  expect(await read({ sub: 77, exp: NOW_S + 1 })).toEqual({ userId: "77" });
});

describe("nobody is proved by", () => {
  it.each<[string, object, object | undefined, string?]>([
    ["a token signed with another secret", claims, undefined, "some_other_secret_of_them"],
    ["a token that has ended", { ...claims, exp: NOW_S - 61 }, undefined],
    ["a token that never ends", { sub: "u_77" }, undefined],
    ["a token from the future", { ...claims, nbf: NOW_S + 3_600 }, undefined],
    ["a token of nobody", { exp: NOW_S + 600 }, undefined],
    ["an empty id", { ...claims, sub: "" }, undefined],
    ["no algorithm", claims, { alg: "none" }],
    ["another algorithm", claims, { alg: "HS512" }],
    ["an algorithm of public keys", claims, { alg: "RS256" }],
  ])("%s", async (_, body, head, secret) => { expect(await read(body, head, secret)).toBeNull(); });

  it("something that is no token, or was changed", async () => {
    const token = await signedToken(SECRET, claims);
    const [head, , signature] = token.split(".") as [string, string, string];
    for (const wrong of ["", "a", "a.b", "a.b.c", "..", `${token}.x`, `${head}.${btoa(JSON.stringify({ ...claims, sub: "u_1" })).replaceAll("=", "")}.${signature}`, token.slice(0, -4), `${token}é`])
      expect(await readIdentityToken(SECRET, wrong, NOW)).toBeNull();
  });
});

it("an address that the site has not proved, or that is none, is left out", async () => {
  expect(await read({ ...claims, email_verified: false })).not.toHaveProperty("email");
  expect(await read({ ...claims, email: "not-an-email", name: 7 })).toEqual({ userId: "u_77", phone: "+43 660 1234567" });
});
