import { Plus, X } from "lucide-solid";
import { Index, Show } from "solid-js";
import type { Greeting } from "../../../../../worker/contract/widget";
import { t } from "../../../../lib/i18n";
import { Button } from "../../../../ui/button";
import { IconButton } from "../../../../ui/icon-button";
import { Input } from "../../../../ui/input";
import { Select } from "../../../../ui/select";
import { Section } from "../../page";
import type { PartProps } from "./chat-page";
import form from "../../settings.module.css";
import styles from "./chat.module.css";

/** The contract's limit. */
const MAX_GREETINGS = 10;

/** Lines that come out of the bubble by themselves, and when. */
export function Greetings(props: PartProps) {
  const list = () => props.values.greetings;
  const change = (at: number, fields: Partial<Greeting>) => props.set("greetings", list().map((one, index) => (index === at ? { ...one, ...fields } : one)));
  const visitors = (["all", "new", "returning"] as const).map((value) => ({ value, label: t(`chat.visitors.${value}`) }));
  return (
    <Section title={t("chat.greetings")} text={t("chat.greetingsText")}>
      <div class={form["form"]}>
        <Index each={list()}>{(greeting, at) => (
          <div class={styles["greeting"]} role="group" aria-label={t("chat.greetingNumber", { number: at + 1 })}>
            <div class={styles["greetingHead"]}>
              <Input label={t("chat.greetingWords")} value={greeting().text} maxLength={200} disabled={props.locked} onInput={(text) => change(at, { text })} />
              <Show when={!props.locked}><IconButton icon={X} label={t("chat.greetingRemove", { number: at + 1 })} onClick={() => props.set("greetings", list().filter((_, index) => index !== at))} /></Show>
            </div>
            <div class={styles["row"]}>
              <Input label={t("chat.pages")} value={greeting().pages} placeholder="/cart*" maxLength={200} disabled={props.locked} onInput={(pages) => change(at, { pages })} />
              <Input label={t("chat.afterSeconds")} type="number" inputMode="numeric" value={String(greeting().afterSeconds)} disabled={props.locked} onInput={(seconds) => change(at, { afterSeconds: Number(seconds) })} />
              <Select label={t("chat.visitors")} options={visitors} value={greeting().visitors} disabled={props.locked} onChange={(value) => change(at, { visitors: value })} />
            </div>
          </div>
        )}</Index>
        <Show when={!props.locked && list().length < MAX_GREETINGS}>
          <div><Button size="s" icon={Plus} onClick={() => props.set("greetings", [...list(), { text: t("chat.greetingFirst"), pages: "", afterSeconds: 10, visitors: "all" }])}>{t("chat.greetingAdd")}</Button></div>
        </Show>
      </div>
    </Section>
  );
}
