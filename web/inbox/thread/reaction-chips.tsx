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
  const groups = createMemo(() => groupReactions(all()));
  const rest = () => groups().slice(FEW).reduce((sum, { from }) => sum + from.length, 0);
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
  const state = () => props.group.ours?.state ?? null;
  const names = () => props.group.from.map((reaction) => nameOf(reaction, contactName())).join(", ");
  const label = () => {
    const { emoji, ours } = props.group;
    if (state() === "failed") return t("thread.reaction.failed", { emoji });
    if (state() === "sending") return t("thread.reaction.sending", { emoji });
    return t(!props.mayReact ? "thread.reaction" : ours ? "thread.reaction.own" : "thread.reaction.join", { emoji, names: names() });
  };
  const press = () => void react(conversationId, props.entry.id, props.group.ours && state() !== "failed" ? null : props.group.emoji, merge);
  const face = () => <>
    <span class={styles["emoji"]}>{props.group.emoji}</span><Show when={props.group.from.length > 1}>{props.group.from.length}</Show>
    <Show when={state() === "failed"}><CircleAlert size={12} aria-hidden="true" />{t("thread.reaction.notSent")}</Show>
  </>;
  return (
    <Show when={props.mayReact} fallback={<span class={styles["chip"]} role="img" aria-label={label()} title={names()}>{face()}</span>}>
      <button
        type="button" class={styles["chip"]} data-state={state()} aria-pressed={props.group.ours !== null} aria-label={label()}
        ref={(element) => tip(element, () => ({ text: names() }))} onClick={press}
      >{face()}</button>
    </Show>
  );
}

/** Everybody who reacted, one line each. */
function Everybody(props: { reactions: readonly Reaction[]; rest: number }) {
  const { contactName } = useEntryContext();
  return (
    <Popover title={t("thread.reaction.all")} align="start" trigger={<button type="button" class={styles["chip"]} dir="ltr" aria-label={t("thread.reaction.more", { count: props.rest })}>+{props.rest}</button>}>
      <ul class={styles["everybody"]}><For each={props.reactions}>{(reaction) => <li><span class={styles["emoji"]}>{reaction.emoji}</span><bdi>{nameOf(reaction, contactName())}</bdi></li>}</For></ul>
    </Popover>
  );
}

/** What was sent in the provider's own app has nobody's name. */
function nameOf({ by, id, name }: Reaction, contactName: string): string {
  if (by === "contact") return name || contactName;
  return id === me()?.member.id ? t("inbox.entry.you") : name || t("thread.ourTeam");
}
