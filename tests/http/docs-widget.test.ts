import { expect, it } from "vitest";
import { call } from "../support/account";

const read = async () => (await call("/api/docs/widget")).text();

it("every command and everything one can hear of is described", async () => {
  const page = await read();
  for (const word of ["open", "close", "toggle", "hide", "show", "identify", "logout", "event", "on", "off", "ready", "unread", "started", "rated", "data-connection", "data-locale", "sub", "exp", "email_verified"]) expect(page).toContain(word);
});

it("it is one click from the API's page and back, and its contents lead somewhere", async () => {
  expect(await (await call("/api/docs")).text()).toContain('href="/api/docs/widget"');
  const page = await read();
  expect(page).toContain('href="/api/docs"');
  const ids = new Set([...page.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id));
  for (const [, target] of page.matchAll(/href="#([^"]+)"/g)) expect(ids).toContain(target);
});

it("its examples are text: it runs and fetches nothing, and its policy says so", async () => {
  const response = await call("/api/docs/widget");
  expect(await response.text()).not.toMatch(/<script|<link|<img|style="/);
  expect(response.headers.get("content-security-policy")).toBe((await call("/api/docs")).headers.get("content-security-policy"));
});
