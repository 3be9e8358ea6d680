import { createRoot } from "solid-js";
import { afterEach, describe, expect, it, vi } from "vitest";
import { createShortcuts, keyOf, shortcuts, showKeys, type Scope, type Shortcut } from "../../web/lib/shortcuts";

const closers: (() => void)[] = [];
function register(scope: Scope, list: Shortcut[]): () => void {
  const close = createRoot((dispose) => { createShortcuts(scope, list); return dispose; });
  closers.push(close);
  return close;
}
const action = (keys: string, when?: () => boolean) => ({ keys, label: keys, run: vi.fn<() => void>(), when });
function press(key: string, init: KeyboardEventInit = {}, target: EventTarget = document.body): KeyboardEvent {
  const event = new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true, ...init });
  target.dispatchEvent(event);
  return event;
}
function put(html: string): Element {
  document.body.innerHTML = html;
  return document.body.querySelector("[data-here]") ?? document.body.firstElementChild!;
}

afterEach(() => {
  for (const close of closers.splice(0)) close();
  document.body.replaceChildren();
  vi.useRealTimers();
});

const keys = { key: "k", metaKey: false, ctrlKey: false, shiftKey: false, altKey: false };
it.each([
  [{ ...keys }, "k"],
  [{ ...keys, metaKey: true }, "mod+k"],
  [{ ...keys, ctrlKey: true }, "mod+k"],
  [{ ...keys, key: "K", shiftKey: true }, "shift+k"],
  [{ ...keys, key: "?", shiftKey: true }, "?"],
  [{ ...keys, key: "Enter", shiftKey: true, ctrlKey: true }, "mod+shift+enter"],
  [{ ...keys, key: "ArrowDown", altKey: true }, "alt+arrowdown"],
])("%o is %s", (event, expected) => {
  expect(keyOf(event)).toBe(expected);
});

it.each([["mod+k", "⌘K", "Ctrl K"], ["shift+u", "⇧U", "Shift U"], ["g i", "G I", "G I"], ["escape", "Esc", "Esc"], ["mod+enter", "⌘↵", "Ctrl ↵"], ["?", "?", "?"]])("%s is shown as on the reader's keyboard", (name, apple, other) => {
  expect([showKeys(name, true), showKeys(name, false)]).toEqual([apple, other]);
});

describe("a key", () => {
  it("does its action and nothing else", () => {
    const close = action("e");
    register("inbox", [close, action("j")]);
    expect(press("e").defaultPrevented).toBe(true);
    expect(close.run).toHaveBeenCalledTimes(1);
    expect(press("x").defaultPrevented).toBe(false);
  });

  it("belongs to the innermost screen while that is open", () => {
    const outer = action("e");
    const inner = action("e");
    register("inbox", [outer]);
    const leave = register("thread", [inner]);
    press("e");
    leave();
    press("e");
    expect([inner.run.mock.calls.length, outer.run.mock.calls.length]).toEqual([1, 1]);
    expect(shortcuts().map(({ scope }) => scope)).toEqual(["inbox"]);
  });

  it("passes by an action that cannot be done now", () => {
    let may = false;
    const one = action("e", () => may);
    register("inbox", [one]);
    press("e");
    expect(one.run).not.toHaveBeenCalled();
    may = true;
    press("e");
    expect(one.run).toHaveBeenCalledTimes(1);
  });

  it("is a letter while somebody types, unless it comes with ⌘ or Ctrl", () => {
    const letter = action("e");
    const palette = action("mod+k");
    register("app", [letter, palette]);
    for (const html of ["<input>", "<textarea></textarea>", "<div contenteditable=true></div>"]) {
      const field = put(html);
      press("e", {}, field);
      press("k", { ctrlKey: true }, field);
    }
    expect(letter.run).not.toHaveBeenCalled();
    expect(palette.run).toHaveBeenCalledTimes(3);
  });

  it("takes back typing, not the last action, in a field with words", () => {
    const undo = action("mod+z");
    register("thread", [undo]);
    const field = put("<textarea>Hello</textarea>") as HTMLTextAreaElement;
    expect(press("z", { metaKey: true }, field).defaultPrevented).toBe(false);
    field.value = "";
    press("z", { metaKey: true }, field);
    expect(undo.run).toHaveBeenCalledTimes(1);
  });

  it.each(["dialog", "alertdialog", "menu", "listbox"])("rests while a %s has the focus", (role) => {
    const one = action("e");
    register("inbox", [one]);
    press("e", {}, put(`<div role="${role}"><button data-here>OK</button></div>`));
    expect(one.run).not.toHaveBeenCalled();
  });

  it("leaves Enter to the button that has the focus", () => {
    const open = action("enter");
    register("inbox", [open]);
    press("Enter", {}, put("<button>Send</button>"));
    expect(open.run).not.toHaveBeenCalled();
    press("Enter");
    expect(open.run).toHaveBeenCalledTimes(1);
  });

  it("does nothing held down, inside a composition, or when somebody else took it", () => {
    const one = action("e");
    register("inbox", [one]);
    press("e", { repeat: true });
    press("e", { isComposing: true });
    const field = put("<div></div>");
    field.addEventListener("keydown", (event) => event.preventDefault());
    press("e", {}, field);
    expect(one.run).not.toHaveBeenCalled();
  });
});

describe("two keys", () => {
  it("go one after the other; the first alone does nothing", () => {
    const inbox = action("g i");
    const close = action("i");
    register("app", [inbox, close]);
    press("g");
    expect(inbox.run).not.toHaveBeenCalled();
    press("i");
    expect([inbox.run.mock.calls.length, close.run.mock.calls.length]).toEqual([1, 0]);
    press("i");
    expect([inbox.run.mock.calls.length, close.run.mock.calls.length]).toEqual([1, 1]);
  });

  it("are forgotten after a wrong one, which still counts for itself", () => {
    const inbox = action("g i");
    const close = action("e");
    register("app", [inbox, close]);
    press("g");
    press("e");
    press("i");
    expect([inbox.run.mock.calls.length, close.run.mock.calls.length]).toEqual([0, 1]);
  });
});
