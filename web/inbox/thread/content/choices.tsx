import { ExternalLink } from "lucide-solid";
import { For, Show } from "solid-js";
import { t } from "../../../lib/i18n";
import { webLink } from "../links";
import styles from "./content.module.css";

/** What the customer may tap under the words; nobody answers for them here. */
export function Choices(props: { options: readonly { text: string; url: string | null }[] }) {
  return (
    <ul class={styles["choices"]} aria-label={t("thread.choices")}>
      <For each={props.options}>{({ text, url }) => (
        <li>
          <bdi>{text}</bdi>
          <Show when={webLink(url)}>{(link) => <a href={link().href} target="_blank" rel="noopener noreferrer" aria-label={t("thread.linkTo", { what: text, host: link().host })}><ExternalLink size={12} aria-hidden="true" /></a>}</Show>
        </li>
      )}</For>
    </ul>
  );
}
