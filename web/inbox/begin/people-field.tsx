import { createEffect, createSignal, createUniqueId, For, on, onCleanup, Show } from "solid-js";
import type { Contact, ContactPage } from "../../../worker/contract/contact";
import { api } from "../../lib/api";
import { t } from "../../lib/i18n";
import { Avatar } from "../../ui/avatar";
import { Chip } from "../../ui/chip";
import { focusWhenShown } from "../../ui/focus";
import { shownName, waysToReach, shownIdentity } from "../contact/values";
import { nameOf, personOf, withPerson, type Person } from "./person";
import field from "../../ui/field.module.css";
import styles from "./begin.module.css";

/** Short enough to feel immediate, long enough that a word is one question. */
const SEARCH_AFTER_MS = 180;
/** More than these is another word to type. */
const FOUND_MAX = 6;

/** People as chips, found by name or number while typing; Enter takes the marked one. */
export function PeopleField(props: { people: readonly Person[]; onChange: (people: readonly Person[]) => void }) {
  const id = createUniqueId();
  const [text, setText] = createSignal("");
  const [found, setFound] = createSignal<readonly Contact[]>([]);
  const [marked, setMarked] = createSignal(0);
  const [wrong, setWrong] = createSignal<string | null>(null);
  let input!: HTMLInputElement;

  createEffect(on(text, (typed) => {
    const q = typed.trim();
    setWrong(null);
    setMarked(0);
    if (q === "") return setFound([]);
    const timer = setTimeout(async () => {
      const page = await api.get<ContactPage>(`/api/v1/contacts?${new URLSearchParams({ q, limit: String(FOUND_MAX) }).toString()}`).catch(() => null);
      if (q === text().trim()) setFound(page?.items.filter(({ identities }) => identities.every(({ kind }) => kind !== "group")) ?? []);
    }, SEARCH_AFTER_MS);
    onCleanup(() => clearTimeout(timer));
  }));

  /** What may be chosen now: contacts that fit, and the number itself. */
  const choices = (): readonly Person[] => {
    const number = personOf(text());
    return [...found().map((contact): Person => ({ kind: "contact", contact })), ...(number ? [number] : [])];
  };

  function add(person: Person): void {
    props.onChange(withPerson(props.people, person));
    setText("");
    input.focus();
  }

  function keyDown(event: KeyboardEvent): void {
    if (event.isComposing) return;
    const all = choices();
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (all.length > 0) setMarked((marked() + (event.key === "ArrowDown" ? 1 : -1) + all.length) % all.length);
    } else if ((event.key === "Enter" || event.key === "," || event.key === ";") && text().trim() !== "") {
      event.preventDefault();
      const person = all[marked()] ?? personOf(text());
      if (person) add(person);
      else setWrong(t("group.new.unreadable", { text: text().trim() }));
    } else if (event.key === "Backspace" && text() === "" && props.people.length > 0) {
      props.onChange(props.people.slice(0, -1));
    }
  }

  /** A list of numbers from elsewhere. */
  function paste(event: ClipboardEvent): void {
    const numbers = (event.clipboardData?.getData("text") ?? "").split(/[,;\n]/).map(personOf);
    if (numbers.length < 2 || numbers.some((one) => one === null)) return;
    event.preventDefault();
    props.onChange((numbers as Person[]).reduce(withPerson, props.people));
  }

  return (
    <div class={styles["people"]}>
      <label class={field["label"]} for={id}>{t("group.new.people")}</label>
      <div class={styles["chips"]} onClick={() => input.focus()}>
        <For each={props.people}>{(person) => <Chip name={nameOf(person)} onRemove={() => props.onChange(props.people.filter((one) => one !== person))}>{nameOf(person)}</Chip>}</For>
        <input
          ref={(element) => { input = element; focusWhenShown(element); }} id={id} type="text" autocomplete="off" spellcheck={false} role="combobox" aria-autocomplete="list"
          aria-expanded={choices().length > 0} aria-controls={`${id}-found`} aria-activedescendant={choices().length > 0 ? `${id}-${marked()}` : undefined} aria-invalid={wrong() !== null} aria-describedby={`${id}-hint`}
          placeholder={props.people.length === 0 ? t("group.new.find") : ""} value={text()} onInput={(event) => setText(event.currentTarget.value)} onKeyDown={keyDown} onPaste={paste}
        />
      </div>
      <Show when={wrong()} fallback={<p class={styles["hint"]} id={`${id}-hint`}>{t("group.new.hint")}</p>}>{(sentence) => <p class={styles["wrong"]} role="alert" id={`${id}-hint`}>{sentence()}</p>}</Show>
      <Show when={choices().length > 0}>
        <ul id={`${id}-found`} role="listbox" aria-label={t("group.new.found")}>
          <For each={choices()}>{(person, index) => (
            <li id={`${id}-${index()}`} role="option" aria-selected={marked() === index()} onPointerMove={() => setMarked(index())} onPointerDown={(event) => event.preventDefault()} onClick={() => add(person)}>
              <Show when={person.kind === "contact" && person.contact} fallback={<span class={styles["number"]}>{t("group.new.number", { number: nameOf(person) })}</span>}>{(contact) => (
                <><Avatar name={shownName(contact())} kind="contact" size={28} /><span><b>{shownName(contact())}</b><small>{waysToReach(contact().identities).map(shownIdentity).join(", ")}</small></span></>
              )}</Show>
            </li>
          )}</For>
        </ul>
      </Show>
    </div>
  );
}
