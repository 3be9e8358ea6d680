import { createSignal, onCleanup, onMount, Show } from "solid-js";
import type { Attachment } from "../../../worker/contract/entry";
import { t } from "../../lib/i18n";
import styles from "./attachments.module.css";

/** A large file is fetched when somebody wants it, not to be looked at in small. */
const MAX_BYTES = 10_000_000;

/** The first page of a PDF once it is on the screen; nothing where it cannot be drawn. The way to the file is the card beside it. */
export function PdfPreview(props: { file: Pick<Attachment, "name" | "url" | "size"> }) {
  const [picture, setPicture] = createSignal<string | null>(null);
  let place!: HTMLDivElement;
  let isGone = false;

  async function draw(url: string) {
    const [{ firstPage }, response] = await Promise.all([import("./pdf-page"), fetch(url)]);
    if (!response.ok || isGone) return;
    const page = await firstPage(await response.arrayBuffer());
    if (!isGone) setPicture(URL.createObjectURL(page));
  }

  onMount(() => {
    if (props.file.size > MAX_BYTES) return;
    const watch = new IntersectionObserver(([seen]) => {
      if (!seen?.isIntersecting) return;
      watch.disconnect();
      // Broken, locked, or away: the card says enough.
      draw(props.file.url).catch(() => undefined);
    });
    watch.observe(place);
    onCleanup(() => watch.disconnect());
  });
  onCleanup(() => {
    isGone = true;
    const url = picture();
    if (url) URL.revokeObjectURL(url);
  });

  return (
    <div ref={(element) => { place = element; }} class={styles["page"]} classList={{ [styles["drawn"]!]: picture() !== null }}>
      <Show when={picture()}>{(url) => <img src={url()} alt={t("inbox.file.first-page", { name: props.file.name })} />}</Show>
    </div>
  );
}
