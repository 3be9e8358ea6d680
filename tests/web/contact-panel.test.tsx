import { cleanup, fireEvent, render, screen, waitFor, within } from "@solidjs/testing-library";
import { MemoryRouter, Route } from "@solidjs/router";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { ConsentChange, Contact, Note } from "../../worker/contract/contact";
import type { Duplicate, Merge, MergeOutcome } from "../../worker/contract/merge";
import { ContactView } from "../../web/inbox/contact/contact-view";

const CONTACT: Contact = {
  id: "p1", name: "Maya Torres", company: "Harbour Studio", language: "en", timeZone: "America/Chicago", address: "", tags: ["commuter"], consent: { email: "permanent" }, fields: {}, conversationId: "v1", createdAt: "2022-03-01T00:00:00.000Z",
  identities: [
    { id: "i1", kind: "phone", address: "+15125550164", connectionId: null, name: null, verified: true, primary: true },
    { id: "i2", kind: "email", address: "maya.torres@example.com", connectionId: null, name: null, verified: false, primary: true },
  ],
};
const NOTE: Note = { id: "n1", text: "Prefers texts before noon.", pinned: true, author: "Jonas", createdAt: "2026-05-12T09:00:00.000Z", updatedAt: "2026-05-12T09:00:00.000Z" };

const TWIN: Contact = { ...CONTACT, id: "p2", name: "M. Torres", company: "", tags: ["news"], consent: {}, identities: [{ id: "i3", kind: "email", address: "mtorres@example.org", connectionId: null, name: null, verified: false, primary: true }], conversationId: "v2" };
const OUTCOME: MergeOutcome = {
  mergeId: null, contact: { ...CONTACT, tags: ["commuter", "news"], identities: [...CONTACT.identities, ...TWIN.identities] }, other: TWIN, conflicts: [{ field: "name", kept: "Maya Torres", other: "M. Torres" }],
  consent: { email: "permanent" }, notes: 2, conversations: 1, closes: "v2",
};

interface Call { method: string; path: string; body: unknown }
let calls: Call[] = [];
/** The person and their consent ledger, as the pretend server has them. */
let contact = CONTACT;
let ledger: ConsentChange[] = [];
let duplicates: Duplicate[] = [];
let merges: Merge[] = [];
/** What the pretend server answers to a change; a number is a refusal with that status. */
let answer: (call: Call) => unknown = () => 500;

const problem = (status: number) => new Response(JSON.stringify({ type: "conflict", title: "conflict", status, detail: "Another contact has this address." }), { status, headers: { "content-type": "application/problem+json" } });

beforeEach(() => {
  calls = [];
  contact = CONTACT;
  ledger = [];
  duplicates = [];
  merges = [];
  vi.stubGlobal("fetch", async (input: string | URL | Request, init?: RequestInit) => {
    const request = input instanceof Request ? input : new Request(new URL(String(input), "http://localhost"), init);
    const path = new URL(request.url).pathname;
    const text = request.method === "GET" ? "" : await request.text();
    const call: Call = { method: request.method, path, body: text === "" ? null : JSON.parse(text) as unknown };
    if (request.method === "GET") {
      if (path.endsWith("/duplicates")) return Response.json({ items: duplicates });
      if (path.endsWith("/merges")) return Response.json({ items: merges });
      if (path === "/api/v1/contacts") return Response.json({ items: [CONTACT, TWIN], nextCursor: null });
      if (path.endsWith("/notes")) return Response.json({ items: [NOTE] });
      if (path.endsWith("/consent")) return Response.json({ items: ledger });
      if (path === "/api/v1/conversations") return Response.json({ items: [], nextCursor: null });
      return Response.json(contact);
    }
    calls.push(call);
    const given = answer(call);
    return typeof given === "number" ? problem(given) : given === undefined ? new Response(null, { status: 204 }) : Response.json(given);
  });
});
afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

async function show() {
  render(() => <MemoryRouter><Route path="*" component={() => <ContactView contactId="p1" conversationId="v1" />} /></MemoryRouter>);
  return screen.findByRole("button", { name: "Edit Name: Maya Torres" });
}

