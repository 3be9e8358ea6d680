import { createEffect, createSignal, For, on, Show } from "solid-js";
import type { ChannelKind } from "../../../worker/contract/channel";
import type { ConsentChange, ConsentState, Contact, ContactPatch } from "../../../worker/contract/contact";
import { api } from "../../lib/api";
import { t, type MessageKey } from "../../lib/i18n";
import { ChannelIcon } from "../../ui/channel-icon";
import { Popover } from "../../ui/popover";
import { Switch } from "../../ui/switch";
import { Time } from "../../ui/time";
import { consentChannels } from "./values";
import styles from "./contact.module.css";

/** A word beside the channel where not everything is welcome, and whether it stops us. */
const MARKS: Record<Exclude<ConsentState, "active">, { label: MessageKey; stops: boolean }> = {
  "no-marketing": { label: "contact.consent.answers", stops: false },
  inactive: { label: "contact.consent.stopped", stops: true },
  permanent: { label: "contact.consent.blocked", stops: true },
};

/** How a step came about, where the ledger's own word is for programs. */
const HOW: Readonly<Record<string, MessageKey>> = { message: "contact.consent.how.message", manual: "contact.consent.how.manual", merge: "contact.consent.how.merge", delivery: "contact.consent.how.delivery", unsubscribe: "contact.consent.how.unsubscribe", complaint: "contact.consent.how.complaint" };

/** What the contact allows on each channel, and the ledger that proves it. */
export function Consent(props: { contact: Contact; onPatch: (patch: ContactPatch) => void }) {
  const channels = () => consentChannels(props.contact);
  const state = (channel: ChannelKind): ConsentState => props.contact.consent[channel] ?? "active";
  const mark = (channel: ChannelKind) => { const current = state(channel); return current === "active" ? null : MARKS[current]; };

  return (
    <Show when={channels().length > 0}>
      <section class={styles["section"]} aria-labelledby="contact-consent">
        <h3 class={styles["title"]} id="contact-consent">{t("contact.consent")}<span class={styles["grow"]} /><Popover trigger={<button type="button" class={styles["link"]}>{t("contact.proof")}</button>}><Proof contactId={props.contact.id} consent={props.contact.consent} /></Popover></h3>
        <ul class={styles["consents"]}>
          <For each={channels()}>{(channel) => (
            <li>
              <ChannelIcon kind={channel} size={14} />
              <span class={styles["grow"]}>{t(`channel.${channel}`)}</span>
              <Show when={mark(channel)}>{(found) => <em class={styles[found().stops ? "stopped" : "limited"]} title={t(`contact.consent.${state(channel)}`)}>{t(found().label)}</em>}</Show>
              <Switch
                label={t("contact.consent.toggle", { channel: t(`channel.${channel}`) })} checked={!mark(channel)?.stops}
                onChange={(on: boolean) => props.onPatch({ consent: { [channel]: on ? "active" : "inactive" } })}
              />
            </li>
          )}</For>
        </ul>
      </section>
    </Show>
  );
}

const howOf = (how: string): string => { const key = Object.hasOwn(HOW, how) ? HOW[how] : undefined; return key ? t(key) : how; };

function Proof(props: { contactId: string; consent: Contact["consent"] }) {
  const [changes, setChanges] = createSignal<readonly ConsentChange[]>();
  const [failed, setFailed] = createSignal(false);
  createEffect(on(() => [props.contactId, props.consent], () => {
    api.get<{ items: ConsentChange[] }>(`/api/v1/contacts/${encodeURIComponent(props.contactId)}/consent`).then(({ items }) => setChanges(items), () => setFailed(true));
  }));
  return (
    <div class={styles["proof"]}>
      <Show when={!failed()} fallback={<p class={styles["wrong"]}>{t("contact.error")}</p>}>
        <Show when={changes()?.length === 0}><p class={styles["quiet"]}>{t("contact.consent.none")}</p></Show>
        <ol>
          <For each={changes()}>{(change) => (
            <li>
              <b>{t(`channel.${change.channel}`)}: {t(`contact.consent.${change.state}`)}</b>
              <span class={styles["quiet"]}><Time at={change.at} /> · {t("contact.consent.by", { by: change.by, how: howOf(change.how) })}</span>
              <Show when={change.text}>{(words) => <q>{words()}</q>}</Show>
            </li>
          )}</For>
        </ol>
      </Show>
    </div>
  );
}
