import { Show } from "solid-js";
import { conversation } from "../../lib/conversation";
import { ContactView } from "./contact-view";
import { Files } from "./files";

/** Who the open conversation is with: everything known about the contact, and the files of the thread. */
export function ContactPanel(props: { contactId: string; conversationId: string }) {
  return (
    <ContactView
      contactId={props.contactId} conversationId={props.conversationId}
      files={<Show when={props.conversationId} keyed>{(id) => <ThreadFiles conversationId={id} />}</Show>}
    />
  );
}

function ThreadFiles(props: { conversationId: string }) {
  const { state } = conversation(props.conversationId);
  return <Files entries={state.order.flatMap((id) => state.entries[id] ?? [])} />;
}
