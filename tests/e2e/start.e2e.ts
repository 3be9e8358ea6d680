import { describe, expect } from "vitest";
import { type ConversationPage, Tab, View } from "../../worker/contract/conversation.ts";
import { becomes } from "./support/customers";
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

  test("has no empty view and no empty tab for the owner", async ({ api }) => {
    const filters = [...View.options.map((view) => ({ view })), ...Tab.options.map((tab) => ({ tab }))];
    const empty = async () => {
      const pages = await Promise.all(filters.map((filter) => api<ConversationPage>("GET", `/conversations?filter=${encodeURIComponent(JSON.stringify(filter))}`)));
      return filters.filter((_, nth) => pages[nth]!.items.length === 0);
    };
    await becomes(empty, []);
  });
});
