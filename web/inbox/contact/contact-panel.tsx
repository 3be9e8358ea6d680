import { X } from "lucide-solid";
import { Show } from "solid-js";
import { conversation } from "../../lib/conversation";
import { t } from "../../lib/i18n";
import { IconButton } from "../../ui/icon-button";
import { useInboxRoute } from "../route";
import { ContactView } from "./contact-view";
import { Files } from "./files";
import { Visit } from "./visit";
import styles from "./contact.module.css";

/** Who the open conversation is with: everything known about the contact, what a visitor looks at, and the files of the thread. */
export function ContactPanel(props: { contactId: string; conversationId: string }) {
  const route = useInboxRoute();
  return (
    <ContactView
      contactId={props.contactId} conversationId={props.conversationId}
      actions={<span class={styles["narrow"]}><IconButton label={t("contact.close")} icon={X} onClick={() => route.showContact(false)} /></span>}
      visit={<Show when={props.conversationId} keyed>{(id) => <Visit visitor={conversation(id).state.visitor} />}</Show>}
      files={<Show when={props.conversationId} keyed>{(id) => <ThreadFiles conversationId={id} />}</Show>}
    />
  );
}

function ThreadFiles(props: { conversationId: string }) {
  const { state } = conversation(props.conversationId);
  return <Files entries={state.order.flatMap((id) => state.entries[id] ?? [])} />;
}
