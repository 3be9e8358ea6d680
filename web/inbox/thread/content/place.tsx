import { ExternalLink, MapPin } from "lucide-solid";
import { Show } from "solid-js";
import type { Place } from "../../../../worker/contract/content";
import { t } from "../../../lib/i18n";
import { mapLink, webLink } from "../links";
import styles from "./content.module.css";

/** About a metre: more digits say nothing. */
const DIGITS = 5;

/** A place in words. No map is drawn: its pictures would tell a third party where the customer is. */
export function PlaceCard(props: { place: Place }) {
  const coordinates = () => `${props.place.latitude.toFixed(DIGITS)}, ${props.place.longitude.toFixed(DIGITS)}`;
  return (
    <div class={styles["card"]}>
      <div class={styles["head"]}>
        <span class={styles["mark"]}><MapPin size={16} aria-hidden="true" /></span>
        <div class={styles["who"]}>
          <div class={styles["title"]}><bdi>{props.place.name || t("thread.place")}</bdi></div>
          <Show when={props.place.address}>{(address) => <div class={styles["sub"]}><bdi>{address()}</bdi></div>}</Show>
          <div class={styles["sub"]}><bdi>{coordinates()}</bdi></div>
        </div>
      </div>
      <div class={styles["acts"]}>
        <a class={styles["act"]} href={mapLink(props.place)} target="_blank" rel="noopener noreferrer">{t("thread.place.map")}<ExternalLink size={12} aria-hidden="true" /></a>
        <Show when={webLink(props.place.url)}>{(link) => <a class={styles["act"]} href={link().href} target="_blank" rel="noopener noreferrer">{link().host}<ExternalLink size={12} aria-hidden="true" /></a>}</Show>
      </div>
    </div>
  );
}
