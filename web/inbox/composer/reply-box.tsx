import { createEffect, createMemo, createSignal, lazy, on, Show, Suspense, type JSX } from "solid-js";
import type { ChannelKind } from "../../../worker/contract/channel";
import { isEmptyDraft } from "../../../worker/contract/unfinished";
import { t } from "../../lib/i18n";
import { Checkbox } from "../../ui/checkbox";
import { toast } from "../../ui/toast";
import { answersOf, troubleOf } from "./answers/answers";
import { AttachmentTray } from "./attachment-tray";
import { createBeside } from "./beside";
import { ChannelRow } from "./channel-row";
import { filesBeside } from "./draft-files";
import { EmailFields } from "./email-fields";
import { fileActs } from "./file-acts";
import { createFormatting } from "./formatting";
import { ForwardBar } from "./forward-bar";
import { FromLine } from "./from-line";
import { isSend, type SendKey } from "./keys";
import { messagesOf } from "./limits";
import { continues } from "./message";
import { Notice } from "./notice";
import { createNow } from "./now";
import { QuoteBar } from "./quote-bar";
import { exposed } from "./recipients";
import { hindranceSentence, type ReplyDraft } from "./reply";
import { ReplyFoot } from "./reply-foot";
import { createSending } from "./sending";
import type { ComposerSession } from "./session";
import { SignatureLine } from "./signature-line";
import type { Undo } from "./undo";
import { VoiceBar } from "./voice/voice-bar";
import { WordsBox } from "./words-box";
import styles from "./composer.module.css";

const AnswersTray = lazy(async () => ({ default: (await import("./answers/answers-tray")).AnswersTray }));
const TemplatePicker = lazy(async () => ({ default: (await import("./templates/picker")).TemplatePicker }));

