import { CircleAlert, Download, FileText, LoaderCircle } from "lucide-solid";
import { createSignal, For, Match, Show, Switch } from "solid-js";
import type { Attachment, Entry } from "../../../worker/contract/entry";
import { api } from "../../lib/api";
import { bytes } from "../../lib/format";
import { t } from "../../lib/i18n";
import { createTask } from "../../lib/task";
import { sayRefused } from "../say-refused";
import { useEntryContext } from "./entry-context";
import { Lightbox } from "./lightbox";
import { PdfPreview } from "./pdf-preview";
import styles from "./attachments.module.css";

/** Pictures a browser can show inside the page; everything else is a file to download. */
const PICTURE = /^image\/(png|jpe?g|gif|webp|avif)$/;
export const isPicture = ({ type }: Pick<Attachment, "type">): boolean => PICTURE.test(type);
/** Without it some browsers show black until it plays. */
export const FIRST_FRAME = "#t=0.1";
const family = (file: Attachment): "picture" | "audio" | "video" | "file" =>
  isPicture(file) ? "picture" : file.type.startsWith("audio/") ? "audio" : file.type.startsWith("video/") ? "video" : "file";

export function Attachments(props: { files: readonly Attachment[]; entryId: string }) {
  const [viewed, setViewed] = createSignal<number | null>(null);
  // Broken, or of more pixels than anybody's memory takes: a file like any other.
  const [unshown, setUnshown] = createSignal<readonly string[]>([]);
  const pictures = () => props.files.filter((file) => file.state === "ready" && family(file) === "picture" && !unshown().includes(file.id));
  const others = () => props.files.filter((file) => !pictures().includes(file));

  return (
    <Show when={props.files.length > 0}>
      <div class={styles["files"]}>
        <Show when={pictures().length > 0}>
          <div class={styles["grid"]} classList={{ [styles["one"]!]: pictures().length === 1 }}>
            <For each={pictures()}>{(file, index) => (
              <button type="button" class={styles["picture"]} aria-label={t("inbox.file.view", { name: file.name })} onClick={() => setViewed(index())}>
                <img src={file.url} alt="" loading="lazy" decoding="async" onError={() => setUnshown((ids) => [...ids, file.id])} />
              </button>
            )}</For>
          </div>
        </Show>
        <For each={others()}>{(file) => <FileCard file={file} entryId={props.entryId} />}</For>
        <Lightbox pictures={pictures()} at={viewed()} onMove={setViewed} />
      </div>
    </Show>
  );
}

function FileCard(props: { file: Attachment; entryId: string }) {
  const { conversationId, merge } = useEntryContext();
  const { isBusy: isAsking, run } = createTask(sayRefused);

  const retry = (): Promise<void> => run(async () => {
    const path = [conversationId, "entries", props.entryId, "attachments", props.file.id, "retry"].map(encodeURIComponent).join("/");
    merge([await api.post<Entry>(`/api/v1/conversations/${path}`)]);
  });

  return (
    <Switch>
      <Match when={props.file.state === "fetching"}>
        <span class={styles["card"]}><LoaderCircle size={16} class={styles["spin"]} aria-hidden="true" /><span class={styles["name"]}>{props.file.name}</span><small>{t("inbox.file.fetching")}</small></span>
      </Match>
      <Match when={props.file.state === "failed"}>
        <span class={styles["card"]} classList={{ [styles["failed"]!]: true }}>
          <CircleAlert size={16} aria-hidden="true" /><span class={styles["name"]}>{props.file.name}</span><small class={styles["why"]}>{t(`inbox.file.${props.file.problem ?? "unreachable"}`)}</small>
          <Show when={props.file.problem !== "too-large"}><button type="button" class={styles["act"]} disabled={isAsking()} onClick={() => void retry()}>{t("inbox.file.retry")}</button></Show>
        </span>
      </Match>
      <Match when={family(props.file) === "audio"}><audio class={styles["audio"]} controls preload="none" src={props.file.url} aria-label={props.file.name} /></Match>
      <Match when={family(props.file) === "video"}><video class={styles["video"]} controls playsinline preload="metadata" src={`${props.file.url}${FIRST_FRAME}`} aria-label={props.file.name} /></Match>
      <Match when={true}>
        <Show when={props.file.type === "application/pdf"}><PdfPreview file={props.file} /></Show>
        <a class={styles["card"]} href={props.file.url} download={props.file.name} aria-label={t("inbox.file.download", { name: props.file.name })}>
          <FileText size={16} aria-hidden="true" /><span class={styles["name"]}>{props.file.name}</span><small>{bytes(props.file.size)}{family(props.file) === "picture" ? `, ${t("inbox.file.unshown")}` : ""}</small><Download size={14} aria-hidden="true" />
        </a>
      </Match>
    </Switch>
  );
}
