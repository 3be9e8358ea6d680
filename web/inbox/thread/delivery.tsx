import { CircleAlert, CircleHelp, Clock, CornerDownRight } from "lucide-solid";
import { createSignal, Match, Switch } from "solid-js";
import type { Entry } from "../../../worker/contract/entry";
import { api } from "../../lib/api";
import { t } from "../../lib/i18n";
import { outgoing, sendAgain, withdraw } from "../../lib/outbox";
import { createTask } from "../../lib/task";
import { Dialog } from "../../ui/dialog";
import { sayRefused } from "../say-refused";
import { DeliveryDetails } from "./delivery-details";
import { useEntryContext } from "./entry-context";
import { WaitingCard } from "./waiting-card";
import styles from "./entry.module.css";

/** What stands below a message that has not simply been sent: why, what is safe, and what to press. */
export function DeliveryTrouble(props: { entry: Entry }) {
  const { conversationId, merge } = useEntryContext();
  const [showsDetails, setDetails] = createSignal(false);
  const { isBusy, run } = createTask(sayRefused);
  const unsent = () => (props.entry.rev === 0 ? outgoing().find(({ clientId }) => clientId === props.entry.id) : undefined);

  const ask = (what: "retry" | "resolve", body?: { outcome: "sent" | "failed" }): Promise<void> => run(async () => {
    merge([await api.post<Entry>(`/api/v1/conversations/${encodeURIComponent(conversationId)}/messages/${encodeURIComponent(props.entry.id)}/${what}`, body)]);
  });

  return (
    <>
      <Switch>
        <Match when={unsent()?.state === "refused" && unsent()}>{(item) => (
          <div class={styles["why"]}>
            <span class={styles["why-what"]}><CircleAlert size={14} aria-hidden="true" />{item().sentence ?? t("inbox.entry.notDelivered")}</span>
            <span class={styles["why-do"]}><Act text={t("inbox.entry.retry")} onClick={() => sendAgain(item().clientId)} /><Act text={t("inbox.entry.discard")} onClick={() => withdraw(item().clientId)} /></span>
          </div>
        )}</Match>
        <Match when={unsent()?.state === "waiting" && unsent()}>{(item) => (
          <div class={styles["why"]}>
            <span class={styles["why-calm"]}><Clock size={12} aria-hidden="true" />{t("inbox.entry.waiting")}</span>
            <span class={styles["why-do"]}><Act text={t("inbox.entry.discard")} onClick={() => withdraw(item().clientId)} /></span>
          </div>
        )}</Match>
        <Match when={props.entry.state === "failed" && props.entry.replacedBy}>
          <div class={styles["why"]}>
            <span class={styles["why-calm"]}><CornerDownRight size={12} aria-hidden="true" />{props.entry.failure?.sentence}</span>
            <span class={styles["why-do"]}><Act text={t("inbox.entry.details")} quiet onClick={() => setDetails(true)} /></span>
          </div>
        </Match>
        <Match when={props.entry.state === "failed"}>
          <div class={styles["why"]}>
            <span class={styles["why-what"]}><CircleAlert size={14} aria-hidden="true" />{t("inbox.entry.notDelivered")} {props.entry.failure?.sentence}</span>
            <span class={styles["why-do"]}>
              <Act text={t("inbox.entry.retry")} disabled={isBusy()} onClick={() => void ask("retry")} />
              <Act text={t("inbox.entry.details")} quiet onClick={() => setDetails(true)} />
            </span>
          </div>
        </Match>
        <Match when={props.entry.state === "unknown"}>
          <div class={styles["why"]}>
            <span class={styles["why-due"]}><CircleHelp size={14} aria-hidden="true" />{t("inbox.entry.unknown")}</span>
            <span>{t("inbox.entry.unknownHint")}</span>
            <span class={styles["why-do"]}>
              <Act text={t("inbox.entry.arrived")} disabled={isBusy()} onClick={() => void ask("resolve", { outcome: "sent" })} />
              <Act text={t("inbox.entry.sendAgain")} disabled={isBusy()} onClick={() => void ask("retry")} />
              <Act text={t("inbox.entry.details")} quiet onClick={() => setDetails(true)} />
            </span>
          </div>
        </Match>
        <Match when={props.entry.state === "scheduled" && !props.entry.undoable && props.entry.dueAt}>{(due) => <WaitingCard entry={props.entry} dueAt={due()} />}</Match>
      </Switch>
      <Dialog open={showsDetails()} onOpenChange={setDetails} title={t("inbox.details.title")}>
        <DeliveryDetails entry={props.entry} />
      </Dialog>
    </>
  );
}

function Act(props: { text: string; quiet?: boolean; disabled?: boolean; onClick: () => void }) {
  return <button type="button" class={styles["act"]} classList={{ [styles["quiet"]!]: props.quiet }} disabled={props.disabled} onClick={() => props.onClick()}>{props.text}</button>;
}
