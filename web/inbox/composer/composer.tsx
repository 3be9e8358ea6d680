import { Lock } from "lucide-solid";
import { createEffect, createSignal, on, Show } from "solid-js";
import { isEmptyDraft } from "../../../worker/contract/unfinished";
import { t } from "../../lib/i18n";
import { createShortcuts } from "../../lib/shortcuts";
import { forward, forwarding } from "../../lib/forwarding";
import { toast } from "../../ui/toast";
import { Tooltip } from "../../ui/tooltip";
import { Collision } from "./collision";
import { CommentBox, createComment } from "./comment-box";
import type { Mode } from "./draft";
import { readSendKey, writeSendKey, type SendKey } from "./keys";
import { createReply } from "./reply";
import { ReplyBox } from "./reply-box";
import { liveSession } from "./live-session";
import type { ComposerSession } from "./session";
import { createUndo } from "./undo";
import { UndoBar } from "./undo-bar";
import styles from "./composer.module.css";

/** Where a person writes to the customer, or to the team. */
export function Composer(props: { conversationId: string }) {
  return <Show when={props.conversationId} keyed>{(id) => <ComposerBox session={liveSession(id)} />}</Show>;
}

/** The composer over whatever the session stands for. */
export function ComposerBox(props: { session: ComposerSession }) {
  const { session } = props;
  const reply = createReply(session);
  const comment = createComment(session);
  const [mode, setMode] = createSignal<Mode>("reply");
  const [focus, setFocus] = createSignal(0);
  const [sendKey, setSendKey] = createSignal<SendKey>(readSendKey());
  const [dragging, setDragging] = createSignal(false);
  const uploads = () => (mode() === "comment" ? comment.uploads : reply.uploads);

  const undo = createUndo({
    takeBack: session.takeBack,
    restore: (words) => {
      // What was begun in the meantime stays, below what came back.
      const now = reply.draft.text.trim();
      if (isEmptyDraft(reply.draft)) reply.put(words);
      else if (!isEmptyDraft(words)) reply.put({ ...words, text: [words.text, now].filter(Boolean).join("\n\n"), html: undefined, attachments: [...(words.attachments ?? []), ...(reply.draft.attachments ?? [])], buttons: [...(words.buttons ?? []), ...(reply.draft.buttons ?? [])] });
      go("reply");
    },
    tooLate: () => toast({ text: t("composer.undo.late"), kind: "error" }),
  });

  function go(next: Mode) {
    if (mode() === "reply") reply.typing.stop();
    else comment.typing.stop();
    setMode(next);
    setFocus((n) => n + 1);
  }

  // Whoever chose a message to answer wants to write now, and where it came from unless words stand there already.
  createEffect(on(() => reply.quoted()?.id, (id) => {
    if (!id) return;
    const channel = reply.quoted()?.channel ?? null;
    if (channel !== reply.chosen() && isEmptyDraft(reply.draft) && reply.canSwitch(channel)) reply.change({ channel });
    go("reply");
  }, { defer: true }));

  createEffect(on(forwarding, (wanted) => {
    if (wanted?.conversationId !== session.conversationId) return;
    forward(null);
    const entries = session.entries().filter(({ id }) => wanted.entryIds.includes(id));
    if (entries.length === 0) return;
    reply.forward(entries);
    go("reply");
  }));

  function keepSendKey(key: SendKey) {
    setSendKey(key);
    writeSendKey(key);
  }

  createShortcuts("thread", [
    { keys: "r", label: t("composer.shortcut.reply"), run: () => go("reply") },
    { keys: "c", label: t("composer.shortcut.comment"), run: () => go("comment") },
    { keys: "mod+z", label: t("composer.shortcut.undo"), when: () => undo.held() !== null, run: () => void undo.undo() },
  ]);

  function paste(event: ClipboardEvent) {
    const files = [...(event.clipboardData?.files ?? [])];
    // A word processor copies a picture of the words along with them: the words are meant.
    if (event.defaultPrevented || files.length === 0 || event.clipboardData?.getData("text/plain").trim()) return;
    event.preventDefault();
    uploads().add(files);
  }

  function drop(event: DragEvent) {
    setDragging(false);
    if (event.defaultPrevented) return;
    event.preventDefault();
    uploads().add([...(event.dataTransfer?.files ?? [])]);
  }

  function dragOver(event: DragEvent) {
    if (!event.dataTransfer?.types.includes("Files")) return;
    event.preventDefault();
    setDragging(true);
  }

  function takeOver(text: string) {
    const mine = reply.draft.text.trim();
    reply.put({ ...reply.draft, channel: reply.chosen(), html: undefined, text: mine === "" ? text : `${mine}\n\n${text}` });
    go("reply");
  }

  const commentButton = () => (
    <Tooltip text={t("composer.comment.tip")} kbd="C">
      <button type="button" class={`${styles["via"]} ${styles["via-note"]}`} onClick={() => go("comment")}>
        <Lock size={14} aria-hidden="true" />{t("composer.comment")}
        <Show when={!isEmptyDraft(comment.draft)}><i class={styles["has-draft"]} aria-label={t("composer.comment.unfinished")} /></Show>
      </button>
    </Tooltip>
  );

  return (
    <div class={styles["dock"]}>
      <UndoBar undo={undo} total={session.undoMs()} />
      <Collision writing={session.writing()} onTake={takeOver} />
      <section
        class={styles["box"]} classList={{ [styles["note"]!]: mode() === "comment", [styles["dragging"]!]: dragging() }}
        aria-label={mode() === "comment" ? t("composer.comment.label") : t("composer.reply.label")}
        onPaste={paste} onDrop={drop} onDragOver={dragOver} onDragLeave={() => setDragging(false)}
      >
        <Show
          when={mode() === "comment"}
          fallback={<ReplyBox session={session} reply={reply} undo={undo} sendKey={sendKey()} onSendKey={keepSendKey} commentButton={commentButton()} focus={focus()} />}
        >
          <CommentBox session={session} comment={comment} sendKey={sendKey()} onSendKey={keepSendKey} onBack={() => go("reply")} focus={focus()} />
        </Show>
        <Show when={dragging()}><div class={styles["drop"]}>{t("composer.drop")}</div></Show>
      </section>
    </div>
  );
}
