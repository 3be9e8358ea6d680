import { createEffect, createSignal, on, Show, type JSX } from "solid-js";
import { t } from "../../lib/i18n";
import { createTask } from "../../lib/task";
import { Button } from "../../ui/button";
import { Dialog } from "../../ui/dialog";
import { Input } from "../../ui/input";
import { sentenceOf } from "./refusal";
import styles from "./settings.module.css";

interface Question {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  /** Names the thing: “Delete Workshop line?” */
  title: string;
  /** What will be gone and what stays. */
  text: string;
  action: string;
  /** For what cannot be brought back: the name that has to be typed first. */
  typed?: string;
  onConfirm: () => Promise<void>;
  children?: JSX.Element;
}

/** Asks before something that cannot be undone. A refusal stays in the dialog, where the question was. */
export function Confirm(props: Question) {
  const [typed, setTyped] = createSignal("");
  const [problem, setProblem] = createSignal<string | null>(null);
  const { isBusy, run } = createTask((refused) => setProblem(sentenceOf(refused)));
  const isReady = () => props.typed === undefined || typed().trim() === props.typed;
  createEffect(on(() => props.open, () => { setTyped(""); setProblem(null); }));

  async function confirm(event: SubmitEvent) {
    event.preventDefault();
    if (!isReady()) return;
    await run(async () => {
      setProblem(null);
      await props.onConfirm();
      props.onOpenChange(false);
    });
  }

  return (
    <Dialog open={props.open} onOpenChange={props.onOpenChange} title={props.title} description={props.text}>
      <form class={styles["form"]} onSubmit={(event) => void confirm(event)}>
        {props.children}
        <Show when={props.typed}>{(name) => <Input label={t("settings.confirm.type", { name: name() })} value={typed()} onInput={setTyped} autofocus />}</Show>
        <Show when={problem()}>{(sentence) => <p class={styles["wrong"]} role="alert">{sentence()}</p>}</Show>
        <div class={styles["foot"]}>
          <Button variant="ghost" onClick={() => props.onOpenChange(false)}>{t("settings.cancel")}</Button>
          <Button variant="danger" type="submit" loading={isBusy()} disabled={!isReady()}>{props.action}</Button>
        </div>
      </form>
    </Dialog>
  );
}
