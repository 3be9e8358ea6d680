import { Paperclip, Send, X } from "lucide-solid";
import { createSignal, For, onCleanup, Show } from "solid-js";
import { unwrap } from "solid-js/store";
import type { ComposeChannel } from "../../../../worker/contract/compose";
import type { Contact } from "../../../../worker/contract/contact";
import type { TemplateParts } from "../../../../worker/contract/content";
import type { Attachment } from "../../../../worker/contract/entry";
import type { Template, TemplateUse } from "../../../../worker/contract/template";
import { t } from "../../../lib/i18n";
import { me } from "../../../lib/me";
import { Button } from "../../../ui/button";
import { IconButton } from "../../../ui/icon-button";
import { Input } from "../../../ui/input";
import { Select } from "../../../ui/select";
import { refusalSentence } from "../attachment-tray";
import { refuseFile } from "../limits";
import type { ComposerSession } from "../session";
import { cleanValue, fillParts, missingOf, prefill, variableKeys, variableName } from "./fill";
import { languageName, TemplateMarks, whyNot } from "./marks";
import { TemplatePreview } from "./preview";
import styles from "./templates.module.css";

/** A template ready to go; `parts` as the customer will see them. */
export interface Filled { use: TemplateUse; parts: TemplateParts; file: Attachment | null }

interface FillingProps {
  template: Template;
  variants: readonly Template[];
  onLanguage: (language: string) => void;
  contact: Contact | null;
  via: ComposeChannel;
  session: ComposerSession;
  begin: Filled | null;
  /** What was typed so far, by template: another language or a second look keeps it. */
  kept: Map<string, Record<string, string>>;
  onSend: (filled: Filled) => void;
}

/** What a file of each kind of header begins with; a place cannot be chosen here. */
const ACCEPT: Readonly<Record<string, string>> = { image: "image/", video: "video/", document: "application/" };

