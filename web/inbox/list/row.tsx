import { Clock, Star } from "lucide-solid";
import { For, Show } from "solid-js";
import { feed } from "../../lib/feed";
import { shownAddress } from "../../../worker/contract/shown-address";
import { clock } from "../../lib/format";
import { t } from "../../lib/i18n";
import { unread } from "../../lib/listing";
import { labels, members } from "../../lib/me";
import { Avatar } from "../../ui/avatar";
import { ChannelIcon } from "../../ui/channel-icon";
import { Time } from "../../ui/time";
import { conversationHref } from "../route";
import { previewOf } from "./preview";
import styles from "./row.module.css";

/** One conversation: two lines, the right edge always how long, how many, whose. */
export function Row(props: { id: string; selected: boolean; reachable: boolean; onFocus: () => void; onOpen: () => void }) {
  const row = () => feed().rows[props.id];
  const mine = () => feed().mine[props.id];
  const count = () => { const known = row(); return known ? unread(known, mine()) : 0; };
  const assignee = () => members().find(({ id }) => id === row()?.assigneeId);
  const ownLabels = () => labels().filter(({ id }) => row()?.labelIds.includes(id));
  const preview = () => previewOf(row()!, mine());

  // A plain click stays in this list; with a modifier the browser opens the conversation's own address elsewhere.
  function open(event: MouseEvent): void {
    if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    props.onOpen();
  }

  return (
    <Show when={row()}>{(known) => (
      <a
        href={conversationHref(props.id)} id={`row-${props.id}`} class={styles["row"]} aria-current={props.selected ? "true" : undefined} tabindex={props.reachable ? 0 : -1}
        classList={{ [styles["on"]!]: props.selected, [styles["unread"]!]: count() > 0, [styles["dim"]!]: known().status === "snoozed" }}
        on:click={open} onFocus={() => props.onFocus()}
      >
        <Avatar name={known().contactName} kind="contact" size={32} />
        <div class={styles["body"]}>
          <div class={styles["line"]}>
            <span class={styles["who"]}>{shownAddress(known().contactName) || t("inbox.row.unknownContact")}</span>
            <Show when={ownLabels().length > 0}>
              <span class={styles["dots"]} role="img" aria-label={ownLabels().map(({ name }) => name).join(", ")} title={ownLabels().map(({ name }) => name).join(", ")}>
                <For each={ownLabels()}>{(label) => <i style={{ background: `var(--label-${label.colour})` }} />}</For>
              </span>
            </Show>
            <span class={styles["grow"]} />
            <Show when={mine()?.starred}><Star size={14} class={styles["star"]} aria-label={t("inbox.row.starred")} /></Show>
            <Show
              when={known().status === "snoozed" && known().snoozedUntil}
              fallback={<span class={styles["at"]}><Time at={known().lastAt} /></span>}
            >
              <Clock size={12} class={styles["clock"]} aria-hidden="true" /><span class={styles["at"]}><Time at={known().snoozedUntil!} /></span>
            </Show>
          </div>
          <div class={styles["line"]}>
            <Show when={known().preview?.channel ?? known().channels[0]}>{(channel) => <ChannelIcon kind={channel()} size={16} />}</Show>
            <span class={styles["preview"]}>
              <Show
                when={known().status === "snoozed" && known().snoozedUntil}
                fallback={<>
                  <Show when={known().stars}>{(stars) => <span role="img" aria-label={t("thread.review", { stars: stars() })}>{"★".repeat(stars())} </span>}</Show>
                  <Show when={preview().prefix}>{(prefix) => <b class={styles[preview().tone]}>{t(`inbox.row.${prefix()}`)} </b>}</Show>
                  {preview().text || (known().preview ? t("inbox.row.attachment") : t(known().scheduled > 0 ? "inbox.row.waits" : known().inboundCount > 0 ? "inbox.row.deleted" : "inbox.row.noMessages"))}
                </>}
              >{t(known().wakeOnReply ? "inbox.row.snoozedReply" : "inbox.row.snoozedUntil", { time: clock(new Date(known().snoozedUntil!)) })}</Show>
            </span>
            <span class={styles["tail"]}>
              <Show when={count() > 0}><span class={styles["count"]} role="img" aria-label={t("inbox.row.unread", { count: count() })}>{count() > 99 ? "99+" : count()}</span></Show>
              <Show when={assignee()} fallback={<Show when={!known().assigneeId}><span class={styles["none"]} role="img" aria-label={t("inbox.row.unassigned")} title={t("inbox.row.unassigned")} /></Show>}>
                {(member) => <Avatar name={member().name} kind="member" size={18} />}
              </Show>
            </span>
          </div>
        </div>
      </a>
    )}</Show>
  );
}
