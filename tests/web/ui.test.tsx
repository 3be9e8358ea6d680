import { cleanup, fireEvent, render, screen, waitFor } from "@solidjs/testing-library";
import { createSignal, Show } from "solid-js";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { initials } from "../../web/ui/avatar";
import { Button } from "../../web/ui/button";
import { Chip } from "../../web/ui/chip";
import { Dialog } from "../../web/ui/dialog";
import { Input } from "../../web/ui/input";
import { Menu } from "../../web/ui/menu";
import { Time } from "../../web/ui/time";
import { toast, Toasts, UNDO_MS } from "../../web/ui/toast";

afterEach(cleanup);

/** What a browser says once things have faded in; without it they wait, on closing, for an animation that never ends. */
function appeared(): void {
  for (const element of document.querySelectorAll("[data-expanded]")) fireEvent(element, new Event("animationstart"));
}

describe("a dialog", () => {
  function openFrom(mounted: "always" | "while open") {
    const [open, setOpen] = createSignal(false);
    render(() => (
      <>
        <Button onClick={() => setOpen(true)}>Open</Button>
        <Show when={mounted === "always" || open()}>
          <Dialog open={open()} onOpenChange={setOpen} title="Delete Repair" description="Conversations keep their words."><Button>Delete</Button></Dialog>
        </Show>
      </>
    ));
    const button = screen.getByText("Open");
    button.focus();
    button.click();
    return button;
  }

  it("has its title for a name and its words for a description", async () => {
    openFrom("always");
    const dialog = await screen.findByRole("dialog", { name: "Delete Repair" });
    expect(document.getElementById(dialog.getAttribute("aria-describedby") ?? "")?.textContent).toBe("Conversations keep their words.");
  });

  it.each(["always", "while open"] as const)("takes the focus, and gives it back when Escape closes it (mounted %s)", async (mounted) => {
    const button = openFrom(mounted);
    const dialog = await screen.findByRole("dialog");
    await waitFor(() => expect(dialog.contains(document.activeElement)).toBe(true));
    appeared();
    fireEvent.keyDown(document.activeElement!, { key: "Escape" });
    await waitFor(() => expect(screen.queryByRole("dialog")).toBeNull());
    await waitFor(() => expect(document.activeElement).toBe(button));
  });
});

describe("a toast", () => {
  beforeEach(() => { vi.useFakeTimers(); });
  afterEach(() => {
    vi.runAllTimers();
    vi.useRealTimers();
  });

  it("takes back what was done, once, and goes", () => {
    render(() => <Toasts />);
    const undo = vi.fn<() => void>();
    toast({ text: "Closed", undo });
    fireEvent.click(screen.getByText("Undo"));
    expect(undo).toHaveBeenCalledTimes(1);
    expect(screen.queryByText("Closed")).toBeNull();
  });

  it("leaves ten seconds to change one's mind", () => {
    render(() => <Toasts />);
    toast({ text: "Closed", undo: () => undefined });
    vi.advanceTimersByTime(UNDO_MS - 1);
    expect(screen.queryByText("Closed")).not.toBeNull();
    vi.advanceTimersByTime(1);
    expect(screen.queryByText("Closed")).toBeNull();
    expect(UNDO_MS).toBe(10_000);
  });

  it("waits while somebody stands on its button", () => {
    render(() => <Toasts />);
    toast({ text: "Closed", undo: () => undefined });
    fireEvent.focusIn(screen.getByText("Undo"));
    vi.advanceTimersByTime(10 * UNDO_MS);
    expect(screen.queryByText("Closed")).not.toBeNull();
    fireEvent.focusOut(screen.getByText("Undo"));
    vi.advanceTimersByTime(UNDO_MS);
    expect(screen.queryByText("Closed")).toBeNull();
  });

  it("is heard at once when it is an error, and in turn when not", () => {
    render(() => <Toasts />);
    toast({ text: "Closed" });
    toast({ text: "Not sent", kind: "error" });
    expect(screen.getByText("Closed").closest("[aria-live]")?.getAttribute("aria-live")).toBe("polite");
    expect(screen.getByText("Not sent").closest("[role=alert]")).not.toBeNull();
  });
});

