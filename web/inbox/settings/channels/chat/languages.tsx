import { X } from "lucide-solid";
import { For, Index, Show } from "solid-js";
import { t } from "../../../../lib/i18n";
import { Combobox } from "../../../../ui/combobox";
import { IconButton } from "../../../../ui/icon-button";
import { Input } from "../../../../ui/input";
import { TextArea } from "../../../../ui/text-area";
import { languageName } from "../../../composer/templates/marks";
import { Section } from "../../page";
import { LANGUAGES } from "../../templates/languages";
import type { PartProps } from "./chat-page";
import type { ChatTexts } from "./values";
import form from "../../settings.module.css";
import styles from "./chat.module.css";

/** The contract's limit. */
const MAX_LANGUAGES = 30;
/** As BCP 47 writes them. */
const TAGS = LANGUAGES.map(({ value }) => value.replace("_", "-")).map((value) => ({ value, label: `${languageName(value)} (${value})` }));
const EMPTY: ChatTexts = { greeting: "", awayMessage: "", consentText: "", greetings: [] };

/** The business's own words in other languages. Those of the chat itself it brings along. */
export function Languages(props: PartProps) {
  const tags = () => Object.keys(props.values.languages);
  const texts = (tag: string): ChatTexts => props.values.languages[tag] ?? EMPTY;
  const change = (tag: string, fields: Partial<ChatTexts>) => props.set("languages", { ...props.values.languages, [tag]: { ...texts(tag), ...fields } });
  const remove = (tag: string) => props.set("languages", Object.fromEntries(Object.entries(props.values.languages).filter(([other]) => other !== tag)));
  const say = (tag: string, at: number, text: string) => change(tag, { greetings: props.values.greetings.map((_, index) => (index === at ? text : texts(tag).greetings[index] ?? "")) });
  const left = () => TAGS.filter(({ value }) => !tags().includes(value));
  return (
    <Section title={t("chat.languages")} text={t("chat.languagesText")}>
      <div class={form["form"]}>
        <For each={tags()}>{(tag) => (
          <div class={styles["greeting"]} role="group" aria-label={languageName(tag)}>
            <div class={styles["greetingHead"]}>
              <strong>{languageName(tag)}</strong>
              <Show when={!props.locked}><IconButton icon={X} label={t("chat.languageRemove", { language: languageName(tag) })} onClick={() => remove(tag)} /></Show>
            </div>
            <Input label={t("chat.greeting")} value={texts(tag).greeting} placeholder={props.values.greeting} maxLength={200} disabled={props.locked} onInput={(greeting) => change(tag, { greeting })} />
            <TextArea label={t("chat.away")} value={texts(tag).awayMessage} placeholder={props.values.awayMessage} maxLength={500} rows={2} disabled={props.locked} onInput={(awayMessage) => change(tag, { awayMessage })} />
            <Show when={props.values.consentText.trim() !== ""}>
              <TextArea label={t("chat.consent")} value={texts(tag).consentText} placeholder={props.values.consentText} maxLength={500} rows={2} disabled={props.locked} onInput={(consentText) => change(tag, { consentText })} />
            </Show>
            <Index each={props.values.greetings}>{(line, at) => (
              <Input label={t("chat.greetingNumber", { number: at + 1 })} value={texts(tag).greetings[at] ?? ""} placeholder={line().text} maxLength={200} disabled={props.locked} onInput={(text) => say(tag, at, text)} />
            )}</Index>
          </div>
        )}</For>
        <Show when={!props.locked && tags().length < MAX_LANGUAGES}>
          {/* Made anew after each choice, so that it is empty again. */}
          <For each={[tags().length]}>{() => <Combobox label={t("chat.languageAdd")} value={null} options={left()} placeholder={t("chat.languageFind")} onChange={(tag) => change(tag, EMPTY)} />}</For>
        </Show>
      </div>
    </Section>
  );
}
