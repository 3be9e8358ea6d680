import { fireEvent, screen, waitFor } from "@solidjs/testing-library";
import { describe, expect, it } from "vitest";
import type { Me } from "../../worker/contract/account";
import type { Entry } from "../../worker/contract/entry";
import { setMe } from "../../web/lib/me";
import { entry } from "./inbox-fixtures";
import { atWork, show } from "./thread-stage";
import "./words";

const world = atWork();
const as = (role: "owner" | "agent") => setMe({ member: { id: "u1", name: "Ana Ruiz", role } } as Me);
const held = (change: Partial<Entry> = {}) => entry(1, 5, { id: "m1", direction: "out", channel: "sms", connectionId: "ch_1", text: "See you", state: "scheduled", dueAt: "2026-11-23T08:02:00.000Z", undoable: false, held: { reason: "quiet-hours", sentence: "Quiet hours: 23:10 for Robin. This waits until 08:00 there." }, ...change });

describe("what waits", () => {
  it("says why, and only an owner or admin sends it now, after a warning", async () => {
    as("owner");
    show(held());
    expect(screen.getByText(/Quiet hours: 23:10 for Robin/)).toBeTruthy();
    world.answer = () => ({ status: 200, body: held({ state: "queued", dueAt: null, held: null, rev: 9 }) });
    fireEvent.click(screen.getByRole("button", { name: "Send now" }));
    expect(world.asked).toEqual([]);
    const dialog = await screen.findByRole("dialog", { name: "Send in quiet hours?" });
    fireEvent.click([...dialog.querySelectorAll("button")].find(({ textContent }) => textContent === "Send now")!);
    await waitFor(() => expect(world.asked).toMatchObject([{ method: "POST", path: "/api/v1/conversations/c1/messages/m1/send-now" }]));
    await waitFor(() => expect(screen.queryByText(/Quiet hours: 23:10/)).toBeNull());
  });

  it("shows an agent who can, instead of a button that cannot", () => {
    as("agent");
    show(held());
    expect(screen.queryByRole("button", { name: "Send now" })).toBeNull();
    expect(screen.getByText(/An owner or admin can send it now/)).toBeTruthy();
  });

  it("goes at once where nothing holds it back but its time", async () => {
    as("agent");
    show(held({ held: null }));
    world.answer = () => ({ status: 200, body: held({ held: null, state: "queued", dueAt: null, rev: 9 }) });
    fireEvent.click(screen.getByRole("button", { name: "Send now" }));
    await waitFor(() => expect(world.asked).toHaveLength(1));
  });

  it("gets new words; what the engine says against them is said in the form and nothing is lost", async () => {
    as("agent");
    show(held());
    fireEvent.click(screen.getByRole("button", { name: "Change" }));
    const words = await screen.findByRole("textbox", { name: "Message" });
    fireEvent.input(words, { target: { value: "See you at ten" } });
    world.answer = () => ({ status: 422, body: { type: "refused", title: "refused", status: 422, detail: "This is too long. Shorten it." } });
    fireEvent.click(screen.getByRole("button", { name: "Save" }));
    expect(await screen.findByText("This is too long. Shorten it.")).toBeTruthy();
    expect((words as HTMLTextAreaElement).value).toBe("See you at ten");
    expect(world.asked).toMatchObject([{ method: "PATCH", path: "/api/v1/conversations/c1/messages/m1", body: { text: "See you at ten" } }]);
  });
});

describe("what failed here", () => {
  const failed = (change: Partial<Entry> = {}) => entry(1, 5, { direction: "out", channel: "google", connectionId: "ch_1", text: "See you", state: "failed", failure: { class: "permanent", code: "not-capable", detail: "", sentence: "This phone does not take RCS messages. It went out over Texts instead." }, ...change });

  it("is sent again by a person", () => {
    as("agent");
    show(failed());
    expect(screen.getByRole("button", { name: "Retry" })).toBeTruthy();
  });

  it("and went out another way is not offered a second time", () => {
    as("agent");
    show(failed({ replacedBy: "e2" }));
    expect(screen.getByText(/It went out over Texts instead/)).toBeTruthy();
    expect(screen.queryByText(/Not delivered/)).toBeNull();
    expect(screen.queryByRole("button", { name: "Retry" })).toBeNull();
    expect(screen.getByRole("button", { name: "Details" })).toBeTruthy();
  });
});
