import { ChevronLeft, ChevronRight, Download } from "lucide-solid";
import { createEffect, onCleanup, Show, type JSX } from "solid-js";
import type { Attachment } from "../../../worker/contract/entry";
import { t } from "../../lib/i18n";
import { Dialog } from "../../ui/dialog";
import { IconButton } from "../../ui/icon-button";
import styles from "./attachments.module.css";

const STEPS: Readonly<Record<string, number>> = { ArrowLeft: -1, ArrowRight: 1 };

/** One picture or video at a time; arrow keys move. `at` null is closed; `beside` is what else can be done with it. */
export function Lightbox(props: { pictures: readonly (Pick<Attachment, "name" | "url"> & { type?: string })[]; at: number | null; onMove: (at: number | null) => void; beside?: (at: number) => JSX.Element }) {
  const picture = () => (props.at === null ? undefined : props.pictures[props.at]);
  const move = (step: number) => {
    const next = (props.at ?? 0) + step;
    if (props.pictures[next]) props.onMove(next);
  };

  // On the page, not on the picture: the keyboard is wherever it was, often on the button that closes.
  createEffect(() => {
    if (props.at === null) return;
    const turn = (event: KeyboardEvent) => {
      const step = STEPS[event.key];
      if (step === undefined || event.target instanceof HTMLVideoElement) return;
      event.preventDefault();
      move(step);
    };
    document.addEventListener("keydown", turn);
    onCleanup(() => document.removeEventListener("keydown", turn));
  });

  return (
    <Dialog open={picture() !== undefined} onOpenChange={(open) => { if (!open) props.onMove(null); }} title={picture()?.name ?? t("inbox.file.picture")}>
      <Show when={picture()}>{(file) => (
        <div class={styles["lightbox"]}>
          <Show when={file().type?.startsWith("video/")} fallback={<img src={file().url} alt={file().name} />}>
            <video controls autoplay playsinline src={file().url} aria-label={file().name} />
          </Show>
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
