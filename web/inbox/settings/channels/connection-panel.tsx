import { ScrollText } from "lucide-solid";
import { createSignal, Show } from "solid-js";
import type { ConnectionView } from "../../../../worker/contract/channel";
import { t } from "../../../lib/i18n";
import { Button } from "../../../ui/button";
import { Switch } from "../../../ui/switch";
import { toast } from "../../../ui/toast";
import { focusFirstWrong, missing, NO_REFUSAL, refusalOf } from "../refusal";
import { mayChange } from "../rights";
import { Facts, Trouble } from "./channel-card";
import type { ConnectionActions } from "./channels";
import { Place } from "./connect";
import { CHANNELS } from "./places";
import { ProviderFields } from "./provider-fields";
import { changedValues, hasWebhook, storedValues, type Provider } from "./providers";
import { Side } from "./side";
import { Verify } from "./verify";
import form from "../settings.module.css";
import styles from "./channels.module.css";

/** One connection beside the list: how it is, what to paste where, its settings, and how to end it. */
export function ConnectionPanel(props: { connection: () => ConnectionView; provider: Provider | undefined; actions: ConnectionActions; onClose: () => void }) {
  const connection = () => props.connection();
  const isOn = () => connection().status === "active";
  return (
    <Side kind={connection().channel} title={connection().name} onClose={props.onClose}>
      <div class={styles["sideBody"]}>
        <section>
          <div class={styles["line"]}>
            <span><b>{t(isOn() ? "settings.channels.on" : "settings.channels.off")}</b><small>{t(isOn() ? "settings.channels.onHint" : "settings.channels.offHint")}</small></span>
            <Switch label={t("settings.channels.switch", { name: connection().name })} checked={isOn()} disabled={!mayChange()} onChange={(on) => props.actions.switchTo(connection(), on ? "active" : "disabled")} />
          </div>
          <Facts connection={connection()} />
          <Trouble connection={connection()} />
          <Show when={mayChange() && hasWebhook(connection())}>
            <Verify connection={connection()} />
            <a class={`${form["link"]} ${styles["logLink"]}`} href={`${CHANNELS}/${connection().id}/log`}><ScrollText size={14} aria-hidden="true" />{t("settings.log")}</a>
          </Show>
        </section>
        <Show when={mayChange()}>
          <section><h3>{t("settings.connect.place")}</h3><Place connection={connection()} /></section>
          <Show when={props.provider}>{(provider) => <section><h3>{t("settings.channels.settings")}</h3><SettingsForm connection={connection()} provider={provider()} actions={props.actions} /></section>}</Show>
          <section class={form["footStart"]}>
            <Button onClick={() => props.actions.rename(connection())}>{t("settings.rename")}</Button>
            <Button variant="danger" onClick={() => props.actions.remove(connection())}>{t("settings.delete")}</Button>
          </section>
        </Show>
      </div>
    </Side>
  );
}

function SettingsForm(props: { connection: ConnectionView; provider: Provider; actions: ConnectionActions }) {
  const { fields } = props.provider;
  const stored = () => storedValues(fields, props.connection.settings);
  const [values, setValues] = createSignal(stored());
  const [refusal, setRefusal] = createSignal(NO_REFUSAL);
  const [busy, setBusy] = createSignal(false);
  const labels = Object.fromEntries(fields.map(({ key, label }) => [key, label]));
  const needed = Object.fromEntries(fields.filter(({ secret, optional }) => !secret && !optional).map(({ key, label }) => [key, label]));
  const changed = () => changedValues(stored(), values());

  async function save(event: SubmitEvent & { currentTarget: HTMLFormElement }) {
    event.preventDefault();
    const element = event.currentTarget;
    const empty = missing(values(), needed);
    if (empty) { setRefusal(empty); return focusFirstWrong(element); }
    setBusy(true);
    setRefusal(NO_REFUSAL);
    try {
      await props.actions.save(props.connection, { settings: changed() });
      // Secrets that were typed are let go of.
      setValues(stored());
      toast({ text: t("settings.saved") });
    } catch (error) {
      setRefusal(refusalOf(error, labels));
      focusFirstWrong(element);
    } finally {
      setBusy(false);
    }
  }

  return (
    <form class={form["form"]} noValidate onSubmit={(event) => void save(event)}>
      <ProviderFields fields={fields} values={values()} onInput={(key, value) => setValues({ ...values(), [key]: value })} refusal={refusal()} isStored />
      <Show when={refusal().sentence}>{(sentence) => <p class={form["wrong"]} role="alert">{sentence()}</p>}</Show>
      <div class={form["footStart"]}><Button variant="primary" type="submit" loading={busy()} disabled={Object.keys(changed()).length === 0}>{t("settings.save")}</Button></div>
    </form>
  );
}
