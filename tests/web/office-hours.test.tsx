import { cleanup, fireEvent, render, screen, waitFor } from "@solidjs/testing-library";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { OfficeHours, officeWeek } from "../../web/inbox/settings/office-hours";
import { setMe } from "../../web/lib/me";

let sent: unknown[];
let signedIn: object;
const as = (role: string) => setMe(signedIn = { member: { id: "ana", name: "Ana", email: "ana@example.test", role, teamIds: [], disabled: false, createdAt: "2026-05-12T09:00:00.000Z" }, account: { id: "a1", name: "Shop", settings: { reopenDays: 7, undoMs: 5_000, timeZone: "UTC", country: "US" } }, demo: false } as never);

beforeEach(() => {
  sent = [];
  as("owner");
  vi.stubGlobal("fetch", (path: string, { method = "GET", body }: RequestInit = {}) => {
    const given = method === "PATCH" ? JSON.parse(body as string) as { settings: object } : null;
    if (given) sent.push(given.settings);
    return Promise.resolve(new Response(JSON.stringify(path.endsWith("/me") ? signedIn : path.endsWith("/account") ? { id: "a1", name: "Shop", settings: { ...given?.settings } } : { items: [] })));
  });
});
afterEach(() => { cleanup(); setMe(null); vi.unstubAllGlobals(); });

it("hours are kept once somebody wants them, a working week to begin with", async () => {
  render(() => <OfficeHours hours={null} />);
  fireEvent.click(screen.getByRole("checkbox", { name: "Keep office hours" }));
  fireEvent.input(screen.getByLabelText("Monday, open from"), { target: { value: "08:30" } });
  fireEvent.click(screen.getByRole("button", { name: "Save office hours" }));
  const days = officeWeek();
  days[1] = [{ from: "08:30", to: "17:00" }];
  await waitFor(() => expect(sent).toEqual([{ officeHours: { days } }]));
});

it("an unfinished time is asked for, not sent; and hours can be given up again", async () => {
  render(() => <OfficeHours hours={{ days: officeWeek() }} />);
  fireEvent.input(screen.getByLabelText("Monday, open until"), { target: { value: "" } });
  fireEvent.click(screen.getByRole("button", { name: "Save office hours" }));
  expect(await screen.findByRole("alert")).toBeTruthy();
  expect(sent).toEqual([]);
  fireEvent.click(screen.getByRole("checkbox", { name: "Keep office hours" }));
  fireEvent.click(screen.getByRole("button", { name: "Save office hours" }));
  await waitFor(() => expect(sent).toEqual([{ officeHours: null }]));
});

it("agents read them and change nothing", () => {
  as("agent");
  render(() => <OfficeHours hours={{ days: officeWeek() }} />);
  expect((screen.getByLabelText("Monday, open from") as HTMLInputElement).disabled).toBe(true);
  expect(screen.queryByRole("button", { name: "Save office hours" })).toBeNull();
});
