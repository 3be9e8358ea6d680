import { Users } from "lucide-solid";
import { For, Show } from "solid-js";
import type { GroupMember } from "../../../worker/contract/conversation";
import { shownAddress } from "../../../worker/contract/shown-address";
import { hasRefused } from "../../lib/group-people";
import { t } from "../../lib/i18n";
import styles from "./group-line.module.css";

/** Who a group text is with, by name, and who of them wants no more of it. */
export function GroupLine(props: { people: readonly GroupMember[] }) {
  return (
    <Show when={props.people.length > 0}>
      <div class={styles["line"]} role="group" aria-label={t("group.people")}>
        <Users size={14} aria-hidden="true" />
        <ul>
          <For each={props.people}>{(one) => (
            <li><bdi title={shownAddress(one.address)}>{shownAddress(one.name)}</bdi><Show when={hasRefused(one)}> <em>{t("group.refused")}</em></Show></li>
          )}</For>
        </ul>
      </div>
    </Show>
  );
}
