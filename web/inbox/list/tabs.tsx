import { Ellipsis } from "lucide-solid";
import { For, Show } from "solid-js";
import type { Tab } from "../../../worker/contract/conversation";
import { counts } from "../../lib/counts";
import { t } from "../../lib/i18n";
import { IconButton } from "../../ui/icon-button";
import { Menu } from "../../ui/menu";
import type { InboxRoute } from "../route";
import styles from "./list.module.css";

const ALL: readonly Tab[] = ["recent", "needs-reply", "unread", "starred", "snoozed", "closed", "scheduled"];
/** As many as fit beside a menu in 320 px; the chosen one is always among them. */
const SHOWN = 3;
/** A number helps where it means work. */
const COUNTED: ReadonlySet<Tab> = new Set<Tab>(["needs-reply", "unread"]);

export function ListTabs(props: { route: InboxRoute; isPhone: boolean }) {
  const first = () => (props.isPhone ? ALL : ALL.slice(0, SHOWN));
  const shown = () => (first().includes(props.route.tab()) ? first() : [...first().slice(0, SHOWN - 1), props.route.tab()]);
  const rest = () => ALL.filter((tab) => !shown().includes(tab));

  function arrows(event: KeyboardEvent): void {
    const step = event.key === "ArrowRight" ? 1 : event.key === "ArrowLeft" ? -1 : 0;
    if (step === 0) return;
    const next = shown()[shown().indexOf(props.route.tab()) + step];
    if (next) props.route.setTab(next);
  }

  return (
    <div class={styles["tabs"]}>
      <div role="tablist" style={{ display: "contents" }} onKeyDown={arrows}>
        <For each={shown()}>{(tab) => (
          <button type="button" role="tab" class={styles["tab"]} aria-selected={props.route.tab() === tab} tabindex={props.route.tab() === tab ? 0 : -1} onClick={() => props.route.setTab(tab)}>
            {t(`inbox.tab.${tab}`)}<Show when={COUNTED.has(tab) && counts()?.tabs[tab]}>{(count) => <i>{count()}</i>}</Show>
          </button>
        )}</For>
      </div>
      <span style={{ flex: 1 }} />
      <Show when={rest().length > 0}>
        <Menu trigger={<IconButton icon={Ellipsis} label={t("inbox.list.more")} />} items={rest().map((tab) => ({ label: t(`inbox.tab.${tab}`), onSelect: () => props.route.setTab(tab) }))} />
      </Show>
    </div>
  );
}