/** Fields for what a template leaves open, and how it will look. */
export function Filling(props: FillingProps) {
  const { template } = props;
  const begun = props.begin?.use.name === template.name ? props.begin : null;
  const keys = variableKeys(template.parts);
  const examples = new Map(template.variables.map(({ key, example }) => [key, example]));
  const us = { account: me()?.account.name ?? "", member: me()?.member.name ?? "" };
  const [values, setValues] = createSignal<Record<string, string>>(props.kept.get(template.name) ?? (begun ? { ...begun.use.values } : props.contact ? prefill(template.parts, props.contact, us) : {}));
  const [tried, setTried] = createSignal(false);
  const header = createHeaderFile(props.session, props.via, begun?.file ?? null);
  const format = template.parts.header?.format ?? "text";
  const needsFile = format !== "text" && format !== "location";
  const missing = () => missingOf(keys, values());
  const isShut = () => props.via.outcome === "refused" && props.via.wayOut !== "template";

  function write(key: string, value: string) {
    setValues({ ...values(), [key]: cleanValue(value) });
    props.kept.set(template.name, values());
  }

  /** Why it cannot go yet; null when it can. */
  const hint = (): string | null => {
    if (isShut()) return props.via.sentence;
    if (format === "location") return t("composer.template.no-place");
    const why = whyNot(template);
    if (why) return why;
    if (missing().length > 0) return t("composer.template.missing", { count: missing().length });
    if (needsFile && !header.file()) return t(`composer.template.needs.${format}`);
    return null;
  };

  function send(event: SubmitEvent & { currentTarget: HTMLFormElement }) {
    event.preventDefault();
    setTried(true);
    if (hint() !== null) return event.currentTarget.querySelector<HTMLElement>("input[aria-invalid=true]")?.focus();
    const { name, language } = template;
    const given = Object.fromEntries(keys.map((key) => [key, values()[key]!.trim()]));
    props.onSend({ use: { name, language, values: given }, parts: fillParts(unwrap(template.parts), given), file: header.file() });
  }

  return (
    <form class={styles["form"]} noValidate onSubmit={send}>
      <div class={styles["head"]}><h3>{template.name}</h3><span class={styles["marks"]}><TemplateMarks template={template} /></span></div>
      <div class={styles["columns"]}>
        <div class={styles["fields"]}>
          <Show when={props.variants.length > 1}>
            <Select label={t("composer.template.language")} value={template.language} onChange={props.onLanguage}
              options={props.variants.map((one) => ({ value: one.language, label: languageName(one.language), hint: whyNot(one) ?? undefined, disabled: one.status !== "approved" }))} />
          </Show>
          <Show when={needsFile}>
            <div class={styles["file"]}>
              <Show when={header.file()} fallback={<Button icon={Paperclip} size="s" loading={header.busy()} onClick={() => header.pick(ACCEPT[format] ?? "")}>{t(`composer.template.choose.${format as "image" | "video" | "document"}`)}</Button>}>
                {(file) => <><span>{file().name}</span><IconButton label={t("composer.file.remove", { name: file().name })} icon={X} size="s" onClick={header.clear} /></>}
              </Show>
              <Show when={header.problem()}>{(sentence) => <p role="alert">{sentence()}</p>}</Show>
            </div>
          </Show>
          <For each={keys}>{(key) => {
            const isMissing = () => (values()[key] ?? "").trim() === "";
            const example = examples.get(key);
            return (
              <div classList={{ [styles["missing"]!]: isMissing() }}><Input
                label={variableLabel(key, template)} value={values()[key] ?? ""} onInput={(value) => write(key, value)} maxLength={1_024}
                error={isMissing() && tried() ? t("composer.template.is-missing") : null}
                hint={[isMissing() ? t("composer.template.is-missing") : null, example ? t("composer.template.example", { example }) : null].filter(Boolean).join(" ") || undefined}
              /></div>
            );
          }}</For>
          <Show when={keys.length === 0 && !needsFile}><p class={styles["quiet"]}>{t("composer.template.nothing-open")}</p></Show>
        </div>
        <TemplatePreview parts={template.parts} values={values()} picture={header.picture()} />
      </div>
      <div class={styles["foot"]}>
        <p role="status" class={styles["hint"]}>{hint()}</p>
        <Button variant="primary" type="submit" icon={Send} disabled={isShut() || format === "location" || template.status !== "approved"}>{t("composer.template.send")}</Button>
      </div>
    </form>
  );
}

/** `body.1` → `Text {{1}}`; `button.0` → the words on that button. */
function variableLabel(key: string, { parts }: Template): string {
  const name = variableName(key, parts);
  const [place] = key.split(".");
  if (place === "button") return t("composer.template.of-button", { name });
  if (/^\d+$/.test(name)) return t(place === "header" ? "composer.template.of-header" : "composer.template.of-body", { name });
  const words = name.replaceAll("_", " ");
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** The one file a header takes. */
function createHeaderFile(session: ComposerSession, via: ComposeChannel, begin: Attachment | null) {
  const [file, setFile] = createSignal<Attachment | null>(begin);
  const [busy, setBusy] = createSignal(false);
  const [problem, setProblem] = createSignal<string | null>(null);
  const controller = new AbortController();
  onCleanup(() => controller.abort());

  async function put(chosen: File) {
    const refusal = refuseFile(via.capabilities.media, chosen, []);
    setProblem(refusal && refusalSentence(refusal, chosen.name));
    if (refusal) return;
    setBusy(true);
    try {
      setFile(await session.upload(chosen, () => undefined, controller.signal));
    } catch {
      if (!controller.signal.aborted) setProblem(t("composer.file.failed", { name: chosen.name }));
    } finally {
      setBusy(false);
    }
  }

  function pick(type: string) {
    const input = document.createElement("input");
    input.type = "file";
    input.accept = type === "" ? "" : `${type}*`;
    input.onchange = () => { const chosen = input.files?.[0]; if (chosen) void put(chosen); };
    input.click();
  }

  return {
    file, busy, problem, pick,
    clear: () => setFile(null),
    picture: () => { const known = file(); return known && { name: known.name, url: known.type.startsWith("image/") ? known.url : null }; },
  };
}
