import { Lock, Reply } from "lucide-solid";
import { createEffect, createSignal, on, onMount } from "solid-js";
import { isEmptyDraft } from "../../../worker/contract/unfinished";
import { t } from "../../lib/i18n";
import { toast } from "../../ui/toast";
import { AttachButtons } from "./attach-buttons";
import { AttachmentTray } from "./attachment-tray";
import { createDraft } from "./draft";
import { isSend, type SendKey } from "./keys";
import { COMMENT_MEDIA, refuseFile } from "./limits";
import { SendButton } from "./send-button";
import type { ComposerSession } from "./session";
import { TextBox } from "./text-box";
import { createTyping } from "./typing";
import { createUploads } from "./uploads";
import styles from "./composer.module.css";

export type CommentStore = ReturnType<typeof createComment>;

/** The state of a comment: its own words, apart from the reply's, so neither can be sent as the other. */
export function createComment(session: ComposerSession) {
  const store = createDraft({
    mode: "comment", key: `${session.memberId}:${session.conversationId}:comment`,
    load: () => session.loadDraft("comment"), save: session.saveDraft,
  });
  const uploads = createUploads({
    put: session.upload,
    refuse: (file) => refuseFile(COMMENT_MEDIA, file, [...(store.draft.attachments ?? []), ...uploads.items.filter(({ state }) => state === "sending")]),
    stored: (attachment) => store.change({ attachments: [...(store.draft.attachments ?? []), attachment] }),
  });
  return { ...store, uploads, typing: createTyping(session.typing, "comment", () => null) };
}

interface CommentBoxProps {
  session: ComposerSession;
  comment: CommentStore;
  sendKey: SendKey;
  onSendKey: (key: SendKey) => void;
  onBack: () => void;
  focus: number;
}

export function CommentBox(props: CommentBoxProps) {
  const { session, comment } = props;
  let area!: HTMLTextAreaElement;
  const [busy, setBusy] = createSignal(false);
  const blocked = () => comment.draft.text.trim() === "" || comment.uploads.busy() || busy();

  onMount(() => area.focus());
  createEffect(on(() => props.focus, () => area.focus(), { defer: true }));

  async function submit() {
    if (comment.uploads.busy()) return toast({ text: t("composer.file.wait"), kind: "error" });
    if (blocked()) return;
    const text = comment.draft.text.trim();
    const attachments = (comment.draft.attachments ?? []).map(({ id }) => id);
    comment.clear();
    comment.typing.stop();
    setBusy(true);
    try {
      await session.comment({ text, ...(attachments.length > 0 && { attachments }) });
    } finally {
      setBusy(false);
    }
  }

  function keyDown(event: KeyboardEvent) {
    if (isSend(event, props.sendKey)) {
      event.preventDefault();
      void submit();
    } else if (event.key === "Escape" && isEmptyDraft(comment.draft)) {
      event.stopPropagation();
      props.onBack();
    }
  }

  return (
    <>
      <div class={styles["head"]}>
        <button type="button" class={styles["via"]} onClick={() => props.onBack()}><Reply size={14} aria-hidden="true" />{t("composer.back")}</button>
        <span class={styles["grow"]} />
        <button type="button" class={`${styles["via"]} ${styles["on"]}`} aria-pressed="true" onClick={() => props.onBack()}><Lock size={14} aria-hidden="true" />{t("composer.comment")}</button>
      </div>
      <p class={styles["from"]}>{t("composer.internal", { name: session.contactName() })}</p>
      <TextBox
        label={t("composer.comment.label")} placeholder={t("composer.comment.placeholder")} value={comment.draft.text} ref={(element) => { area = element; }}
        onInput={(text) => { comment.change({ text }); comment.typing.typed(text); }} onKeyDown={keyDown} onBlur={comment.typing.stop}
      />
      <AttachmentTray
        stored={comment.draft.attachments ?? []} uploads={comment.uploads} onShrink={(upload) => comment.uploads.cancel(upload.id)}
        onRemove={(id) => comment.change({ attachments: (comment.draft.attachments ?? []).filter((file) => file.id !== id) })}
      />
      <div class={styles["foot"]}>
        <AttachButtons uploads={comment.uploads} />
        <span class={styles["grow"]} />
        <SendButton label={t("composer.add-comment")} hint={blocked() ? t("composer.comment.empty") : null} blocked={blocked()} internal sendKey={props.sendKey} onSendKey={props.onSendKey} onSend={() => void submit()} />
      </div>
    </>
  );
}
