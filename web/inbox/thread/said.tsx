import { Show, type JSX } from "solid-js";
import type { Entry } from "../../../worker/contract/entry";
import { t } from "../../lib/i18n";
import { Attachments } from "./attachments";
import { Choices } from "./content/choices";
import { ContentView, holdsFiles, shownWords } from "./content/content-view";
import { isEmojiOnly } from "./emoji";
import { PlainText } from "./markdown-view";
import { MarksAbove } from "./marks";
import { QuoteLine } from "./quote-line";
import styles from "./entry.module.css";

/** What somebody said, in whichever form: what it answers, files, cards, words. `children` stand beside it. */
export function Said(props: { entry: Entry; side: "in" | "out"; children: JSX.Element }) {
  /** A like is a sticker without a file. */
  const isLarge = () => props.entry.kind === "message" && (!props.entry.content || props.entry.content.kind === "sticker") && !props.entry.quote && isEmojiOnly(words());
  const words = () => shownWords(props.entry);
  /** A message that is nothing at all is an empty bubble: better than a gap nobody can explain. */
  const hasWords = () => words() !== "" || (!props.entry.content && props.entry.attachments.length === 0);
  /** Where there are only words, what they answer stands in their bubble. */
  const isQuoteInside = () => hasWords() && props.entry.attachments.length === 0;
  const chosen = () => (props.entry.content?.kind === "choice" ? props.entry.content.description : null);
  const options = () => (props.entry.content?.kind === "buttons" ? props.entry.content.options : null);
  return (
    <>
      <div class={styles["parts"]} id={aboutId(props.entry)}><MarksAbove entry={props.entry} side={props.side} /></div>
      <div class={styles["said"]}>
        <div class={styles["parts"]} id={saidId(props.entry)}>
          <Show when={!isQuoteInside() && props.entry.quote}>{(quote) => <QuoteLine quote={quote()} alone />}</Show>
          <Show when={!holdsFiles(props.entry)}><Attachments files={props.entry.attachments} entryId={props.entry.id} /></Show>
          <ContentView entry={props.entry} side={props.side} />
          <Show when={hasWords()}>
            <div class={styles["bubble"]} dir="auto" classList={{ [styles["fail"]!]: props.entry.state === "failed" && !props.entry.replacedBy, [styles["large"]!]: isLarge(), [styles["unsent"]!]: props.entry.rev === 0 }}>
              <Show when={isQuoteInside() && props.entry.quote}>{(quote) => <QuoteLine quote={quote()} alone={false} />}</Show>
              <Show when={props.entry.kind === "call"}><b>{t("inbox.entry.call")} </b></Show>
              <PlainText text={words()} />
              <Show when={chosen()}>{(description) => <div class={styles["chosen"]}><bdi>{description()}</bdi></div>}</Show>
            </div>
          </Show>
          <Show when={options()}>{(given) => <Choices options={given()} />}</Show>
        </div>
        {props.children}
      </div>
    </>
  );
}

const aboutId = ({ id }: Entry): string => `about-${id}`;
const saidId = ({ id }: Entry): string => `said-${id}`;
/** The parts that say what a message is, for those who only hear it. */
export const describedBy = (entry: Entry): string => `${aboutId(entry)} ${saidId(entry)}`;