it("a dialog that a line of a menu opened gives the focus back to the menu's button", async () => {
  const [open, setOpen] = createSignal(false);
  render(() => (
    <>
      <Menu trigger={<Button>More</Button>} items={[{ label: "Rename", onSelect: () => setOpen(true) }]} />
      <Show when={open()}><Dialog open onOpenChange={setOpen} title="Rename Repair"><Button>Rename</Button></Dialog></Show>
    </>
  ));
  screen.getByText("More").focus();
  screen.getByText("More").click();
  const line = await screen.findByRole("menuitem");
  appeared();
  fireEvent.keyDown(line, { key: "Enter" });
  const dialog = await screen.findByRole("dialog");
  await waitFor(() => expect(dialog.contains(document.activeElement)).toBe(true));
  appeared();
  await waitFor(() => expect(screen.queryByRole("menu")).toBeNull());
  fireEvent.keyDown(document.activeElement!, { key: "Escape" });
  await waitFor(() => expect(document.activeElement).toBe(screen.getByText("More")));
});

it("a button whose work is on its way takes no second press, keeps the focus and sends no form", () => {
  const press = vi.fn<() => void>();
  const send = vi.fn<(event: SubmitEvent) => void>((event) => event.preventDefault());
  const [loading, setLoading] = createSignal(true);
  render(() => <form onSubmit={send}><Button type="submit" loading={loading()} onClick={press}>Save</Button></form>);
  const button = screen.getByRole("button");
  button.focus();
  button.click();
  expect([press.mock.calls.length, send.mock.calls.length, document.activeElement === button]).toEqual([0, 0, true]);
  setLoading(false);
  button.click();
  expect([press.mock.calls.length, send.mock.calls.length]).toEqual([1, 1]);
});

it("a menu opens by keyboard from the button it was given, and does what is chosen", async () => {
  const archive = vi.fn<() => void>();
  render(() => <Menu trigger={<Button>More</Button>} items={[{ label: "Archive", onSelect: archive }, "separator", { label: "Delete", danger: true, onSelect: () => undefined }]} />);
  const button = screen.getByRole("button", { name: "More" });
  fireEvent.keyDown(button, { key: "ArrowDown" });
  expect((await screen.findAllByRole("menuitem")).map(({ textContent }) => textContent)).toEqual(["Archive", "Delete"]);
  fireEvent.keyDown(screen.getByRole("menuitem", { name: "Archive" }), { key: "Enter" });
  await waitFor(() => expect(archive).toHaveBeenCalledTimes(1));
});

it("what is wrong with a field is tied to it and said aloud; without a fault its hint is", () => {
  const [error, setError] = createSignal<string | null>(null);
  render(() => <Input label="Email" hint="The one you work with" value="" error={error()} />);
  const field = screen.getByLabelText("Email");
  const words = () => document.getElementById(field.getAttribute("aria-describedby") ?? "")?.textContent;
  expect([words(), field.getAttribute("aria-invalid")]).toEqual(["The one you work with", null]);
  setError("This does not look like an email address.");
  expect([words(), field.getAttribute("aria-invalid"), screen.getByRole("alert").textContent]).toEqual(["This does not look like an email address.", "true", "This does not look like an email address."]);
});

it("the cross of a chip says what it removes", () => {
  const remove = vi.fn<() => void>();
  render(() => <Chip onRemove={remove}>gravel</Chip>);
  fireEvent.click(screen.getByRole("button", { name: "Remove gravel" }));
  expect(remove).toHaveBeenCalledTimes(1);
});

it("a time is a short word with the whole truth on hover", () => {
  const at = new Date(Date.now() - 5.5 * 60_000).toISOString();
  render(() => <Time at={at} />);
  const time = screen.getByText("5m");
  expect(time.getAttribute("datetime")).toBe(at);
  expect(time.title).toContain(String(new Date(at).getFullYear()));
});

it.each([["Maya Torres", "MT"], ["  maya   de la torres ", "MT"], ["Cher", "C"], ["Şahin Öz", "ŞÖ"], ["+1 512 555 0164", ""], ["", ""], ["(Bob) Smith", "BS"], ["李 小龙", "李小"]])("%s has the initials %s", (name, expected) => {
  expect(initials(name)).toBe(expected);
});
