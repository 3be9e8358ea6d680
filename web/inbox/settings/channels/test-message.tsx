import { createSignal } from "solid-js";
import type { ConnectionView } from "../../../../worker/contract/channel";
import { api } from "../../../lib/api";
import { t } from "../../../lib/i18n";
import { createTask } from "../../../lib/task";
import { Button } from "../../../ui/button";
import { Input } from "../../../ui/input";
import { sentenceOf } from "../refusal";
import { addressWords } from "./addresses";
import { Answer, type Answered } from "./answer";
import form from "../settings.module.css";
import styles from "./channels.module.css";

/** Sends one real message to an address of one's own, and says what the provider made of it. */
export function TestMessage(props: { connection: ConnectionView }) {
  const [to, setTo] = createSignal("");
  const [wrong, setWrong] = createSignal<string | null>(null);
  const [answer, setAnswer] = createSignal<Answered | null>(null);
  const { isBusy, run } = createTask((refused) => setAnswer({ ok: false, sentence: sentenceOf(refused) }));

  async function send(event: SubmitEvent) {
    event.preventDefault();
    const address = to().trim();
    setWrong(address === "" ? t("settings.field.needed", { field: t("settings.test.to") }) : null);
    if (address === "") return;
    await run(async () => {
      setAnswer(null);
      setAnswer(await api.post<Answered>(`/api/v1/connections/${props.connection.id}/test`, { to: address }));
    });
  }

  return (
    <form class={form["form"]} noValidate onSubmit={(event) => void send(event)}>
      <Input label={t("settings.test.to")} value={to()} onInput={setTo} error={wrong()} hint={t(addressWords(props.connection.channel).test)} />
      <div class={styles["verify"]}>
        <Button size="s" type="submit" loading={isBusy()}>{t("settings.test.send")}</Button>
        <Answer answer={isBusy() ? null : answer()} />
      </div>
    </form>
  );
}
