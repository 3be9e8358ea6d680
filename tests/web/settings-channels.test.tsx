import { createMemoryHistory, MemoryRouter, Route } from "@solidjs/router";
import { cleanup, fireEvent, render, screen, waitFor, within } from "@solidjs/testing-library";
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import type { Member } from "../../worker/contract/account";
import type { Capabilities, ConnectionView, WebhookLine } from "../../worker/contract/channel";
import type { Template } from "../../worker/contract/template";
import { Channels } from "../../web/inbox/settings/channels/channels";
import type { Provider } from "../../web/inbox/settings/channels/providers";
import { draftOf, emptyForm, nameFrom, partsOf, withVariable } from "../../web/inbox/settings/templates/form";
import { Templates } from "../../web/inbox/settings/templates/templates";
import { me, refresh, setMe } from "../../web/lib/me";
import { Toasts } from "../../web/ui/toast";

const AT = "2026-05-12T09:00:00.000Z";
const OWNER: Member = { id: "ana", name: "Ana Ruiz", email: "ana@example.test", role: "owner", teamIds: [], disabled: false, createdAt: AT };
const ACCOUNT = { id: "a1", name: "Northside Cycles", settings: { reopenDays: 7, undoMs: 5_000, timeZone: "America/Chicago", country: "US" } };
const CAPABILITIES: Capabilities = {
  text: { max: 4_096, unit: "characters" }, subject: false, html: false, copies: false, media: null, voice: null, location: false, typing: true, readReceipts: true, deliveryReceipts: true, start: true, window: null, templates: true,
  reactions: true, replies: true, edit: false, delete: false, groups: false, resend: "ask", transport: "provider", perSecond: 10,
};
const SHOP: ConnectionView = {
  id: "ch1", provider: "whatsapp", channel: "whatsapp", name: "Shop", address: "+15125550199", status: "active", webhookUrl: "https://inbox.example.com/hooks/whatsapp/ch1", capabilities: CAPABILITIES, settings: { phoneNumberId: "109" },
  health: { state: "healthy", sentence: "All is well.", lastInboundAt: AT, lastSentAt: AT, signatureFailures: 0, tokenExpiresAt: null },
};
const WHATSAPP: Provider = { provider: "whatsapp", kind: "whatsapp", title: "WhatsApp", fields: [
  { key: "phoneNumberId", label: "Phone number ID", help: "Below the number.", secret: false },
  { key: "accessToken", label: "Access token", help: "Without an end.", secret: true },
  { key: "verifyToken", label: "Verify token", help: "Any word of your own.", secret: true },
] };
const MESSENGER: Provider = { provider: "messenger", kind: "messenger", title: "Facebook Messenger", fields: [{ key: "pageId", label: "Page ID", help: "Digits only.", secret: false }, { key: "appSecret", label: "App secret", help: "App settings.", secret: true }] };
const template = (name: string, fields: Partial<Template> = {}): Template => ({
  id: `t-${name}`, connectionId: "ch1", name, language: "en_US", category: "utility", status: "approved", quality: "high", reason: null, named: false, parts: { header: null, body: "Hi {{1}}, it is ready.", footer: null, buttons: [] },
  variables: [{ key: "body.1", example: "Maya" }], updatedAt: AT, ...fields,
});

interface Call { method: string; path: string; body: unknown }
let calls: Call[];
let answers: Record<string, { status?: number; body?: unknown }>;
const changes = () => calls.filter(({ method }) => method !== "GET");

// Loaded when first wanted, which takes longer than a test waits.
beforeAll(async () => { await import("../../web/ui/dialog-sheet"); });
beforeEach(async () => {
  calls = [];
  answers = { "GET /api/v1/connections": { body: { items: [SHOP] } }, "GET /api/v1/providers": { body: { items: [WHATSAPP, MESSENGER] } } };
  localStorage.clear();
  setMe({ member: OWNER, account: ACCOUNT, demo: false });
  vi.stubGlobal("fetch", (path: string, { method = "GET", body }: RequestInit = {}) => {
    calls.push({ method, path, body: typeof body === "string" ? JSON.parse(body) : undefined });
    const { status = 200, body: answer = { items: [] } } = answers[`${method} ${path}`] ?? (path === "/api/v1/me" && method === "GET" ? { body: me() } : {});
    return Promise.resolve(new Response(status === 204 ? null : JSON.stringify(answer), { status }));
  });
  await refresh("connections");
});
afterEach(() => {
  cleanup();
  setMe(null);
  vi.unstubAllGlobals();
});