describe("the contact panel", () => {
  it("changes a name in place and sends only that", async () => {
    answer = () => ({ ...CONTACT, name: "Maya T." });
    fireEvent.click(await show());
    const field = screen.getByRole("textbox", { name: "Name" });
    fireEvent.input(field, { target: { value: " Maya T. " } });
    fireEvent.keyDown(field, { key: "Enter" });
    await screen.findByRole("button", { name: "Edit Name: Maya T." });
    await waitFor(() => expect(calls).toEqual([{ method: "PATCH", path: "/api/v1/contacts/p1", body: { name: "Maya T." } }]));
  });

  it("Escape leaves everything as it was", async () => {
    fireEvent.click(await show());
    const field = screen.getByRole("textbox", { name: "Name" });
    fireEvent.input(field, { target: { value: "Somebody else" } });
    fireEvent.keyDown(field, { key: "Escape" });
    expect(screen.getByRole("button", { name: "Edit Name: Maya Torres" })).toBeTruthy();
    expect(calls).toEqual([]);
  });

  it("a refused change goes back to what was there", async () => {
    answer = () => 409;
    fireEvent.click(await show());
    const field = screen.getByRole("textbox", { name: "Name" });
    fireEvent.input(field, { target: { value: "Refused" } });
    fireEvent.keyDown(field, { key: "Enter" });
    expect(screen.getByRole("button", { name: "Edit Name: Refused" })).toBeTruthy();
    await screen.findByRole("button", { name: "Edit Name: Maya Torres" });
  });

  it("stays whole where the time zone is one that nobody knows, and shows no clock for it", async () => {
    contact = { ...CONTACT, timeZone: "Mars/Base" };
    await show();
    expect(await screen.findByText("Mars/Base")).toBeTruthy();
    expect(screen.queryByText(/ in (Base|Chicago)/)).toBeNull();
  });

  it("does not save a time zone that does not exist", async () => {
    await show();
    fireEvent.click(screen.getByRole("button", { name: /^Edit Time zone/ }));
    const field = screen.getByRole("textbox", { name: "Time zone" });
    fireEvent.input(field, { target: { value: "Austin time" } });
    fireEvent.keyDown(field, { key: "Enter" });
    expect(screen.getByRole("alert").textContent).toContain("Europe/Berlin");
    fireEvent.blur(field);
    expect(calls).toEqual([]);
  });

  it("asks for a whole address before adding one", async () => {
    answer = () => CONTACT;
    await show();
    fireEvent.click(screen.getByRole("button", { name: "Add a phone number or email" }));
    const field = screen.getByRole("textbox", { name: "Phone number or email" });
    fireEvent.input(field, { target: { value: "maya@" } });
    fireEvent.keyDown(field, { key: "Enter" });
    expect(screen.getByRole("alert")).toBeTruthy();
    fireEvent.input(field, { target: { value: "maya@new.example" } });
    fireEvent.keyDown(field, { key: "Enter" });
    await waitFor(() => expect(calls.map(({ body }) => body)).toEqual([{ addIdentities: [{ kind: "email", address: "maya@new.example" }] }]));
  });

  it.each([
    ["a switch stops a channel", "SMS", true, "inactive"],
    ["what a colleague has blocked, a colleague lifts", "Email", false, "active"],
  ] as const)("%s", async (_, channel, isOn, becomes) => {
    answer = () => CONTACT;
    await show();
    const toggle = screen.getByRole<HTMLInputElement>("switch", { name: `May be written to by ${channel}` });
    await waitFor(() => expect(toggle.checked).toBe(isOn));
    fireEvent.click(toggle);
    await waitFor(() => expect(calls.map(({ body }) => body)).toEqual([{ consent: { [channel.toLowerCase()]: becomes } }]));
  });

  it("who wants no advertising may still be answered, and it says so", async () => {
    contact = { ...CONTACT, consent: { sms: "no-marketing" } };
    await show();
    expect(await screen.findByText("answers only")).toBeTruthy();
    expect(screen.getByRole<HTMLInputElement>("switch", { name: "May be written to by SMS" }).checked).toBe(true);
  });

  it("each step of consent is proved by who, how and their words", async () => {
    ledger = [{ channel: "sms", state: "no-marketing", at: "2026-05-12T09:00:00.000Z", by: "Maya Torres", how: "message", text: "STOP PROMOTIONS" }];
    await show();
    fireEvent.click(screen.getByRole("button", { name: "Proof" }));
    const proof = within(await screen.findByRole("dialog"));
    expect(await proof.findByText("SMS: Answers only, no marketing")).toBeTruthy();
    expect(proof.getByText(/Maya Torres, in their own message/)).toBeTruthy();
    expect(proof.getByText("STOP PROMOTIONS")).toBeTruthy();
  });

  it("adds several tags at once, without repeating one", async () => {
    answer = () => CONTACT;
    await show();
    fireEvent.click(screen.getByRole("button", { name: "Add tag" }));
    const field = screen.getByRole("textbox", { name: "Add tag" });
    fireEvent.input(field, { target: { value: "gravel, commuter, member" } });
    fireEvent.keyDown(field, { key: "Enter" });
    await waitFor(() => expect(calls.map(({ body }) => body)).toEqual([{ addTags: ["gravel", "member"] }]));
  });

  it("shows a new note at once and keeps the one the server names", async () => {
    answer = () => ({ ...NOTE, id: "n2", text: "Bike back by Friday.", pinned: false });
    await show();
    await screen.findByText("Prefers texts before noon.");
    fireEvent.click(screen.getByRole("button", { name: "Add note" }));
    fireEvent.input(screen.getByRole("textbox", { name: "Note" }), { target: { value: "Bike back by Friday." } });
    fireEvent.click(screen.getByRole("button", { name: "Save" }));
    expect(screen.getByText("Bike back by Friday.")).toBeTruthy();
    await waitFor(() => expect(calls).toEqual([{ method: "POST", path: "/api/v1/contacts/p1/notes", body: { text: "Bike back by Friday.", pinned: false } }]));
    await waitFor(() => expect(within(screen.getByRole("region", { name: /Notes/ })).getAllByRole("button", { name: "Note actions" })).toHaveLength(2));
  });
});

