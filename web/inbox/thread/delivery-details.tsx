import { For, Show } from "solid-js";
import type { Entry } from "../../../worker/contract/entry";
import { shownAddress } from "../../../worker/contract/shown-address";
import { t } from "../../lib/i18n";
import { Time } from "../../ui/time";
import { useEntryContext } from "./entry-context";
import { money } from "./money";
import { Ticks } from "./ticks";
import styles from "./entry.module.css";

/** What a message took, why it failed, where it stands with each person, and every attempt with its time, in plain words and in the provider's own. */
export function DeliveryDetails(props: { entry: Entry }) {
  // What was accepted and failed later is nobody's attempt: only the entry knows why.
  const { people } = useEntryContext();
  const nameOf = (address: string) => shownAddress(people?.().find((one) => one.address === address)?.name ?? address);
  const later = () => (props.entry.attempts.some(({ failure }) => failure?.code === props.entry.failure?.code) ? null : props.entry.failure);
  return (
    <div class={styles["details"]}>
      <Show when={later()}>{(failure) => <p class={styles["cause"]}>{failure().sentence} <code>{t("inbox.details.code", { code: failure().code })}</code> {failure().detail}</p>}</Show>
      <Show when={props.entry.segments !== null || props.entry.price}>
        <h3>{t("inbox.details.carrier")}</h3>
        <ul>
          <Show when={props.entry.segments}>{(segments) => <li><span class={styles["grow"]}>{t("inbox.details.segments")}</span>{segments()}</li>}</Show>
          <Show when={props.entry.price}>{(price) => <li><span class={styles["grow"]}>{t("inbox.details.price")}</span>{money(Number(price().amount), price().currency, PRICE_DIGITS)}</li>}</Show>
        </ul>
      </Show>
      <Show when={props.entry.recipients.length > 0}>
        <h3>{t("inbox.details.recipients")}</h3>
        <ul><For each={props.entry.recipients}>{(recipient) => (
          <li><span class={styles["grow"]} title={shownAddress(recipient.address)}>{nameOf(recipient.address)}</span><Ticks state={recipient.state} />{t(`inbox.state.${recipient.state}`)}<Show when={recipient.failure}>{(failure) => <small>{failure().sentence} {failure().code}: {failure().detail}</small>}</Show></li>
        )}</For></ul>
      </Show>
      <h3>{t("inbox.details.attempts")}</h3>
      <ol>
        <For each={props.entry.attempts} fallback={<li>{t("inbox.details.none")}</li>}>{(attempt) => (
          <li>
            <span class={styles["grow"]}>{t(`inbox.attempt.${attempt.outcome}`)}</span><Time at={attempt.at} />
            <Show when={attempt.failure}>{(failure) => <small>{failure().sentence} <code>{t("inbox.details.code", { code: failure().code })}</code> {failure().detail}</small>}</Show>
          </li>
        )}</For>
      </ol>
    </div>
  );
}

/** A text costs less than a cent. */
const PRICE_DIGITS = 4;
