import { ImageUp, X } from "lucide-solid";
import { createSignal, For, Show } from "solid-js";
import type { Attachment } from "../../../../../worker/contract/entry";
import { WIDGET_ICONS, type WidgetIcon } from "../../../../../worker/contract/widget-icons";
import { api } from "../../../../lib/api";
import { t } from "../../../../lib/i18n";
import { createTask } from "../../../../lib/task";
import { Button } from "../../../../ui/button";
import { Input } from "../../../../ui/input";
import { Select } from "../../../../ui/select";
import { Section } from "../../page";
import { sentenceOf } from "../../refusal";
import type { PartProps } from "./chat-page";
import form from "../../settings.module.css";
import styles from "./chat.module.css";

/** What every browser draws, and a mark that is small on any screen. */
const PICTURES = "image/png,image/jpeg,image/webp,image/gif";
const MAX_LOGO_BYTES = 500_000;

/** How the bubble and the panel look. */
export function Look(props: PartProps & { setLogo: (url: string | null) => void }) {
  const [problem, setProblem] = createSignal<string | null>(null);
  const { isBusy, run } = createTask((refused) => setProblem(sentenceOf(refused)));
  let picker!: HTMLInputElement;

  async function upload(file: File | undefined) {
    picker.value = "";
    if (!file) return;
    if (file.size > MAX_LOGO_BYTES) return setProblem(t("chat.logoLarge"));
    await run(async () => {
      setProblem(null);
      const { id } = await api.upload<Attachment>(file);
      props.set("logo", id);
      props.setLogo(URL.createObjectURL(file));
    });
  }
  function remove() {
    props.set("logo", "");
    props.setLogo(null);
  }
  const themes = (["auto", "light", "dark"] as const).map((value) => ({ value, label: t(`chat.theme.${value}`) }));
  const positions = (["right", "left"] as const).map((value) => ({ value, label: t(`chat.position.${value}`) }));

  return (
    <Section title={t("chat.look")}>
      <div class={form["form"]}>
        <Input label={t("chat.origins")} value={props.values.origins} onInput={(value) => props.set("origins", value)} error={props.wrong["origins"]} hint={t("chat.originsHint")} disabled={props.locked} />
        <Input label={t("chat.greeting")} value={props.values.greeting} onInput={(value) => props.set("greeting", value)} error={props.wrong["greeting"]} hint={t("chat.greetingHint")} maxLength={200} disabled={props.locked} />
        <div class={styles["row"]}>
          <label class={styles["colour"]}><span>{t("chat.colour")}</span><input type="color" value={props.values.colour} disabled={props.locked} onInput={(event) => props.set("colour", event.currentTarget.value)} /></label>
          <Select label={t("chat.position")} options={positions} value={props.values.position} onChange={(value) => props.set("position", value)} disabled={props.locked} />
          <Select label={t("chat.theme")} options={themes} value={props.values.theme} onChange={(value) => props.set("theme", value)} disabled={props.locked} />
        </div>
        <fieldset class={styles["icons"]}>
          <legend>{t("chat.icon")}</legend>
          <For each={Object.entries(WIDGET_ICONS) as [WidgetIcon, string][]}>{([icon, path]) => (
            <label>
              <input type="radio" name="icon" value={icon} checked={props.values.icon === icon} disabled={props.locked} aria-label={t(`chat.icon.${icon}`)} onChange={() => props.set("icon", icon)} />
              <svg viewBox="0 0 24 24" width="22" height="22" aria-hidden="true"><path d={path} /></svg>
            </label>
          )}</For>
        </fieldset>
        <div class={styles["logo"]}>
          <span class={form["label"]}>{t("chat.logo")}</span>
          <input ref={(element) => { picker = element; }} type="file" accept={PICTURES} hidden onChange={(event) => void upload(event.currentTarget.files?.[0])} />
          <Button size="s" icon={ImageUp} loading={isBusy()} disabled={props.locked} onClick={() => picker.click()}>{t(props.values.logo ? "chat.logoReplace" : "chat.logoUpload")}</Button>
          <Show when={props.values.logo}><Button size="s" variant="ghost" icon={X} disabled={props.locked} onClick={remove}>{t("chat.logoRemove")}</Button></Show>
          <Show when={problem() ?? props.wrong["logo"]}>{(why) => <p class={form["wrong"]} role="alert">{why()}</p>}</Show>
        </div>
      </div>
    </Section>
  );
}
