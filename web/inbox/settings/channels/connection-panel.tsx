import { LayoutTemplate, Palette, ScrollText } from "lucide-solid";
import { createSignal, Show } from "solid-js";
import type { ConnectionView } from "../../../../worker/contract/channel";
import { t } from "../../../lib/i18n";
import { Button } from "../../../ui/button";
import { Switch } from "../../../ui/switch";
import { mayChange } from "../rights";
import { Facts, Trouble } from "./channel-card";
import type { ConnectionActions } from "./channels";
import { Place } from "./connect";
import { CHANNELS } from "./places";
import { hasSnippet, hasWebhook, isTestable, type Provider } from "./providers";
import { Rotate } from "./rotate";
import { SettingsForm } from "./settings-form";
import { Side } from "./side";
import { TestMessage } from "./test-message";
import { UseForm } from "./use-form";
import { Verify } from "./verify";
import form from "../settings.module.css";
import styles from "./channels.module.css";

/** One connection beside the list: how it is, what to paste where, its settings, and how to end it. */
export function ConnectionPanel(props: { connection: () => ConnectionView; provider: Provider | undefined; actions: ConnectionActions; onClose: () => void }) {
  const connection = () => props.connection();
  const [replaced, setReplaced] = createSignal(0);
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
            <Verify connection={connection()} saved={replaced()} />
            <Show when={connection().capabilities.templates}><a class={`${form["link"]} ${styles["logLink"]}`} href="/settings/templates"><LayoutTemplate size={14} aria-hidden="true" />{t("settings.templates")}</a></Show>
            <a class={`${form["link"]} ${styles["logLink"]}`} href={`${CHANNELS}/${connection().id}/log`}><ScrollText size={14} aria-hidden="true" />{t("settings.log")}</a>
          </Show>
        </section>
        <Show when={mayChange()}>
          <Show when={hasSnippet(connection())}><section><a class={`${form["link"]} ${styles["logLink"]}`} href={`${CHANNELS}/${connection().id}/widget`}><Palette size={14} aria-hidden="true" />{t("chat.link")}</a></section></Show>
          <section><h3>{t("settings.connect.place")}</h3><Place connection={connection()} /></section>
          <Show when={isOn() && isTestable(connection())}><section><h3>{t("settings.connect.test")}</h3><TestMessage connection={connection()} /></section></Show>
          <Show when={connection().capabilities.transport !== "none" && connection().use}>{(use) => <section><h3>{t("settings.use")}</h3><UseForm connection={connection()} use={use()} actions={props.actions} /></section>}</Show>
          <Show when={props.provider}>{(provider) => (
            <>
              <Show when={!hasSnippet(connection()) && provider().fields.some(({ secret }) => !secret)}><section><h3>{t("settings.channels.settings")}</h3><SettingsForm connection={connection()} provider={provider()} actions={props.actions} only={({ secret }) => !secret} /></section></Show>
              <Show when={provider().fields.some(({ secret }) => secret)}><section><h3>{t("settings.rotate")}</h3><Rotate connection={connection()} provider={provider()} actions={props.actions} onReplaced={() => setReplaced(replaced() + 1)} /></section></Show>
            </>
          )}</Show>
          <section class={form["footStart"]}>
            <Button onClick={() => props.actions.rename(connection())}>{t("settings.rename")}</Button>
            <Button variant="danger" onClick={() => props.actions.remove(connection())}>{t("settings.delete")}</Button>
          </section>
        </Show>
      </div>
    </Side>
  );
}
