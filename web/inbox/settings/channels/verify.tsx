import { createEffect, createSignal, on } from "solid-js";
import type { ConnectionView } from "../../../../worker/contract/channel";
import { api } from "../../../lib/api";
import { t } from "../../../lib/i18n";
import { createTask } from "../../../lib/task";
import { Button } from "../../../ui/button";
import { sentenceOf } from "../refusal";
import { Answer, type Answered } from "./answer";
import styles from "./channels.module.css";

/** Asks the provider whether the settings work, and says what it answered. `saved`: how often credentials were saved here; each time it asks by itself. */
export function Verify(props: { connection: ConnectionView; saved: number }) {
  const [answer, setAnswer] = createSignal<Answered | null>(null);
  const { isBusy, run } = createTask((refused) => setAnswer({ ok: false, sentence: sentenceOf(refused) }));

  const verify = () => run(async () => {
    setAnswer(await api.post<Answered>(`/api/v1/connections/${props.connection.id}/verify`));
  });

  createEffect(on(() => props.saved, (saved) => { if (saved > 0) void verify(); }));

  return (
    <div class={styles["verify"]}>
      <Button size="s" loading={isBusy()} onClick={() => void verify()}>{t("settings.channels.verify")}</Button>
      <Answer answer={isBusy() ? null : answer()} />
    </div>
  );
}
