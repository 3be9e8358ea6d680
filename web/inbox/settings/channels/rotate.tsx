import { createSignal, Show } from "solid-js";
import type { ConnectionView } from "../../../../worker/contract/channel";
import { t } from "../../../lib/i18n";
import { Button } from "../../../ui/button";
import { toast } from "../../../ui/toast";
import { Confirm } from "../confirm";
import type { ConnectionActions } from "./channels";
import type { Provider } from "./providers";
import { SettingsForm } from "./settings-form";
import form from "../settings.module.css";

/** Replaces secrets without losing an event: what is still signed with the old ones counts for a day, unless somebody else knows them. */
export function Rotate(props: { connection: ConnectionView; provider: Provider; actions: ConnectionActions; onReplaced: () => void }) {
  const [isOpen, setOpen] = createSignal(false);
  const [dropping, setDropping] = createSignal(false);
  return (
    <>
      <p class={form["hint"]}>{t("settings.rotate.text")}</p>
      <Show when={isOpen()} fallback={
        <div class={form["footStart"]}>
          <Button size="s" onClick={() => setOpen(true)}>{t("settings.rotate.begin")}</Button>
          <Button size="s" variant="ghost" onClick={() => setDropping(true)}>{t("settings.rotate.drop")}</Button>
        </div>
      }>
        <SettingsForm connection={props.connection} provider={props.provider} actions={props.actions} only={({ secret }) => secret} action={t("settings.rotate.save")} onSaved={() => { setOpen(false); props.onReplaced(); toast({ text: t("settings.rotate.saved") }); }} onCancel={() => setOpen(false)} />
      </Show>
      <Confirm open={dropping()} onOpenChange={setDropping} title={t("settings.rotate.dropTitle")} text={t("settings.rotate.dropText")} action={t("settings.rotate.dropDo")}
        onConfirm={async () => { await props.actions.save(props.connection, { dropPrevious: true }); toast({ text: t("settings.rotate.dropped") }); }} />
    </>
  );
}
