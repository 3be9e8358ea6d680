import { useNavigate } from "@solidjs/router";
import { Users, X } from "lucide-solid";
import { For, Show, type JSX } from "solid-js";
import { feed } from "../../lib/feed";
import { shownAddress } from "../../../worker/contract/shown-address";
import { createGroupPeople, hasRefused } from "../../lib/group-people";
import { t } from "../../lib/i18n";
import { Avatar } from "../../ui/avatar";
import { IconButton } from "../../ui/icon-button";
import { useInboxRoute } from "../route";
import styles from "./contact.module.css";
import group from "./group-panel.module.css";

/** Who is in a group text: each a contact of their own. */
export function GroupPanel(props: { conversationId: string; files: JSX.Element }) {
  const route = useInboxRoute();
  const navigate = useNavigate();
  const people = createGroupPeople(() => ({ conversationId: props.conversationId, change: feed().rows[props.conversationId]?.inboundCount }));
  return (
    <aside class={styles["panel"]} aria-label={t("group.people")}>
      <header class={styles["who"]}>
        <Users size={20} aria-hidden="true" />
        <div class={styles["who-text"]}><h2>{t("group.people")}</h2></div>
        <span class={styles["narrow"]}><IconButton label={t("contact.close")} icon={X} onClick={() => route.showContact(false)} /></span>
      </header>
      <ul class={group["people"]}>
        <For each={people()}>{(one) => (
          <li>
            <button type="button" aria-label={t("group.show", { name: shownAddress(one.name) })} onClick={() => navigate(`/contacts?${new URLSearchParams({ contact: one.contactId }).toString()}`)}>
              <Avatar name={one.name} kind="contact" size={28} />
              <span><b><bdi>{shownAddress(one.name)}</bdi></b><Show when={one.name !== one.address}><small>{shownAddress(one.address)}</small></Show></span>
              <Show when={hasRefused(one)}><em>{t("group.refused")}</em></Show>
            </button>
          </li>
        )}</For>
      </ul>
      <p class={`${styles["quiet"]} ${group["fixed"]}`}>{t("group.fixed")}</p>
      {props.files}
    </aside>
  );
}