const refused = (status: number, type: string, detail: string) => ({ status, body: { type, title: type, status, detail } });
const type = (label: string | RegExp, value: string) => fireEvent.input(screen.getByLabelText(label), { target: { value } });
const press = (name: string | RegExp) => fireEvent.click(screen.getByRole("button", { name }));
const everything = () => [document.documentElement.outerHTML, ...[...document.querySelectorAll<HTMLInputElement | HTMLTextAreaElement>("input, textarea")].map(({ value }) => value)].join("\n");
function show(path: string) {
  const history = createMemoryHistory();
  history.set({ value: path });
  render(() => <><MemoryRouter history={history}><Route path="/settings/templates" component={Templates} /><Route path="/settings/channels/*" component={Channels} /></MemoryRouter><Toasts /></>);
}

describe("connecting", () => {
  async function connect() {
    answers["POST /api/v1/connections"] = { status: 201, body: { ...SHOP, id: "ch2" } };
    answers["POST /api/v1/connections/ch2/verify"] = { body: { ok: false, sentence: "The access token is wrong." } };
    show("/settings/channels/new/whatsapp");
    await screen.findByRole("heading", { name: "Connect WhatsApp" });
    for (const [label, value] of [["Name", "Shop"], ["Phone number", "+15125550199"], ["Phone number ID", "109"], ["Access token", "the-access-token"]] as const) type(label, value);
    const token = screen.getByLabelText<HTMLInputElement>("Verify token").value;
    press("Connect");
    await screen.findByLabelText("Webhook address");
    return token;
  }

  it("a verify token is made up, can be copied beside the webhook address, and is let go of at the end", async () => {
    const token = await connect();
    // The provider is asked without anybody pressing.
    expect(await screen.findByText("The access token is wrong.")).toBeTruthy();
    expect(token).toMatch(/^[0-9a-f]{32}$/);
    expect(changes()[0]).toMatchObject({ body: { address: "+15125550199", settings: { phoneNumberId: "109", accessToken: "the-access-token", verifyToken: token } } });
    expect(screen.getByLabelText<HTMLTextAreaElement>("Verify token").value).toBe(token);
    expect(screen.getByRole("button", { name: "Copy Verify token" })).toBeTruthy();
    expect(everything()).not.toContain("the-access-token");
    press("Done");
    await waitFor(() => expect(everything()).not.toContain(token));
  });

  it("an id that is the address is pasted once", async () => {
    answers["POST /api/v1/connections"] = { status: 201, body: { ...SHOP, id: "ch3", provider: "messenger", channel: "messenger" } };
    show("/settings/channels/new/messenger");
    await screen.findByRole("heading", { name: "Connect Facebook Messenger" });
    for (const [label, value] of [["Name", "Page"], ["Page ID", " 4711 "], ["App secret", "s"]] as const) type(label, value);
    press("Connect");
    await waitFor(() => expect(changes()).toMatchObject([{ body: { name: "Page", address: "4711", settings: { pageId: "4711", appSecret: "s" } } }]));
  });

  it.each([
    ["what the provider said", { body: { ok: true, sentence: "WhatsApp took the message." } }, "WhatsApp took the message."],
    ["why it refused", { body: { ok: false, sentence: "The number is not registered." } }, "The number is not registered."],
    ["why we did not ask it", refused(422, "refused", "This person asked not to be written to."), "This person asked not to be written to."],
  ])("a test message tells %s", async (_, answer, sentence) => {
    answers["POST /api/v1/connections/ch2/test"] = answer;
    await connect();
    press("Send a test message");
    expect(screen.getByText("Send to is needed.")).toBeTruthy();
    type("Send to", " +15125550100 ");
    press("Send a test message");
    expect(await screen.findByText(sentence)).toBeTruthy();
    expect(changes().at(-1)).toMatchObject({ path: "/api/v1/connections/ch2/test", body: { to: "+15125550100" } });
  });
});

