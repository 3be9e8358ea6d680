import { cleanup, fireEvent, render, screen, waitFor, within } from "@solidjs/testing-library";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import type { Account, AccountSettings, Me, QuietHours, Role } from "../../worker/contract/account";
import { General } from "../../web/inbox/settings/general";
import { setMe } from "../../web/lib/me";

const NIGHT = { from: "21:00", to: "08:00" };
const NIGHTS: QuietHours = { on: true, days: Array.from({ length: 7 }, () => [NIGHT]), holidays: [], manual: "warn" };
const SETTINGS: AccountSettings = { reopenDays: 7, undoMs: 5_000, timeZone: "America/Chicago", country: "US" };

let saved: { settings: { quietHours: QuietHours } }[] = [];
let refusal: { status: number; detail: string } | null = null;

/** The page on a server that keeps what it is given, as `role`. */
async function show(quietHours: QuietHours | undefined, role: Role = "admin") {
  const account: Account = { id: "a1", name: "Northside Cycles", settings: { ...SETTINGS, ...(quietHours && { quietHours }) } };
  const me: Me = { member: { id: "ana", name: "Ana Ruiz", email: "ana@example.test", role, teamIds: [], disabled: false, createdAt: "2026-05-12T09:00:00.000Z" }, account, demo: false };
  setMe(me);
  vi.stubGlobal("fetch", (path: string, { method = "GET", body }: RequestInit = {}) => {
    if (method !== "PATCH") return Promise.resolve(Response.json(path.endsWith("/me") ? me : account));
    const patch = JSON.parse(String(body)) as (typeof saved)[number];
    saved.push(patch);
    if (refusal) return Promise.resolve(Response.json({ type: "invalid-request", title: "Not valid", ...refusal }, { status: refusal.status }));
    return Promise.resolve(Response.json({ ...account, settings: { ...account.settings, ...patch.settings } }));
  });
  render(() => <General />);
  await screen.findByRole("heading", { name: "Quiet hours" });
}

beforeEach(() => {
  saved = [];
  refusal = null;
  localStorage.clear();
});
afterEach(() => {
  cleanup();
  setMe(null);
  vi.unstubAllGlobals();
});

const button = (name: string) => screen.getByRole<HTMLButtonElement>("button", { name });
const press = (name: string) => fireEvent.click(button(name));
const field = (label: string) => screen.getByLabelText<HTMLInputElement>(label);
const save = async () => {
  press("Save quiet hours");
  await waitFor(() => expect(button("Save quiet hours").disabled).toBe(true));
  return saved.at(-1)!.settings.quietHours;
};

it("are off until somebody switches them on, and then begin with nights", async () => {
  await show(undefined);
  expect(screen.queryByLabelText("Monday, quiet from")).toBeNull();
  expect(button("Save quiet hours").disabled).toBe(true);
  fireEvent.click(screen.getByLabelText("Hold messages in quiet hours"));
  expect(field("Monday, quiet from").value).toBe("21:00");
  expect(screen.getAllByText("next day")).toHaveLength(7);
  expect(await save()).toEqual(NIGHTS);
});

it("a day has hours of its own, Sunday first in what is saved", async () => {
  await show(NIGHTS);
  fireEvent.input(field("Sunday, quiet from"), { target: { value: "00:00" } });
  fireEvent.input(field("Sunday, quiet until"), { target: { value: "00:00" } });
  press("Remove 21:00 – 08:00 on Saturday");
  press("Add hours on Tuesday");
  const { days } = await save();
  expect(days.map((day) => day.length)).toEqual([1, 1, 2, 1, 1, 1, 0]);
  expect(days[0]).toEqual([{ from: "00:00", to: "00:00" }]);
});

it("the hours of one day become those of every day", async () => {
  await show({ ...NIGHTS, days: [[], [{ from: "12:00", to: "13:00" }], [], [], [], [], []] });
  expect(screen.getAllByText("Not quiet")).toHaveLength(6);
  press("Use the hours of Monday every day");
  fireEvent.input(field("Monday, quiet from"), { target: { value: "11:00" } });
  const { days } = await save();
  expect(days[1]).toEqual([{ from: "11:00", to: "13:00" }]);
  for (const day of [0, 2, 3, 4, 5, 6]) expect(days[day]).toEqual([{ from: "12:00", to: "13:00" }]);
});

it("a day takes no more hours than the server keeps", async () => {
  await show(NIGHTS);
  for (let more = 0; more < 5; more++) press("Add hours on Friday");
  expect(button("Add hours on Friday").disabled).toBe(true);
});

it("a time that is missing is asked for and nothing is sent", async () => {
  await show(NIGHTS);
  fireEvent.input(field("Thursday, quiet until"), { target: { value: "" } });
  press("Save quiet hours");
  expect(await screen.findByText("Give both times, or remove those hours.")).toBeTruthy();
  expect(field("Thursday, quiet until").getAttribute("aria-invalid")).toBe("true");
  expect(saved).toEqual([]);
  press("Discard changes");
  expect(field("Thursday, quiet until").value).toBe("08:00");
});

it("holidays stand in order, once each, and can be taken away", async () => {
  await show({ ...NIGHTS, holidays: ["2026-12-25"] });
  for (const date of ["2026-12-26", "2026-01-01", "2026-12-25"]) {
    fireEvent.input(field("Holidays"), { target: { value: date } });
    press("Add");
  }
  press("Remove Sat, Dec 26, 2026");
  expect((await save()).holidays).toEqual(["2026-01-01", "2026-12-25"]);
});

it("why the server refused is said, and the hours stay as they were written", async () => {
  await show(NIGHTS);
  refusal = { status: 400, detail: "✖ Leave some time in the week in which messages may go out\n  → at settings.quietHours.days" };
  fireEvent.input(field("Monday, quiet until"), { target: { value: "21:00" } });
  press("Save quiet hours");
  expect(await screen.findByText(/Leave some time in the week/)).toBeTruthy();
  expect(field("Monday, quiet until").value).toBe("21:00");
});

it("agents see them and change nothing", async () => {
  await show({ ...NIGHTS, holidays: ["2026-12-25"] }, "agent");
  expect(field("Monday, quiet from").disabled).toBe(true);
  expect(screen.getByText("Fri, Dec 25, 2026")).toBeTruthy();
  const section = within(screen.getByRole("heading", { name: "Quiet hours" }).closest("section")!);
  expect(section.getAllByRole("button").map(({ textContent }) => textContent)).toEqual(["Warn them"]);
  expect(section.getByRole<HTMLButtonElement>("button").disabled).toBe(true);
});
