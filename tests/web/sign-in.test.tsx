import { MemoryRouter, createMemoryHistory, Route } from "@solidjs/router";
import { cleanup, fireEvent, render, screen, waitFor } from "@solidjs/testing-library";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { takeToken } from "../../web/inbox/auth/form";
import { ownPath, SignIn } from "../../web/inbox/auth/sign-in";

interface Call { path: string; body: unknown }
let calls: Call[] = [];
let answers: Record<string, { status: number; body: unknown }> = {};

beforeEach(() => {
  calls = [];
  answers = { "/api/auth/state": { status: 200, body: { setUp: true, demo: null } } };
  vi.stubGlobal("fetch", (path: string, init: { body: string | null }) => {
    calls.push({ path, body: init.body === null ? null : JSON.parse(init.body) as unknown });
    const { status, body } = answers[path] ?? { status: 404, body: null };
    return Promise.resolve(new Response(JSON.stringify(body), { status }));
  });
});
afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

function open(address: string) {
  const history = createMemoryHistory();
  history.set({ value: address });
  render(() => <MemoryRouter history={history}><Route path="/sign-in" component={SignIn} /><Route path="/*" component={() => <p>inside</p>} /></MemoryRouter>);
  return history;
}
const signInCalls = () => calls.filter(({ path }) => path === "/api/auth/sign-in/email");

describe("signing in", () => {
  it("says what is missing and asks nobody", async () => {
    open("/sign-in");
    fireEvent.click(await screen.findByRole("button", { name: "Sign in" }));
    expect(screen.getAllByRole("alert").map(({ textContent }) => textContent)).toEqual(["This does not look like an email address.", "Type your password."]);
    expect(signInCalls()).toEqual([]);
  });

  it("leads back to where one wanted to go", async () => {
    answers["/api/auth/sign-in/email"] = { status: 200, body: { accountId: "a", memberId: "m" } };
    const history = open("/sign-in?next=%2Fcontacts%3Fq%3Dmaya");
    fireEvent.input(await screen.findByLabelText("Email"), { target: { value: " ana@example.com " } });
    fireEvent.input(screen.getByLabelText("Password"), { target: { value: "four words are fine" } });
    fireEvent.click(screen.getByRole("button", { name: "Sign in" }));
    await waitFor(() => expect(history.get()).toBe("/contacts?q=maya"));
    expect(signInCalls()).toEqual([{ path: "/api/auth/sign-in/email", body: { email: "ana@example.com", password: "four words are fine" } }]);
  });

  it("says why it was refused", async () => {
    answers["/api/auth/sign-in/email"] = { status: 401, body: { type: "wrong-credentials", title: "wrong credentials", status: 401, detail: "Wrong email or password" } };
    open("/sign-in");
    fireEvent.input(await screen.findByLabelText("Email"), { target: { value: "ana@example.com" } });
    fireEvent.input(screen.getByLabelText("Password"), { target: { value: "not this one" } });
    fireEvent.click(screen.getByRole("button", { name: "Sign in" }));
    expect((await screen.findByRole("alert")).textContent).toBe("Wrong email or password");
  });

  it("warns of published passwords where there are some, and only there", async () => {
    answers["/api/auth/state"] = { status: 200, body: { setUp: true, demo: { members: [{ email: "owner@example.com", role: "owner" }], password: "published" } } };
    open("/sign-in");
    expect(await screen.findByText("This is a demo with published passwords")).toBeTruthy();
    cleanup();
    answers["/api/auth/state"] = { status: 200, body: { setUp: true, demo: null } };
    open("/sign-in");
    await screen.findByLabelText("Email");
    expect(screen.queryByText("This is a demo with published passwords")).toBeNull();
  });

  it.each([
    [undefined, "/"], ["", "/"], ["/contacts?q=a", "/contacts?q=a"], ["//evil.example", "/"], ["/\\evil.example", "/"], ["https://evil.example", "/"], ["javascript:alert(1)", "/"],
  ])("never leads from %j out of the house", (next, expected) => {
    expect(ownPath(next)).toBe(expected);
  });
});

describe("a link's secret", () => {
  it.each([["#token=abc", "abc"], ["#abc", "abc"], ["#token=", null], ["#other=1", null], ["", null]])("is read from %j and leaves the address bar", (hash, expected) => {
    history.replaceState(null, "", `/invite${hash}`);
    expect(takeToken()).toBe(expected);
    expect(location.hash).toBe("");
  });
});
