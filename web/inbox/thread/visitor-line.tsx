import { createEffect, createSignal, onCleanup, Show } from "solid-js";
import type { ChannelKind } from "../../../worker/contract/channel";
import type { VisitorPresence, Writing } from "../../../worker/contract/frame";
import { t } from "../../lib/i18n";
import { ChannelIcon } from "../../ui/channel-icon";
import styles from "./thread.module.css";

/** What the visitor of the chat is doing right now. */
export function VisitorLine(props: { visitor: VisitorPresence | null; name: string }) {
  return (
    <Show when={props.visitor?.online && props.visitor}>{(visitor) => (
      <div class={styles["visitor"]} role="status">
        <Show when={visitor().typing}><Types channel="chat" name={props.name} /></Show>
        <Show when={!visitor().typing && visitor().page}>{(page) => <><span class={styles["online"]} aria-hidden="true" /><span class={styles["page"]}>{t("inbox.thread.online", { title: page().title || page().url })}</span></>}</Show>
      </div>
    )}</Show>
  );
}

/** The customer writes in a messenger app, which does not tell when they stop: shown until it would be over. */
export function WritingLine(props: { writing: Writing | null; name: string }) {
  const [channel, setChannel] = createSignal<ChannelKind | null>(null);
  createEffect(() => {
    const left = props.writing ? Date.parse(props.writing.until) - Date.now() : 0;
    setChannel(left > 0 ? props.writing!.channel : null);
    const over = setTimeout(() => setChannel(null), Math.max(0, left));
    onCleanup(() => clearTimeout(over));
  });
  return <Show when={channel()}>{(kind) => <div class={styles["visitor"]} role="status"><Types channel={kind()} name={props.name} /></div>}</Show>;
}

const Types = (props: { channel: ChannelKind; name: string }) => (
  <><span class={styles["dots"]} aria-hidden="true"><i /><i /><i /></span><ChannelIcon kind={props.channel} size={12} />{t("inbox.thread.typing", { name: props.name })}</>
);
