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
import { missing } from "./refusal";
import { createSaving } from "./saving";
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
  const labels = { name: t("settings.profile.name") };
  const saving = createSaving({ labels });

  async function save(): Promise<void> {
    await api.patch<Me>("/api/v1/me", { name: name().trim() });
    void refresh("members");
    toast({ text: t("settings.saved") });
  }

  return (
    <form class={styles["form"]} noValidate onSubmit={(event) => void saving.save(event, save, () => missing({ name: name() }, labels))}>
      <Input label={labels.name} name="name" value={name()} onInput={setName} error={saving.refusal().fields["name"]} autocomplete="name" />
      <div class={styles["field"]}><span class={styles["label"]}>{t("settings.email")}</span><span>{props.me.member.email}</span><span class={styles["hint"]}>{t("settings.profile.emailHint")}</span></div>
      <Show when={saving.refusal().sentence}>{(sentence) => <p class={styles["wrong"]} role="alert">{sentence()}</p>}</Show>
      <div class={styles["footStart"]}><Button variant="primary" type="submit" loading={saving.busy()} disabled={name().trim() === props.me.member.name}>{t("settings.save")}</Button></div>
    </form>
  );
}
