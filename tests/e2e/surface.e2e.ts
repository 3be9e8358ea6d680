import { createHmac } from "node:crypto";
import { describe, expect } from "vitest";
import type { WebhookLine } from "../../worker/contract/channel.ts";
import type { WorldConnection } from "../../simulator/api.ts";
import { conversationAbout, entriesOf, phoneNumbers, words } from "./support/customers";
import { test } from "./support/test";

const number = phoneNumbers(606);

/** Twilio's signature by the book: the address, then every parameter by name, nothing between. */
function signed(url: string, params: Record<string, string>, authToken: string): string {
  const data = url + Object.keys(params).sort().map((key) => key + params[key]).join("");
  return createHmac("sha1", authToken).update(data).digest("base64");
}
const send = (url: string, body: string, signature: string): Promise<Response> =>
  fetch(url, { method: "POST", headers: { "content-type": "application/x-www-form-urlencoded", "x-twilio-signature": signature }, body });

describe("a request signed by hand", () => {
  test("is taken with the right signature; with one byte changed it is refused and leaves no trace but a line in the log", async ({ api, world }) => {
    const { connectionId, address, webhookUrl, secrets } = (await world<WorldConnection[]>("/connections")).find(({ provider }) => provider === "twilio")!;
    const url = webhookUrl.split("#")[0]!;
    const make = (text: string, from: string) => ({
      MessageSid: `SM${createHmac("md5", "sid").update(text).digest("hex")}`, AccountSid: String(secrets["accountSid"]), From: from, To: address, Body: text, NumMedia: "0", ApiVersion: "2010-04-01",
    });
    const text = words("Signed by my own hand");
    const params = make(text, number());
    const signature = signed(url, params, String(secrets["authToken"]));
    expect((await send(url, new URLSearchParams(params).toString(), signature)).status).toBe(200);
    const id = await conversationAbout({ api, world }, text);
    // The same once more is the same message.
    expect((await send(url, new URLSearchParams(params).toString(), signature)).status).toBe(200);
    expect((await entriesOf({ api, world }, id)).filter((entry) => entry.text === text).length).toBe(1);

    const forged = words("Forged");
    const other = make(forged, number());
    const good = signed(url, other, String(secrets["authToken"]));
    const changed = new URLSearchParams({ ...other, Body: `${forged}!` }).toString();
    expect((await send(url, changed, good)).status).toBe(401);
    expect((await send(url, new URLSearchParams(other).toString(), "")).status).toBe(401);
    // What came after it is there, so it would be there too.
    const after = words("After the forgery");
    const last = make(after, number());
    expect((await send(url, new URLSearchParams(last).toString(), signed(url, last, String(secrets["authToken"])))).status).toBe(200);
    await conversationAbout({ api, world }, after);
    for (const path of ["/conversations?limit=100", `/search?q=${encodeURIComponent("Forged")}`, "/contacts?limit=100"]) {
      const found = JSON.stringify(await api("GET", path));
      expect(found).not.toContain(forged);
      expect(found).not.toContain(other.From);
    }
    const { items } = await api<{ items: WebhookLine[] }>("GET", `/connections/${connectionId}/webhooks`);
    const refused = items.filter(({ outcome }) => outcome === "refused");
    expect(refused.length).toBe(2);
    expect(refused.every((line) => line.conversationId === null && line.events.length === 0)).toBe(true);
    expect(JSON.stringify(refused)).not.toContain(forged);
  });
});
