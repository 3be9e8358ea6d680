import { createEffect, createSignal, on, Show } from "solid-js";
import { t } from "../../lib/i18n";
import { Button } from "../../ui/button";
import { Dialog } from "../../ui/dialog";
import { Input } from "../../ui/input";
import { focusFirstWrong, missing, NO_REFUSAL, refusalOf } from "./refusal";
import styles from "./settings.module.css";

/** Asks for another name. `onRename` throws what the server refused. */
export function Rename(props: { open: boolean; onOpenChange: (open: boolean) => void; label: string; value: string; onRename: (name: string) => Promise<void> }) {
  const [name, setName] = createSignal("");
  const [refusal, setRefusal] = createSignal(NO_REFUSAL);
  const [busy, setBusy] = createSignal(false);
  createEffect(on(() => props.open, (open) => { if (open) { setName(props.value); setRefusal(NO_REFUSAL); } }));

  async function rename(event: SubmitEvent & { currentTarget: HTMLFormElement }) {
    event.preventDefault();
    const form = event.currentTarget;
    const labels = { name: props.label };
    const empty = missing({ name: name() }, labels);
    if (empty) { setRefusal(empty); return focusFirstWrong(form); }
    setBusy(true);
    try {
      await props.onRename(name().trim());
      props.onOpenChange(false);
    } catch (error) {
      setRefusal(refusalOf(error, labels));
      focusFirstWrong(form);
    } finally {
      setBusy(false);
    }
  }

  return (
    <Dialog open={props.open} onOpenChange={props.onOpenChange} title={t("settings.renameTitle", { name: props.value })}>
      <form class={styles["form"]} noValidate onSubmit={(event) => void rename(event)}>
        <Input label={props.label} name="name" value={name()} onInput={setName} error={refusal().fields["name"]} autofocus />
        <Show when={refusal().sentence}>{(sentence) => <p class={styles["wrong"]} role="alert">{sentence()}</p>}</Show>
        <div class={styles["foot"]}>
          <Button variant="ghost" onClick={() => props.onOpenChange(false)}>{t("settings.cancel")}</Button>
          <Button variant="primary" type="submit" loading={busy()}>{t("settings.rename")}</Button>
        </div>
      </form>
    </Dialog>
  );
}
