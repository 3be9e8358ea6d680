import EllipsisVertical from "lucide-solid/icons/ellipsis-vertical";
import { createSignal, For, Show } from "solid-js";
import { useShared } from "./context";

export interface Choice { label: string; act(): void }

/** What is wanted more seldom than a button of its own is worth. */
export function Menu(props: { choices: readonly Choice[] }) {
  const { language: { words } } = useShared();
  const [open, setOpen] = createSignal(false);
  let opener!: HTMLButtonElement;
  let list!: HTMLDivElement;

  function toggle() {
    if (setOpen(!open())) queueMicrotask(() => list.querySelector("button")?.focus());
  }
  function keyed(event: KeyboardEvent) {
    const all = [...list.querySelectorAll("button")];
    const at = all.indexOf(document.activeElement as HTMLButtonElement);
    if (event.key === "ArrowDown") all[(at + 1) % all.length]!.focus();
    else if (event.key === "ArrowUp") all.at(at - 1)!.focus();
    else if (event.key === "Escape" || event.key === "Tab") {
      setOpen(false);
      opener.focus();
    } else return;
    event.preventDefault();
    event.stopPropagation();
  }

  return (
    <div class="menu">
      <button type="button" class="icon" ref={(element) => { opener = element; }} aria-label={words("more")} title={words("more")} aria-haspopup="menu" aria-expanded={open()} onClick={toggle}><EllipsisVertical size={18} /></button>
      <Show when={open()}>
        <div class="choices" role="menu" ref={(element) => { list = element; }} onKeyDown={keyed} onFocusOut={({ relatedTarget }) => { if (!(relatedTarget instanceof Node && list.parentElement!.contains(relatedTarget))) setOpen(false); }}>
          <For each={props.choices}>{({ label, act }) => <button type="button" role="menuitem" tabIndex={-1} onClick={() => { setOpen(false); act(); }}>{label}</button>}</For>
        </div>
      </Show>
    </div>
  );
}
