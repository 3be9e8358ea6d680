import { createMemo, Show } from "solid-js";
import { countSegments } from "../../../worker/contract/segments";
import { t } from "../../lib/i18n";
import { isSegmented } from "./limits";
import type { ReplyDraft } from "./reply";
import { RichText, type RichTextProps } from "./rich-text";
import { TextBox } from "./text-box";

interface WordsBoxProps {
  reply: ReplyDraft;
  contactName: string;
  isRich: boolean;
  /** The plain box, which is also there until the editor of formatted words has been loaded. */
  ref: (area: HTMLTextAreaElement) => void;
  onKeyDown: (event: KeyboardEvent) => void;
}

/** Where the words of a reply are written, plain or formatted. */
export function WordsBox(props: WordsBoxProps) {
  const { reply } = props;
  const marks = createMemo(() => (isSegmented(reply.chosen()) ? countSegments(reply.draft.text).forced : []));
  const pictures: RichTextProps["pictures"] = { of: (id) => reply.draft.attachments?.find((file) => file.id === id)?.url, add: reply.addPicture };

  const plain = () => (
    <TextBox
      label={t("composer.message")} placeholder={t("composer.placeholder", { name: props.contactName })} value={reply.draft.text} marks={marks()}
      ref={(element) => props.ref(element)} onInput={(text) => reply.write({ text, html: undefined })} onKeyDown={(event) => props.onKeyDown(event)} onBlur={reply.typing.stop}
    />
  );

  return (
    <Show when={props.isRich} fallback={plain()}>
      <RichText label={t("composer.message")} html={reply.draft.html} text={reply.draft.text} version={reply.version()} pictures={pictures} onChange={reply.write} onKeyDown={(event) => props.onKeyDown(event)} fallback={plain()} />
    </Show>
  );
}
