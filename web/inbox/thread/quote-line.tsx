import { Show, type JSX } from "solid-js";
import type { Quote } from "../../../worker/contract/content";
import { t } from "../../lib/i18n";
import { toast } from "../../ui/toast";
import { useEntryContext } from "./entry-context";
import styles from "./quote-line.module.css";

/** What a message answers. Pressing it goes there, if we have it. */
export function QuoteLine(props: { quote: Quote; alone: boolean }) {
  const { goTo } = useEntryContext();
  const author = () => props.quote.author || t(props.quote.kind === "product" ? "thread.quote.product" : "thread.quote.earlier");
  const words = (): JSX.Element => <><b><bdi>{author()}</bdi></b><span class={styles["words"]} dir="auto">{props.quote.text || t("thread.quote.media")}</span></>;

  async function jump(entryId: string): Promise<void> {
    if (!await goTo(entryId)) toast({ text: t("thread.quote.gone") });
  }

  return (
    <Show when={props.quote.entryId} fallback={<blockquote class={styles["quote"]} classList={{ [styles["alone"]!]: props.alone }}>{words()}</blockquote>}>{(entryId) => (
      <button type="button" class={styles["quote"]} classList={{ [styles["alone"]!]: props.alone }} title={t("thread.quote.jump")} onClick={() => void jump(entryId())}>{words()}</button>
    )}</Show>
  );
}