describe("secrets are replaced without losing an event", () => {
  it("only what was typed is sent, and it says how long the old ones count", async () => {
    answers["PATCH /api/v1/connections/ch1"] = { body: SHOP };
    answers["POST /api/v1/connections/ch1/verify"] = { body: { ok: false, sentence: "The access token is wrong." } };
    show("/settings/channels/ch1");
    expect(await screen.findByText(/signed with the old one still count for 24 hours/)).toBeTruthy();
    press("Replace secrets");
    type("Access token", "the-new-token");
    press("Replace");
    expect(await screen.findByText("Replaced. The old ones still count for 24 hours.")).toBeTruthy();
    expect(await screen.findByText("The access token is wrong.")).toBeTruthy();
    expect(changes()).toMatchObject([{ path: "/api/v1/connections/ch1", body: { settings: { accessToken: "the-new-token" } } }, { path: "/api/v1/connections/ch1/verify" }]);
    expect(everything()).not.toContain("the-new-token");
  });

  it("a leaked secret is forgotten at once, after a question", async () => {
    answers["PATCH /api/v1/connections/ch1"] = { body: SHOP };
    show("/settings/channels/ch1");
    fireEvent.click(await screen.findByRole("button", { name: "Forget old secrets" }));
    const asks = within(await screen.findByRole("dialog"));
    expect(changes()).toEqual([]);
    fireEvent.click(asks.getByRole("button", { name: "Forget them" }));
    await waitFor(() => expect(changes()).toMatchObject([{ body: { dropPrevious: true } }]));
  });
});

it("a card says when access ends, where it does", async () => {
  answers["GET /api/v1/connections"] = { body: { items: [SHOP, { ...SHOP, id: "ch2", name: "Page", health: { ...SHOP.health, tokenExpiresAt: new Date(Date.now() + 6 * 86_400_000).toISOString() } }] } };
  show("/settings/channels");
  await waitFor(() => expect(screen.getAllByRole("listitem").map((card) => within(card).queryByText("Access ends") !== null)).toEqual([false, true]));
});

describe("the webhook log", () => {
  const line = (events: string[]): WebhookLine => ({ id: events.join("-"), at: AT, outcome: "stored", events, detail: "e1", conversationId: "v1" });

  it.each([
    [["message"], "Message", true], [["message", "message", "status"], "2 × Message, Delivery report", true], [["reaction"], "Reaction", false], [["receipt"], "Read receipt", false], [["edit"], "Edited message", false],
    [["consent"], "Consent", true], [["echo"], "Sent from another app", true], [["brand-new"], "brand-new", true],
  ])("%j reads as %s; the request is kept: %s", async (events, words, kept) => {
    answers["GET /api/v1/connections/ch1/webhooks"] = { body: { items: [line(events)] } };
    show("/settings/channels/ch1/log");
    expect(await screen.findByText(words)).toBeTruthy();
    expect(screen.queryByRole("button", { name: "Request" }) !== null).toBe(kept);
  });
});

