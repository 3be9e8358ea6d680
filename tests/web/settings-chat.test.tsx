import { createMemoryHistory, MemoryRouter, Route } from "@solidjs/router";
import { cleanup, fireEvent, render, screen, waitFor, within } from "@solidjs/testing-library";
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { ChatSettings } from "../../worker/channels/chat";
import type { ConnectionView } from "../../worker/contract/channel";
import { WidgetConfig } from "../../worker/contract/widget";
import { Channels } from "../../web/inbox/settings/channels/channels";
import { configOf, readValues, settingsOf } from "../../web/inbox/settings/channels/chat/values";
import { me, refresh, setMe } from "../../web/lib/me";
import { Toasts } from "../../web/ui/toast";

const AT = "2026-05-12T09:00:00.000Z";
const SITE = "https://shop.example.com";
const CHAT: ConnectionView = {
  id: "ch1", provider: "chat", channel: "chat", name: "Shop chat", address: SITE, status: "active", webhookUrl: "https://inbox.example.com/hooks/chat/ch1", settings: { origins: [SITE], greeting: "Hi" },
  capabilities: { text: { max: 10_000, unit: "characters" }, subject: false, html: false, copies: false, media: null, voice: null, location: false, typing: true, readReceipts: true, deliveryReceipts: true, start: false, window: null, templates: false, reactions: false, replies: false, edit: false, delete: false, groups: false, resend: "safe", transport: "visitor", perSecond: 50 },
  health: { state: "healthy", sentence: "All is well.", lastInboundAt: AT, lastSentAt: AT, signatureFailures: 0 },
};

let calls: { method: string; path: string; body: { settings: Record<string, unknown> } }[];
let patched: { status?: number; body?: unknown } = {};

beforeAll(async () => { await import("../../web/inbox/settings/channels/chat/chat-page"); });
beforeEach(async () => {
  calls = [];
  patched = { body: CHAT };
  setMe({ member: { id: "ana", name: "Ana Ruiz", email: "ana@example.test", role: "owner", teamIds: [], disabled: false, createdAt: AT }, account: { id: "a1", name: "Northside Cycles", settings: { reopenDays: 7, undoMs: 5_000, timeZone: "America/Chicago", country: "US" } }, demo: false } as never);
  vi.stubGlobal("fetch", (path: string, { method = "GET", body }: RequestInit = {}) => {
    if (method !== "GET") calls.push({ method, path, body: JSON.parse(body as string) as never });
    const answer = path === "/api/v1/me" ? { body: me() } : path === "/api/v1/connections" ? { body: { items: [CHAT] } } : method === "PATCH" ? patched : { body: { items: [] } };
    return Promise.resolve(new Response(JSON.stringify(answer.body), { status: (answer as typeof patched).status ?? 200 }));
  });
  await refresh("connections");
});
afterEach(() => { cleanup(); setMe(null); vi.unstubAllGlobals(); });

function draw(path = "/settings/channels/ch1/widget") {
  const history = createMemoryHistory();
  history.set({ value: path });
  return render(() => <><MemoryRouter history={history}><Route path="/settings/channels/*" component={Channels} /></MemoryRouter><Toasts /></>);
}
const saved = async (): Promise<Record<string, unknown>> => {
  fireEvent.click(screen.getByRole("button", { name: "Save" }));
  await waitFor(() => expect(calls).toHaveLength(1));
  return calls[0]!.body.settings;
};

describe("the values of the form", () => {
  it("an untouched form saves what the channel itself would make of nothing", () => {
    const made = ChatSettings.parse(settingsOf(readValues({ origins: [SITE] }, "UTC")));
    expect(made).toEqual({ ...ChatSettings.parse({ origins: [SITE] }), officeHours: null });
  });

  it("what is stored comes back as it was", () => {
    const stored = ChatSettings.parse({ origins: [SITE, "*.example.org"], theme: "dark", icon: "heart", logo: "a_1", consentText: "Yes", emailAfterMinutes: 0, preChat: [{ key: "email", required: true }], greetings: [{ text: "Hi", pages: "/cart*", afterSeconds: 3, visitors: "new" }], officeHours: { timeZone: "Europe/Vienna", hours: [{ day: "mon", from: "09:00", to: "12:00" }, { day: "mon", from: "13:00", to: "17:00" }, { day: "sun", from: "22:00", to: "02:00" }] } });
    const inOrder = (settings: ChatSettings) => ({ ...settings, officeHours: { ...settings.officeHours, hours: settings.officeHours!.hours.toSorted((a, b) => (a.day + a.from).localeCompare(b.day + b.from)) } });
    expect(inOrder(ChatSettings.parse(settingsOf(readValues(stored, "UTC"))))).toEqual(inOrder(stored));
  });

  it("the preview is told what visitors would be told", () => {
    expect(WidgetConfig.safeParse(configOf(readValues({ origins: [SITE] }, "UTC"), "Shop", null, true)).error).toBeUndefined();
  });
});

it("a chat's panel leads to its look, and keeps no second form of it", async () => {
  draw("/settings/channels/ch1");
  expect((await screen.findByRole("link", { name: "Look and behaviour" })).getAttribute("href")).toBe("/settings/channels/ch1/widget");
  expect(screen.queryByRole("textbox", { name: /Greeting/ })).toBeNull();
});

