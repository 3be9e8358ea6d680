import { Match, Show, Switch } from "solid-js";
import type { Entry } from "../../../worker/contract/entry";
import type { Pictures } from "../../../worker/contract/mail";
import { api, ApiProblem } from "../../lib/api";
import { t } from "../../lib/i18n";
import { readPictureSenders } from "../../lib/picture-senders";
import { toast } from "../../ui/toast";
import { sayRefused } from "../say-refused";
import styles from "./email.module.css";

/** Whether to load a mail's pictures from the web: this time, or always for this sender. */
export function PictureChoice(props: { conversationId: string; entry: Entry; sender: string; pictures: Pictures; isAlways: boolean; blocked: number; onShow: () => void }) {
  async function remember(): Promise<void> {
    try {
      await api.put(`/api/v1/conversations/${encodeURIComponent(props.conversationId)}/entries/${encodeURIComponent(props.entry.id)}/pictures`);
      await readPictureSenders();
    } catch (error) {
      if (!(error instanceof ApiProblem)) throw error;
      sayRefused(error);
    }
  }

  async function forget(): Promise<void> {
    try {
      await api.delete(`/api/v1/picture-senders/${encodeURIComponent(props.sender)}`);
    } catch (error) {
      // Taken back in another browser: that is what was wanted.
      if (!(error instanceof ApiProblem) || error.status !== 404) throw error;
    }
    await readPictureSenders();
    toast({ text: t("inbox.email.asksAgain", { sender: props.sender }) });
  }

  return (
    <Switch>
      <Match when={props.isAlways}><p class={styles["hint"]}>{t("inbox.email.always", { sender: props.sender })} <button type="button" class={styles["act"]} onClick={() => void forget()}>{t("inbox.email.askAgain")}</button></p></Match>
      <Match when={props.blocked > 0}>
        <p class={styles["hint"]}>
          {t("inbox.email.blocked", { count: props.blocked })}{" "}
          <span class={styles["acts"]}>
            <button type="button" class={styles["act"]} onClick={() => props.onShow()}>{t("inbox.email.showImages")}</button>
            <Show when={props.pictures.mayAlways}><button type="button" class={styles["act"]} onClick={() => void remember()}>{t("inbox.email.showAlways", { sender: props.sender })}</button></Show>
          </span>
          <Show when={props.pictures.why}>{(why) => <span class={styles["why"]}>{why()}</span>}</Show>
        </p>
      </Match>
    </Switch>
  );
}
