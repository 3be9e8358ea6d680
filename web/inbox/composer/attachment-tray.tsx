import { FileIcon, Link, RotateCw, X } from "lucide-solid";
import { For, Match, Show, Switch } from "solid-js";
import type { Attachment } from "../../../worker/contract/entry";
import type { FileLink } from "../../../worker/contract/file";
import { LINK_DAYS, MAX_LINKED_BYTES, type LinkDays } from "../../../worker/contract/file-limits";
import { bytes, day } from "../../lib/format";
import { t } from "../../lib/i18n";
import type { Refusal } from "./limits";
import type { Upload, Uploads } from "./uploads";
import styles from "./composer.module.css";

/** Why a file cannot go, and what to do instead. */
export function refusalSentence(refusal: Refusal, name: string): string {
  switch (refusal.why) {
    case "no-files": return t("composer.file.none", { name });
    case "count": return t("composer.file.count", { count: refusal.max });
    case "type": return t("composer.file.type", { name });
    case "kind-size": return t(refusal.shrink ? "composer.file.kind-size-shrink" : "composer.file.kind-size", { name, size: bytes(refusal.bytes), max: bytes(refusal.max) });
    case "size": return t(refusal.shrink ? "composer.file.size-shrink" : "composer.file.size", { name, size: bytes(refusal.bytes), max: bytes(refusal.max) });
  }
}

interface TrayProps {
  stored: readonly Attachment[];
  uploads: Uploads;
  /** What is worth knowing of all of them together. */
  hint?: string | null;
  onRemove: (id: string) => void;
  onShrink: (upload: Upload, max: number) => void;
  /** Left out where nothing leaves the house: there is nobody to send a link to. */
  onLink?: (upload: Upload, days: LinkDays) => void;
  /** A stored file that the channel chosen by now does not take. */
  misfit?: { file: Attachment; refusal: Refusal } | null;
  onShrinkStored?: (file: Attachment, max: number) => void;
  onLinkStored?: (file: Attachment, days: LinkDays) => void;
  /** Links that stand in the words. */
  links?: readonly FileLink[];
  onRemoveLink?: (link: FileLink) => void;
}

export function AttachmentTray(props: TrayProps) {
  const misfits = (file: Attachment): Refusal | null => (props.misfit?.file.id === file.id ? props.misfit.refusal : null);
  return (
    <Show when={props.stored.length + props.uploads.items.length + (props.links?.length ?? 0) > 0}>
      <ul class={styles["tray"]} aria-label={t("composer.files")}>
        <For each={props.stored}>{(file) => (
          <li class={styles["file"]} classList={{ [styles["file-bad"]!]: misfits(file) !== null }}>
            <Show when={file.type.startsWith("image/")} fallback={<FileIcon size={16} aria-hidden="true" />}>
              <img src={file.url} alt="" />
            </Show>
            <span class={styles["file-name"]}>{file.name}</span>
            <small>{bytes(file.size)}</small>
            <Show when={misfits(file)}>{(refusal) => (
              <Fixes refusal={refusal()} size={file.size} onShrink={props.onShrinkStored && ((max) => props.onShrinkStored?.(file, max))} onLink={props.onLinkStored && ((days) => props.onLinkStored?.(file, days))} />
            )}</Show>
            <button type="button" aria-label={t("composer.file.remove", { name: file.name })} onClick={() => props.onRemove(file.id)}><X size={14} /></button>
          </li>
        )}</For>
        <For each={props.uploads.items}>{(upload) => (
          <li class={styles["file"]} classList={{ [styles["file-bad"]!]: upload.state !== "sending" }}>
            <FileIcon size={16} aria-hidden="true" />
            <Switch>
              <Match when={upload.state === "sending"}>
                <span class={styles["file-name"]}>{upload.name}</span>
                <progress max={1} value={upload.progress} aria-label={t("composer.file.progress", { name: upload.name })} />
              </Match>
              <Match when={upload.state === "failed"}>
                <span class={styles["file-why"]} role="alert">{t("composer.file.failed", { name: upload.name })}</span>
                <button type="button" aria-label={t("composer.file.retry", { name: upload.name })} onClick={() => props.uploads.retry(upload.id)}><RotateCw size={14} /></button>
              </Match>
              <Match when={upload.refusal}>{(refusal) => (
                <>
                  <span class={styles["file-why"]} role="alert">{refusalSentence(refusal(), upload.name)}</span>
                  <Fixes refusal={refusal()} size={upload.size} onShrink={(max) => props.onShrink(upload, max)} onLink={props.onLink && ((days) => props.onLink?.(upload, days))} />
                </>
              )}</Match>
            </Switch>
            <button type="button" aria-label={t("composer.file.remove", { name: upload.name })} onClick={() => props.uploads.cancel(upload.id)}><X size={14} /></button>
          </li>
        )}</For>
        <For each={props.links}>{(link) => (
          <li class={styles["file"]}>
            <Link size={16} aria-hidden="true" />
            <span class={styles["file-name"]}>{link.name}</span>
            <small>{t("composer.file.link-until", { day: day(link.expiresAt) })}</small>
            <button type="button" aria-label={t("composer.file.link-remove", { name: link.name })} onClick={() => props.onRemoveLink?.(link)}><X size={14} /></button>
          </li>
        )}</For>
      </ul>
      <Show when={props.hint}><p class={styles["tray-hint"]}>{props.hint}</p></Show>
    </Show>
  );
}

const shrinkTo = (refusal: Refusal): number | null => ((refusal.why === "size" || refusal.why === "kind-size") && refusal.shrink ? refusal.max : null);

/** What one click does about a file that does not fit. */
function Fixes(props: { refusal: Refusal; size: number; onShrink?: ((max: number) => void) | undefined; onLink?: ((days: LinkDays) => void) | undefined }) {
  return (
    <>
      <Show when={shrinkTo(props.refusal)}>{(max) => <button type="button" class={styles["file-fix"]} onClick={() => props.onShrink?.(max())}>{t("composer.file.shrink")}</button>}</Show>
      <Show when={props.onLink && props.size <= MAX_LINKED_BYTES}>
        <For each={LINK_DAYS}>{(days) => <button type="button" class={styles["file-fix"]} onClick={() => props.onLink?.(days)}>{t("composer.file.link", { count: days })}</button>}</For>
      </Show>
    </>
  );
}
