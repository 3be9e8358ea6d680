import { CircleAlert } from "lucide-solid";
import { createMemo, For, Show } from "solid-js";
import type { Reaction } from "../../../worker/contract/content";
import type { Entry } from "../../../worker/contract/entry";
import { t } from "../../lib/i18n";
import { me } from "../../lib/me";
import { Popover } from "../../ui/popover";
import { tip } from "../../ui/tip";
import { useEntryContext } from "./entry-context";
import { groupReactions, type ReactionGroup } from "./reactions";
import { react, reactionsOf } from "./reacting";
import styles from "./reactions.module.css";

/** More different ones than these wait behind a number. */
const FEW = 8;

/** Who reacted to a message, below it. Pressing one joins in or takes one's own away, where the channel lets us. */
export function ReactionChips(props: { entry: Entry; mayReact: boolean }) {
  const all = createMemo(() => reactionsOf(props.entry));
  const groups = createMemo(() => groupReactions(all(), me()?.member.id ?? null));
  const rest = () => groups().slice(FEW).reduce((sum, { names }) => sum + names.length, 0);
  return (
    <Show when={groups().length > 0}>
      <ul class={styles["chips"]} aria-label={t("thread.reactions")}>
        <For each={groups().slice(0, FEW)}>{(group) => <li><Chip group={group} entry={props.entry} mayReact={props.mayReact} /></li>}</For>
        <Show when={rest() > 0}><li><Everybody reactions={all()} rest={rest()} /></li></Show>
      </ul>
    </Show>
  );
}

function Chip(props: { group: ReactionGroup; entry: Entry; mayReact: boolean }) {
  const { conversationId, contactName, merge } = useEntryContext();
  const state = () => props.group.own?.state ?? null;
  const names = () => namesOf(props.group, contactName());
  const label = () => {
    const { emoji, own } = props.group;
    if (state() === "failed") return t("thread.reaction.failed", { emoji });
    if (state() === "sending") return t("thread.reaction.sending", { emoji });
    return t(!props.mayReact ? "thread.reaction" : own ? "thread.reaction.own" : "thread.reaction.join", { emoji, names: names() });
  };
  const press = () => void react(conversationId, props.entry.id, props.group.own && state() !== "failed" ? null : props.group.emoji, merge);
  const face = () => <>
    <span class={styles["emoji"]}>{props.group.emoji}</span><Show when={props.group.names.length > 1}>{props.group.names.length}</Show>
    <Show when={state() === "failed"}><CircleAlert size={12} aria-hidden="true" />{t("thread.reaction.notSent")}</Show>
  </>;
  return (
    <Show when={props.mayReact} fallback={<span class={styles["chip"]} role="img" aria-label={label()} title={names()}>{face()}</span>}>
      <button
        type="button" class={styles["chip"]} data-state={state()} aria-pressed={props.group.own !== null} aria-label={label()} disabled={state() === "sending"}
        ref={(element) => tip(element, () => ({ text: names() }))} onClick={press}
      >{face()}</button>
    </Show>
  );
}

/** Everybody who reacted, one line each. */
function Everybody(props: { reactions: readonly Reaction[]; rest: number }) {
  const { contactName } = useEntryContext();
  return (
    <Popover title={t("thread.reaction.all")} align="start" trigger={<button type="button" class={styles["chip"]} aria-label={t("thread.reaction.more", { count: props.rest })}>+{props.rest}</button>}>
      <ul class={styles["everybody"]}><For each={props.reactions}>{(reaction) => <li><span class={styles["emoji"]}>{reaction.emoji}</span><span dir="auto">{reaction.name || contactName()}</span></li>}</For></ul>
    </Popover>
  );
}

function namesOf({ names, own }: ReactionGroup, contactName: string): string {
  const others = own ? [...names.filter((name) => name !== own.name), t("inbox.entry.you")] : names;
  return others.map((name) => name || contactName).join(", ");
}
