import { ExternalLink, Star } from "lucide-solid";
import { For, Show } from "solid-js";
import type { Content } from "../../../../worker/contract/content";
import { t } from "../../../lib/i18n";
import { webLink } from "../links";
import styles from "./content.module.css";

const OUT_OF = [1, 2, 3, 4, 5];

/** How many stars a place was given, and in which words if we read a translation. */
export function ReviewLine(props: { review: Extract<Content, { kind: "review" }> }) {
  const said = () => (props.review.stars === 0 ? t("thread.review.none") : t("thread.review", { stars: props.review.stars }));
  return (
    <div class={styles["review"]}>
      <Show when={props.review.stars > 0} fallback={<span>{said()}</span>}>
        <span class={styles["stars"]} role="img" aria-label={said()} title={said()}>
          <For each={OUT_OF}>{(nth) => <Star size={16} aria-hidden="true" fill={nth <= props.review.stars ? "currentColor" : "none"} />}</For>
        </span>
      </Show>
      <Show when={props.review.place}>{(place) => <bdi>{place()}</bdi>}</Show>
      <Show when={webLink(props.review.url)}>{(link) => <a class={styles["act"]} href={link().href} target="_blank" rel="noopener noreferrer">{t("thread.review.open")}<ExternalLink size={12} aria-hidden="true" /></a>}</Show>
      <Show when={props.review.original}>{(text) => <span class={styles["blurb"]} dir="auto">{t("thread.review.original", { text: text() })}</span>}</Show>
    </div>
  );
}
