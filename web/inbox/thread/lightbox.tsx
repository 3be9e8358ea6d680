import { ChevronLeft, ChevronRight, Download } from "lucide-solid";
import { Show, type JSX } from "solid-js";
import type { Attachment } from "../../../worker/contract/entry";
import { t } from "../../lib/i18n";
import { Dialog } from "../../ui/dialog";
import { IconButton } from "../../ui/icon-button";
import styles from "./attachments.module.css";

/** One picture at a time; arrow keys move. `at` null is closed; `beside` is what else can be done with it. */
export function Lightbox(props: { pictures: readonly Pick<Attachment, "name" | "url">[]; at: number | null; onMove: (at: number | null) => void; beside?: (at: number) => JSX.Element }) {
  const picture = () => (props.at === null ? undefined : props.pictures[props.at]);
  const move = (step: number) => {
    const next = (props.at ?? 0) + step;
    if (props.pictures[next]) props.onMove(next);
  };

  return (
    <Dialog open={picture() !== undefined} onOpenChange={(open) => { if (!open) props.onMove(null); }} title={picture()?.name ?? t("inbox.file.picture")}>
      <Show when={picture()}>{(file) => (
        <div class={styles["lightbox"]} onKeyDown={(event) => { if (event.key === "ArrowLeft") move(-1); if (event.key === "ArrowRight") move(1); }}>
          <img src={file().url} alt={file().name} />
          <div class={styles["lightbox-bar"]}>
            <Show when={props.pictures.length > 1}>
              <IconButton icon={ChevronLeft} label={t("inbox.file.previous")} onClick={() => move(-1)} />
              <span>{(props.at ?? 0) + 1} / {props.pictures.length}</span>
              <IconButton icon={ChevronRight} label={t("inbox.file.next")} onClick={() => move(1)} />
            </Show>
            <a class={styles["card"]} href={file().url} download={file().name} aria-label={t("inbox.file.download", { name: file().name })}><Download size={16} aria-hidden="true" /><span class={styles["name"]}>{file().name}</span></a>
            {props.at !== null && props.beside?.(props.at)}
          </div>
        </div>
      )}</Show>
    </Dialog>
  );
}
