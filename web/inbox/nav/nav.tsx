import { Eye, Globe, Inbox as InboxIcon, User, Users } from "lucide-solid";
import { For, Show, type Component, type JSX } from "solid-js";
import type { ChannelKind } from "../../../worker/contract/channel";
import type { View } from "../../../worker/contract/conversation";
import { counts } from "../../lib/counts";
import { t } from "../../lib/i18n";
import { connections, labels, me, teams } from "../../lib/me";
import { ChannelIcon } from "../../ui/channel-icon";
import type { InboxRoute, Place } from "../route";
import styles from "./nav.module.css";

const VIEWS: readonly { view: View; icon: Component<{ size?: number }> }[] = [
  { view: "mine", icon: User },
  { view: "unassigned", icon: InboxIcon },
  { view: "following", icon: Eye },
  { view: "all", icon: Globe },
];

/** The views on the left, each with how many conversations it holds. */
export function Nav(props: { route: InboxRoute; onChosen?: () => void }) {
  const kinds = () => [...new Set(connections().filter(({ status }) => status === "active").map(({ channel }) => channel))];
  const choose = (place: Place) => {
    props.route.go(place);
    props.onChosen?.();
  };
  const filter = () => props.route.query().filter;

  return (
    <nav class={styles["nav"]} aria-label={t("inbox.nav")}>
      <Show when={!props.onChosen}><div class={styles["top"]}><span class={styles["account"]}>{me()?.account.name}</span></div></Show>
      <div class={styles["scroll"]}>
        <For each={VIEWS}>{({ view, icon: Icon }) => (
          <Item icon={<Icon size={16} />} label={t(`inbox.view.${view}`)} count={counts()?.views[view]} on={!filter().q && filter().view === view} onChoose={() => choose({ view })} />
        )}</For>
        <Show when={teams().length > 0}>
          <h2 class={styles["heading"]}>{t("inbox.nav.teams")}</h2>
          <For each={teams()}>{(team) => (
            <Item icon={<Users size={16} />} label={team.name} count={counts()?.teams[team.id]} on={filter().teamId === team.id} onChoose={() => choose({ teamId: team.id })} />
          )}</For>
        </Show>
        <Show when={kinds().length > 0}>
          <h2 class={styles["heading"]}>{t("inbox.nav.channels")}</h2>
          <For each={kinds()}>{(kind: ChannelKind) => (
            <Item icon={<ChannelIcon kind={kind} />} label={t(`channel.${kind}`)} count={counts()?.channels[kind]} on={filter().channel === kind} onChoose={() => choose({ channel: kind })} />
          )}</For>
        </Show>
        <Show when={labels().some(({ archived }) => !archived)}>
          <h2 class={styles["heading"]}>{t("inbox.nav.labels")}</h2>
          <For each={labels().filter(({ archived }) => !archived)}>{(label) => (
            <Item icon={<i class={styles["dot"]} style={{ background: `var(--label-${label.colour})` }} />} label={label.name} count={counts()?.labels[label.id]} on={filter().labelId === label.id} onChoose={() => choose({ labelId: label.id })} />
          )}</For>
        </Show>
      </div>
    </nav>
  );
}

function Item(props: { icon: JSX.Element; label: string; count?: number; on: boolean; onChoose: () => void }) {
  return (
    <button type="button" class={styles["item"]} classList={{ [styles["on"]!]: props.on }} aria-current={props.on ? "page" : undefined} onClick={() => props.onChoose()}>
      {props.icon}
      <span class={styles["label"]}>{props.label}</span>
      <Show when={props.count}><span class={styles["count"]}>{props.count}</span></Show>
    </button>
  );
}
