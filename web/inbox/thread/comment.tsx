import { Lock } from "lucide-solid";
import { Show } from "solid-js";
import type { Entry } from "../../../worker/contract/entry";
import { t } from "../../lib/i18n";
import { Avatar } from "../../ui/avatar";
import { Time } from "../../ui/time";
import { Attachments } from "./attachments";
import { DeliveryTrouble } from "./delivery";
import { MarkdownView } from "./markdown-view";
import styles from "./entry.module.css";

/** Words for the team: full width, violet, locked; never mistaken for a message. */
export function Comment(props: { entry: Entry }) {
  return (
    <article class={styles["comment"]} aria-label={t("inbox.entry.comment", { name: props.entry.author.name })}>
      <Avatar name={props.entry.author.name} kind="member" size={28} />
      <div class={styles["comment-body"]}>
        <header class={styles["comment-head"]}>
          <b>{props.entry.author.name}</b><Lock size={12} aria-hidden="true" /><span class={styles["comment-only"]}>{t("inbox.entry.onlyTeam")}</span>
          <span class={styles["grow"]} />
          <Show when={props.entry.editedAt}><span>{t("inbox.entry.edited")}</span></Show>
          <Time at={props.entry.at} format="clock" />
        </header>
        <div class={styles["comment-text"]} dir="auto">
          <Show when={!props.entry.deleted} fallback={<i class={styles["gone"]}>{t("inbox.entry.deleted")}</i>}><MarkdownView text={props.entry.text} /></Show>
        </div>
        <Attachments files={props.entry.attachments} entryId={props.entry.id} />
        <DeliveryTrouble entry={props.entry} />
      </div>
    </article>
  );
}
