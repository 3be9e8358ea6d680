import { ArrowLeft, Check, Clock, Ellipsis, Eye, PanelRight, RotateCcw, Star, Users } from "lucide-solid";
import { For, Show } from "solid-js";
import { Dynamic } from "solid-js/web";
import type { ConversationRow, MemberState } from "../../../worker/contract/conversation";
import type { Presence } from "../../../worker/contract/frame";
import { shownAddress } from "../../../worker/contract/shown-address";
import { clock } from "../../lib/format";
import { t } from "../../lib/i18n";
import { labels, me, members, teams } from "../../lib/me";
import { Avatar } from "../../ui/avatar";
import { Button } from "../../ui/button";
import { IconButton } from "../../ui/icon-button";
import { Menu } from "../../ui/menu";
import { Time } from "../../ui/time";
import { toast } from "../../ui/toast";
import { change, toggleClosed, toggleStar } from "../actions";
import { conversationHref } from "../route";
import { AssignPicker, LabelPicker } from "./pickers";
import { SnoozePicker } from "./snooze-picker";
import styles from "./header.module.css";

export type OpenPicker = "assign" | "label" | "snooze" | null;

export function ThreadHeader(props: {
  row: ConversationRow; mine: MemberState; viewers: readonly Presence[]; isPhone: boolean; panelOpen: boolean;
  picker: OpenPicker; onPicker: (picker: OpenPicker) => void; onBack: () => void; onPanel: () => void; onUnread: () => void;
}) {
  const id = () => props.row.id;
  const assignee = () => members().find((member) => member.id === props.row.assigneeId);
  const team = () => teams().find((other) => other.id === props.row.teamId);
  const ownLabels = () => labels().filter((label) => props.row.labelIds.includes(label.id));
  const others = () => props.viewers.filter((viewer) => viewer.memberId !== me()?.member.id);
  const isFollowing = () => props.row.followerIds.includes(me()?.member.id ?? "");
  const isClosed = () => props.row.status === "closed";
  const name = () => shownAddress(props.row.contactName) || t("inbox.row.unknownContact");

  function follow(): void {
    const self = me()?.member.id;
    if (self) void change(id(), isFollowing() ? { removeFollowers: [self] } : { addFollowers: [self] });
  }

  async function copyLink(): Promise<void> {
    await navigator.clipboard.writeText(new URL(conversationHref(id()), location.href).href);
    toast({ text: t("inbox.header.linkCopied") });
  }

  const rare = () => [
    { label: t("inbox.header.markUnread"), onSelect: () => props.onUnread() },
    ...(props.row.needsReply ? [{ label: t("inbox.header.noReply"), onSelect: () => void change(id(), { needsReply: false as const }) }] : []),
    ...(props.isPhone ? [
      { label: t(isClosed() ? "inbox.header.reopen" : "inbox.header.close"), icon: isClosed() ? RotateCcw : Check, onSelect: () => void toggleClosed(id()) },
      { label: t("inbox.header.snooze"), icon: Clock, onSelect: () => props.onPicker("snooze") },
      { label: t("inbox.header.showPanel"), icon: PanelRight, onSelect: () => props.onPanel() },
    ] : []),
    "separator" as const,
    { label: t("inbox.header.copyLink"), onSelect: () => void copyLink() },
  ];

  return (
    <header class={styles["header"]}>
      <div class={styles["bar"]}>
        <Show when={props.isPhone}><IconButton icon={ArrowLeft} label={t("inbox.thread.back")} onClick={() => props.onBack()} /></Show>
        {/* On a phone the list and its heading are away. */}
        <Dynamic component={props.isPhone ? "h1" : "h2"} class={styles["name"]} dir="auto">
          <Show when={props.isPhone} fallback={name()}>
            <button type="button" aria-label={t("inbox.header.contact", { name: name() })} onClick={() => props.onPanel()}>{name()}</button>
          </Show>
        </Dynamic>
        <span class={styles["grow"]} />
        <Show when={others().length > 0}>
          <span class={styles["stack"]} role="img" aria-label={t("inbox.thread.viewers", { names: others().map(({ name }) => name).join(", ") })} title={t("inbox.thread.viewers", { names: others().map(({ name }) => name).join(", ") })}>
            <For each={others().slice(0, 3)}>{(viewer) => <Avatar name={viewer.name} kind="member" size={20} />}</For>
          </span>
        </Show>
        <span classList={{ [styles["starred"]!]: props.mine.starred }}><IconButton icon={Star} label={t(props.mine.starred ? "inbox.header.unstar" : "inbox.header.star")} kbd="S" pressed={props.mine.starred} onClick={() => void toggleStar(id())} /></span>
        <Show when={!props.isPhone}>
          <SnoozePicker row={props.row} open={props.picker === "snooze"} onOpenChange={(open) => props.onPicker(open ? "snooze" : null)} />
        </Show>
        <Menu trigger={<IconButton icon={Ellipsis} label={t("inbox.header.more")} />} items={rare()} />
        <Show when={!props.isPhone}>
          <span class={styles["close"]}><Button size="s" icon={isClosed() ? RotateCcw : Check} onClick={() => void toggleClosed(id())}>{t(isClosed() ? "inbox.header.reopen" : "inbox.header.close")}</Button></span>
          <IconButton icon={PanelRight} label={t(props.panelOpen ? "inbox.header.hidePanel" : "inbox.header.showPanel")} pressed={props.panelOpen} onClick={() => props.onPanel()} />
        </Show>
      </div>
      <div class={styles["props"]}>
        <AssignPicker row={props.row} open={props.picker === "assign"} onOpenChange={(open) => props.onPicker(open ? "assign" : null)}>
          <Show when={assignee()} fallback={<><span class={styles["none"]} aria-hidden="true" />{t("inbox.header.unassigned")}</>}>{(member) => <><Avatar name={member().name} kind="member" size={16} />{member().name}</>}</Show>
          <Show when={team()}>{(known) => <span class={styles["team"]}><Users size={14} aria-hidden="true" />{known().name}</span>}</Show>
        </AssignPicker>
        <Show when={props.row.status === "snoozed"}>
          <span class={styles["fact"]}><Clock size={14} aria-hidden="true" />{props.row.snoozedUntil ? t("inbox.header.snoozedUntil", { time: clock(new Date(props.row.snoozedUntil)) }) : t("inbox.done.snoozedReply")}</span>
        </Show>
        <Show when={isClosed()}><span class={styles["fact"]}><Check size={14} aria-hidden="true" />{t("inbox.header.closed")}</span></Show>
        <Show when={props.row.needsReply && props.row.waitingSince}>{(since) => <span class={styles["fact"]} classList={{ [styles["due"]!]: true }}><Clock size={14} aria-hidden="true" /><span>{t("inbox.tab.needs-reply")} · <Time at={since()} /></span></span>}</Show>
        <LabelPicker row={props.row} open={props.picker === "label"} onOpenChange={(open) => props.onPicker(open ? "label" : null)}>
          <For each={ownLabels()} fallback={t("inbox.header.addLabel")}>{(label) => <span class={styles["label"]}><i style={{ background: `var(--label-${label.colour})` }} />{label.name}</span>}</For>
        </LabelPicker>
        <button type="button" class={styles["prop"]} aria-pressed={isFollowing()} title={t("inbox.header.followers", { count: props.row.followerIds.length })} onClick={follow}>
          <Eye size={14} aria-hidden="true" />{props.row.followerIds.length || t("inbox.header.follow")}
        </button>
      </div>
      <Show when={props.isPhone}><SnoozePicker row={props.row} hidden open={props.picker === "snooze"} onOpenChange={(open) => props.onPicker(open ? "snooze" : null)} /></Show>
    </header>
  );
}
