import { Bold, ImagePlus, Italic, Link, List, ListOrdered, TextQuote } from "lucide-solid";
import { createEffect, createSignal, on, onCleanup, onMount, Show, type JSX } from "solid-js";
import { t } from "../../lib/i18n";
import { IconButton } from "../../ui/icon-button";
import { isPicture } from "./draft-files";
import { pastedPictures } from "./pictures";
import type { Editor } from "./rich-editor";
import { htmlOf } from "./rich-html";
import styles from "./composer.module.css";

export interface RichTextProps {
  label: string;
  html: string | undefined;
  text: string;
  onChange: (value: { html: string; text: string }) => void;
  onKeyDown: (event: KeyboardEvent) => void;
  /** Grows when the text was put there from outside, for example by an undo: then the editor shows it. */
  version: number;
  /** Files the words may show, and how one that is pasted, dropped or chosen becomes one of them; none: words alone. */
  pictures?: { of: (id: string) => string | undefined; add: (file: File, place: (file: { id: string; name: string }) => boolean) => void };
  /** It does not take the focus by itself. */
  isQuiet?: boolean;
  /** Shown until the editor has been loaded. */
  fallback: JSX.Element;
}

// Anything else could run in the reader's browser.
const LINK = /^(https?:\/\/|mailto:|tel:)\S+$/i;

/** The formatted text of an email. The editor is loaded when it is first wanted. */
export function RichText(props: RichTextProps) {
  let host!: HTMLDivElement;
  let gone = false;
  const [editor, setEditor] = createSignal<Editor | null>(null);
  const [turn, setTurn] = createSignal(0);
  const [asking, setAsking] = createSignal<string | null>(null);
  let chooser: HTMLInputElement | undefined;
  const start = () => props.html ?? htmlOf(props.text);

  onMount(async () => {
    const { createEditor } = await import("./rich-editor");
    if (gone) return;
    const made = createEditor({
      element: host, label: props.label, html: start(),
      picture: (id) => props.pictures?.of(id),
      pictures: (data) => {
        if (!props.pictures) return "none";
        const { files, hasWords } = pastedPictures(data);
        take(files);
        return files.length === 0 ? "none" : hasWords ? "words" : "taken";
      },
      changed: (value) => props.onChange(value),
      selected: () => setTurn((n) => n + 1),
      keyDown: (event) => {
        props.onKeyDown(event);
        return event.defaultPrevented;
      },
    });
    setEditor(made);
    if (!props.isQuiet) made.commands.focus("end");
  });
  createEffect(on(() => props.version, () => editor()?.commands.setContent(start(), { emitUpdate: false }), { defer: true }));
  onCleanup(() => {
    gone = true;
    editor()?.destroy();
  });

  function take(files: readonly File[]) {
    for (const file of files)
      props.pictures?.add(file, ({ id, name }) => !gone && (editor()?.chain().focus().insertContent({ type: "picture", attrs: { id, alt: name } }).run() ?? false));
  }

  const active = (name: string) => (turn(), editor()?.isActive(name) ?? false);

  function link() {
    const current = editor();
    if (!current) return;
    if (current.isActive("link")) return void current.chain().focus().extendMarkRange("link").unsetLink().run();
    const { from, to } = current.state.selection;
    const picked = current.state.doc.textBetween(from, to).trim();
    setAsking(/^https?:/.test(picked) ? picked : "https://");
  }

  function setLink(event: SubmitEvent) {
    event.preventDefault();
    const address = asking()?.trim() ?? "";
    const current = editor();
    setAsking(null);
    if (!current || !LINK.test(address)) return;
    if (current.state.selection.empty) current.chain().focus().insertContent({ type: "text", text: address, marks: [{ type: "link", attrs: { href: address } }] }).run();
    else current.chain().focus().setLink({ href: address }).run();
  }

  return (
    <div class={styles["rich"]}>
      <Show when={!editor()}>{props.fallback}</Show>
      <div ref={(element) => { host = element; }} class={styles["rich-host"]} hidden={!editor()} />
      <Show when={editor()}>{(current) => (
        <div class={styles["rich-bar"]} role="toolbar" aria-label={t("composer.formatting")}>
          <IconButton label={t("composer.bold")} icon={Bold} pressed={active("bold")} onClick={() => current().chain().focus().toggleBold().run()} />
          <IconButton label={t("composer.italic")} icon={Italic} pressed={active("italic")} onClick={() => current().chain().focus().toggleItalic().run()} />
          <IconButton label={t("composer.bullets")} icon={List} pressed={active("bulletList")} onClick={() => current().chain().focus().toggleBulletList().run()} />
          <IconButton label={t("composer.numbers")} icon={ListOrdered} pressed={active("orderedList")} onClick={() => current().chain().focus().toggleOrderedList().run()} />
          <IconButton label={t("composer.link")} icon={Link} pressed={active("link")} onClick={link} />
          <IconButton label={t("composer.quote")} icon={TextQuote} pressed={active("blockquote")} onClick={() => current().chain().focus().toggleBlockquote().run()} />
          <Show when={props.pictures}>
            <input ref={(element) => { chooser = element; }} type="file" accept="image/png,image/jpeg,image/gif,image/webp" multiple hidden onChange={(event) => { take([...event.currentTarget.files ?? []].filter(isPicture)); event.currentTarget.value = ""; }} />
            <IconButton label={t("composer.picture")} icon={ImagePlus} onClick={() => chooser?.click()} />
          </Show>
          <Show when={asking() !== null}>
            <form class={styles["link-form"]} onSubmit={setLink}>
              <input
                type="url" aria-label={t("composer.link.address")} value={asking() ?? ""} ref={(input) => queueMicrotask(() => input.select())}
                onInput={(event) => setAsking(event.currentTarget.value)}
                onKeyDown={(event) => { if (event.key === "Escape") { event.stopPropagation(); setAsking(null); current().commands.focus(); } }}
              />
              <button type="submit">{t("composer.link.set")}</button>
            </form>
          </Show>
        </div>
      )}</Show>
    </div>
  );
}
