import { cleanup, fireEvent, render, screen, waitFor, within } from "@solidjs/testing-library";
import { createSignal } from "solid-js";
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import type { Capabilities } from "../../worker/contract/channel";
import type { ComposeChannel, ComposeCheck } from "../../worker/contract/compose";
import type { Contact } from "../../worker/contract/contact";
import type { TemplateParts } from "../../worker/contract/content";
import type { Entry } from "../../worker/contract/entry";
import type { Template } from "../../worker/contract/template";
import { ComposerBox } from "../../web/inbox/composer/composer";
import type { ComposerSession } from "../../web/inbox/composer/session";
import { cleanValue, missingOf, pieces, prefill, variableKeys } from "../../web/inbox/composer/templates/fill";
import { whyNot } from "../../web/inbox/composer/templates/marks";
import { runsOf } from "../../web/inbox/composer/templates/styled";
import { byName, find, preferred } from "../../web/inbox/composer/templates/variants";
import type { OutgoingMessage, SendOutcome } from "../../web/lib/outbox";

const AT = "2026-05-12T09:00:00.000Z";
const parts = (fields: Partial<TemplateParts>): TemplateParts => ({ header: null, body: "Hi {{1}}, your {{2}} is ready.", footer: null, buttons: [], ...fields });
const template = (name: string, fields: Partial<Template> = {}): Template => ({
  id: `t-${name}-${fields.language ?? "en_US"}`, connectionId: "c-wa", name, language: "en_US", category: "utility", status: "approved", quality: "high", reason: null, named: false, parts: parts({}),
  variables: [{ key: "body.1", example: "Ana" }, { key: "body.2", example: "bike" }], updatedAt: AT, ...fields,
});
const MAYA: Contact = {
  id: "p1", name: "Maya Torres", company: "Harbour Studio", language: "es-MX", timeZone: "", address: "", tags: [], consent: {}, fields: { bike: "Gravel 52" }, conversationId: "v1", createdAt: AT,
  identities: [{ id: "i1", kind: "phone", address: "+15125550164", connectionId: null, name: null, verified: true, primary: true }],
};
const US = { account: "Northside Cycles", member: "Ana Ruiz" };

describe("the variables of a template", () => {
  it("are named by where they stand, in the order a customer meets them", () => {
    const all = parts({
      header: { format: "text", text: "For {{1}}" }, body: "{{2}} then {{ 1 }} then {{2}}",
      buttons: [{ type: "quick-reply", text: "Yes", url: null, phone: null }, { type: "url", text: "See", url: "https://x.example/{{1}}", phone: null }, { type: "copy-code", text: "Code", url: null, phone: null }],
    });
    expect(variableKeys(all)).toEqual(["header.1", "body.2", "body.1", "button.1", "button.2"]);
    expect(variableKeys(parts({ header: { format: "image", text: null }, body: "Nothing" }))).toEqual([]);
  });

  it.each([
    ["a first name after a greeting", "Hi {{1}}, your {{2}} is ready.", { "body.1": "Maya" }],
    ["a greeting of another language", "¡Hola {{1}}!", { "body.1": "Maya" }],
    ["no greeting, no guess", "Order {{1}} from {{2}}.", {}],
    ["names that say what they are", "{{customer_name}} of {{company}} ({{phone}}), this is {{agent_name}} of {{business_name}}.", { "body.customer_name": "Maya Torres", "body.company": "Harbour Studio", "body.phone": "+15125550164", "body.agent_name": "Ana Ruiz", "body.business_name": "Northside Cycles" }],
    ["parts of a name", "{{first_name}} {{last_name}}", { "body.first_name": "Maya", "body.last_name": "Torres" }],
    ["a field of the contact", "Your {{bike}}", { "body.bike": "Gravel 52" }],
    ["a name that every object has", "Your {{constructor}}", {}],
  ])("start with what is known: %s", (_, body, values) => expect(prefill(parts({ body }), MAYA, US)).toEqual(values));

  it("do not greet somebody by their number", () => {
    expect(prefill(parts({ body: "Hi {{1}} {{name}}" }), { ...MAYA, name: "+1 512 555 0164" }, US)).toEqual({});
  });

  it("hold no line breaks, tabs or wide gaps: the platform would refuse them", () => {
    expect(cleanValue("one\ntwo\t three       four")).toBe("one two  three    four");
  });

  it("are missing while nothing but blanks stands in them", () => {
    expect(missingOf(["body.1", "body.2"], { "body.1": "  " })).toEqual(["body.1", "body.2"]);
    expect(pieces("Hi {{1}}, {{2}}!", "body", { "body.1": "Maya" })).toEqual([
      { text: "Hi ", key: null, isMissing: false }, { text: "Maya", key: "body.1", isMissing: false }, { text: ", ", key: null, isMissing: false }, { text: "{{2}}", key: "body.2", isMissing: true }, { text: "!", key: null, isMissing: false },
    ]);
  });
});

