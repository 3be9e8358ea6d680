import { createSignal, Show } from "solid-js";
import type { Me } from "../../../worker/contract/account";
import { api } from "../../lib/api";
import { t } from "../../lib/i18n";
import { me, refresh } from "../../lib/me";
import { setTheme, theme, THEMES } from "../../lib/theme";
import { Button } from "../../ui/button";
import { Input } from "../../ui/input";
import { Select } from "../../ui/select";
import { toast } from "../../ui/toast";
import { Page, Section } from "./page";
import { SignatureForm } from "./signature";
import { focusFirstWrong, missing, NO_REFUSAL, refusalOf } from "./refusal";
import styles from "./settings.module.css";

/** Your own name, which colleagues and customers read, and how the app looks on this device. */
export function Profile() {
  return (
    <Page title={t("settings.profile")} lede={t("settings.profile.lede")}>
      <Show when={me()}>{(known) => <NameForm me={known()} />}</Show>
      <Show when={me()}>{(known) => <SignatureForm signature={known().signature ?? ""} />}</Show>
      <Section title={t("settings.profile.look")} text={t("settings.profile.lookText")}>
        <Select label={t("settings.profile.theme")} value={theme()} onChange={setTheme} options={THEMES.map((value) => ({ value, label: t(`settings.theme.${value}`) }))} />
      </Section>
    </Page>
  );
}

function NameForm(props: { me: Me }) {
  const [name, setName] = createSignal(props.me.member.name);
  const [refusal, setRefusal] = createSignal(NO_REFUSAL);
  const [busy, setBusy] = createSignal(false);
  const labels = { name: t("settings.profile.name") };

  async function save(event: SubmitEvent & { currentTarget: HTMLFormElement }) {
    event.preventDefault();
    const form = event.currentTarget;
    const empty = missing({ name: name() }, labels);
    if (empty) { setRefusal(empty); return focusFirstWrong(form); }
    setBusy(true);
    setRefusal(NO_REFUSAL);
    try {
      await api.patch<Me>("/api/v1/me", { name: name().trim() });
      void refresh("members");
      toast({ text: t("settings.saved") });
    } catch (error) {
      setRefusal(refusalOf(error, labels));
      focusFirstWrong(form);
    } finally {
      setBusy(false);
    }
  }

  return (
    <form class={styles["form"]} noValidate onSubmit={(event) => void save(event)}>
      <Input label={labels.name} name="name" value={name()} onInput={setName} error={refusal().fields["name"]} autocomplete="name" />
      <div class={styles["field"]}><span class={styles["label"]}>{t("settings.email")}</span><span>{props.me.member.email}</span><span class={styles["hint"]}>{t("settings.profile.emailHint")}</span></div>
      <Show when={refusal().sentence}>{(sentence) => <p class={styles["wrong"]} role="alert">{sentence()}</p>}</Show>
      <div class={styles["footStart"]}><Button variant="primary" type="submit" loading={busy()} disabled={name().trim() === props.me.member.name}>{t("settings.save")}</Button></div>
    </form>
  );
}
