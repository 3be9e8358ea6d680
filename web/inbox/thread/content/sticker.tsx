import { Show } from "solid-js";
import type { Attachment } from "../../../../worker/contract/entry";
import { t } from "../../../lib/i18n";
import { Attachments, isPicture } from "../attachments";
import styles from "./content.module.css";

/** A sticker stands alone, without a bubble; while its file is on the way, or is no picture, it is a file like any other. */
export function Sticker(props: { files: readonly Attachment[]; entryId: string }) {
  const picture = () => props.files.find((file) => file.state === "ready" && isPicture(file));
  return (
    <Show when={picture()} fallback={<Attachments files={props.files} entryId={props.entryId} />}>
      {(file) => <img class={styles["sticker"]} src={file().url} alt={t("thread.sticker")} loading="lazy" decoding="async" />}
    </Show>
  );
}