it.each([
  ["a *bold* word", [["a ", "plain"], ["bold", "bold"], [" word", "plain"]]],
  ["_slanted_ and ~gone~", [["slanted", "italic"], [" and ", "plain"], ["gone", "struck"]]],
  ["*{{1}}* stays one", [["{{1}}", "bold"], [" stays one", "plain"]]],
  ["{{first_name}} and snake_case_words", [["{{first_name}} and snake_case_words", "plain"]]],
  ["2 * 3 * 4", [["2 * 3 * 4", "plain"]]],
  ["```code```", [["code", "mono"]]],
])("%s is shown as the customer's app shows it", (text, runs) => expect(runsOf(text).map((run) => [run.text, run.style])).toEqual(runs));

describe("which template", () => {
  const all = [template("b_ready"), template("b_ready", { language: "es", parts: parts({ body: "Hola {{1}}" }) }), template("a_sale", { status: "paused", parts: parts({ body: "Only today" }) }), template("c_late", { category: "marketing", parts: parts({ body: "Too late" }) })];

  it("those that can be sent stand first, each name once", () => {
    expect(byName(all).map(({ name, variants }) => [name, variants.length])).toEqual([["b_ready", 2], ["c_late", 1], ["a_sale", 1]]);
  });

  it.each([["es-MX", "es"], ["es", "es"], ["en-US", "en_US"], ["fr", "en_US"], ["", "en_US"]])("for a contact who reads “%s” it begins in %s", (language, begins) => {
    expect(preferred(byName(all)[0]!, language).language).toBe(begins);
  });

  it("of languages nobody asked for, ours comes first", () => {
    const named = { name: "x", variants: [template("x", { language: "de" }), template("x", { language: "en_GB" })] };
    expect([preferred(named, "").language, preferred(named, "fr").language]).toEqual(["en_GB", "en_GB"]);
  });

  it("an approved variant comes before the contact's language", () => {
    expect(preferred({ name: "x", variants: [template("x", { language: "es", status: "pending" }), template("x", { language: "en" })] }, "es").language).toBe("en");
  });

  it.each([["ready", ["b_ready"]], ["hola", ["b_ready"]], ["b ready", ["b_ready"]], ["marketing", ["c_late"]], ["nothing like it", []]])("is found by %s", (query, names) => {
    expect(find(byName(all), query).map(({ name }) => name)).toEqual(names);
  });

  it("one that cannot be sent says why, in the platform's words too", () => {
    expect([whyNot(template("x")), whyNot(template("x", { status: "rejected", reason: "invalid format" }))]).toEqual([null, "The platform rejected it. Invalid format."]);
  });
});