it("changes are saved together, and only once there are some", async () => {
  draw();
  const save = await screen.findByRole("button", { name: "Save" }) as HTMLButtonElement;
  expect(save.disabled).toBe(true);
  fireEvent.input(screen.getByRole("textbox", { name: "Greeting" }), { target: { value: "Welcome" } });
  fireEvent.click(screen.getByRole("radio", { name: "Heart" }));
  fireEvent.click(screen.getByRole("button", { name: "Add a greeting" }));
  fireEvent.input(screen.getByRole("textbox", { name: "On pages with" }), { target: { value: "/cart" } });
  fireEvent.click(screen.getByRole("checkbox", { name: /Ask for a rating/ }));
  fireEvent.keyDown(screen.getByRole("button", { name: /Somebody is there/ }), { key: "ArrowRight" });
  fireEvent.input(screen.getByLabelText("Monday, open from"), { target: { value: "08:30" } });
  const settings = await saved();
  expect(settings).toMatchObject({ greeting: "Welcome", icon: "heart", rating: false, greetings: [{ pages: "/cart", visitors: "all" }] });
  expect(settings["officeHours"]).toMatchObject({ timeZone: "America/Chicago", hours: expect.arrayContaining([{ day: "mon", from: "08:30", to: "17:00" }]) });
  expect(ChatSettings.safeParse(settings).error).toBeUndefined();
});

describe("the texts in other languages", () => {
  const German = { greeting: "Hallo", awayMessage: "", consentText: "", greetings: ["Hilfe?"] };
  const stored = ChatSettings.parse({ origins: [SITE], greeting: "Hi", awayMessage: "Away", greetings: [{ text: "Help?" }], hoursFrom: "account", languages: { de: German } });

  it("come back as they were stored, and the preview shows them with what is not translated", () => {
    const values = readValues(stored, "UTC");
    expect(ChatSettings.parse(settingsOf(values))).toEqual({ ...stored, officeHours: null });
    expect(configOf(values, "Shop", null, true, "de")).toMatchObject({ greeting: "Hallo", awayMessage: "Away", greetings: [{ text: "Hilfe?" }] });
    expect(configOf(values, "Shop", null, true)).toMatchObject({ greeting: "Hi", greetings: [{ text: "Help?" }] });
  });

  it("are written below the first, and one that is removed is gone", async () => {
    CHAT.settings = { ...stored, languages: { de: German, fr: { ...German, greeting: "Bonjour" } } };
    await refresh("connections");
    draw();
    const german = within(await screen.findByRole("group", { name: "German" }));
    fireEvent.input(german.getByRole("textbox", { name: "Away message" }), { target: { value: "Gerade nicht da" } });
    fireEvent.click(screen.getByRole("button", { name: "Remove French" }));
    const settings = await saved();
    CHAT.settings = { origins: [SITE], greeting: "Hi" };
    expect(settings).toMatchObject({ hoursFrom: "account", officeHours: null, languages: { de: { greeting: "Hallo", awayMessage: "Gerade nicht da", greetings: ["Hilfe?"] } } });
    expect(settings["languages"]).not.toHaveProperty("fr");
  });
});

it("a refusal is said where it belongs, and nothing that was typed is lost", async () => {
  patched = { status: 400, body: { type: "invalid-request", title: "x", status: 400, detail: "✖ Write a site as https://shop.example.com or *.example.com\n  → at settings.origins" } };
  draw();
  const sites = await screen.findByRole("textbox", { name: "Sites" });
  fireEvent.input(sites, { target: { value: "nonsense" } });
  await saved();
  await screen.findByText(/Write a site as/);
  expect((sites as HTMLInputElement).value).toBe("nonsense");
});

it("the preview is the chat's own page, told how to look as one types", async () => {
  draw();
  const frame = await screen.findByTitle("Preview") as HTMLIFrameElement;
  const url = new URL(frame.src, location.href);
  expect([url.pathname, url.searchParams.get("connection"), url.searchParams.get("preview")]).toEqual(["/widget/frame", "ch1", "1"]);
  const told: { switchboard: { type: string; config?: { greeting: string } } }[] = [];
  const own = { postMessage: (message: never) => told.push(message) };
  Object.defineProperty(frame, "contentWindow", { value: own });
  window.dispatchEvent(Object.assign(new Event("message"), { source: own, origin: "https://evil.test", data: { switchboard: { type: "ready" } } }));
  expect(told).toEqual([]);
  window.dispatchEvent(Object.assign(new Event("message"), { source: own, origin: location.origin, data: { switchboard: { type: "ready" } } }));
  await waitFor(() => expect(told.map(({ switchboard }) => switchboard.type)).toEqual(["page", "preview", "open"]));
  fireEvent.input(screen.getByRole("textbox", { name: "Greeting" }), { target: { value: "Welcome" } });
  await waitFor(() => expect(told.findLast(({ switchboard }) => switchboard.type === "preview")!.switchboard.config!.greeting).toBe("Welcome"));
});

it("the code to paste and the way to the docs stand on the same page", async () => {
  draw();
  expect((await screen.findByRole("link", { name: /For developers/ })).getAttribute("href")).toBe("/api/docs/widget");
  expect(screen.getByDisplayValue(/widget\.js" data-connection="ch1"/)).toBeTruthy();
});
