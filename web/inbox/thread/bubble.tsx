import { createSignal, Show } from "solid-js";
import type { Entry } from "../../../worker/contract/entry";
import { answering } from "../../lib/answering";
import { shownAddress } from "../../../worker/contract/shown-address";
import { clock } from "../../lib/format";
import { t } from "../../lib/i18n";
import { me } from "../../lib/me";
import { Avatar } from "../../ui/avatar";
import { ChannelIcon } from "../../ui/channel-icon";
import { Dialog } from "../../ui/dialog";
import { Time } from "../../ui/time";
import { DeliveryTrouble } from "./delivery";
import { DeliveryDetails } from "./delivery-details";
import { type Amending, AmendDialog } from "./amend-dialog";
import { Edited } from "./edited";
import { type Abilities, abilitiesOf, EntryActions } from "./entry-actions";
import { useEntryContext } from "./entry-context";
import { createPresence, walk } from "./presence";
import { ReactionChips } from "./reaction-chips";
import { describedBy, Said } from "./said";
import { Ticks } from "./ticks";
import { Tombstone } from "./tombstone";
import styles from "./entry.module.css";

const NOTHING: Abilities = { react: false, reply: false, edit: false, unsend: false, details: false };

/** A message on any channel but email: the customer left on grey, us right on pale accent. */
export function Bubble(props: { entry: Entry; opensGroup: boolean; closesGroup: boolean }) {
  const { conversationId, contactName, at, setAt } = useEntryContext();
  const presence = createPresence();
  const isOut = () => props.entry.direction === "out";
  const side = () => (isOut() ? "out" : "in");
  const isFailed = () => props.entry.state === "failed";
  /** The words below say it already. */
  const isExplained = () => props.entry.state === "unknown" || props.entry.state === "scheduled";
  const hasMeta = () => props.closesGroup && !isFailed();
  const author = () => {
    const { type, id, name } = props.entry.author;
    if (type === "bot") return t("inbox.entry.bot");
    return id !== null && id === me()?.member.id ? t("inbox.entry.you") : name || t("thread.ourTeam");
  };
  /** An earlier conversation is only looked back at. */
  const may = () => (at() === null ? NOTHING : abilitiesOf(props.entry));

  const hasActions = () => may().react || may().reply || may().edit || may().unsend || may().details;
  const [amending, setAmending] = createSignal<Amending | null>(null);
  const [showsDetails, setDetails] = createSignal(false);
  /** A group's address is everybody's; who of them wrote stands where else the channel does. */
  const writer = () => (props.entry.to?.includes(",") ? shownAddress(props.entry.author.name) : null);

  const reachedCount = () => props.entry.recipients.filter(({ state }) => state === "delivered" || state === "read").length;

  function reply(): void {
    answering(conversationId).set(props.entry);
    presence.release();
  }

  function press(event: KeyboardEvent & { currentTarget: HTMLElement }): void {
    if (event.target !== event.currentTarget || event.metaKey || event.ctrlKey || event.altKey) return;
    const isReaction = event.key === "+" && may().react;
    const isReply = event.key.toLowerCase() === "r" && may().reply;
    if (isReaction) presence.setPicker(true);
    else if (isReply) reply();
    else if (!walk(event.currentTarget, event.key)) return;
    event.preventDefault();
  }

  return (
    <article
      ref={(element) => presence.watch(element)} class={styles["group"]} data-message={props.entry.id} data-side={side()} tabindex={at() === null ? undefined : at() === props.entry.id ? 0 : -1}
      aria-label={`${isOut() ? author() : writer() ?? contactName()}, ${clock(new Date(props.entry.at))}`} aria-describedby={props.entry.deleted ? undefined : describedBy(props.entry)}
      classList={{ [styles["out"]!]: isOut(), [styles["opens"]!]: props.opensGroup, [styles["closes"]!]: props.closesGroup }}
      onKeyDown={press} onFocusIn={() => { if (at() !== null) setAt(props.entry.id); }}
    >
      <Show when={!isOut()}><span class={styles["avatar"]}><Show when={props.closesGroup}><Avatar name={props.entry.author.name || contactName()} kind="contact" size={28} /></Show></span></Show>
      <div class={styles["messages"]}>
        <Show when={!props.entry.deleted} fallback={<Tombstone entry={props.entry} />}>
          <Said entry={props.entry} side={side()}>
            <Show when={hasActions()}>
              {/* Where nothing hovers, a screen reader has no other way to the actions; for all others a message is one stop. */}
              <button type="button" tabindex="-1" class={styles["reach"]} aria-label={t("thread.actions")} aria-expanded={presence.isHere()} onClick={() => presence.hold()} />
            </Show>
            <Show when={presence.isHere() && (hasActions())}>
              <EntryActions entry={props.entry} may={may()} pickerOpen={presence.pickerOpen()} onPicker={presence.setPicker} onReply={reply} onDetails={() => { presence.release(); setDetails(true); }} onChange={(what) => { presence.release(); setAmending(what); }} />
            </Show>
          </Said>
          <ReactionChips entry={props.entry} mayReact={may().react} />
        </Show>
        <Show when={amending()}>{(what) => <AmendDialog entry={props.entry} what={what()} onClose={() => setAmending(null)} />}</Show>
        <DeliveryTrouble entry={props.entry} />
        <Show when={may().details}><Dialog open={showsDetails()} onOpenChange={setDetails} title={t("inbox.details.title")}><DeliveryDetails entry={props.entry} /></Dialog></Show>
        <Show when={!hasMeta() && props.entry.editedAt && !props.entry.deleted}><div class={styles["meta"]}><Edited entry={props.entry} /></div></Show>
        <Show when={hasMeta()}>
          <div class={styles["meta"]}>
            <Show when={props.entry.channel}>{(channel) => <ChannelIcon kind={channel()} size={12} />}</Show>
            <span class={styles["by"]} dir="auto">{isOut() ? author() : writer() ?? (props.entry.channel ? t(`channel.${props.entry.channel}`) : "")}</span>
            <span class={styles["sep"]} />
            <Time at={props.entry.at} format="clock" />
            <Show when={props.entry.editedAt && !props.entry.deleted}><span class={styles["sep"]} /><Edited entry={props.entry} /></Show>
            <Show when={isOut() && !isExplained() && !props.entry.deleted && props.entry.state}>{(state) => <><Ticks state={state()} /><Show when={props.entry.recipients.length > 1} fallback={<Show when={state() === "delivered"}>{t("inbox.state.delivered")}</Show>}><button type="button" class={styles["act"]} onClick={() => setDetails(true)}>{t("group.reached", { count: reachedCount(), all: props.entry.recipients.length })}</button></Show></>}</Show>
          </div>
        </Show>
      </div>
    </article>
  );
}
