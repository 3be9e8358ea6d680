import { CircleDashed, ExternalLink } from "lucide-solid";
import { createSignal, onCleanup, Show } from "solid-js";
import type { Content } from "../../../../worker/contract/content";
import { t } from "../../../lib/i18n";
import { webLink } from "../links";
import styles from "./content.module.css";

type StoryContent = Extract<Content, { kind: "story" }>;

/** A browser's timers cannot wait longer. */
const LONGEST_WAIT_MS = 2 ** 31 - 1;

/** Which story a message belongs to. Its link goes when the story does. */
export function Story(props: { story: StoryContent; side: "in" | "out" }) {
  return (
    <div class={styles["mention"]}>
      <CircleDashed size={14} aria-hidden="true" />
      <div>
        <span>{t(`thread.story.${props.story.relation}.${props.side}`)}</span>
        <Show when={isThere(props.story.expiresAt)} fallback={<span class={styles["quiet"]}>{t("thread.story.gone")}</span>}>
          <Show when={webLink(props.story.url)}>{(link) => <a class={styles["act"]} href={link().href} target="_blank" rel="noopener noreferrer">{t("thread.story.view")}<ExternalLink size={12} aria-hidden="true" /></a>}</Show>
        </Show>
      </div>
    </div>
  );
}

function isThere(expiresAt: string | null): boolean {
  const leftMs = expiresAt === null ? Infinity : Date.parse(expiresAt) - Date.now();
  const [is, setIs] = createSignal(leftMs > 0);
  if (leftMs > 0 && leftMs < LONGEST_WAIT_MS) {
    const timer = setTimeout(() => setIs(false), leftMs);
    onCleanup(() => clearTimeout(timer));
  }
  return is();
}
