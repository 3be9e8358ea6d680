import { env } from "cloudflare:test";
import { beforeEach, describe, expect, it } from "vitest";
import type { ConnectionView } from "../../worker/contract/channel";
import type { Entry } from "../../worker/contract/entry";
import type { WidgetConfig } from "../../worker/contract/widget";
import { forgetConnection } from "../../worker/flows/open-connection";
import { call } from "../support/account";
import { newWidget, say, startSession, type TestWidget } from "../support/visitor";

const NEVER = Array.from({ length: 7 }, () => []);
const GERMAN = { greeting: "Hallo", awayMessage: "Gerade nicht da", consentText: "Ich stimme zu.", greetings: ["Brauchen Sie Hilfe?"] };
const TEXTS = { greeting: "Hello", awayMessage: "Away", consentText: "I agree.", greetings: [{ text: "Need help?", pages: "", afterSeconds: 0, visitors: "all" }], preChat: [{ key: "email", required: false }], languages: { de: GERMAN } };

let widget: TestWidget;
beforeEach(async () => { widget = await newWidget(TEXTS, widget?.account); });

const config = async (locale: string) => (await call(`/widget/config/${widget.id}?locale=${locale}`, { headers: { origin: env.PUBLIC_URL } })).json<WidgetConfig>();

describe("a chat in several languages", () => {
  it("speaks that of the page, and the first one where it has no other", async () => {
    expect(await config("de-AT")).toMatchObject({ greeting: "Hallo", awayMessage: "Gerade nicht da", consentText: "Ich stimme zu.", greetings: [{ text: "Brauchen Sie Hilfe?", afterSeconds: 0 }] });
    expect(await config("fr")).toMatchObject({ greeting: "Hello", greetings: [{ text: "Need help?" }] });
    expect((await startSession(widget, { locale: "de" })).config.greeting).toBe("Hallo");
    expect((await startSession(widget)).config.greeting).toBe("Hello");
  });

  it("keeps the consent in the words that were read", async () => {
    const session = await startSession(widget, { locale: "de" });
    const { conversationId } = await (await say(session, "Hallo", { preChat: { email: "jane@example.com", consent: true }, locale: "de" })).json<{ conversationId: string }>();
    const { items } = await (await widget.account.fetch(`/api/v1/conversations/${conversationId}/entries`)).json<{ items: Entry[] }>();
    expect(items[0]!.text).toBe("Agreed to: “Ich stimme zu.”");
  });

  it.each([["no language", { "not a language": GERMAN }], ["one in another spelling", { de_AT: GERMAN }], ["too long a text", { de: { ...GERMAN, greeting: "x".repeat(201) } }], ["too many", Object.fromEntries(Array.from({ length: 31 }, (_, at) => [`de-x-${at}`, GERMAN]))]])("%s is refused", async (_name, languages) => {
    expect((await widget.account.fetch(`/api/v1/connections/${widget.id}`, { method: "PATCH", json: { settings: { languages } } })).status).toBe(400);
  });
});

it("all that an admin set comes back to be changed, but for the secret", async () => {
  await widget.account.fetch(`/api/v1/connections/${widget.id}`, { method: "PATCH", json: { settings: { identitySecret: "a_secret_of_the_shop", theme: "dark", rating: false, hoursFrom: "account" } } });
  const { settings } = await (await widget.account.fetch(`/api/v1/connections/${widget.id}`)).json<ConnectionView>();
  expect(settings).toMatchObject({ ...TEXTS, theme: "dark", rating: false, hoursFrom: "account" });
  expect(JSON.stringify(settings)).not.toContain("a_secret_of_the_shop");
});

describe("when nobody is there", () => {
  const keep = async (settings: object) => { expect((await widget.account.fetch("/api/v1/account", { method: "PATCH", json: { settings } })).status).toBe(200); forgetConnection(widget.id); };

  it("a chat says when somebody is back, by its own hours or by the account's, and never on a holiday", async () => {
    const soon = new Date(Date.now() + 3_600_000);
    const day = soon.getUTCDay();
    const from = `${String(soon.getUTCHours()).padStart(2, "0")}:${String(soon.getUTCMinutes()).padStart(2, "0")}`;
    const back = new Date(Math.floor(soon.getTime() / 60_000) * 60_000).toISOString();
    const to = from === "23:59" ? "00:30" : "23:59";
    await keep({ timeZone: "UTC", officeHours: { days: NEVER.map((_, at) => (at === day ? [{ from, to }] : [])) } });
    expect(await config("en")).toMatchObject({ online: true, backAt: null });
    await widget.account.fetch(`/api/v1/connections/${widget.id}`, { method: "PATCH", json: { settings: { hoursFrom: "account" } } });
    expect(await config("en")).toMatchObject({ online: false, backAt: back });
    await keep({ quietHours: { on: false, days: NEVER, holidays: [soon.toISOString().slice(0, 10)], manual: "warn" } });
    expect(await config("en")).toMatchObject({ online: false, backAt: new Date(Date.parse(back) + 7 * 86_400_000).toISOString() });
    await keep({ officeHours: null });
    expect(await config("en")).toMatchObject({ online: true });
  });
});
