import { cleanup, fireEvent, render, screen, waitFor, within } from "@solidjs/testing-library";
import { MemoryRouter, Route } from "@solidjs/router";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { ConsentChange, Contact, Note } from "../../worker/contract/contact";
import { ContactView } from "../../web/inbox/contact/contact-view";

const CONTACT: Contact = {
  id: "p1", name: "Maya Torres", company: "Harbour Studio", language: "en", timeZone: "America/Chicago", address: "", tags: ["commuter"], consent: { email: "permanent" }, fields: {}, conversationId: "v1", createdAt: "2022-03-01T00:00:00.000Z",
  identities: [
    { id: "i1", kind: "phone", address: "+15125550164", connectionId: null, name: null, verified: true, primary: true },
    { id: "i2", kind: "email", address: "maya.torres@example.com", connectionId: null, name: null, verified: false, primary: true },
  ],
};
const NOTE: Note = { id: "n1", text: "Prefers texts before noon.", pinned: true, author: "Jonas", createdAt: "2026-05-12T09:00:00.000Z", updatedAt: "2026-05-12T09:00:00.000Z" };

interface Call { method: string; path: string; body: unknown }
let calls: Call[] = [];
/** The person and their consent ledger, as the pretend server has them. */
let contact = CONTACT;
let ledger: ConsentChange[] = [];
/** What the pretend server answers to a change; a number is a refusal with that status. */
let answer: (call: Call) => unknown = () => 500;

const problem = (status: number) => new Response(JSON.stringify({ type: "conflict", title: "conflict", status, detail: "Another contact has this address." }), { status, headers: { "content-type": "application/problem+json" } });

beforeEach(() => {
  calls = [];
  contact = CONTACT;
  ledger = [];
  vi.stubGlobal("fetch", async (input: string | URL | Request, init?: RequestInit) => {
    const request = input instanceof Request ? input : new Request(new URL(String(input), "http://localhost"), init);
    const path = new URL(request.url).pathname;
    const text = request.method === "GET" ? "" : await request.text();
    const call: Call = { method: request.method, path, body: text === "" ? null : JSON.parse(text) as unknown };
    if (request.method === "GET") {
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
