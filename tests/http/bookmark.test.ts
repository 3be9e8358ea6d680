import { beforeAll, describe, expect, it } from "vitest";
import { newAccount, type TestAccount } from "../support/account";

let account: TestAccount;
beforeAll(async () => { account = await newAccount(); });

describe("a reader's place in the database", () => {
  it("comes with every answer, and a later request from that place sees the reader's own change", async () => {
    const made = await account.fetch("/api/v1/contacts", { json: { name: "Ines Novak" } });
    const place = made.headers.get("x-bookmark");
    expect(place).toMatch(/^[0-9a-f-]+$/i);
    const { id } = await made.json<{ id: string }>();
    const read = await account.fetch(`/api/v1/contacts/${id}`, { headers: { "x-bookmark": place! } });
    expect(await read.json()).toMatchObject({ id, name: "Ines Novak" });
  });

  it.each(["", "first-primary", "'; DROP TABLE contact; --", "z".repeat(500)])("is ignored when nobody but us could have made it up: %j", async (bookmark) => {
    const read = await account.fetch("/api/v1/contacts", { headers: { "x-bookmark": bookmark } });
    expect(read.status).toBe(200);
  });
});
