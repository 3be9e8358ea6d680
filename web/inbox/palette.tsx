import * as Kobalte from "@kobalte/core/dialog";
import { useNavigate } from "@solidjs/router";
import { Search } from "lucide-solid";
import { createEffect, createMemo, createSignal, For, on, onCleanup, Show } from "solid-js";
import { Dynamic } from "solid-js/web";
import type { Contact } from "../../worker/contract/contact";
import { api, ApiProblem } from "../lib/api";
import { t } from "../lib/i18n";
import { shortcuts } from "../lib/shortcuts";
import { focusWhenShown } from "../ui/focus";
import { Kbd } from "../ui/kbd";
import { match, paletteItems, personItem, searchItem, type PaletteItem } from "./palette-items";
import styles from "./palette.module.css";

/** A word is one question, not one for every letter. */
const ASK_AFTER_MS = 160;
const MOST_PEOPLE = 5;
const OWN_KEY = "mod+k";
const GROUPS = ["palette.actions", "palette.people", "palette.go", "palette.settings"] as const;

/** One field that reaches every action, place, person and setting. */
export function Palette(props: { onClose: () => void; onSignOut: () => void }) {
  const navigate = useNavigate();
  const opener = document.activeElement;
  const [typed, setTyped] = createSignal("");
  const [at, setAt] = createSignal(0);
  const [people, setPeople] = createSignal<readonly Contact[]>([]);
  // What could be done when it was opened: in here the focus is elsewhere.
  const actions = shortcuts().filter(({ keys, when }) => keys !== OWN_KEY && (when?.() ?? true));
  const go = (path: string) => navigate(path);
  const known = paletteItems(actions, { go, signOut: props.onSignOut });

  createEffect(on(typed, (words) => {
    let isCurrent = true;
    const timer = setTimeout(() => void find(words.trim(), () => isCurrent), ASK_AFTER_MS);
    onCleanup(() => { isCurrent = false; clearTimeout(timer); });
  }));
  async function find(words: string, isCurrent: () => boolean): Promise<void> {
    if (words === "") { setPeople([]); return; }
    try {
      const { items } = await api.get<{ items: Contact[] }>(`/api/v1/contacts?${new URLSearchParams({ q: words, limit: String(MOST_PEOPLE) }).toString()}`);
      if (isCurrent()) setPeople(items);
    } catch (error) {
      // Without a connection there is still everything that is known here.
      if (!(error instanceof ApiProblem)) throw error;
    }
  }

  const items = createMemo<PaletteItem[]>(() => {
    const found = [...match(known, typed()), ...people().map((contact) => personItem(contact, go))];
    const grouped = GROUPS.flatMap((group) => found.filter((item) => item.group === group));
    return typed().trim() ? [...grouped, searchItem(typed().trim(), go)] : grouped;
  });
  createEffect(on(typed, () => setAt(0)));

  function choose(item: PaletteItem | undefined): void {
    if (!item) return;
    props.onClose();
    // After the closing dialog has given the focus back, or it would take it from what opens now.
    setTimeout(item.run, 0);
  }

  // Kobalte gives the focus back to its own trigger only, and this has none.
  function giveBack(event: Event): void {
    event.preventDefault();
    if (opener instanceof HTMLElement && opener.isConnected) opener.focus({ preventScroll: true });
  }

  function press(event: KeyboardEvent): void {
    if (event.isComposing) return;
    const step = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
    if (step !== 0) {
      event.preventDefault();
      const next = (at() + step + items().length) % Math.max(1, items().length);
      setAt(next);
      document.getElementById(`palette-${next}`)?.scrollIntoView({ block: "nearest" });
    } else if (event.key === "Enter") {
      event.preventDefault();
      choose(items()[at()]);
    }
  }

  return (
    <Kobalte.Root open onOpenChange={(open) => { if (!open) props.onClose(); }}>
      <Kobalte.Portal>
        <Kobalte.Overlay class={styles["scrim"]} />
        <Kobalte.Content class={styles["palette"]} aria-label={t("palette.title")} onKeyDown={press} onCloseAutoFocus={giveBack}>
          <div class={styles["query"]}>
            <Search size={18} strokeWidth={1.75} aria-hidden="true" />
            <input
              class={styles["input"]} value={typed()} onInput={(event) => setTyped(event.currentTarget.value)} placeholder={t("palette.placeholder")} aria-label={t("palette.title")} autocomplete="off" spellcheck={false}
              role="combobox" aria-expanded="true" aria-controls="palette-list" aria-activedescendant={items().length > 0 ? `palette-${at()}` : undefined} ref={focusWhenShown}
            />
            <Kbd keys="escape" />
          </div>
          <ul class={styles["list"]} id="palette-list" role="listbox" aria-label={t("palette.results")}>
            <For each={items()}>{(item, index) => (
              <>
                <Show when={item.group !== items()[index() - 1]?.group && item.id !== "search"}><li class={styles["group"]} role="presentation">{t(item.group)}</li></Show>
                <li id={`palette-${index()}`} class={styles["item"]} classList={{ [styles["at"]!]: at() === index() }} role="option" aria-selected={at() === index()} onPointerMove={() => setAt(index())} onClick={() => choose(item)}>
                  <Dynamic component={item.icon} size={16} strokeWidth={1.75} aria-hidden="true" />
                  <span class={styles["label"]}><Marked text={item.label} words={item.id === "search" ? "" : typed()} /></span>
                  <Show when={item.note}><small>{item.note}</small></Show>
                  <Show when={item.keys}>{(keys) => <For each={keys().split(" ")}>{(stroke) => <Kbd keys={stroke} />}</For>}</Show>
                </li>
              </>
            )}</For>
          </ul>
          <div class={styles["foot"]} aria-hidden="true"><span><Kbd keys="arrowup" /><Kbd keys="arrowdown" />{t("palette.move")}</span><span><Kbd keys="enter" />{t("palette.choose")}</span></div>
        </Kobalte.Content>
      </Kobalte.Portal>
    </Kobalte.Root>
  );
}

/** The first word typed, marked where it stands. */
function Marked(props: { text: string; words: string }) {
  const word = () => props.words.trim().split(/\s+/)[0]!.toLocaleLowerCase();
  const start = () => (word() ? props.text.toLocaleLowerCase().indexOf(word()) : -1);
  return <Show when={start() >= 0} fallback={props.text}>{props.text.slice(0, start())}<mark>{props.text.slice(start(), start() + word().length)}</mark>{props.text.slice(start() + word().length)}</Show>;
}
