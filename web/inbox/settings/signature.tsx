import { createSignal, Show } from "solid-js";
import type { Me } from "../../../worker/contract/account";
import { api } from "../../lib/api";
import { t } from "../../lib/i18n";
import { refresh, setMe } from "../../lib/me";
import { Button } from "../../ui/button";
import { toast } from "../../ui/toast";
import { RichText } from "../composer/rich-text";
import { Section } from "./page";
import { createSaving } from "./saving";
import styles from "./settings.module.css";

/** What stands below the emails somebody writes. */
export function SignatureForm(props: { signature: string }) {
  const [html, setHtml] = createSignal(props.signature);
  const [version, setVersion] = createSignal(0);
  const labels = { signature: t("settings.profile.signatureLabel") };
  const { refusal, busy, save } = createSaving({ labels });

  async function send(): Promise<void> {
    const known = await api.patch<Me>("/api/v1/me", { signature: html() });
    setMe(known);
    setHtml(known.signature ?? "");
    setVersion((n) => n + 1);
    void refresh("settings");
    toast({ text: t("settings.saved") });
  }

  return (
    <Section title={t("settings.profile.signature")} text={t("settings.profile.signatureText")}>
      <form class={styles["form"]} noValidate onSubmit={(event) => void save(event, send)}>
        <div class={styles["editor"]}>
          <RichText label={labels.signature} html={html()} text="" version={version()} isQuiet onChange={(value) => setHtml(value.text.trim() === "" ? "" : value.html)} onKeyDown={() => undefined} fallback={<div class={styles["editorWait"]} />} />
        </div>
        <Show when={refusal().fields["signature"] ?? refusal().sentence}>{(sentence) => <p class={styles["wrong"]} role="alert">{sentence()}</p>}</Show>
        <div class={styles["footStart"]}><Button variant="primary" type="submit" loading={busy()} disabled={html() === props.signature}>{t("settings.save")}</Button></div>
      </form>
    </Section>
  );
}
