import { createMemoryHistory, MemoryRouter, Route } from "@solidjs/router";
import { cleanup, fireEvent, render, screen, waitFor, within } from "@solidjs/testing-library";
import type { JSX } from "solid-js";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { ApiKey, Invitation, Member, Role } from "../../worker/contract/account";
import type { ConnectionView } from "../../worker/contract/channel";
import { ApiKeys } from "../../web/inbox/settings/api-keys";
import { Channels } from "../../web/inbox/settings/channels/channels";
import { changedValues, snippetOf, storedValues, type Provider } from "../../web/inbox/settings/channels/providers";
import { deviceOf } from "../../web/inbox/settings/device";
import { General } from "../../web/inbox/settings/general";
import { Labels } from "../../web/inbox/settings/labels";
import { Members } from "../../web/inbox/settings/members";
import { refusalOf } from "../../web/inbox/settings/refusal";
import { ApiProblem } from "../../web/lib/api";
import { me, refresh, setMe } from "../../web/lib/me";
import { Toasts } from "../../web/ui/toast";

const AT = "2026-05-12T09:00:00.000Z";
const member = (id: string, name: string, role: Role): Member => ({ id, name, email: `${id}@example.test`, role, teamIds: [], disabled: false, createdAt: AT });
const OWNER = member("ana", "Ana Ruiz", "owner");
const AGENT = member("jonas", "Jonas Beck", "agent");
const ACCOUNT = { id: "a1", name: "Northside Cycles", settings: { reopenDays: 7, undoMs: 5_000, timeZone: "America/Chicago", country: "US" } };
const KEY: ApiKey = { id: "k1", name: "Order import", scopes: ["read"], hint: "sb_4f", createdAt: AT, lastUsedAt: null, key: "sb_4f-the-whole-key" };
const TWILIO: Provider = { provider: "twilio", kind: "sms", title: "Twilio SMS", fields: [
  { key: "accountSid", label: "Account SID", help: "Starts with AC.", secret: false },
  { key: "authToken", label: "Auth token", help: "Beside it.", secret: true },
  { key: "serviceSid", label: "Service SID", help: "If there is one.", secret: false, optional: true },
] };
const LINE: ConnectionView = {
  id: "ch1", provider: "twilio", channel: "sms", name: "Workshop line", address: "+15125550142", status: "active", webhookUrl: "https://inbox.example.com/hooks/twilio/ch1",
  capabilities: { text: { max: 1_600, unit: "characters" }, subject: false, html: false, copies: false, media: null, voice: null, location: false, window: null, templates: false, reactions: false, replies: false, edit: false, delete: false, groups: false, typing: false, readReceipts: false, deliveryReceipts: true, start: true, resend: "ask", transport: "provider", perSecond: 1 },
  settings: { accountSid: "AC1" }, health: { state: "healthy", sentence: "All is well.", lastInboundAt: AT, lastSentAt: AT, signatureFailures: 0 },
};

interface Call { method: string; path: string; body: unknown }
let calls: Call[] = [];
/** What the server answers, by `METHOD path`; everything not named here is an empty list. */
let answers: Record<string, { status?: number; body?: unknown }> = {};
const changes = () => calls.filter(({ method }) => method !== "GET");

beforeEach(async () => {
  calls = [];
  answers = {};
  localStorage.clear();
  setMe({ member: OWNER, account: ACCOUNT, demo: false });
  vi.stubGlobal("fetch", (path: string, { method = "GET", body }: RequestInit = {}) => {
    calls.push({ method, path, body: typeof body === "string" ? JSON.parse(body) : undefined });
    const { status = 200, body: answer = { items: [] } } = answers[`${method} ${path}`] ?? (path === "/api/v1/me" && method === "GET" ? { body: me() } : {});
    return Promise.resolve(new Response(status === 204 ? null : JSON.stringify(answer), { status }));
  });
  // What another file left behind must not be painted here.
  await refresh("connections");
  calls = [];
});
afterEach(() => {
  cleanup();
  setMe(null);
  vi.unstubAllGlobals();
});

const refused = (status: number, type: string, detail: string) => ({ status, body: { type, title: type, status, detail } });
const show = (page: () => JSX.Element) => render(() => <>{page()}<Toasts /></>);
const type = (label: string | RegExp, value: string) => fireEvent.input(screen.getByLabelText(label), { target: { value } });
const press = (name: string | RegExp) => fireEvent.click(screen.getByRole("button", { name }));
const dialog = () => screen.findByRole("dialog");
/** All the page holds, also what stands in its fields. */
const everything = () => [document.documentElement.outerHTML, ...[...document.querySelectorAll<HTMLInputElement | HTMLTextAreaElement>("input, textarea")].map(({ value }) => value)].join("\n");
function showChannels(path: string) {
  const history = createMemoryHistory();
  history.set({ value: path });
  render(() => <><MemoryRouter history={history}><Route path="/settings/*" component={Channels} /></MemoryRouter><Toasts /></>);
}

