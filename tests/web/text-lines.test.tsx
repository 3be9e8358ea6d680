import { fireEvent, render, screen, waitFor } from "@solidjs/testing-library";
import { afterEach, describe, expect, it, vi } from "vitest";
import type { Me, Member } from "../../worker/contract/account";
import type { ConnectionPatch, ConnectionView } from "../../worker/contract/channel";
import type { Entry } from "../../worker/contract/entry";
import { UseForm } from "../../web/inbox/settings/channels/use-form";
import type { ConnectionActions } from "../../web/inbox/settings/channels/channels";
import { SuspectedOptOut } from "../../web/inbox/settings/suspected";
import { shownAddress } from "../../worker/contract/shown-address";
import { refresh, setMe } from "../../web/lib/me";
import { Toasts } from "../../web/ui/toast";
import { entry } from "./inbox-fixtures";
import { atWork, show } from "./thread-stage";

const world = atWork();
afterEach(() => vi.restoreAllMocks());

const GROUP = "+15125550164,+15125550171";
const sent = (change: Partial<Entry> = {}) => entry(1, 1, { channel: "sms", connectionId: "ch_1", direction: "out", state: "delivered", to: "+15125550164", segments: 2, price: { amount: "0.0079", currency: "USD" }, ...change });
async function openDetails(): Promise<HTMLElement> {
  fireEvent.click(screen.getByRole("button", { name: "Actions for this message" }));
  fireEvent.click(await screen.findByRole("button", { name: "Delivery and cost" }));
  return screen.findByRole("dialog");
}

describe("what became of a message", () => {
  it("says how many segments it had and what the carrier took, to the part of a cent", async () => {
    show(sent());
    const details = await openDetails();
    expect(details.textContent).toContain("Segments2");
    expect(details.textContent).toContain("$0.0079");
  });

  it("says nothing of cost where nothing is known", async () => {
    show(sent({ segments: null, price: null }));
    expect((await openDetails()).textContent).not.toContain("Carrier");
  });

  it("tells where it stands with each person of a group", async () => {
    show(sent({ to: GROUP, recipients: GROUP.split(",").map((address, index) => ({ address, state: index === 0 ? "delivered" as const : "sent" as const, failure: null })) }));
    const details = await openDetails();
    expect(details.textContent).toContain("+1 512 555 0164Delivered");
    expect(details.textContent).toContain("+1 512 555 0171Sent");
  });

  it("is not asked of what a customer wrote", () => {
    show(sent({ direction: "in" }));
    expect(screen.queryByRole("button", { name: "Actions for this message" })).toBeNull();
  });
});

it("in a group every message names who wrote it, and alone its channel", () => {
  const said = { direction: "in" as const, author: { type: "contact" as const, id: "ct_2", name: "Daniel Kovač" } };
  show(sent({ ...said, to: GROUP }));
  expect(screen.getByRole("article").getAttribute("aria-label")).toContain("Daniel Kovač");
  expect(screen.getByText("Daniel Kovač")).toBeTruthy();
});

it("a group's address is shown as the numbers in it", () => expect(shownAddress(GROUP)).toBe("+1 512 555 0164, +1 512 555 0171"));

it.each([["active", "can be reached by SMS again"], ["inactive", "cannot be reached by SMS for now"]])("a delivery report is told as what it is: %s", (state, words) => {
  show(entry(1, 1, { kind: "activity", channel: "sms", text: "x", author: { type: "contact", id: "ct_1", name: "Robin Example" }, event: { type: "consent", data: { channel: "sms", state, text: null, how: "delivery" } } }));
  expect(screen.getByText(`Robin Example ${words}`)).toBeTruthy();
});

describe("how a number is used", () => {
  const LINE = { id: "ch1", name: "Workshop line" } as ConnectionView;
  const member = (id: string, name: string, disabled = false): Member => ({ id, name, email: `${id}@example.test`, role: "agent", teamIds: [], disabled, createdAt: "2026-05-12T09:00:00.000Z" });
  async function showUse(use: Partial<NonNullable<ConnectionView["use"]>> = {}) {
    world.answer = (path) => ({ status: 200, body: path === "/api/v1/members" ? { items: [member("ana", "Ana Ruiz"), member("jonas", "Jonas Beck"), member("old", "Old Colleague", true)] } : { member: { id: "u1" } } });
    await refresh("members");
    const patches: ConnectionPatch[] = [];
    const actions = { save: async (_: ConnectionView, patch: ConnectionPatch) => void patches.push(patch) } as unknown as ConnectionActions;
    render(() => <><UseForm connection={LINE} use={{ memberIds: ["ana"], isDefault: false, confirmsOptOut: false, helpText: null, hearsKeywords: true, ...use }} actions={actions} /><Toasts /></>);
    return patches;
  }

  it("each change is saved at once", async () => {
    const patches = await showUse();
    // While one change is under way the next one waits for it.
    const press = async (name: string | RegExp) => {
      await waitFor(() => expect(screen.getByLabelText(name)).toHaveProperty("disabled", false));
      fireEvent.click(screen.getByLabelText(name));
    };
    await press(/Default of its channel/);
    await waitFor(() => expect(patches).toEqual([{ isDefault: true }]));
    await press("Jonas Beck");
    await waitFor(() => expect(patches.at(-1)).toEqual({ memberIds: ["ana", "jonas"] }));
    await press("Ana Ruiz");
    await waitFor(() => expect(patches.at(-1)).toEqual({ memberIds: [] }));
    await waitFor(() => expect(screen.getByLabelText("Ana Ruiz")).toHaveProperty("disabled", false));
    fireEvent.input(screen.getByLabelText("Answer to HELP"), { target: { value: " Call us " } });
    fireEvent.click(screen.getByRole("button", { name: "Save" }));
    await waitFor(() => expect(patches.at(-1)).toEqual({ helpText: "Call us" }));
  });

  it("who has left is nobody's choice", async () => {
    await showUse();
    expect(screen.queryByLabelText("Old Colleague")).toBeNull();
  });

  it("asks about STOP only where customers say it", async () => {
    await showUse({ hearsKeywords: false });
    expect(screen.queryByLabelText(/Confirm STOP/)).toBeNull();
  });
});

it("the account's choice about free wording is saved at once, and put back when it is refused", async () => {
  setMe({ member: { id: "u1", name: "Ana Ruiz", role: "owner" } } as Me);
  world.answer = () => ({ status: 503, body: { type: "unavailable", title: "x", status: 503, detail: "Please try again" } });
  render(() => <><SuspectedOptOut applies={false} /><Toasts /></>);
  const box = screen.getByLabelText<HTMLInputElement>(/Let free wording count/);
  fireEvent.click(box);
  await waitFor(() => expect(world.asked).toContainEqual({ method: "PATCH", path: "/api/v1/account", body: { settings: { applySuspectedOptOut: true } } }));
  await waitFor(() => expect(box.checked).toBe(false));
  expect(await screen.findByText(/Please try again/)).toBeTruthy();
});
