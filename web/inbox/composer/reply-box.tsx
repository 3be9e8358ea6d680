import { Paperclip, Type } from "lucide-solid";
import { createEffect, createMemo, createSignal, on, Show, type JSX } from "solid-js";
import { countSegments } from "../../../worker/contract/segments";
import type { ChannelKind } from "../../../worker/contract/channel";
import { t } from "../../lib/i18n";
import { IconButton } from "../../ui/icon-button";
import { toast } from "../../ui/toast";
import { AttachmentTray, refusalSentence } from "./attachment-tray";
import { ChannelRow } from "./channel-row";
import { createDraft } from "./draft";
import { EmailFields } from "./email-fields";
import { FromLine } from "./from-line";
import { isSend, readRich, writeRich, type SendKey } from "./keys";
import { refuseFile } from "./limits";
import { hindrance, recipientsOf, toMessage, type Hindrance } from "./message";
import { answered, exposed } from "./recipients";
import { RichText } from "./rich-text";
import { SegmentCounter } from "./segment-counter";
import { SendButton } from "./send-button";
import type { ComposerSession } from "./session";
import { shrinkImage } from "./shrink";
import { TextBox } from "./text-box";
import { createTyping } from "./typing";
import type { Undo } from "./undo";
import type { Upload } from "./uploads";
import { createUploads } from "./uploads";
import styles from "./composer.module.css";

/** Channels whose carriers cut a text into segments and charge for each. */
const SEGMENTED: Partial<Record<ChannelKind, true>> = { sms: true };

export type ReplyDraft = ReturnType<typeof createReply>;

/** The state of a reply. It outlives its screen, so that switching to a comment and back loses nothing. */
export function createReply(session: ComposerSession) {
  const store = createDraft({
    mode: "reply", key: `${session.memberId}:${session.conversationId}:reply`,
    load: () => session.loadDraft("reply"), save: session.saveDraft,
  });
  const channels = () => session.check()?.channels ?? [];
  const chosen = (): ChannelKind | null => store.draft.channel ?? session.check()?.channel ?? null;
  const via = () => channels().find(({ channel }) => channel === chosen());
  const answering = createMemo(() => (via()?.capabilities.copies ? answered(session.entries()) : null));
  const recipients = () => {
    const current = via();
    return current ? recipientsOf(store.draft, current, answering(), session.ownAddresses()) : { to: [], cc: [], bcc: [] };
  };
  const uploads = createUploads({
    put: session.upload,
    refuse: (file) => refuseFile(via()?.capabilities.media ?? null, file, [...(store.draft.attachments ?? []), ...uploads.items.filter(({ state }) => state === "sending")]),
    stored: (attachment) => store.change({ attachments: [...(store.draft.attachments ?? []), attachment] }),
  });
  const typing = createTyping(session.typing, "reply");
  // Grows when the text changes from outside the boxes, so that the rich editor follows.
  const [version, setVersion] = createSignal(0);

  return {
    ...store, channels, chosen, via, answering, recipients, uploads, typing, version,
    hindrance: () => hindrance(store.draft, via(), recipients()),
    /** From the first word on the channel stays what the writer saw: a new message on another one must not move it. */
    write: (patch: { text: string; html?: string }) => {
      store.change(store.draft.channel === null ? { ...patch, channel: chosen() } : patch);
      typing.typed(patch.text);
    },
    put: (draft: Parameters<typeof store.replace>[0]) => {
      store.replace(draft);
      setVersion((n) => n + 1);
    },
    empty: () => {
      store.clear();
      typing.stop();
      setVersion((n) => n + 1);
    },
  };
}

export function hindranceSentence(hindrance: Hindrance): string {
  switch (hindrance.why) {
    case "empty": return t("composer.empty");
    case "no-channel": return t("composer.no-channel");
    case "no-recipient": return t("composer.no-recipient");
    case "refused": return hindrance.sentence;
    case "too-long": return t(`composer.too-long.${hindrance.unit}`, { count: hindrance.over });
    case "file": return refusalSentence(hindrance.refusal, hindrance.name);
  }
}

