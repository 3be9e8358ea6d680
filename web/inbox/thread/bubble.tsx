import { Show } from "solid-js";
import type { Entry } from "../../../worker/contract/entry";
import { clock } from "../../lib/format";
import { t } from "../../lib/i18n";
import { me } from "../../lib/me";
import { Avatar } from "../../ui/avatar";
import { ChannelIcon } from "../../ui/channel-icon";
import { Time } from "../../ui/time";
import { Attachments } from "./attachments";
import { DeliveryTrouble } from "./delivery";
import { useEntryContext } from "./entry-context";
import { PlainText } from "./markdown-view";
import { Ticks } from "./ticks";
import styles from "./entry.module.css";

/** A message on any channel but email: the customer left on grey, us right on pale accent. */
export function Bubble(props: { entry: Entry; opensGroup: boolean; closesGroup: boolean }) {
  const { contactName } = useEntryContext();
  const isOut = () => props.entry.direction === "out";
  const isFailed = () => props.entry.state === "failed";
  /** The words below say it already. */
  const isExplained = () => props.entry.state === "unknown" || props.entry.state === "scheduled";
  const isAlone = () => props.entry.text === "" && props.entry.attachments.length > 0 && !props.entry.deleted;
  const author = () => {
    const { type, id, name } = props.entry.author;
    if (type === "bot") return t("inbox.entry.bot");
    return id !== null && id === me()?.member.id ? t("inbox.entry.you") : name;
  };

  return (
    <article
      class={styles["group"]} aria-label={`${isOut() ? author() : contactName()}, ${clock(new Date(props.entry.at))}`}
      classList={{ [styles["out"]!]: isOut(), [styles["opens"]!]: props.opensGroup, [styles["closes"]!]: props.closesGroup }}
    >
      <Show when={!isOut()}><span class={styles["avatar"]}><Show when={props.closesGroup}><Avatar name={props.entry.author.name || contactName()} kind="contact" size={28} /></Show></span></Show>
      <div class={styles["messages"]}>
        <Attachments files={props.entry.attachments} entryId={props.entry.id} />
        <Show when={!isAlone()}>
          <div class={styles["bubble"]} classList={{ [styles["fail"]!]: isFailed(), [styles["unsent"]!]: props.entry.rev === 0 }} dir="auto">
            <Show when={!props.entry.deleted} fallback={<i class={styles["gone"]}>{t("inbox.entry.deleted")}</i>}>
              <Show when={props.entry.kind === "call"}><b>{t("inbox.entry.call")} </b></Show>
              <PlainText text={props.entry.text} />
            </Show>
          </div>
        </Show>
        <DeliveryTrouble entry={props.entry} />
        <Show when={props.closesGroup && !isFailed()}>
          <div class={styles["meta"]}>
            <Show when={props.entry.channel}>{(channel) => <ChannelIcon kind={channel()} size={12} />}</Show>
            <span>{isOut() ? author() : props.entry.channel ? t(`channel.${props.entry.channel}`) : ""}</span>
            <span class={styles["sep"]} />
            <Time at={props.entry.at} format="clock" />
            <Show when={props.entry.editedAt}><span class={styles["sep"]} />{t("inbox.entry.edited")}</Show>
            <Show when={isOut() && !isExplained() && props.entry.state}>{(state) => <><Ticks state={state()} /><Show when={state() === "delivered"}>{t("inbox.state.delivered")}</Show></>}</Show>
          </div>
        </Show>
      </div>
    </article>
  );
}
