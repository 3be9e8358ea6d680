import { X } from "lucide-solid";
import { Show, type JSX } from "solid-js";
import type { ChannelKind } from "../../../../worker/contract/channel";
import { t } from "../../../lib/i18n";
import { ChannelIcon } from "../../../ui/channel-icon";
import { IconButton } from "../../../ui/icon-button";
import { createMediaQuery } from "../../../lib/media-query";
import styles from "./channels.module.css";

/** The pane beside the list of channels. Where there is no room for both it takes the list's place, and the page keeps its heading for those who listen. */
export function Side(props: { kind: ChannelKind; title: string; onClose: () => void; children: JSX.Element }) {
  const isAlone = createMediaQuery("(max-width: 1180px)");
  return (
    <aside class={styles["side"]} aria-label={props.title}>
      <Show when={isAlone()}><h1 class={styles["unseen"]}>{t("settings.channels")}</h1></Show>
      <header class={styles["sideHead"]}>
        <ChannelIcon kind={props.kind} size={18} named />
        <h2>{props.title}</h2>
        <IconButton label={t("settings.close")} icon={X} onClick={() => props.onClose()} />
      </header>
      {props.children}
    </aside>
  );
}
