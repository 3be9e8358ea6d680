import { Braces, Plus, X } from "lucide-solid";
import { createEffect, createMemo, For, Index, on, Show } from "solid-js";
import { createStore, reconcile, unwrap } from "solid-js/store";
import type { ConnectionView } from "../../../../worker/contract/channel";
import type { Template } from "../../../../worker/contract/template";
import { api } from "../../../lib/api";
import { t } from "../../../lib/i18n";
import { Button } from "../../../ui/button";
import { Combobox } from "../../../ui/combobox";
import { Dialog } from "../../../ui/dialog";
import { IconButton } from "../../../ui/icon-button";
import { Input } from "../../../ui/input";
import { Select } from "../../../ui/select";
import { TextArea } from "../../../ui/text-area";
import { variableKeys, variableName } from "../../composer/templates/fill";
import { TemplatePreview } from "../../composer/templates/preview";
import { missing } from "../refusal";
import { createSaving } from "../saving";
import { BUTTON_TYPES, draftOf, emptyForm, nameFrom, partsOf, withVariable, type ButtonForm } from "./form";
import { LANGUAGES } from "./languages";
import form from "../settings.module.css";
import styles from "./templates.module.css";

const CATEGORIES = ["utility", "marketing"] as const;
/** The platform takes no more. */
const BUTTONS_MAX = 10;

/** Writes a template and hands it in for review, with what the customer will see beside it. */
export function CreateTemplate(props: { open: boolean; onOpenChange: (open: boolean) => void; connections: readonly ConnectionView[]; onCreated: (template: Template) => void }) {
  const [draft, setDraft] = createStore(emptyForm(""));
  let bodyBox: HTMLElement | undefined;
  const parts = createMemo(() => partsOf(draft));
  const keys = createMemo(() => variableKeys(parts()));
  const labels = { name: t("settings.templates.name"), body: t("settings.templates.body") };
  const { refusal, busy, save, forgive } = createSaving({ labels });

  createEffect(on(() => props.open, (open) => {
    if (!open) return;
    setDraft(reconcile(emptyForm(props.connections[0]?.id ?? "")));
    forgive();
  }));

  function insertVariable() {
    const area = bodyBox?.querySelector("textarea");
    const { text, cursor } = withVariable(draft.body, area?.selectionStart ?? draft.body.length);
    setDraft("body", text);
    area?.focus();
    area?.setSelectionRange(cursor, cursor);
  }

  const send = async (): Promise<void> => props.onCreated(await api.post<Template>("/api/v1/templates", draftOf(unwrap(draft))));

  return (
    <Dialog open={props.open} onOpenChange={props.onOpenChange} title={t("settings.templates.new")} description={t("settings.templates.newText")} size="l">
      <form class={styles["create"]} noValidate onSubmit={(event) => void save(event, send, () => missing({ name: draft.name, body: draft.body }, labels))}>
        <div class={styles["columns"]}>
          <div class={styles["fields"]}>
            <Show when={props.connections.length > 1}>
              <Select label={t("settings.templates.connection")} value={draft.connectionId} onChange={(id) => setDraft("connectionId", id)} options={props.connections.map(({ id, name }) => ({ value: id, label: name }))} />
            </Show>
            <Input label={labels.name} name="name" value={draft.name} onInput={(text) => setDraft("name", nameFrom(text))} error={refusal().fields["name"]} hint={t("settings.templates.nameHint")} autofocus maxLength={512} />
            <div class={styles["pair"]}>
              <Combobox label={t("settings.templates.language")} value={draft.language} onChange={(code) => setDraft("language", code)} options={LANGUAGES} />
              <Select label={t("settings.templates.category")} value={draft.category} onChange={(category) => setDraft("category", category)} options={CATEGORIES.map((value) => ({ value, label: t(`composer.template.category.${value}`), hint: t(`settings.templates.category.${value}Hint`) }))} />
            </div>
            <Input label={t("settings.optional", { field: t("settings.templates.header") })} value={draft.header} onInput={(text) => setDraft("header", text)} maxLength={60} hint={t("settings.templates.headerHint")} />
            <div ref={(element) => { bodyBox = element; }} class={styles["body"]}>
              <TextArea label={labels.body} value={draft.body} onInput={(text) => setDraft("body", text)} rows={5} maxLength={1_024} error={refusal().fields["body"]} hint={t("settings.templates.bodyHint", { number: "{{1}}", name: "{{first_name}}" })} />
              <Button size="s" icon={Braces} onClick={insertVariable}>{t("settings.templates.addVariable")}</Button>
            </div>
            <Input label={t("settings.optional", { field: t("settings.templates.footer") })} value={draft.footer} onInput={(text) => setDraft("footer", text)} maxLength={60} />
            <fieldset class={form["choices"]}>
              <legend>{t("settings.templates.buttons")}</legend>
              <Index each={draft.buttons}>{(button, index) => (
                <ButtonFields button={button()} number={index + 1} onChange={(fields) => setDraft("buttons", index, fields)} onRemove={() => setDraft("buttons", (all) => all.filter((_, at) => at !== index))} />
              )}</Index>
              <Show when={draft.buttons.length < BUTTONS_MAX}>
                <div class={form["footStart"]}>
                  <For each={BUTTON_TYPES}>{(type) => (
                    <button type="button" class={styles["add"]} aria-label={t("settings.templates.addButton", { kind: t(`settings.templates.button.${type}`) })} onClick={() => setDraft("buttons", (all) => [...all, { type, text: t(`settings.templates.button.${type}Text`), target: "" }])}>
                      <Plus size={14} aria-hidden="true" />{t(`settings.templates.button.${type}`)}
                    </button>
                  )}</For>
                </div>
              </Show>
            </fieldset>
            <Show when={keys().length > 0}>
              <fieldset class={form["choices"]}>
                <legend>{t("settings.templates.examples")}</legend>
                <p class={form["hint"]}>{t("settings.templates.examplesHint")}</p>
                <For each={keys()}>{(key) => <Input label={exampleLabel(key, variableName(key, parts()))} value={draft.examples[key] ?? ""} onInput={(text) => setDraft("examples", key, text)} maxLength={200} />}</For>
              </fieldset>
            </Show>
          </div>
          <div class={styles["sticky"]}><TemplatePreview parts={parts()} values={draft.examples} /></div>
        </div>
        <Show when={refusal().sentence}>{(sentence) => <p class={form["wrong"]} role="alert">{sentence()}</p>}</Show>
        <div class={form["foot"]}>
          <Button variant="ghost" onClick={() => props.onOpenChange(false)}>{t("settings.cancel")}</Button>
          <Button variant="primary" type="submit" loading={busy()}>{t("settings.templates.handIn")}</Button>
        </div>
      </form>
    </Dialog>
  );
}

