import { createSignal, Show } from "solid-js";
import type { ConnectionView } from "../../../../worker/contract/channel";
import { t } from "../../../lib/i18n";
import { Button } from "../../../ui/button";
import { toast } from "../../../ui/toast";
import { missing } from "../refusal";
import { createSaving } from "../saving";
import type { ConnectionActions } from "./channels";
import { ProviderFields } from "./provider-fields";
import { changedValues, storedValues, type Provider, type ProviderField } from "./providers";
import form from "../settings.module.css";

interface FormProps {
  connection: ConnectionView;
  provider: Provider;
  actions: ConnectionActions;
  /** Which of the provider's fields stand here. */
  only: (field: ProviderField) => boolean;
  /** What the button says; "Save" unless said. */
  action?: string;
  onSaved?: () => void;
  /** Given where the form can be put away again. */
  onCancel?: () => void;
}

/** The stored settings of a connection, to be changed. */
export function SettingsForm(props: FormProps) {
  const fields = props.provider.fields.filter(props.only);
  const stored = () => storedValues(fields, props.connection.settings);
  const [values, setValues] = createSignal(stored());
  const labels = Object.fromEntries(fields.map(({ key, label }) => [key, label]));
  const { refusal, busy, save } = createSaving({ labels });
  const needed = Object.fromEntries(fields.filter(({ secret, optional }) => !secret && !optional).map(({ key, label }) => [key, label]));
  const changed = () => changedValues(stored(), values());

  async function send(): Promise<void> {
    await props.actions.save(props.connection, { settings: changed() });
    // Secrets that were typed are let go of.
    setValues(stored());
    if (props.onSaved) props.onSaved();
    else toast({ text: t("settings.saved") });
  }

  return (
    <form class={form["form"]} noValidate onSubmit={(event) => void save(event, send, () => missing(values(), needed))}>
      <ProviderFields fields={fields} values={values()} onInput={(key, value) => setValues({ ...values(), [key]: value })} refusal={refusal()} isStored />
      <Show when={refusal().sentence}>{(sentence) => <p class={form["wrong"]} role="alert">{sentence()}</p>}</Show>
      <div class={form["footStart"]}><Button variant="primary" type="submit" loading={busy()} disabled={Object.keys(changed()).length === 0}>{props.action ?? t("settings.save")}</Button><Show when={props.onCancel}>{(cancel) => <Button variant="ghost" onClick={() => cancel()()}>{t("settings.cancel")}</Button>}</Show></div>
    </form>
  );
}
