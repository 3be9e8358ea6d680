import { createSignal, Show } from "solid-js";
import { t } from "../../lib/i18n";
import { subjectOf } from "./message";
import { AddressField } from "./address-field";
import { hasMore, replyTo } from "./recipients";
import type { ReplyDraft } from "./reply";
import type { ComposerSession } from "./session";
import styles from "./composer.module.css";

/** To, CC, BCC and subject of an email, with reply and reply to all. */
export function EmailFields(props: { session: ComposerSession; reply: ReplyDraft; exposure: { named: string[]; self: boolean } }) {
  const [copies, setCopies] = createSignal(false);
  const recipients = () => props.reply.recipients();
  const showCopies = () => copies() || recipients().cc.length + recipients().bcc.length > 0;
  const answering = () => props.reply.answering();
  const more = () => {
    const entry = answering();
    return entry !== null && hasMore(entry, props.session.ownAddresses());
  };
  const isAll = () => {
    const entry = answering();
    if (entry === null) return false;
    const all = replyTo(entry, true, props.session.ownAddresses());
    return [...all.to, ...all.cc].every((address) => [...recipients().to, ...recipients().cc].includes(address));
  };

  function answer(all: boolean) {
    const entry = answering();
    if (entry) props.reply.change(replyTo(entry, all, props.session.ownAddresses()));
  }

  return (
    <div class={styles["email"]}>
      <AddressField label={t("composer.to")} addresses={recipients().to} onChange={(to) => props.reply.change({ to })} onRest={(rest) => props.reply.setRest("to", rest)}>
        <Show when={more()}>
          <button type="button" class={styles["field-button"]} aria-pressed={isAll()} onClick={() => answer(!isAll())}>{isAll() ? t("composer.reply-one") : t("composer.reply-all")}</button>
        </Show>
        <Show when={!showCopies()}><button type="button" class={styles["field-button"]} onClick={() => setCopies(true)}>{t("composer.copies")}</button></Show>
      </AddressField>
      <Show when={showCopies()}>
        <AddressField label={t("composer.cc")} addresses={recipients().cc} onChange={(cc) => props.reply.change({ cc })} onRest={(rest) => props.reply.setRest("cc", rest)} />
        <AddressField label={t("composer.bcc")} addresses={recipients().bcc} onChange={(bcc) => props.reply.change({ bcc })} onRest={(rest) => props.reply.setRest("bcc", rest)} />
      </Show>
      <label class={styles["field"]}>
        <span class={styles["field-label"]}>{t("composer.subject")}</span>
        <input type="text" dir="auto" maxLength={998} value={subjectOf(props.reply.draft, answering())} onInput={(event) => props.reply.change({ subject: event.currentTarget.value })} />
      </label>
      <Show when={props.exposure.named.length > 0}><p class={styles["warn"]} role="alert">{t("composer.exposed", { address: props.exposure.named.join(", ") })}</p></Show>
      <Show when={props.exposure.self}><p class={styles["warn"]} role="alert">{t("composer.exposed-self")}</p></Show>
    </div>
  );
}