const exampleLabel = (key: string, name: string): string =>
  key.startsWith("button.") ? t("composer.template.of-button", { name }) : t(key.startsWith("header.") ? "composer.template.of-header" : "composer.template.of-body", { name });

function ButtonFields(props: { button: ButtonForm; number: number; onChange: (fields: Partial<ButtonForm>) => void; onRemove: () => void }) {
  const kind = () => t(`settings.templates.button.${props.button.type}`);
  const target = (): "url" | "phone" | null => (props.button.type === "url" || props.button.type === "phone" ? props.button.type : null);
  return (
    <div class={styles["button"]} role="group" aria-label={t("settings.templates.buttonNumber", { number: props.number, kind: kind() })}>
      <Input label={kind()} value={props.button.text} onInput={(text) => props.onChange({ text })} maxLength={25} />
      <Show when={target()}>{(what) => <Input label={t(`settings.templates.target.${what()}`)} value={props.button.target} onInput={(text) => props.onChange({ target: text })} placeholder={t(`settings.templates.target.${what()}Example`, { number: "{{1}}" })} inputMode={what() === "url" ? "url" : "tel"} maxLength={2_000} />}</Show>
      <IconButton label={t("settings.templates.removeButton", { number: props.number })} icon={X} size="s" onClick={() => props.onRemove()} />
    </div>
  );
}
