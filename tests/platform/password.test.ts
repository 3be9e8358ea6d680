import { expect, it } from "vitest";
import { hashPassword, isPassword } from "../../worker/platform/password";

it("a password opens its own hash and no other does", async () => {
  const stored = await hashPassword("correct horse battery");
  expect(await isPassword("correct horse battery", stored)).toBe(true);
  expect(await isPassword("correct horse batterY", stored)).toBe(false);
  expect(await isPassword("", stored)).toBe(false);
});

it("the same password is stored differently each time, with the cost it was hashed at", async () => {
  const [one, two] = await Promise.all([hashPassword("correct horse battery"), hashPassword("correct horse battery")]);
  expect(one).toMatch(/^scrypt\$16384\$8\$5\$[A-Za-z0-9+/=]{24}\$[A-Za-z0-9+/=]{44}$/);
  expect(one).not.toBe(two);
});

it("a hash made at another cost still opens", async () => {
  // RFC 7914, section 12: scrypt("pleaseletmein", "SodiumChloride", 16384, 8, 1), its first 32 bytes.
  const known = "cCO9yzr9c0hGHAbNgf046/2o+7qQT44+qbVD9lRdofI=";
  expect(await isPassword("pleaseletmein", `scrypt$16384$8$1$${btoa("SodiumChloride")}$${known}`)).toBe(true);
});

it("an accent is the same password however the keyboard composes it", async () => {
  expect(await isPassword("cafe\u0301 au lait", await hashPassword("caf\u00e9 au lait"))).toBe(true);
});

it("nobody's password is never right", async () => {
  expect(await isPassword("anything", null)).toBe(false);
});

it("a broken stored text is an accident, not a wrong password", async () => {
  await expect(isPassword("anything", "md5$x")).rejects.toThrow("known form");
});
