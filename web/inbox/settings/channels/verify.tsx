import { createSignal } from "solid-js";
import type { ConnectionView } from "../../../../worker/contract/channel";
import { api } from "../../../lib/api";
import { t } from "../../../lib/i18n";
import { Button } from "../../../ui/button";
import { sentenceOf } from "../refusal";
import { Answer, type Answered } from "./answer";
import styles from "./channels.module.css";

/** Asks the provider whether the settings work, and says what it answered. */
export function Verify(props: { connection: ConnectionView }) {
  const [answer, setAnswer] = createSignal<Answered | null>(null);
  const [busy, setBusy] = createSignal(false);

  async function verify() {
    setBusy(true);
    try {
      setAnswer(await api.post<Answered>(`/api/v1/connections/${props.connection.id}/verify`));
    } catch (error) {
      setAnswer({ ok: false, sentence: sentenceOf(error) });
    } finally {
      setBusy(false);
    }
  }

  return (
    <div class={styles["verify"]}>
      <Button size="s" loading={busy()} onClick={() => void verify()}>{t("settings.channels.verify")}</Button>
      <Answer answer={busy() ? null : answer()} />
    </div>
  );
}
