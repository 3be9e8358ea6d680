import { createMemo, For } from "solid-js";
import { t } from "../lib/i18n";
import { shortcuts, type Scope } from "../lib/shortcuts";
import { Dialog } from "../ui/dialog";
import { Kbd } from "../ui/kbd";
import styles from "./shortcut-sheet.module.css";

const SCOPES: readonly Scope[] = ["app", "inbox", "thread", "contacts", "settings"];

/** Every key that works where one is right now. */
export function ShortcutSheet(props: { onClose: () => void }) {
  // As it was on opening: what lies behind goes on changing.
  const all = shortcuts();
  const groups = createMemo(() => SCOPES.map((scope) => ({ scope, list: all.filter((one) => one.scope === scope) })).filter(({ list }) => list.length > 0));
  return (
    <Dialog open onOpenChange={(open) => { if (!open) props.onClose(); }} title={t("keys.title")} size="l">
      <div class={styles["groups"]}>
        <For each={groups()}>{({ scope, list }) => (
          <section>
            <h3 class={styles["heading"]}>{t(`keys.scope.${scope}`)}</h3>
            <ul>
              <For each={list}>{({ keys, label }) => <li class={styles["line"]}><span>{label}</span><Strokes keys={keys} /></li>}</For>
            </ul>
          </section>
        )}</For>
      </div>
    </Dialog>
  );
}

function Strokes(props: { keys: string }) {
  return <span class={styles["strokes"]}><For each={props.keys.split(" ")}>{(stroke, index) => <>{index() > 0 && <small>{t("keys.then")}</small>}<Kbd keys={stroke} /></>}</For></span>;
}
