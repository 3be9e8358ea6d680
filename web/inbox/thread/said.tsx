import { Show } from "solid-js";
import type { Entry } from "../../../worker/contract/entry";
import { t } from "../../lib/i18n";
import { Attachments } from "./attachments";
import { ContentView, holdsFiles, showsWords } from "./content/content-view";
import { isEmojiOnly } from "./emoji";
import { PlainText } from "./markdown-view";
import { ChoiceMark, MarksAbove } from "./marks";
import { QuoteLine } from "./quote-line";
import styles from "./entry.module.css";

/** What somebody said, in whichever form: what it answers, files, cards, words. */
export function Said(props: { entry: Entry; side: "in" | "out" }) {
  const isLarge = () => props.entry.kind === "message" && !props.entry.content && !props.entry.quote && isEmojiOnly(props.entry.text);
  const hasWords = () => showsWords(props.entry);
  /** Where there are only words, what they answer stands in their bubble. */
  const isQuoteInside = () => hasWords() && props.entry.attachments.length === 0;
  const choice = () => (props.entry.content?.kind === "choice" ? props.entry.content : undefined);
  return (
    <>
      <MarksAbove entry={props.entry} side={props.side} />
      <Show when={!isQuoteInside() && props.entry.quote}>{(quote) => <QuoteLine quote={quote()} alone />}</Show>
      <Show when={!holdsFiles(props.entry)}><Attachments files={props.entry.attachments} entryId={props.entry.id} /></Show>
      <ContentView entry={props.entry} side={props.side} />
      <Show when={hasWords()}>
        <div class={styles["bubble"]} dir="auto" classList={{ [styles["fail"]!]: props.entry.state === "failed", [styles["large"]!]: isLarge(), [styles["unsent"]!]: props.entry.rev === 0 }}>
          <Show when={isQuoteInside() && props.entry.quote}>{(quote) => <QuoteLine quote={quote()} alone={false} />}</Show>
          <Show when={props.entry.kind === "call"}><b>{t("inbox.entry.call")} </b></Show>
          <PlainText text={props.entry.text} />
        </div>
      </Show>
      <Show when={choice()}>{(known) => <ChoiceMark choice={known()} />}</Show>
    </>
  );
}
