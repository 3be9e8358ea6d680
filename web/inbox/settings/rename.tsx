import { createEffect, createSignal, on, Show } from "solid-js";
import { t } from "../../lib/i18n";
import { Button } from "../../ui/button";
import { Dialog } from "../../ui/dialog";
import { Input } from "../../ui/input";
import { missing } from "./refusal";
import { createSaving } from "./saving";
import styles from "./settings.module.css";

/** Asks for another name. `onRename` throws what the server refused. */
export function Rename(props: { open: boolean; onOpenChange: (open: boolean) => void; label: string; value: string; onRename: (name: string) => Promise<void> }) {
  const [name, setName] = createSignal("");
  const labels = { get name() { return props.label; } };
  const saving = createSaving({ labels });
  createEffect(on(() => props.open, (open) => { if (open) { setName(props.value); saving.forgive(); } }));

  async function rename(): Promise<void> {
    await props.onRename(name().trim());
    props.onOpenChange(false);
  }

  return (
    <Dialog open={props.open} onOpenChange={props.onOpenChange} title={t("settings.renameTitle", { name: props.value })}>
      <form class={styles["form"]} noValidate onSubmit={(event) => void saving.save(event, rename, () => missing({ name: name() }, labels))}>
        <Input label={props.label} name="name" value={name()} onInput={setName} error={saving.refusal().fields["name"]} autofocus />
        <Show when={saving.refusal().sentence}>{(sentence) => <p class={styles["wrong"]} role="alert">{sentence()}</p>}</Show>
        <div class={styles["foot"]}>
          <Button variant="ghost" onClick={() => props.onOpenChange(false)}>{t("settings.cancel")}</Button>
          <Button variant="primary" type="submit" loading={saving.busy()}>{t("settings.rename")}</Button>
        </div>
      </form>
    </Dialog>
  );
}
