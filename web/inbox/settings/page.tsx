import { For, Show, type JSX } from "solid-js";
import { t } from "../../lib/i18n";
import { ErrorState } from "../../ui/error-state";
import { Skeleton } from "../../ui/skeleton";
import { mayChange } from "./rights";
import styles from "./settings.module.css";

/** One screen of settings: title, a line of what it is for, and what belongs to it. `admins`: others see it but change nothing. */
export function Page(props: { title: string; lede: string; action?: JSX.Element; admins?: boolean; children: JSX.Element }) {
  return (
    <div class={styles["page"]}>
      <header class={styles["head"]}>
        <h1>{props.title}</h1>
        {props.action}
      </header>
      <p class={styles["lede"]}>{props.lede}</p>
      <Show when={props.admins && !mayChange()}><p class={styles["locked"]}>{t("settings.adminsOnly")}</p></Show>
      {props.children}
    </div>
  );
}

/** A part of a screen with a heading of its own. */
export function Section(props: { title: string; text?: string; action?: JSX.Element; children: JSX.Element }) {
  return (
    <section class={styles["section"]}>
      <header class={styles["sectionHead"]}><h2>{props.title}</h2>{props.action}</header>
      <Show when={props.text}><p class={styles["hint"]}>{props.text}</p></Show>
      {props.children}
    </section>
  );
}

const WIDTHS = [38, 52, 31] as const;

/** Rows once they are known; until then their shape, or why they could not be read. */
export function Rows<T>(props: { items: readonly T[] | null; problem: string | null; onRetry: () => void; empty: JSX.Element; children: (items: readonly T[]) => JSX.Element }) {
  const failed = () => (props.items === null ? props.problem : null);
  return (
    <Show when={failed() === null} fallback={<ErrorState title={t("settings.notRead")} text={failed() ?? ""} onRetry={() => props.onRetry()} />}>
      <Show when={props.items} fallback={<RowsSkeleton />}>
        {(items) => <Show when={items().length > 0} fallback={props.empty}>{props.children(items())}</Show>}
      </Show>
    </Show>
  );
}

function RowsSkeleton() {
  return (
    <div class={styles["rows"]} role="status" aria-label={t("settings.loading")}>
      <For each={WIDTHS}>{(width) => <div class={styles["row"]}><Skeleton width="32px" height="32px" round /><Skeleton width={`${width}%`} height="10px" /></div>}</For>
    </div>
  );
}
