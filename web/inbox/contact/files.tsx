import { A } from "@solidjs/router";
import { FileIcon, FileText, Film, MessageSquare, Music, Play } from "lucide-solid";
import { createEffect, createMemo, createSignal, For, on, Show } from "solid-js";
import type { ContactFile, ContactFilePage } from "../../../worker/contract/file";
import { api, ApiProblem } from "../../lib/api";
import { bytes, day } from "../../lib/format";
import { t } from "../../lib/i18n";
import type { Icon } from "../../ui/icon";
import { conversationHref } from "../route";
import { FIRST_FRAME, isPicture } from "../thread/attachments";
import { Lightbox } from "../thread/lightbox";
import styles from "./contact.module.css";
import own from "./files.module.css";

/** Six rows of four pictures. */
const PAGE = 24;
const GLYPHS: readonly [string, Icon][] = [["video/", Film], ["audio/", Music], ["application/pdf", FileText]];
const glyphOf = ({ type }: ContactFile): Icon => GLYPHS.find(([start]) => type.startsWith(start))?.[1] ?? FileIcon;

/** Every file of all conversations with a contact, newest first. `fresh` changes when a file came or went: then it is read anew. */
export function Files(props: { contactId: string; fresh?: number }) {
  const [files, setFiles] = createSignal<readonly ContactFile[]>([]);
  const [cursor, setCursor] = createSignal<string | null>(null);
  const [viewed, setViewed] = createSignal<number | null>(null);
  // Broken, or of more pixels than anybody's memory takes: a file like any other.
  const [unshown, setUnshown] = createSignal<readonly string[]>([]);
  const isSeen = (file: ContactFile) => (isPicture(file) || file.type.startsWith("video/")) && !unshown().includes(file.id);
  const pictures = createMemo(() => files().filter(isSeen));
  let turn = 0;

  async function load(after: string | null) {
    const mine = ++turn;
    const query = new URLSearchParams({ limit: String(PAGE), ...(after !== null && { cursor: after }) });
    try {
      const page = await api.get<ContactFilePage>(`/api/v1/contacts/${encodeURIComponent(props.contactId)}/files?${query.toString()}`);
      if (mine !== turn) return;
      setFiles((before) => (after === null ? page.items : [...before, ...page.items]));
      setCursor(page.cursor);
    } catch (error) {
      // What is shown stays; the rest of the panel says why nothing can be read now.
      if (!(error instanceof ApiProblem)) throw error;
    }
  }
  createEffect(on(() => props.contactId, () => setFiles([])));
  createEffect(on(() => [props.contactId, props.fresh], () => void load(null)));

  const hide = (file: ContactFile) => setUnshown((ids) => [...ids, file.id]);
  const messageOf = (file: ContactFile) => conversationHref(file.conversationId, file.entryId);

  return (
    <Show when={files().length > 0}>
      <section class={styles["section"]} aria-labelledby="contact-files">
        <h3 class={styles["title"]} id="contact-files">{t("contact.files")} <span class={styles["count"]}>{files().length}{cursor() === null ? "" : "+"}</span></h3>
        <ul class={own["pictures"]}>
          <For each={pictures()}>{(file, index) => (
            <li><button type="button" aria-label={t("inbox.file.view", { name: file.name })} onClick={() => setViewed(index())}>
              <Show when={isPicture(file)} fallback={<><video src={`${file.url}${FIRST_FRAME}`} preload="metadata" muted playsinline tabindex="-1" aria-hidden="true" onError={() => hide(file)} /><Play size={16} fill="currentColor" aria-hidden="true" /></>}>
                <img src={file.url} alt="" loading="lazy" decoding="async" onError={() => hide(file)} />
              </Show>
            </button></li>
          )}</For>
        </ul>
        <ul class={own["rows"]}>
          <For each={files().filter((file) => !isSeen(file))}>{(file) => {
            const Glyph = glyphOf(file);
            return (
              <li>
                <a class={styles["past"]} href={file.url} download={file.name} aria-label={t("inbox.file.download", { name: file.name })}>
                  <Glyph size={14} aria-hidden="true" /><span class={styles["cut"]}>{file.name}</span><small>{bytes(file.size)}, {day(file.at)}</small>
                </a>
                <A class={own["jump"]} href={messageOf(file)} aria-label={t("contact.files.message", { name: file.name })}><MessageSquare size={14} aria-hidden="true" /></A>
              </li>
            );
          }}</For>
        </ul>
        <Show when={cursor()}>{(after) => <button type="button" class={own["more"]} onClick={() => void load(after())}>{t("contact.files.more")}</button>}</Show>
        <Lightbox pictures={pictures()} at={viewed()} onMove={setViewed} beside={(at) => <A class={own["jump"]} href={messageOf(pictures()[at]!)} onClick={() => setViewed(null)}>{t("contact.files.go")}</A>} />
      </section>
    </Show>
  );
}