describe("a secret is never shown again", () => {
  it("an API key stands in its dialog and nowhere after that", async () => {
    answers["POST /api/v1/api-keys"] = { status: 201, body: KEY };
    show(() => <ApiKeys />);
    press("New API key");
    await dialog();
    type("Key name", "Order import");
    press("Make the key");
    expect((await screen.findByLabelText<HTMLTextAreaElement>("API key")).value).toBe(KEY.key);
    expect(everything()).toContain(KEY.key);
    press("I have copied it");
    await waitFor(() => expect(everything()).not.toContain(KEY.key));
    expect(screen.getByText("Order import")).toBeTruthy();
  });

  it("an invitation link is gone with its dialog, and the invitation is listed", async () => {
    const url = "https://inbox.example.com/invite#token";
    const invitation: Invitation = { id: "i1", email: "new@example.test", role: "agent", expiresAt: AT, url };
    answers["GET /api/v1/members"] = { body: { items: [OWNER] } };
    answers["POST /api/v1/invitations"] = { status: 201, body: invitation };
    show(() => <Members />);
    press("Invite");
    await dialog();
    type("Email address", "new@example.test");
    press("Make the link");
    expect((await screen.findByLabelText<HTMLTextAreaElement>("Invitation link")).value).toBe(url);
    expect(everything()).toContain(url);
    press("I have copied it");
    await waitFor(() => expect(everything()).not.toContain(url));
    expect(screen.getByText("new@example.test")).toBeTruthy();
  });

  it("what was typed to connect is let go of once it is connected", async () => {
    answers["GET /api/v1/providers"] = { body: { items: [TWILIO] } };
    answers["POST /api/v1/connections"] = { status: 201, body: LINE };
    showChannels("/settings/channels/new/twilio");
    await screen.findByRole("heading", { name: "Connect Twilio SMS" });
    for (const [label, value] of [["Name", "Workshop line"], ["Phone number", "+15125550142"], ["Account SID", "AC1"], ["Auth token", "the-auth-token"]] as const) type(label, value);
    press("Connect");
    expect((await screen.findByLabelText<HTMLTextAreaElement>("Webhook address")).value).toBe(LINE.webhookUrl);
    // The connection, and then whether the provider takes what was typed: nothing else.
    await waitFor(() => expect(changes()).toMatchObject([{ body: { provider: "twilio", name: "Workshop line", address: "+15125550142", settings: { accountSid: "AC1", authToken: "the-auth-token" } } }, { path: `/api/v1/connections/${LINE.id}/verify` }]));
    expect(everything()).not.toContain("the-auth-token");
  });

  it("a stored secret starts empty, and staying empty keeps it", () => {
    const shown = storedValues(TWILIO.fields, { accountSid: "AC1", authToken: "sent by mistake" });
    expect(shown).toEqual({ accountSid: "AC1", authToken: "", serviceSid: "" });
    expect(changedValues(shown, { ...shown, accountSid: " AC2 " })).toEqual({ accountSid: "AC2" });
  });
});

describe("a field error names the field", () => {
  it("what is left empty is named before anything is sent", async () => {
    answers["GET /api/v1/providers"] = { body: { items: [TWILIO] } };
    showChannels("/settings/channels/new/twilio");
    await screen.findByRole("heading", { name: "Connect Twilio SMS" });
    press("Connect");
    expect(screen.getByText("Auth token is needed.")).toBeTruthy();
    expect(screen.queryByText(/Service SID.* is needed/)).toBeNull();
    await waitFor(() => expect(document.activeElement).toBe(screen.getByLabelText("Name")));
    expect(changes()).toEqual([]);
  });

  it("what the server refuses stands under its field", async () => {
    answers["GET /api/v1/providers"] = { body: { items: [TWILIO] } };
    answers["POST /api/v1/connections"] = refused(400, "invalid-request", "✖ Starts with AC\n  → at accountSid");
    showChannels("/settings/channels/new/twilio");
    await screen.findByRole("heading", { name: "Connect Twilio SMS" });
    for (const [label, value] of [["Name", "Line"], ["Phone number", "+15125550142"], ["Account SID", "x"], ["Auth token", "y"]] as const) type(label, value);
    press("Connect");
    expect(await screen.findByText("Account SID: Starts with AC")).toBeTruthy();
    expect(screen.getByLabelText("Account SID").getAttribute("aria-invalid")).toBe("true");
    expect(screen.getByLabelText("Name").getAttribute("aria-invalid")).toBeNull();
  });

  it.each([
    ["✖ Too small: expected string to have >=1 characters\n  → at name", { name: "Name: This is too short or too small." }, null],
    ["✖ Write a site as x\n  → at settings.origins[0]", { origins: "Sites: Write a site as x" }, null],
    ["✖ Not a known time zone\n  → at settings.timeZone", {}, "Time zone: Not a known time zone"],
    ["This address is a member already", {}, "This address is a member already"],
  ])("%s", (detail, fields, sentence) => {
    expect(refusalOf(new ApiProblem(400, "invalid-request", detail), { name: "Name", origins: "Sites" }, { timeZone: "Time zone" })).toEqual({ fields, sentence });
  });

  it("an accident is not a refusal", () => {
    expect(() => refusalOf(new TypeError("broken"), {})).toThrow("broken");
  });
});

