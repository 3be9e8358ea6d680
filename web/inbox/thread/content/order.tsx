import { For, Show } from "solid-js";
import type { Content } from "../../../../worker/contract/content";
import { locale, t } from "../../../lib/i18n";
import { money, totals } from "../money";
import styles from "./content.module.css";

const count = new Intl.NumberFormat(locale);

/** What they want to buy, and what it comes to. */
export function Order(props: { order: Extract<Content, { kind: "order" }> }) {
  return (
    <div class={styles["card"]}>
      <table class={styles["order"]}>
        <caption>{t("thread.order")}</caption>
        <thead><tr><th scope="col">{t("thread.order.item")}</th><th scope="col">{t("thread.order.quantity")}</th><th scope="col">{t("thread.order.price")}</th><th scope="col">{t("thread.order.sum")}</th></tr></thead>
        <tbody>
          <For each={props.order.items}>{(item) => (
            <tr><th scope="row"><bdi>{item.id}</bdi></th><td>{count.format(item.quantity)}</td><td>{money(item.price, item.currency)}</td><td>{money(item.price * item.quantity, item.currency)}</td></tr>
          )}</For>
        </tbody>
        <Show when={props.order.items.length > 0}>
          <tfoot><For each={totals(props.order.items)}>{({ currency, amount }) => <tr><th scope="row" colspan="3">{t("thread.order.total")}</th><td>{money(amount, currency)}</td></tr>}</For></tfoot>
        </Show>
      </table>
    </div>
  );
}