describe("templates", () => {
  it("each says how it stands, and a refused one why", async () => {
    answers["GET /api/v1/templates"] = { body: { items: [template("ready"), template("sale", { status: "rejected", quality: "unknown", category: "marketing", reason: "invalid format" })] } };
    show("/settings/templates");
    const ready = within(await screen.findByRole("button", { name: /^ready/ }));
    for (const words of ["American English", "Approved", "High quality", "Utility"]) expect(ready.getByText(words)).toBeTruthy();
    expect(screen.getByText("The platform rejected it. Invalid format.")).toBeTruthy();
    fireEvent.click(screen.getByRole("button", { name: /^ready/ }));
    expect(within(screen.getByRole("figure")).getByText("Hi Maya, it is ready.")).toBeTruthy();
  });

  it("a review that ends elsewhere shows without asking", async () => {
    answers["GET /api/v1/templates"] = { body: { items: [template("ready", { status: "pending" })] } };
    show("/settings/templates");
    expect(await screen.findByText("In review")).toBeTruthy();
    answers["GET /api/v1/templates"] = { body: { items: [template("ready")] } };
    await refresh("templates");
    expect(await screen.findByText("Approved")).toBeTruthy();
  });

  it("the platform's list is fetched on demand; why it cannot be is said", async () => {
    answers["POST /api/v1/templates/sync"] = refused(503, "unavailable", "The provider did not give its list.");
    show("/settings/templates");
    fireEvent.click(await screen.findByRole("button", { name: "Fetch again" }));
    expect(await screen.findByText("The provider did not give its list.")).toBeTruthy();
    expect(changes()).toMatchObject([{ path: "/api/v1/templates/sync", body: { connectionId: "ch1" } }]);
  });

  it("a new one is handed in with its examples, seen before, and listed", async () => {
    answers["POST /api/v1/templates"] = { status: 201, body: template("order_shipped", { status: "pending" }) };
    show("/settings/templates");
    fireEvent.click(await screen.findByRole("button", { name: "New template" }));
    await screen.findByRole("dialog");
    type("Template name", "Order shipped");
    type("Text", "Hi {{1}}, it is on its way.");
    press("Add a button: Link");
    type("Address of the link", "https://shop.example.com/{{1}}");
    type("Text, field 1", "Maya");
    type("Button “Open”", "4711");
    expect(within(screen.getByRole("figure")).getByText("Hi Maya, it is on its way.")).toBeTruthy();
    press("Hand in for review");
    expect(await screen.findByText("order_shipped is handed in for review")).toBeTruthy();
    expect(changes()).toMatchObject([{ path: "/api/v1/templates", body: {
      connectionId: "ch1", name: "order_shipped", language: "en_US", category: "utility", examples: { "body.1": "Maya", "button.0": "4711" },
      parts: { header: null, body: "Hi {{1}}, it is on its way.", footer: null, buttons: [{ type: "url", text: "Open", url: "https://shop.example.com/{{1}}", phone: null }] },
    } }]);
    expect(screen.getByText("In review")).toBeTruthy();
  });

  it("what would be refused is said in the form, and nothing typed is lost", async () => {
    answers["POST /api/v1/templates"] = refused(422, "refused", "The text may not begin with a variable. Put a word before it.");
    show("/settings/templates");
    fireEvent.click(await screen.findByRole("button", { name: "New template" }));
    await screen.findByRole("dialog");
    press("Hand in for review");
    expect(screen.getByText("Template name is needed.")).toBeTruthy();
    expect(changes()).toEqual([]);
    type("Template name", "x");
    type("Text", "{{1}} is ready");
    press("Hand in for review");
    expect(await screen.findByText("The text may not begin with a variable. Put a word before it.")).toBeTruthy();
    expect(screen.getByLabelText<HTMLTextAreaElement>("Text").value).toBe("{{1}} is ready");
  });

  it("without a channel that has them it says what to connect", async () => {
    answers["GET /api/v1/connections"] = { body: { items: [] } };
    await refresh("connections");
    show("/settings/templates");
    expect(screen.getByText("No connected channel has templates")).toBeTruthy();
    expect(screen.queryByRole("button", { name: "New template" })).toBeNull();
  });
});

describe("a template while it is written", () => {
  it.each([["Order shipped!", "order_shipped_"], ["Über uns", "uber_uns"], ["already_fine_1", "already_fine_1"]])("%s becomes the name %s", (text, name) => expect(nameFrom(text)).toBe(name));
  it.each([["", 0, "{{1}}", 5], ["Hi , ok {{1}}", 3, "Hi {{2}}, ok {{1}}", 8], ["{{first}} ", 10, "{{first}} {{1}}", 15]])("the next variable stands at the cursor of %j", (text, at, then, cursor) => expect(withVariable(text, at)).toEqual({ text: then, cursor }));

  it("empty parts are left out, and examples of variables that are gone stay behind", () => {
    const form = { ...emptyForm("ch1"), name: "_x_", header: " ", body: " Hi {{1}} there ", footer: "", examples: { "body.1": " Maya ", "body.2": "gone" } };
    expect(partsOf(form)).toEqual({ header: null, body: "Hi {{1}} there", footer: null, buttons: [] });
    expect(draftOf(form)).toMatchObject({ name: "x", examples: { "body.1": "Maya" } });
  });
});
