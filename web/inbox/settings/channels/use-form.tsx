import { createSignal, For, Show } from "solid-js";
import type { ConnectionPatch, ConnectionView } from "../../../../worker/contract/channel";
import { t } from "../../../lib/i18n";
import { members } from "../../../lib/me";
import { createTask } from "../../../lib/task";
import { Button } from "../../../ui/button";
import { Checkbox } from "../../../ui/checkbox";
import { TextArea } from "../../../ui/text-area";
import { toast } from "../../../ui/toast";
import { sentenceOf } from "../refusal";
import type { ConnectionActions } from "./channels";
import form from "../settings.module.css";

type Use = NonNullable<ConnectionView["use"]>;
/** Two texts' worth: more costs more than an answer to one word should. */
const HELP_MAX = 480;

/** Who writes from this address without choosing it, and what it answers by itself. Every change counts at once. */
export function UseForm(props: { connection: ConnectionView; use: Use; actions: ConnectionActions }) {
  const [help, setHelp] = createSignal(props.use.helpText ?? "");
  const { isBusy, run } = createTask((refused) => toast({ text: sentenceOf(refused), kind: "error" }));
  const staff = () => members().filter(({ disabled }) => !disabled);

  const save = (patch: ConnectionPatch): Promise<void> => run(async () => {
    await props.actions.save(props.connection, patch);
    toast({ text: t("settings.saved") });
  });
  const owned = (id: string, on: boolean) => [...props.use.memberIds.filter((one) => one !== id), ...(on ? [id] : [])];

  return (
    <div class={form["form"]}>
      <Checkbox label={t("settings.use.default")} hint={t("settings.use.defaultHint")} checked={props.use.isDefault} disabled={isBusy()} onChange={(isDefault) => void save({ isDefault })} />
      <fieldset class={form["choices"]}>
        <legend>{t("settings.use.members")}</legend>
        <p class={form["hint"]}>{t("settings.use.membersHint")}</p>
        <For each={staff()}>{({ id, name }) => <Checkbox label={name} checked={props.use.memberIds.includes(id)} disabled={isBusy()} onChange={(on) => void save({ memberIds: owned(id, on) })} />}</For>
      </fieldset>
      <Show when={props.use.hearsKeywords}>
        <Checkbox label={t("settings.use.confirms")} hint={t("settings.use.confirmsHint")} checked={props.use.confirmsOptOut} disabled={isBusy()} onChange={(confirmsOptOut) => void save({ confirmsOptOut })} />
        <form class={form["form"]} onSubmit={(event) => { event.preventDefault(); void save({ helpText: help().trim() || null }); }}>
          <TextArea label={t("settings.use.help")} hint={t("settings.use.helpHint")} value={help()} onInput={setHelp} maxLength={HELP_MAX} rows={2} />
          <div class={form["footStart"]}><Button type="submit" loading={isBusy()} disabled={help().trim() === (props.use.helpText ?? "")}>{t("settings.save")}</Button></div>
        </form>
      </Show>
    </div>
  );
}