const CAPABILITIES: Capabilities = {
  text: { max: 4_096, unit: "characters" }, subject: false, html: false, copies: false, media: { max: 10, bytes: 100_000_000, types: ["*/*"], limits: [{ type: "image/", bytes: 5_000_000 }], together: false, caption: true },
  voice: "audio/ogg", location: true, typing: true, readReceipts: true, deliveryReceipts: true, start: true, window: { hours: 24, adHours: null, humanHours: null, perTurn: null }, templates: true, reactions: true, replies: true,
  edit: false, delete: false, groups: false, resend: "ask", transport: "provider", perSecond: 10,
};
const CLOSED: ComposeChannel = {
  channel: "whatsapp", connectionId: "c-wa", from: "+15125550199", because: "", to: ["+15125550164"], outcome: "refused", reason: "window-closed", wayOut: "template",
  sentence: "The time for free replies ended.", window: { state: "closed", closesAt: null, left: null }, capabilities: CAPABILITIES,
};

describe("the picker", () => {
  let sent: OutgoingMessage[];
  const [check, setCheck] = createSignal<ComposeCheck>({ channel: "whatsapp", channels: [CLOSED] });

  const session = (fields: Partial<ComposerSession>): ComposerSession => ({
    conversationId: "v1", memberId: "m1", contactName: () => "Maya", contact: () => Promise.resolve(MAYA), entries: () => [], writing: () => [], check, ownAddresses: () => [], undoMs: () => 5_000, signature: () => "",
    send: (draft) => Promise.resolve<SendOutcome>({ status: "stored", clientId: `client-${sent.push(draft)}`, entry: { id: "e1" } as Entry }), comment: () => Promise.reject(new Error("no comment here")), takeBack: () => Promise.resolve(true),
    go: () => undefined, typing: () => undefined, loadDraft: () => Promise.resolve(null), saveDraft: () => Promise.resolve(null), upload: () => Promise.reject(new Error("no upload here")), fileLinks: () => Promise.resolve([]), linkFile: () => Promise.reject(new Error("no link here")), takeBackLink: () => Promise.reject(new Error("no link here")), ...fields,
  });
  /** `null`: the server does not answer. */
  function open(items: Template[] | null, fields: Partial<ComposerSession> = {}) {
    vi.stubGlobal("fetch", () => (items ? Promise.resolve(Response.json({ items })) : Promise.reject(new TypeError("offline"))));
    render(() => <ComposerBox session={session(fields)} />);
    fireEvent.click(screen.getByRole("button", { name: "Choose a template" }));
  }
  const row = (name: RegExp) => screen.findByRole("button", { name });

  // Loaded when first wanted, which takes longer than a test waits.
  beforeAll(async () => { await Promise.all([import("../../web/inbox/composer/templates/picker"), import("../../web/ui/dialog-sheet")]); });
  beforeEach(() => {
    sent = [];
    localStorage.clear();
    setCheck({ channel: "whatsapp", channels: [CLOSED] });
  });
  afterEach(() => {
    cleanup();
    vi.unstubAllGlobals();
  });

  it("sends the template with its values, prefilled from the contact", async () => {
    open([template("bike_ready"), template("others", { connectionId: "c-other" })]);
    fireEvent.click(await row(/^bike_ready/));
    const name = await screen.findByLabelText<HTMLInputElement>("Text, field 1");
    expect(name.value).toBe("Maya");
    expect(screen.queryByText("others")).toBeNull();
    fireEvent.click(screen.getByRole("button", { name: "Send template" }));
    expect(sent).toEqual([]);
    expect(screen.getByText("One field is still missing.")).toBeTruthy();
    fireEvent.input(screen.getByLabelText("Text, field 2"), { target: { value: "Gravel 52" } });
    expect(within(screen.getByRole("figure")).getByText(/Hi Maya, your Gravel 52 is ready\./)).toBeTruthy();
    fireEvent.click(screen.getByRole("button", { name: "Send template" }));
    expect(sent).toEqual([{ channel: "whatsapp", connectionId: "c-wa", undoMs: 5_000, template: { name: "bike_ready", language: "en_US", values: { "body.1": "Maya", "body.2": "Gravel 52" } } }]);
    await waitFor(() => expect(screen.queryByRole("button", { name: "Send template" })).toBeNull());
  });

  it("the thread shows it filled in before the server has it", async () => {
    const looks: unknown[] = [];
    open([template("bike_ready", { parts: parts({ header: { format: "text", text: "For {{1}}" }, buttons: [{ type: "url", text: "See", url: "https://x.example/{{1}}", phone: null }] }) })], { send: (_, look) => { looks.push(look); return Promise.resolve({ status: "queued", clientId: "c1" }); } });
    fireEvent.click(await row(/^bike_ready/));
    for (const [label, value] of [["Heading, field 1", "Maya"], ["Text, field 2", "Gravel 52"], ["Button “See”", "4711"]] as const) fireEvent.input(await screen.findByLabelText(label), { target: { value } });
    fireEvent.click(screen.getByRole("button", { name: "Send template" }));
    expect(looks).toEqual([{
      text: "Hi Maya, your Gravel 52 is ready.", attachments: [],
      content: { kind: "template", name: "bike_ready", language: "en_US", parts: { header: { format: "text", text: "For Maya" }, body: "Hi Maya, your Gravel 52 is ready.", footer: null, buttons: [{ type: "url", text: "See", url: "https://x.example/4711", phone: null }] } },
    }]);
  });

  it("after an undo it is there again with its values", async () => {
    open([template("bike_ready")]);
    fireEvent.click(await row(/^bike_ready/));
    fireEvent.input(await screen.findByLabelText("Text, field 2"), { target: { value: "Gravel 52" } });
    fireEvent.click(screen.getByRole("button", { name: "Send template" }));
    fireEvent.click(screen.getByRole("button", { name: "Undo" }));
    expect((await screen.findByLabelText<HTMLInputElement>("Text, field 2")).value).toBe("Gravel 52");
  });

  it("what is not approved cannot be chosen and says why", async () => {
    open([template("sale", { status: "paused", reason: "Too many people blocked it" })]);
    const paused = await row(/^sale/);
    expect(paused.getAttribute("aria-disabled")).toBe("true");
    expect(within(paused).getByText(/The platform paused it.*Too many people blocked it\./)).toBeTruthy();
    fireEvent.click(paused);
    expect(screen.queryByRole("button", { name: "Send template" })).toBeNull();
  });

  it("a template with a picture on top asks for it and sends it along", async () => {
    const upload = vi.fn(() => Promise.resolve({ id: "a1", name: "bike.jpg", type: "image/jpeg", size: 3, url: "/a1", state: "ready" as const }));
    open([template("photo", { parts: parts({ header: { format: "image", text: null }, body: "Look." }), variables: [] })], { upload });
    fireEvent.click(await row(/^photo/));
    expect(await screen.findByText("Choose the picture that stands on top.")).toBeTruthy();
    const made = vi.spyOn(HTMLInputElement.prototype, "click").mockImplementation(function pick(this: HTMLInputElement) {
      Object.defineProperty(this, "files", { value: [new File(["jpg"], "bike.jpg", { type: "image/jpeg" })] });
      this.onchange?.(new Event("change"));
    });
    fireEvent.click(screen.getByRole("button", { name: "Choose a picture" }));
    made.mockRestore();
    await screen.findByRole("button", { name: "Remove bike.jpg" });
    fireEvent.click(screen.getByRole("button", { name: "Send template" }));
    expect(sent).toMatchObject([{ attachments: ["a1"], template: { name: "photo" } }]);
  });

  it("begins in the contact's language", async () => {
    open([template("bike_ready"), template("bike_ready", { language: "es", parts: parts({ body: "Hola {{1}}, tu {{2}} está lista." }) })]);
    fireEvent.click(await row(/^bike_ready/));
    expect(await screen.findByText(/Hola Maya/)).toBeTruthy();
  });

  it("an account without templates is told where they are written", async () => {
    const go = vi.fn();
    open([], { go });
    fireEvent.click(await row(/^Open templates$/));
    expect(go).toHaveBeenCalledWith("templates");
  });

  it("while the server does not answer it says so and can be asked again", async () => {
    open(null);
    expect(await screen.findByText("Templates could not be loaded")).toBeTruthy();
    expect(screen.getByRole("button", { name: "Try again" })).toBeTruthy();
  });
});
