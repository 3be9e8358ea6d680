import { Match, Show, Switch } from "solid-js";
import type { Entry } from "../../../worker/contract/entry";
import { dayLabel } from "../../lib/format";
import { t } from "../../lib/i18n";
import { ActivityLine } from "./activity-line";
import { Bubble } from "./bubble";
import { Comment } from "./comment";
import { Email } from "./email";
import type { Placed } from "./layout";
import { SystemLine } from "./system-line";
import styles from "./entry.module.css";

/** One row of the timeline with what stands above it: a new day, the line between read and unread. */
export function EntryRow(props: { placed: Placed; isNew: boolean }) {
  const entry = (): Entry => props.placed.entry;
  return (
    <div class={styles["row"]} data-entry={entry().id} data-day={entry().at}>
      <Show when={props.placed.opensDay}><div class={styles["day"]} role="separator"><span>{dayLabel(entry().at)}</span></div></Show>
      <Show when={props.isNew}><div class={styles["new"]} role="separator"><span>{t("inbox.thread.new")}</span></div></Show>
      <Switch fallback={<Bubble entry={entry()} opensGroup={props.placed.opensGroup} closesGroup={props.placed.closesGroup} />}>
        <Match when={entry().kind === "comment"}><Comment entry={entry()} /></Match>
        <Match when={entry().kind === "activity"}><ActivityLine entry={entry()} /></Match>
        <Match when={entry().kind === "system"}><SystemLine entry={entry()} /></Match>
        <Match when={entry().email !== null && !entry().deleted}><Email entry={entry()} email={entry().email!} /></Match>
      </Switch>
    </div>
  );
}