describe("making two contacts one", () => {
  const merged = () => calls.map(({ path, body }) => [path, body]);

  it("a possible duplicate says why, and nothing happens before both were seen side by side", async () => {
    duplicates = [{ contact: TWIN, reason: "email-name", sentence: "Their email addresses begin alike" }];
    answer = ({ body }) => ({ ...OUTCOME, mergeId: (body as { dryRun: boolean }).dryRun ? null : "mg1" });
    await show();
    expect(await screen.findByText("Their email addresses begin alike")).toBeTruthy();
    fireEvent.click(screen.getByRole("button", { name: "Review M. Torres" }));
    const dialog = within(await screen.findByRole("dialog"));
    expect(within(await dialog.findByRole("region", { name: "Afterwards" })).getByText("mtorres@example.org")).toBeTruthy();
    expect(dialog.getByText("Name: “Maya Torres” stays, “M. Torres” is kept for an undo")).toBeTruthy();
    expect(dialog.getByText("Email: Blocked by a colleague, the stricter of both")).toBeTruthy();
    expect(dialog.getByText("2 notes come along")).toBeTruthy();
    expect(merged()).toEqual([["/api/v1/contacts/p1/merge", { otherId: "p2", dryRun: true }]]);
    fireEvent.click(dialog.getByRole("button", { name: "Merge" }));
    await waitFor(() => expect(merged().at(-1)).toEqual(["/api/v1/contacts/p1/merge", { otherId: "p2", dryRun: false }]));
    await waitFor(() => expect(screen.queryByRole("dialog")).toBeNull());
  });

  it("anybody can be searched for, but not the contact itself", async () => {
    answer = () => OUTCOME;
    await show();
    fireEvent.click(screen.getByRole("button", { name: "Merge with…" }));
    const dialog = within(await screen.findByRole("dialog"));
    fireEvent.input(dialog.getByRole("searchbox", { name: "Find the other contact" }), { target: { value: "torres" } });
    fireEvent.click(await dialog.findByRole("button", { name: /^M\. Torres/ }));
    expect(dialog.queryByRole("button", { name: /^Maya Torres/ })).toBeNull();
    await dialog.findByRole("region", { name: "Afterwards" });
  });

  it("a refusal is told in the dialog, and nothing is merged", async () => {
    duplicates = [{ contact: TWIN, reason: "name", sentence: "Same name" }];
    answer = () => 409;
    await show();
    fireEvent.click(await screen.findByRole("button", { name: "Review M. Torres" }));
    const dialog = within(await screen.findByRole("dialog"));
    expect((await dialog.findByRole("alert")).textContent).toBe("Another contact has this address.");
    expect(dialog.getByRole<HTMLButtonElement>("button", { name: "Merge" }).disabled).toBe(true);
  });

  it("a merge of lately is undone from the panel, an earlier one only after it", async () => {
    merges = [
      { id: "mg2", keptId: "p1", otherName: "M. Torres", by: "Jonas", at: "2026-11-20T09:00:00.000Z", undoUntil: "2026-12-20T09:00:00.000Z" },
      { id: "mg1", keptId: "p1", otherName: "Maya T.", by: "Jonas", at: "2026-11-19T09:00:00.000Z", undoUntil: null },
    ];
    answer = () => ({ contact: CONTACT, other: TWIN });
    await show();
    expect(await screen.findByText("Merged with Maya T. by Jonas")).toBeTruthy();
    expect(screen.getAllByRole("button", { name: "Undo" })).toHaveLength(1);
    fireEvent.click(screen.getByRole("button", { name: "Undo" }));
    await waitFor(() => expect(merged()).toEqual([["/api/v1/contacts/merges/mg2/undo", {}]]));
  });
});
