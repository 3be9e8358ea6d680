import { CircleAlert, CircleCheck } from "lucide-solid";
import { createSignal, Show } from "solid-js";
import type { ConnectionView } from "../../../../worker/contract/channel";
import { api } from "../../../lib/api";
import { t } from "../../../lib/i18n";
import { Button } from "../../../ui/button";
import { sentenceOf } from "../refusal";
import styles from "./channels.module.css";

interface Answer { ok: boolean; sentence: string }

/** Asks the provider whether the settings work, and says what it answered. */
export function Verify(props: { connection: ConnectionView }) {
  const [answer, setAnswer] = createSignal<Answer | null>(null);
  const [busy, setBusy] = createSignal(false);

  async function verify() {
    setBusy(true);
    try {
      setAnswer(await api.post<Answer>(`/api/v1/connections/${props.connection.id}/verify`));
    } catch (error) {
      setAnswer({ ok: false, sentence: sentenceOf(error) });
    } finally {
      setBusy(false);
    }
  }

  return (
    <div class={styles["verify"]}>
      <Button size="s" loading={busy()} onClick={() => void verify()}>{t("settings.channels.verify")}</Button>
      <p role="status">
        <Show when={!busy() && answer()}>{(said) => (
          <span class={said().ok ? styles["good"] : styles["bad"]}>
            <Show when={said().ok} fallback={<CircleAlert size={14} aria-hidden="true" />}><CircleCheck size={14} aria-hidden="true" /></Show>{said().sentence}
          </span>
        )}</Show>
      </p>
    </div>
  );
}
