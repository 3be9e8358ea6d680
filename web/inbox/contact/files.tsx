import { FileIcon } from "lucide-solid";
import { createMemo, For, Show } from "solid-js";
import type { Attachment, Entry } from "../../../worker/contract/entry";
import { bytes } from "../../lib/format";
import { t } from "../../lib/i18n";
import styles from "./contact.module.css";

/** Every file of the loaded part of the thread, newest first. */
export function Files(props: { entries: readonly Entry[] }) {
  const files = createMemo(() => props.entries.toReversed().flatMap((entry): Attachment[] => (entry.deleted ? [] : entry.attachments)).filter(({ state, contentId }) => state === "ready" && !contentId));
  const isImage = (file: Attachment) => file.type.startsWith("image/");
  return (
    <Show when={files().length > 0}>
      <section class={styles["section"]} aria-labelledby="contact-files">
        <h3 class={styles["title"]} id="contact-files">{t("contact.files")} <span class={styles["count"]}>{files().length}</span></h3>
        <ul class={styles["images"]}>
          <For each={files().filter(isImage)}>{(file) => <li><a href={file.url} target="_blank" rel="noopener" aria-label={file.name}><img src={file.url} alt="" loading="lazy" /></a></li>}</For>
        </ul>
        <ul>
          <For each={files().filter((file) => !isImage(file))}>{(file) => (
            <li><a class={styles["past"]} href={file.url} target="_blank" rel="noopener"><FileIcon size={14} aria-hidden="true" /><span class={styles["cut"]}>{file.name}</span><small>{bytes(file.size)}</small></a></li>
          )}</For>
        </ul>
      </section>
    </Show>
  );
}