describe("destructive actions ask", () => {
  it("a channel is deleted only after its name was typed", async () => {
    answers["GET /api/v1/connections"] = { body: { items: [LINE] } };
    answers["GET /api/v1/providers"] = { body: { items: [TWILIO] } };
    answers["DELETE /api/v1/connections/ch1"] = { status: 204 };
    showChannels("/settings/channels/ch1");
    fireEvent.click(await screen.findByRole("button", { name: "Delete" }));
    const asks = within(await dialog());
    const button = asks.getByRole<HTMLButtonElement>("button", { name: "Delete" });
    expect(button.disabled).toBe(true);
    fireEvent.input(asks.getByLabelText(/^Type/), { target: { value: "Workshop" } });
    expect(button.disabled).toBe(true);
    fireEvent.input(asks.getByLabelText(/^Type/), { target: { value: "Workshop line" } });
    expect(changes()).toEqual([]);
    fireEvent.click(button);
    await waitFor(() => expect(changes()).toMatchObject([{ method: "DELETE", path: "/api/v1/connections/ch1" }]));
    await waitFor(() => expect(screen.queryByText("Workshop line")).toBeNull());
  });

  it("a key is revoked only after a yes, and a refusal is said where the question was", async () => {
    answers["GET /api/v1/api-keys"] = { body: { items: [{ ...KEY, key: null }] } };
    answers["DELETE /api/v1/api-keys/k1"] = refused(404, "not-found", "No such key");
    show(() => <ApiKeys />);
    fireEvent.click(await screen.findByRole("button", { name: "Revoke" }));
    const asks = within(await dialog());
    expect(asks.getByText("Revoke Order import?")).toBeTruthy();
    expect(changes()).toEqual([]);
    fireEvent.click(asks.getByRole("button", { name: "Revoke" }));
    expect(await asks.findByText("No such key")).toBeTruthy();
    expect(screen.getByText("Order import")).toBeTruthy();
  });
});

describe("what is changed shows at once", () => {
  it("a refused change is put back with the reason", async () => {
    answers["GET /api/v1/labels"] = { body: { items: [{ id: "l1", name: "Repair", colour: 1, archived: false }] } };
    answers["PATCH /api/v1/labels/l1"] = refused(403, "forbidden", "Only owners and admins may do this");
    show(() => <Labels />);
    const colours = within(await screen.findByRole("radiogroup", { name: "Colour of Repair" }));
    fireEvent.click(colours.getByRole("radio", { name: "Pink" }));
    expect(await screen.findByText("Only owners and admins may do this")).toBeTruthy();
    await waitFor(() => expect(colours.getByRole<HTMLInputElement>("radio", { name: "Teal" }).checked).toBe(true));
  });

  it("looking at members changes nobody", async () => {
    answers["GET /api/v1/members"] = { body: { items: [OWNER, AGENT] } };
    show(() => <Members />);
    await screen.findByText("Jonas Beck");
    await waitFor(() => expect(calls.some(({ path }) => path === "/api/v1/invitations")).toBe(true));
    expect(changes()).toEqual([]);
  });
});

describe("without the right to change", () => {
  it("a colleague sees the account but is offered nothing", async () => {
    setMe({ member: AGENT, account: ACCOUNT, demo: false });
    answers["GET /api/v1/account"] = { body: ACCOUNT };
    show(() => <General />);
    expect((await screen.findByLabelText<HTMLInputElement>("Account name")).disabled).toBe(true);
    expect(screen.queryByRole("button", { name: "Save" })).toBeNull();
    expect(screen.getByText("You can look at this. Only owners and admins can change it.")).toBeTruthy();
  });
});

it("what could not be read says why and can be tried again", async () => {
  answers["GET /api/v1/account"] = refused(503, "unavailable", "Try again in a minute");
  show(() => <General />);
  expect(await screen.findByText("Try again in a minute")).toBeTruthy();
  answers["GET /api/v1/account"] = { body: ACCOUNT };
  press(/again/i);
  expect((await screen.findByLabelText<HTMLInputElement>("Account name")).value).toBe("Northside Cycles");
});

it("the chat's snippet names the script at the public address and the connection", () => {
  expect(snippetOf({ ...LINE, id: "ch2" })).toBe('<script src="https://inbox.example.com/widget.js" data-connection="ch2" async></script>');
});

it.each([
  ["Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Safari/605.1.15", "Safari on Mac"],
  ["Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Safari/537.36 Edg/140.0", "Edge on Windows"],
  ["Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Mobile/15E148 Safari/604.1", "Safari on iPhone"],
  ["curl/8.0", "curl/8.0"],
  ["", "Unknown device"],
])("a session is named by its device: %s", (userAgent, name) => expect(deviceOf(userAgent)).toBe(name));
