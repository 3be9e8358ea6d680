import { X } from "lucide-solid";
import { createEffect, createMemo, createSignal, on, onCleanup, Show } from "solid-js";
import { conversation } from "../../lib/conversation";
import { t } from "../../lib/i18n";
import { IconButton } from "../../ui/icon-button";
import { useInboxRoute } from "../route";
import { ContactView } from "./contact-view";
import { Files } from "./files";
import { GroupPanel } from "./group-panel";
import { SharedLinks } from "./shared-links";
import { Visit } from "./visit";
import styles from "./contact.module.css";

/** By then the copies that others read have caught up with the thread: mostly, and on a busy day. */
const COPIED_MS = [2_000, 10_000] as const;

/** Who the open conversation is with: everything known about the contact, what a visitor looks at, and the files of the thread. */
export function ContactPanel(props: { contactId: string; conversationId: string; isGroup?: boolean }) {
  return (
    <Show when={props.isGroup} fallback={<OnePerson contactId={props.contactId} conversationId={props.conversationId} />}>
      <GroupPanel conversationId={props.conversationId} files={<Show when={props.conversationId} keyed>{(id) => <ThreadFiles contactId={props.contactId} conversationId={id} />}</Show>} />
    </Show>
  );
}

function OnePerson(props: { contactId: string; conversationId: string }) {
  const route = useInboxRoute();
  // A STOP is known here at once, and to the ledger a moment later.
  const consents = createMemo(() => { const { state } = conversation(props.conversationId); return state.order.reduce((count, id) => count + (state.entries[id]?.event?.type === "consent" ? 1 : 0), 0); });
  const settled = createSettled(consents, COPIED_MS);
  return (
    <ContactView
      contactId={props.contactId} conversationId={props.conversationId} fresh={settled()}
      actions={<span class={styles["narrow"]}><IconButton label={t("contact.close")} icon={X} onClick={() => route.showContact(false)} /></span>}
      visit={<Show when={props.conversationId} keyed>{(id) => <Visit visitor={conversation(id).state.visitor} />}</Show>}
      files={<Show when={props.conversationId} keyed>{(id) => <ThreadFiles contactId={props.contactId} conversationId={id} />}</Show>}
    />
  );
}

function ThreadFiles(props: { contactId: string; conversationId: string }) {
  const { state } = conversation(props.conversationId);
  const entries = () => state.order.flatMap((id) => state.entries[id] ?? []);
  const files = createMemo(() => entries().reduce((count, { deleted, attachments }) => count + (deleted ? 0 : attachments.filter((file) => file.state === "ready").length), 0));
  const ours = createMemo(() => entries().filter(({ direction, text }) => direction === "out" && text.includes("/media/s/")).length);
  // The list is a copy that is made a moment after the message.
  const settled = createSettled(files, COPIED_MS);
  return (
    <>
      <Files contactId={props.contactId} fresh={settled()} />
      <SharedLinks conversationId={props.conversationId} fresh={ours()} />
    </>
  );
}

/** Counts up each of these times after a value has changed, unless it changes again before. */
function createSettled(value: () => unknown, waits: readonly number[]): () => number {
  const [looks, setLooks] = createSignal(0);
  createEffect(on(value, () => {
    const timers = waits.map((ms) => setTimeout(() => setLooks((count) => count + 1), ms));
    onCleanup(() => timers.forEach(clearTimeout));
  }, { defer: true }));
  return looks;
}