export function ReplyBox(props: { session: ComposerSession; reply: ReplyDraft; undo: Undo; sendKey: SendKey; onSendKey: (key: SendKey) => void; commentButton: JSX.Element; focus: number }) {
  const { session, reply, undo } = props;
  let area: HTMLTextAreaElement | undefined;
  let picker!: HTMLInputElement;
  const [rich, setRich] = createSignal(readRich());
  const capabilities = () => reply.via()?.capabilities;
  const isRich = () => rich() && capabilities()?.html === true;
  const isSegmented = () => SEGMENTED[reply.chosen() ?? "email"] === true;
  const marks = createMemo(() => (isSegmented() ? countSegments(reply.draft.text).forced : []));
  const hindered = createMemo(() => reply.hindrance());
  const exposure = createMemo(() => (capabilities()?.copies ? exposed(reply.recipients(), session.entries(), reply.answering(), session.ownAddresses()) : { named: [], self: false }));

  createEffect(on(() => props.focus, () => area?.focus(), { defer: true }));

  function submit() {
    const via = reply.via();
    const why = hindered();
    if (why?.why === "empty") return;
    if (!via || why) return toast({ text: hindranceSentence(why ?? { why: "no-channel" }), kind: "error" });
    if (reply.uploads.busy()) return toast({ text: t("composer.file.wait"), kind: "error" });
    const undoMs = session.undoMs();
    const words = { ...reply.draft };
    const outcome = session.send(toMessage(words, via, reply.answering(), session.ownAddresses(), undoMs));
    undo.hold(words, outcome, undoMs);
    reply.empty();
  }

  function keyDown(event: KeyboardEvent) {
    if (!isSend(event, props.sendKey)) return;
    event.preventDefault();
    submit();
  }

  function toggleRich() {
    const next = !rich();
    setRich(next);
    writeRich(next);
    // Leaving formatting behind must not send it after all.
    if (!next) reply.change({ html: undefined });
  }

  async function shrink(upload: Upload, max: number) {
    const smaller = await shrinkImage(upload.file, max).catch(() => null);
    if (smaller) reply.uploads.swap(upload.id, smaller);
    else toast({ text: t("composer.file.cannot-shrink", { name: upload.name }), kind: "error" });
  }

  const plain = () => (
    <TextBox
      label={t("composer.message")} placeholder={t("composer.placeholder", { name: session.contactName() })} value={reply.draft.text} marks={marks()}
      ref={(element) => { area = element; }} onInput={(text) => reply.write({ text })} onKeyDown={keyDown} onBlur={reply.typing.stop}
    />
  );

  return (
    <>
      <div class={styles["head"]}>
        <ChannelRow channels={reply.channels()} chosen={reply.chosen()} onChoose={(channel) => { reply.change({ channel, to: undefined, cc: undefined, bcc: undefined }); area?.focus(); }} />
        <span class={styles["grow"]} />
        {props.commentButton}
      </div>
      <Show when={reply.via()}>{(via) => (
        <Show when={via().capabilities.copies} fallback={<FromLine via={via()} to={reply.draft.to?.[0]} onTo={(to) => reply.change({ to: [to] })} />}>
          <EmailFields session={session} reply={reply} exposure={exposure()} />
        </Show>
      )}</Show>
      <Show when={isRich()} fallback={plain()}>
        <RichText label={t("composer.message")} html={reply.draft.html} text={reply.draft.text} version={reply.version()} onChange={reply.write} onKeyDown={keyDown} fallback={plain()} />
      </Show>
      <AttachmentTray
        stored={reply.draft.attachments ?? []} uploads={reply.uploads} onShrink={(upload, max) => void shrink(upload, max)}
        onRemove={(id) => reply.change({ attachments: (reply.draft.attachments ?? []).filter((file) => file.id !== id) })}
      />
      <div class={styles["foot"]}>
        <input ref={(element) => { picker = element; }} type="file" multiple hidden onChange={(event) => { reply.uploads.add(event.currentTarget.files ?? []); event.currentTarget.value = ""; }} />
        <IconButton label={t("composer.attach")} icon={Paperclip} onClick={() => picker.click()} />
        <Show when={capabilities()?.html}><IconButton label={t("composer.formatting")} icon={Type} pressed={rich()} onClick={toggleRich} /></Show>
        <span class={styles["grow"]} />
        <Show when={isSegmented()}><SegmentCounter text={reply.draft.text} onPlain={(text) => { reply.write({ text }); area?.focus(); }} /></Show>
        <SendButton label={t("composer.send")} hint={hindered() ? hindranceSentence(hindered()!) : null} blocked={hindered() !== null || reply.uploads.busy()} sendKey={props.sendKey} onSendKey={props.onSendKey} onSend={submit} />
      </div>
    </>
  );
}
