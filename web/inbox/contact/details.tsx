import { For } from "solid-js";
import type { Contact, ContactPatch } from "../../../worker/contract/contact";
import { t, type MessageKey } from "../../lib/i18n";
import { Editable } from "./editable";
import { isLanguage, isTimeZone } from "../../../worker/contract/locale";
import styles from "./contact.module.css";

const languageName = (code: string) => {
  try {
    return new Intl.DisplayNames(undefined, { type: "language" }).of(code) ?? code;
  } catch {
    return code;
  }
};

interface Field { key: "company" | "language" | "timeZone" | "address"; label: MessageKey; shown?: (value: string) => string; wrong?: (text: string) => string | null }

const FIELDS: readonly Field[] = [
  { key: "company", label: "contact.company" },
  { key: "language", label: "contact.language", shown: languageName, wrong: (text) => (isLanguage(text) ? null : t("contact.bad-language")) },
  { key: "timeZone", label: "contact.time-zone", wrong: (text) => (isTimeZone(text) ? null : t("contact.bad-zone")) },
  { key: "address", label: "contact.address" },
];

/** Company, language, time zone and postal address, each edited in place. */
export function Details(props: { contact: Contact; onPatch: (patch: ContactPatch) => void }) {
  return (
    <section class={styles["section"]} aria-labelledby="contact-details">
      <h3 class={styles["title"]} id="contact-details">{t("contact.details")}</h3>
      <dl class={styles["pairs"]}>
        <For each={FIELDS}>{(field) => {
          const value = () => props.contact[field.key];
          return (
            <>
              <dt>{t(field.label)}</dt>
              <dd>
                <Editable label={t(field.label)} value={value()} shown={value() === "" ? undefined : field.shown?.(value())} wrong={field.wrong} onSave={(text) => props.onPatch({ [field.key]: text })} />
              </dd>
            </>
          );
        }}</For>
      </dl>
    </section>
  );
}
