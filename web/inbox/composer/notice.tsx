import { Ban, Clock, TriangleAlert } from "lucide-solid";
import { For, Show } from "solid-js";
import { Dynamic } from "solid-js/web";
import type { ChannelKind } from "../../../worker/contract/channel";
import type { ComposeChannel } from "../../../worker/contract/compose";
import { t } from "../../lib/i18n";
import type { Icon } from "../../ui/icon";
import { mayChange } from "../settings/rights";
import type { Place } from "./session";
import styles from "./composer.module.css";

/** More ways than these are no longer a choice at a glance. */
const CHANNELS_MAX = 3;
const ICONS: Record<Exclude<ComposeChannel["outcome"], "allowed">, Icon> = { warning: TriangleAlert, held: Clock, refused: Ban };

interface NoticeProps {
  via: ComposeChannel;
  channels: readonly ComposeChannel[];
  onTemplate: () => void;
  onChoose: (channel: ChannelKind) => void;
  onGo: (place: Place) => void;
}

/** What the engine says about sending now: a warning, a later time, or why not and the way out. Nothing when all is well. */
export function Notice(props: NoticeProps) {
  const outcome = () => (props.via.outcome === "allowed" ? null : props.via.outcome);
  const wayOut = () => (outcome() === "refused" ? props.via.wayOut ?? null : null);
  const others = () => (wayOut() === "template" || wayOut() === "channel" ? props.channels.filter((row) => row.channel !== props.via.channel && row.outcome !== "refused").slice(0, CHANNELS_MAX) : []);
  return (
    <Show when={outcome()}>{(kind) => (
      <div class={styles["notice"]} data-outcome={kind()} role="status">
        <Dynamic component={wayOut() === "template" ? Clock : ICONS[kind()]} size={14} strokeWidth={1.9} aria-hidden="true" />
        <div>
          <p>{props.via.sentence}</p>
          <Show when={wayOut()}>
            <div class={styles["ways"]}>
              <Show when={wayOut() === "template"}><button type="button" class={styles["way-first"]} onClick={() => props.onTemplate()}>{t("composer.template.choose")}</button></Show>
              <Show when={wayOut() === "contact"}><button type="button" class={styles["way-first"]} onClick={() => props.onGo("contact")}>{t("composer.open-contact")}</button></Show>
              <Show when={wayOut() === "settings" && mayChange()}><button type="button" class={styles["way-first"]} onClick={() => props.onGo("settings")}>{t("composer.open-settings")}</button></Show>
              <For each={others()}>{(row) => <button type="button" onClick={() => props.onChoose(row.channel)}>{t("composer.write-by", { channel: t(`channel.${row.channel}`) })}</button>}</For>
            </div>
          </Show>
        </div>
      </div>
    )}</Show>
  );
}
