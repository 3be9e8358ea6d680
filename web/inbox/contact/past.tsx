import { A } from "@solidjs/router";
import { createEffect, createSignal, For, on, Show } from "solid-js";
import type { Conversation, ConversationPage } from "../../../worker/contract/conversation";
import { api } from "../../lib/api";
import { t } from "../../lib/i18n";
import { ChannelIcon } from "../../ui/channel-icon";
import { Time } from "../../ui/time";
import { conversationHref } from "../route";
import styles from "./contact.module.css";

// More than one screen of them is a search, not a glance.
const SHOWN = 20;

/** The contact's other conversations, newest first. */
export function Past(props: { contactId: string; conversationId: string }) {
  const [items, setItems] = createSignal<readonly Conversation[]>([]);
  createEffect(on(() => props.contactId, async (contactId) => {
    setItems([]);
    const filter = encodeURIComponent(JSON.stringify({ contactId }));
    const page = await api.get<ConversationPage>(`/api/v1/conversations?filter=${filter}&sort=newest&limit=${SHOWN}`).catch(() => null);
    if (contactId === props.contactId && page) setItems(page.items);
  }));
  const others = () => items().filter(({ id }) => id !== props.conversationId);

  return (
    <section class={styles["section"]} aria-labelledby="contact-past">
      <h3 class={styles["title"]} id="contact-past">{t("contact.past")} <Show when={others().length > 0}><span class={styles["count"]}>{others().length}</span></Show></h3>
      <Show when={others().length > 0} fallback={<p class={styles["quiet"]}>{t("contact.past.none")}</p>}>
        <ul>
          <For each={others()}>{(row) => (
            <li>
              <A class={styles["past"]} href={conversationHref(row.id)}>
                <Show when={row.channels[0]}>{(kind) => <ChannelIcon kind={kind()} size={14} />}</Show>
                <span class={styles["cut"]}>{row.subject ?? row.preview?.text ?? t("contact.past.no-subject")}</span>
                <Time at={row.lastAt} />
              </A>
            </li>
          )}</For>
        </ul>
      </Show>
    </section>
  );
}
