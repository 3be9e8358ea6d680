import { describe, expect } from "vitest";
import { test } from "./support/test";

describe("a fresh start", () => {
  test("tells who asks that it is well", async ({ url }) => {
    expect(await (await fetch(`${url}/healthz`)).json()).toEqual({ ok: true });
  });

  test("offers a visitor to sign in", async ({ visit }) => {
    const page = await visit("/");
    await page.getByRole("textbox", { name: /email/i }).waitFor();
  });

  test("has conversations for whoever signs in with the demo account", async ({ api, as }) => {
    const { items } = await api<{ items: { id: string }[] }>("GET", "/conversations");
    expect(items.length).toBeGreaterThan(0);
    const page = await as("owner");
    await page.getByRole("main").waitFor();
  });
});
