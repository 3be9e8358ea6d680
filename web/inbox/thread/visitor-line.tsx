import { Show } from "solid-js";
import type { VisitorPresence } from "../../../worker/contract/frame";
import { t } from "../../lib/i18n";
import { ChannelIcon } from "../../ui/channel-icon";
import styles from "./thread.module.css";

/** What the visitor of the chat is doing right now. */
export function VisitorLine(props: { visitor: VisitorPresence | null; name: string }) {
  return (
    <Show when={props.visitor?.online && props.visitor}>{(visitor) => (
      <div class={styles["visitor"]} role="status">
        <Show when={visitor().typing}>
          <span class={styles["dots"]} aria-hidden="true"><i /><i /><i /></span><ChannelIcon kind="chat" size={12} />{t("inbox.thread.typing", { name: props.name })}
        </Show>
        <Show when={!visitor().typing && visitor().page}>{(page) => <><span class={styles["online"]} aria-hidden="true" /><span class={styles["page"]}>{t("inbox.thread.online", { title: page().title || page().url })}</span></>}</Show>
      </div>
    )}</Show>
  );
}
