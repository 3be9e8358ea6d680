import { Info, Pencil, Reply, SmilePlus, Trash2 } from "lucide-solid";
import { Show } from "solid-js";
import type { Entry } from "../../../worker/contract/entry";
import { t } from "../../lib/i18n";
import { connections } from "../../lib/me";
import { IconButton } from "../../ui/icon-button";
import { Popover } from "../../ui/popover";
import { useEntryContext } from "./entry-context";
import { react, reactionsOf } from "./reacting";
import { ReactionPicker } from "./reaction-picker";
import { ourReaction } from "./reactions";
import styles from "./reactions.module.css";

export interface Abilities { react: boolean; reply: boolean; edit: boolean; unsend: boolean; /** To look at what became of it, and what it cost. */ details: boolean }

/** What can be done with a message here: its connection says what the channel carries. */
export function abilitiesOf(entry: Entry): Abilities {
  const connection = connections().find(({ id }) => id === entry.connectionId);
  const isThere = entry.rev > 0 && !entry.deleted && (entry.direction === "in" || entry.state === "sent" || entry.state === "delivered" || entry.state === "read");
  const is = isThere && entry.kind === "message" && connection?.status === "active";
  // Refused only after it had arrived: it is there, and can be put right.
  const isOurs = connection?.status === "active" && entry.kind === "message" && entry.direction === "out" && (isThere || (!entry.deleted && entry.state === "failed" && entry.attempts.at(-1)?.outcome === "sent"));
  return { edit: isOurs && entry.attachments.length === 0 && connection.capabilities.edit, unsend: isOurs && connection.capabilities.delete, react: is && connection.capabilities.reactions, reply: is && connection.capabilities.replies, details: isThere && entry.kind === "message" && entry.direction === "out" };
}

/** Small buttons beside a message, while somebody is there with pointer, finger or keyboard. */
export function EntryActions(props: { entry: Entry; may: Abilities; pickerOpen: boolean; onPicker: (open: boolean) => void; onReply: () => void; onDetails: () => void; onChange: (what: "edit" | "unsend") => void }) {
  const { conversationId, merge } = useEntryContext();
  const ours = () => ourReaction(reactionsOf(props.entry))?.emoji ?? null;

  function pick(emoji: string | null): void {
    props.onPicker(false);
    void react(conversationId, props.entry.id, emoji, merge);
  }

  return (
    <div class={styles["actions"]} role="group" aria-label={t("thread.actions")}>
      <Show when={props.may.react}>
        <Popover open={props.pickerOpen} onOpenChange={(open) => props.onPicker(open)} title={t("thread.react.title")} trigger={<IconButton icon={SmilePlus} label={t("thread.react")} kbd="+" />}>
          <ReactionPicker ours={ours()} onPick={pick} />
        </Popover>
      </Show>
      <Show when={props.may.reply}><IconButton icon={Reply} label={t("thread.reply")} kbd="R" onClick={() => props.onReply()} /></Show>
      <Show when={props.may.edit}><IconButton icon={Pencil} label={t("thread.edit")} onClick={() => props.onChange("edit")} /></Show>
      <Show when={props.may.unsend}><IconButton icon={Trash2} label={t("thread.unsend")} onClick={() => props.onChange("unsend")} /></Show>
      <Show when={props.may.details}><IconButton icon={Info} label={t("thread.details")} onClick={() => props.onDetails()} /></Show>
    </div>
  );
}
