import { Clapperboard, ExternalLink, Image, Link, ShoppingBag, Video } from "lucide-solid";
import { Show } from "solid-js";
import { Dynamic } from "solid-js/web";
import type { Content } from "../../../../worker/contract/content";
import { t } from "../../../lib/i18n";
import type { Icon } from "../../../ui/icon";
import { webLink } from "../links";
import { isStory } from "./own-words";
import styles from "./content.module.css";

type ShareContent = Extract<Content, { kind: "share" }>;

const GLYPHS: Record<ShareContent["what"], Icon> = { post: Image, reel: Clapperboard, video: Video, link: Link, product: ShoppingBag };

/** Something of somebody else's that they passed on. It is not fetched: opening it is the reader's choice. */
export function Share(props: { share: ShareContent; text: string }) {
  return (
    <div class={styles["card"]}>
      <div class={styles["head"]}>
        <span class={styles["mark"]}><Dynamic component={GLYPHS[props.share.what]} size={16} aria-hidden="true" /></span>
        <div class={styles["who"]}>
          <div class={styles["sub"]}>{t(`thread.share.${isStory(props.text) ? "story" : props.share.what}`)}</div>
          <Show when={props.share.title}>{(title) => <div class={styles["title"]}><bdi>{title()}</bdi></div>}</Show>
        </div>
      </div>
      <Show when={webLink(props.share.url)}>{(link) => (
        <div class={styles["acts"]}>
          <a class={styles["act"]} href={link().href} target="_blank" rel="noopener noreferrer" aria-label={t("thread.linkTo", { what: props.share.title ?? t("thread.open"), host: link().host })}>{link().host}<ExternalLink size={12} aria-hidden="true" /></a>
        </div>
      )}</Show>
    </div>
  );
}
