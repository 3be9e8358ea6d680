import { CircleAlert, MoreHorizontal, PenLine, Power, ScrollText, Trash2, TriangleAlert } from "lucide-solid";
import { Show } from "solid-js";
import { useNavigate } from "@solidjs/router";
import type { ConnectionView } from "../../../../worker/contract/channel";
import { shownAddress } from "../../../../worker/contract/shown-address";
import { t } from "../../../lib/i18n";
import { ChannelIcon } from "../../../ui/channel-icon";
import { IconButton } from "../../../ui/icon-button";
import { Menu, type MenuItem } from "../../../ui/menu";
import { Time } from "../../../ui/time";
import { mayChange } from "../rights";
import type { ConnectionActions } from "./channels";
import { CHANNELS } from "./places";
import { hasWebhook } from "./providers";
import styles from "./channels.module.css";

/** How a connection is, in one word with a dot: shape and words say it, colour repeats it. */
export function State(props: { connection: ConnectionView }) {
  const state = () => (props.connection.status === "disabled" ? "off" : props.connection.health.state);
  return <span class={styles["state"]}><i class={styles["dot"]} data-state={state()} aria-hidden="true" />{t(`settings.health.${state()}`)}</span>;
}

/** What is wrong, and what to do about it. Nothing when all is well. */
export function Trouble(props: { connection: ConnectionView }) {
  const isFailing = () => props.connection.health.state === "failing";
  return (
    <Show when={props.connection.status === "active" && (isFailing() || props.connection.health.state === "warning")}>
      <p class={styles["fix"]} data-state={props.connection.health.state}>
        <Show when={isFailing()} fallback={<TriangleAlert size={16} aria-hidden="true" />}><CircleAlert size={16} aria-hidden="true" /></Show>
        <span>{props.connection.health.sentence}</span>
      </p>
    </Show>
  );
}

/** This long before its end an access token is worth a look. */
const TOKEN_SOON_MS = 14 * 86_400_000;

/** When it was last heard of, and how long its access lasts. */
export function Facts(props: { connection: ConnectionView }) {
  const health = () => props.connection.health;
  const isSoon = (at: string) => Date.parse(at) - Date.now() < TOKEN_SOON_MS;
  return (
    <dl class={styles["facts"]}>
      <div><dt>{t("settings.health.lastIn")}</dt><dd><Show when={health().lastInboundAt} fallback={t("settings.health.never")}>{(at) => <Time at={at()} format="words" />}</Show></dd></div>
      <div><dt>{t("settings.health.lastSent")}</dt><dd><Show when={health().lastSentAt} fallback={t("settings.health.never")}>{(at) => <Time at={at()} format="words" />}</Show></dd></div>
      <div><dt>{t("settings.health.refused")}</dt><dd classList={{ [styles["bad"]!]: health().signatureFailures > 0 }}>{health().signatureFailures}</dd></div>
      <Show when={health().tokenExpiresAt}>{(at) => <div><dt>{t("settings.health.token")}</dt><dd classList={{ [styles["soon"]!]: isSoon(at()) }}><Time at={at()} format="words" /></dd></div>}</Show>
    </dl>
  );
}

/** One address in the list. The whole card opens it. */
export function ChannelCard(props: { connection: ConnectionView; title: string; isOpen: boolean; actions: ConnectionActions }) {
  const navigate = useNavigate();
  const items = (): MenuItem[] => [
    { label: t("settings.rename"), icon: PenLine, onSelect: () => props.actions.rename(props.connection) },
    ...(hasWebhook(props.connection) ? [{ label: t("settings.log"), icon: ScrollText, onSelect: () => navigate(`${CHANNELS}/${props.connection.id}/log`) }] : []),
    props.connection.status === "active"
      ? { label: t("settings.channels.switchOff"), icon: Power, onSelect: () => props.actions.switchTo(props.connection, "disabled") }
      : { label: t("settings.channels.switchOn"), icon: Power, onSelect: () => props.actions.switchTo(props.connection, "active") },
    "separator",
    { label: t("settings.delete"), icon: Trash2, danger: true, onSelect: () => props.actions.remove(props.connection) },
  ];
  return (
    <li class={styles["card"]} classList={{ [styles["on"]!]: props.isOpen }}>
      <span class={styles["glyph"]}><ChannelIcon kind={props.connection.channel} size={20} named /></span>
      <div class={styles["names"]}>
        <h2><a href={`${CHANNELS}/${props.connection.id}`} aria-current={props.isOpen || undefined}>{props.connection.name}</a></h2>
        <p><bdi>{shownAddress(props.connection.address)}</bdi> · {props.title}</p>
      </div>
      <div class={styles["end"]}>
        <State connection={props.connection} />
        <Show when={mayChange()}><Menu trigger={<IconButton label={t("settings.more", { name: props.connection.name })} icon={MoreHorizontal} />} items={items()} /></Show>
      </div>
      <Facts connection={props.connection} />
      <Trouble connection={props.connection} />
    </li>
  );
}
