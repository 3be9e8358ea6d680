import { Ellipsis, Pencil, Pin, PinOff, Plus, Trash2 } from "lucide-solid";
import { createEffect, createSignal, For, on, Show } from "solid-js";
import type { Note } from "../../../worker/contract/contact";
import { api, ApiProblem } from "../../lib/api";
import { t } from "../../lib/i18n";
import { IconButton } from "../../ui/icon-button";
import { Menu } from "../../ui/menu";
import { Time } from "../../ui/time";
import { toast } from "../../ui/toast";
import { sayNotSaved } from "../say-refused";
import styles from "./contact.module.css";

const order = (a: Note, b: Note) => Number(b.pinned) - Number(a.pinned) || b.createdAt.localeCompare(a.createdAt);

export function Notes(props: { contactId: string }) {
  const path = () => `/api/v1/contacts/${encodeURIComponent(props.contactId)}/notes`;
  const [notes, setNotes] = createSignal<readonly Note[]>([]);
  const [editing, setEditing] = createSignal<string | null>(null);

  createEffect(on(() => props.contactId, async (id) => {
    setNotes([]);
    setEditing(null);
    const { items: loaded } = await api.get<{ items: Note[] }>(path()).catch(() => ({ items: [] }));
    if (id === props.contactId) setNotes(loaded.toSorted(order));
  }));

  /** Shows `next` at once; puts the old list back with the reason when `act` is refused. */
  async function change(next: readonly Note[], act: () => Promise<Note | undefined>) {
    const before = notes();
    const id = props.contactId;
    setNotes(next.toSorted(order));
    try {
      const stored = await act();
      if (stored && id === props.contactId) setNotes((list) => [...list.filter((note) => note.id !== stored.id && note.id !== NEW), stored].toSorted(order));
    } catch (error) {
      if (!(error instanceof ApiProblem)) throw error;
      if (id === props.contactId) setNotes(before);
      sayNotSaved(error);
    }
  }

  const replaced = (id: string, patch: Partial<Note>) => notes().map((note) => (note.id === id ? { ...note, ...patch } : note));
  const edit = (id: string, patch: { text?: string; pinned?: boolean }) => change(replaced(id, patch), () => api.patch<Note>(`${path()}/${encodeURIComponent(id)}`, patch));
  const add = (text: string, pinned = false) => {
    const now = new Date().toISOString();
    return change([...notes(), { id: NEW, text, pinned, author: "", createdAt: now, updatedAt: now }], () => api.post<Note>(path(), { text, pinned }));
  };

  function remove(note: Note) {
    void change(notes().filter(({ id }) => id !== note.id), async () => {
      await api.delete(`${path()}/${encodeURIComponent(note.id)}`);
      return undefined;
    });
    toast({ text: t("contact.note.deleted"), undo: () => void add(note.text, note.pinned) });
  }

  function save(id: string, text: string) {
    setEditing(null);
    const trimmed = text.trim();
    const old = notes().find((note) => note.id === id);
    if (trimmed === "" || trimmed === old?.text) return;
    void (old ? edit(id, { text: trimmed }) : add(trimmed));
  }

  return (
    <section class={styles["section"]} aria-labelledby="contact-notes">
      <h3 class={styles["title"]} id="contact-notes">{t("contact.notes")}<span class={styles["grow"]} /><IconButton label={t("contact.note.add")} icon={Plus} size="s" onClick={() => setEditing(NEW)} /></h3>
      <Show when={editing() === NEW}><NoteForm text="" onSave={(text) => save(NEW, text)} onCancel={() => setEditing(null)} /></Show>
      <For each={notes()}>{(note) => (
        <Show when={editing() !== note.id} fallback={<NoteForm text={note.text} onSave={(text) => save(note.id, text)} onCancel={() => setEditing(null)} />}>
          <article class={styles["note"]} classList={{ [styles["pinned"]!]: note.pinned }}>
            <p dir="auto">{note.text}</p>
            <footer>
              <span>{note.pinned ? t("contact.note.pinned", { name: note.author }) : note.author} <Time at={note.updatedAt} /></span>
              <Show when={note.id !== NEW}>
                <Menu
                  trigger={<button type="button" class={styles["row-action"]} aria-label={t("contact.note.actions")}><Ellipsis size={14} /></button>}
                  items={[
                    { label: t("contact.note.edit"), icon: Pencil, onSelect: () => setEditing(note.id) },
                    { label: t(note.pinned ? "contact.note.unpin" : "contact.note.pin"), icon: note.pinned ? PinOff : Pin, onSelect: () => void edit(note.id, { pinned: !note.pinned }) },
                    "separator",
                    { label: t("contact.note.delete"), icon: Trash2, danger: true, onSelect: () => remove(note) },
                  ]}
                />
              </Show>
            </footer>
          </article>
        </Show>
      )}</For>
    </section>
  );
}

/** Stands for a note that the server has not named yet. */
const NEW = "new";

function NoteForm(props: { text: string; onSave: (text: string) => void; onCancel: () => void }) {
  let area!: HTMLTextAreaElement;
  return (
    <form class={styles["note-form"]} onSubmit={(event) => { event.preventDefault(); props.onSave(area.value); }}>
      <textarea
        ref={(element) => { area = element; queueMicrotask(() => element.focus()); }} rows={3} dir="auto" maxLength={20_000} aria-label={t("contact.note.text")} value={props.text}
        onKeyDown={(event) => {
          if (event.key === "Enter" && (event.metaKey || event.ctrlKey)) { event.preventDefault(); props.onSave(area.value); }
          if (event.key === "Escape") { event.stopPropagation(); props.onCancel(); }
        }}
      />
      <div><button type="button" class={styles["link"]} onClick={() => props.onCancel()}>{t("contact.cancel")}</button><button type="submit" class={styles["link"]}>{t("contact.save")}</button></div>
    </form>
  );
}
