import { createSignal, Show } from "solid-js";
import type { Entry } from "../../../worker/contract/entry";
import { api } from "../../lib/api";
import { t } from "../../lib/i18n";
import { connections } from "../../lib/me";
import { createTask } from "../../lib/task";
import { Button } from "../../ui/button";
import { Dialog } from "../../ui/dialog";
import { TextArea } from "../../ui/text-area";
import { useEntryContext } from "./entry-context";
import styles from "./content/content.module.css";

export type Amending = "edit" | "unsend";

/** Changes or takes back a message of ours that has arrived. What the provider refuses is said here, and nothing is lost. */
export function AmendDialog(props: { entry: Entry; what: Amending; onClose: () => void }) {
  const { conversationId, merge } = useEntryContext();
  const [text, setText] = createSignal(props.entry.text);
  const [refusal, setRefusal] = createSignal("");
  const { isBusy, run } = createTask(({ detail }) => setRefusal(detail));
  const isPublic = () => connections().find(({ id }) => id === props.entry.connectionId)?.capabilities.public === true;
  const isEdit = () => props.what === "edit";
  const path = () => `/api/v1/conversations/${encodeURIComponent(conversationId)}/entries/${encodeURIComponent(props.entry.id)}`;

  async function save(): Promise<void> {
    if (isEdit() && text().trim() === props.entry.text) return props.onClose();
    await run(async () => {
      merge([isEdit() ? await api.patch<Entry>(path(), { text: text().trim() }) : await api.delete<Entry>(path())]);
      props.onClose();
    });
  }

  return (
    <Dialog open onOpenChange={(open) => { if (!open) props.onClose(); }} title={t(isEdit() ? "thread.edit.title" : "thread.unsend.title")}>
      <form class={styles["amend"]} onSubmit={(event) => { event.preventDefault(); void save(); }}>
        <Show when={isEdit()} fallback={<p>{t(isPublic() ? "thread.unsend.textPublic" : "thread.unsend.text")}</p>}>
          <TextArea label={t("thread.edit")} hideLabel hint={t(isPublic() ? "thread.edit.hintPublic" : "thread.edit.hint")} rows={5} value={text()} onInput={setText} />
        </Show>
        <Show when={refusal()}><p role="alert" class={styles["refusal"]}>{refusal()}</p></Show>
        <div class={styles["amend-acts"]}>
          <Button onClick={() => props.onClose()}>{t("ui.cancel")}</Button>
          <Button type="submit" variant={isEdit() ? "primary" : "danger"} loading={isBusy()} disabled={isEdit() && text().trim() === ""}>{t(isEdit() ? "thread.edit.save" : "thread.unsend.confirm")}</Button>
        </div>
      </form>
    </Dialog>
  );
}
