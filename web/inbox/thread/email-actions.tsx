import { Forward, MoreHorizontal, Reply } from "lucide-solid";
import { Show } from "solid-js";
import type { Entry } from "../../../worker/contract/entry";
import { answering } from "../../lib/answering";
import { conversation } from "../../lib/conversation";
import { forward } from "../../lib/forwarding";
import { t } from "../../lib/i18n";
import { IconButton } from "../../ui/icon-button";
import { Menu, type MenuItem } from "../../ui/menu";
import { useEntryContext } from "./entry-context";

/** What has left or come, and still stands. */
const mayForward = (entry: Entry): boolean => entry.rev > 0 && entry.kind === "message" && entry.email !== null && !entry.deleted && entry.state !== "scheduled" && entry.state !== "queued";

/** What can be done with an email: answer it, carry it on, alone or with its whole thread. */
export function EmailActions(props: { entry: Entry }) {
  const { conversationId } = useEntryContext();
  const open = conversation(conversationId);
  const thread = () => open.state.order.flatMap((id) => open.state.entries[id] ?? []).filter((other) => mayForward(other) && other.email?.threadId === props.entry.email?.threadId).map(({ id }) => id);
  const items = (): MenuItem[] => [
    { label: t("thread.reply"), icon: Reply, onSelect: () => answering(conversationId).set(props.entry) },
    { label: t("inbox.email.forward"), icon: Forward, onSelect: () => forward({ conversationId, entryIds: [props.entry.id] }) },
    ...(thread().length > 1 ? [{ label: t("inbox.email.forwardAll", { count: thread().length }), icon: Forward, onSelect: () => forward({ conversationId, entryIds: thread() }) }] : []),
  ];
  return <Show when={mayForward(props.entry)}><Menu trigger={<IconButton icon={MoreHorizontal} label={t("inbox.email.actions")} />} items={items()} /></Show>;
}