/** A reply as it is written: by which channel, the words, what goes with them and what beside them, and what still stands in the way. */
export function ReplyBox(props: { session: ComposerSession; reply: ReplyDraft; undo: Undo; sendKey: SendKey; onSendKey: (key: SendKey) => void; commentButton: JSX.Element; focus: number }) {
  const { session, reply } = props;
  let area: HTMLTextAreaElement | undefined;
  const { capabilities } = reply;
  const sending = createSending(session, reply, props.undo);
  const beside = createBeside(session, reply, sending);
  const formatting = createFormatting(reply);
  const files = fileActs(session, reply);
  const now = createNow();
  const hindered = createMemo(() => reply.hindrance());
  const answers = createMemo(() => answersOf(reply.draft));
  // Grows when one more answer is asked for, so that the hand goes there.
  const [asked, setAsked] = createSignal(0);
  /** With a closed window there is nothing to write: the way out stands in the text's place. */
  const isClosed = () => reply.via()?.outcome === "refused" && reply.via()?.wayOut === "template" && isEmptyDraft(reply.draft);
  const isForward = () => capabilities()?.copies === true && (reply.draft.forward ?? []).length > 0;
  const parts = () => messagesOf(capabilities()?.media ?? null, reply.draft.text, reply.draft.attachments ?? [], answers().length);
  const exposure = createMemo(() => (capabilities()?.copies ? exposed(reply.recipients(), session.entries(), reply.answering(), session.ownAddresses()) : { named: [], self: false }));

  createEffect(on(() => props.focus, () => area?.focus(), { defer: true }));

  function submit() {
    const via = reply.via();
    const why = hindered();
    if (why?.why === "empty") return;
    if (!via || why) return toast({ text: hindranceSentence(why ?? { why: "no-channel" }), kind: "error" });
    if (reply.uploads.busy()) return toast({ text: t("composer.file.wait"), kind: "error" });
    sending.words(via);
  }

  function keyDown(event: KeyboardEvent) {
    if (event.key === "Escape" && reply.quoted()) {
      event.stopPropagation();
      return reply.clearQuote();
    }
    if (!isSend(event, props.sendKey)) return;
    event.preventDefault();
    submit();
  }

  function offerOneMore() {
    reply.offer([...answers(), { text: "", url: null }]);
    setAsked((n) => n + 1);
  }

  function choose(channel: ChannelKind) {
    reply.change({ channel, to: undefined, cc: undefined, bcc: undefined });
    area?.focus();
  }

  return (
    <>
      <div class={styles["head"]}>
        <ChannelRow channels={reply.channels()} chosen={reply.chosen()} now={now()} onChoose={choose} />
        <span class={styles["grow"]} />
        {props.commentButton}
      </div>
      <Show when={reply.via()}>{(via) => (
        <Show when={via().capabilities.copies} fallback={<FromLine via={via()} now={now()} to={reply.draft.to?.[0]} onTo={(to) => reply.change({ to: [to] })} />}>
          <EmailFields session={session} reply={reply} exposure={exposure()} />
        </Show>
      )}</Show>
      <Show when={reply.quoted()}>{(entry) => (
        <QuoteBar entry={entry()} elsewhere={reply.mayQuote() ? null : entry().channel} onSwitch={reply.canSwitch(entry().channel) ? () => choose(entry().channel!) : null} onClear={() => { reply.clearQuote(); area?.focus(); }} />
      )}</Show>
      <Show when={!isClosed()}><WordsBox reply={reply} contactName={session.contactName()} isRich={formatting.isOn()} ref={(element) => { area = element; }} onKeyDown={keyDown} /></Show>
      <Show when={answers().length > 0}>
        <Suspense><AnswersTray answers={answers()} limits={capabilities()?.buttons ?? null} question={reply.draft.text} trouble={troubleOf(reply.draft, capabilities()?.buttons ?? null)} asked={asked()} onChange={reply.offer} onLeave={() => area?.focus()} /></Suspense>
      </Show>
      <Show when={capabilities()?.copies && session.signature()}>{(html) => <SignatureLine html={html()} isOn={reply.draft.signature !== false} onChange={(on) => reply.change({ signature: on ? undefined : false })} />}</Show>
      <Show when={capabilities()?.copies && continues(reply.draft, reply.answering())}>
        <div class={styles["quote-below"]}><Checkbox label={t("composer.quote-below")} checked={reply.draft.quote !== false} onChange={(on) => reply.change({ quote: on ? undefined : false })} /></div>
      </Show>
      <Show when={isForward()}><ForwardBar session={session} reply={reply} /></Show>
      <AttachmentTray
        stored={filesBeside(formatting.isOn() ? reply.draft : { attachments: reply.draft.attachments })} uploads={reply.uploads} onShrink={(upload, max) => void files.shrink(upload, max)} hint={parts() > 1 ? t("composer.file.parts", { count: parts() }) : null}
        onRemove={files.remove} onLink={files.link} misfit={reply.misfit()} onShrinkStored={(file, max) => void files.shrinkStored(file, max)} onLinkStored={(file, days) => void files.linkStored(file, days)}
        links={reply.links.shown()} onRemoveLink={(one) => void files.takeLinkBack(one)}
      />
      <Show when={reply.via()}>{(via) => <Notice via={via()} channels={reply.channels()} onTemplate={beside.template.pick} onChoose={choose} onGo={session.go} />}</Show>
      <Show when={beside.voice.recorder.state().is === "idle"} fallback={<VoiceBar recorder={beside.voice.recorder} onAgain={beside.voice.record} onSend={beside.voice.send} />}>
        <ReplyFoot
          reply={reply} beside={beside} formatting={formatting} answers={answers().length} onOfferAnswer={offerOneMore} hindrance={hindered()}
          onPlain={(text) => { reply.write({ text }); area?.focus(); }} sendKey={props.sendKey} onSendKey={props.onSendKey} onSend={submit}
        />
      </Show>
      <Show when={beside.template.wasPicking() ? reply.via() : undefined}>{(via) => (
        <Suspense><TemplatePicker open={beside.template.isPicking()} onOpenChange={beside.template.setPicking} session={session} via={via()} begin={beside.template.begun()} onSend={beside.template.send} /></Suspense>
      )}</Show>
    </>
  );
}
